"""Commands reach a site as they do in earnest: over SMB, each account with its own shares and nothing more.

smbd runs on loopback with deploy/samba/leadspool.conf.example, the path of a site of its own put in. The accounts are
on no list of this machine: nss_wrapper shows them to the processes started here and to no others. The site belongs to
a service account that is in no command's group, and the daemon starts as root, as that file recommends.
"""
import glob, hashlib, os, re, shlex, signal, socket, subprocess, time

from site_case import NORTH, PROGRAM, ROOT, SOUTH, CaseManagement, Office, PatientSite, wait_until, whole_request

from archives import archive
from other_accounts import as_numbers
from served_site import ServedSite

EXAMPLE = os.path.join(ROOT, 'deploy', 'samba', 'leadspool.conf.example')
EXAMPLE_SITE = '/srv/leadspool'
SERVICE, IMOGEN, COLLEAGUE, LEOPOLD = ('leadspool-test-' + name for name in ('service', 'imogen', 'colleague', 'leopold'))
GROUPS = {SERVICE: 61800, NORTH: 61814, SOUTH: 61875}
ACCOUNTS = {SERVICE: (61800, SERVICE), IMOGEN: (61801, NORTH), COLLEAGUE: (61802, NORTH), LEOPOLD: (61803, SOUTH)}
ENROLLED = 8
QUIET = 2               # seconds; what must happen within them is a matter of tenths
FAILURE = re.compile(r'NT_STATUS_(?!OK\b)\w+')
TEST_SETTINGS = """
[global]
    server role = standalone server
    passdb backend = tdbsam:{0}/private/passdb.tdb
    private dir = {0}/private
    state directory = {0}/state
    cache directory = {0}/cache
    lock directory = {0}/lock
    pid directory = {0}/pid
    ncalrpc dir = {0}/ncalrpc
    log file = {0}/log
    log level = 1
    full_audit:syslog = no
    interfaces = 127.0.0.1/8
    bind interfaces only = yes
    smb ports = {1}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class FileServer:
    """An smbd with all its state below one folder."""

    def __init__(self, folder, site):
        self.folder, self.port, self.process = folder, free_port(), None
        self.configuration = os.path.join(folder, 'smb.conf')
        self.text = open(EXAMPLE).read().replace(EXAMPLE_SITE, site)
        for name in ('private', 'state', 'cache', 'lock', 'pid', 'ncalrpc', 'credentials'):
            os.makedirs(os.path.join(folder, name), 0o700 if name in ('private', 'credentials') else 0o755)
        with open(self.configuration, 'w') as file:
            file.write(self.text + TEST_SETTINGS.format(folder, self.port))

    def prepare_shares(self):
        """What the example tells the administrator to do to the folders."""
        orders = re.findall(r'^#     (ch.*)$', self.text, re.M)
        for order in orders:
            subprocess.run(shlex.split(order), check=True)
        return len(orders)

    def credentials(self, account):
        return os.path.join(self.folder, 'credentials', account)

    def add_account(self, account):
        password = os.urandom(12).hex()
        with open(self.credentials(account), 'w') as file:
            file.write(f'username = {account}\npassword = {password}\n')
        subprocess.run(['smbpasswd', '-c', self.configuration, '-s', '-a', account], input=f'{password}\n' * 2,
                       stdout=subprocess.DEVNULL, text=True, check=True)

    def start(self, seconds=300):
        self.process = subprocess.Popen(
            ['timeout', '--foreground', '-k', '2', str(seconds), 'smbd', '--foreground', '--no-process-group', '-s',
             self.configuration], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
            stderr=open(os.path.join(self.folder, 'errors'), 'w'))

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def stop(self):
        """The server and the children it made for its clients."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(3)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        self.stop_helper()

    def stop_helper(self):
        """samba-dcerpcd lists the shares for clients; smbd starts it in a session of its own and does not end it."""
        try:
            with open(os.path.join(self.folder, 'pid', 'samba-dcerpcd.pid')) as file:
                helper = int(file.read())
            with open(f'/proc/{helper}/cmdline') as file:
                ours = self.configuration in file.read()
        except (OSError, ValueError):
            return
        if ours:
            os.killpg(helper, signal.SIGTERM)
            deadline = time.monotonic() + 3
            while os.path.exists(f'/proc/{helper}') and time.monotonic() < deadline:
                time.sleep(0.05)

    def words(self, account, share, *commands, protocol=None):
        return ['smbclient', '-s', self.configuration, '-p', str(self.port), '-A', self.credentials(account), '-t', '20',
                *(['-m', protocol] if protocol else ['--client-protection=encrypt']),
                *(['-c', '; '.join(commands)] if commands else []),
                *([f'//127.0.0.1/{share}'] if share else ['-L', '127.0.0.1', '-g'])]

    def call(self, account, share, *commands, folder=None, **options):
        done = subprocess.run(self.words(account, share, *commands, **options), cwd=folder or self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        return done.stdout + done.stderr


class Samba(ServedSite):
    @classmethod
    def setUpClass(cls):
        cls.begin('samba', ACCOUNTS, GROUPS, (ACCOUNTS[IMOGEN][0], GROUPS[NORTH]))
        cls.packets = os.path.join(cls.top, 'packets')
        for command in (NORTH, SOUTH):
            os.makedirs(os.path.join(cls.packets, 'in', command))
        cls.make_site(SERVICE)
        settings = cls.site.at('site.xml')
        with open(settings) as file:
            text = file.read().replace('quietSeconds="1"', f'quietSeconds="{QUIET}"')
        with open(settings, 'w') as file:
            file.write(text)
        cls.office, cls.clerk = Office(cls.site, cls.faces), CaseManagement(cls.site)
        cls.server = FileServer(cls.top, cls.path)
        assert cls.server.prepare_shares() == 6, 'the example prepares two folders of each command'
        for account in (IMOGEN, COLLEAGUE, LEOPOLD):
            cls.server.add_account(account)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        cls.enrol(ENROLLED)
        cls.start_daemon()
        assert wait_until(cls.server.answers), open(os.path.join(cls.top, 'errors')).read()

    @staticmethod
    def as_account(account, *words):
        """The account with a shell on the server itself: no file server between it and the folders."""
        number, group = ACCOUNTS[account]
        return as_numbers(number, GROUPS[group], *words)

    def smb(self, account, share, *commands, **options):
        said = self.server.call(account, share, *commands, **options)
        self.assertIsNone(FAILURE.search(said), f'{account} in {share}: {commands}\n{said}')
        return said

    def assert_refused(self, account, share, *commands, status='ACCESS_DENIED|OBJECT_(NAME|PATH)_NOT_FOUND', **options):
        said = self.server.call(account, share, *commands, **options)
        self.assertRegex(said, f'NT_STATUS_({status})', f'{account} in {share}: {commands}')

    def packet(self, name, command=NORTH, person=1, image='till.jpg', more=(), **changes):
        """A packet on the sender's own machine: its folder."""
        copy = os.path.join(self.packets, image)
        with open(self.faces.probe(person).path, 'rb') as file:
            picture = file.read()
        if person == 1:                     # a picture of its own: what waits for its search elsewhere is held
            note = f'{command} {name}'.encode()
            picture = picture[:2] + b'\xff\xfe' + (len(note) + 2).to_bytes(2, 'big') + note + picture[2:]
        with open(copy, 'wb') as file:
            file.write(picture)
        made = f'packet-{len(glob.glob(os.path.join(self.packets, "in", "*", "*"))) + 1}'
        words = whole_request(f'samba {name}', command, 1, copy, name=made, **changes)
        words[words.index('--recording') + 1] = f'{command} {made}'     # many requests from one recording are held
        PatientSite(PROGRAM, self.packets).do('submit', *words, *more)
        folder = os.path.join(self.packets, 'in', command, name)
        os.rename(os.path.join(self.packets, 'in', command, made), folder)
        return folder

    def digest(self, command, name, image='till.jpg'):
        with open(os.path.join(self.packets, 'in', command, name, image), 'rb') as file:
            return hashlib.sha256(file.read()).hexdigest()

    def drop(self, account, share, name, folder, files):
        self.smb(account, share, f'mkdir "{name}"', f'cd "{name}"', *(f'put "{file}"' for file in files), folder=folder)

    def receipt(self, command, name, outcome='ACCEPT'):
        """The one receipt of that drop, once the drop is gone from the folder."""
        inbox = self.site.at('in', command)
        answered = wait_until(lambda: self.site.receipt_of(command, name) is not None and
                              not [left for left in os.listdir(inbox) if left == name or left.startswith('.claim-')])
        self.assertTrue(answered, f'{name}: {os.listdir(inbox)}')
        receipts = [receipt for receipt in self.site.receipts(command) if receipt.drop == name]
        self.assertEqual([(receipt.outcome, receipt.codes) for receipt in receipts], [(outcome, [])], name)
        return receipts[0]

    def test_orders_of_a_packet(self):
        """Manifest first, images first, and the order in which mput takes them; two accounts."""
        for account, command in ((IMOGEN, NORTH), (LEOPOLD, SOUTH)):
            first, last = self.packet('manifest-first', command), self.packet('manifest-last', command)
            self.drop(account, f'in-{command}', 'manifest-first', first, ('manifest.xml', 'till.jpg'))
            self.drop(account, f'in-{command}', 'manifest-last', last, ('till.jpg', 'manifest.xml'))
            self.packet('at-once', command)
            self.smb(account, f'in-{command}', 'recurse on', 'prompt off', 'mput at-once',
                     folder=os.path.join(self.packets, 'in', command))
            for name in ('manifest-first', 'manifest-last', 'at-once'):
                receipt = self.receipt(command, name)
                events = self.actions(action='drop-accepted', docket=receipt.docket)
                self.assertEqual([event['actor'] for event in events], [account])

    def upload_slowly(self, name, folder, steps, pause):
        """The image grows on the share: a client that fails and begins anew, each time with more of it."""
        with open(os.path.join(folder, 'till.jpg'), 'rb') as file:
            content = file.read()
        part, share = os.path.join(folder, 'part'), f'in-{NORTH}'
        self.drop(IMOGEN, share, name, folder, ('manifest.xml',))
        for step in range(1, steps + 1):
            self.assertIsNone(self.site.receipt_of(NORTH, name))
            with open(part, 'wb') as file:
                file.write(content[:len(content) * step // steps])
            self.smb(IMOGEN, share, f'cd {name}', 'put part till.jpg', folder=folder)
            if step < steps:
                self.assertEqual(os.stat(self.site.at('in', NORTH, name, 'till.jpg')).st_size, os.stat(part).st_size)
                time.sleep(pause)

    def stall(self, name, folder, seconds):
        """The image is there and open, and its bytes keep its sender waiting."""
        client = subprocess.Popen(self.server.words(IMOGEN, f'in-{NORTH}', f'mkdir {name}', f'cd {name}', 'put manifest.xml',
                                                    'put - till.jpg'), cwd=folder, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertTrue(wait_until(lambda: os.path.exists(self.site.at('in', NORTH, name, 'till.jpg'))))
        time.sleep(seconds)
        self.assertIsNone(self.site.receipt_of(NORTH, name))
        with open(os.path.join(folder, 'till.jpg'), 'rb') as file:
            said = client.communicate(file.read(), timeout=20)[0].decode()
        self.assertIsNone(FAILURE.search(said), said)

    def test_slow_uploads(self):
        """Beyond the quiet time where the manifest tells what is missing, within it where not."""
        self.stall('stalled', self.packet('stalled'), seconds=QUIET + 0.6)
        self.upload_slowly('slow', self.packet('slow'), steps=2, pause=QUIET + 0.6)
        unlisted = self.packet('slow-and-unlisted', more=('--no-digests',))
        self.upload_slowly('slow-and-unlisted', unlisted, steps=6, pause=0.4)
        for name in ('stalled', 'slow', 'slow-and-unlisted'):
            receipt = self.receipt(NORTH, name)
            with open(receipt.path) as file:
                self.assertIn(self.digest(NORTH, name), file.read())

    def test_half_a_manifest(self):
        folder, share = self.packet('half'), f'in-{NORTH}'
        whole = os.path.join(folder, 'manifest.xml')
        with open(whole) as file, open(os.path.join(folder, 'half'), 'w') as half:
            half.write(file.read()[:600])
        self.smb(IMOGEN, share, 'mkdir half', 'cd half', 'put half manifest.xml', folder=folder)
        time.sleep(0.6)
        self.assertIsNone(self.site.receipt_of(NORTH, 'half'))
        self.smb(IMOGEN, share, 'cd half', 'put manifest.xml', 'put till.jpg', folder=folder)
        self.receipt(NORTH, 'half')

    def test_one_zip_file(self):
        """Half of one is waited for beyond the quiet time; the rest makes it a packet."""
        folder, share = self.packet('zipped', more=('--no-digests',)), f'in-{NORTH}'
        whole = archive([(name, open(os.path.join(folder, name), 'rb').read()) for name in ('till.jpg', 'manifest.xml')])
        for name, content in (('half', whole[:len(whole) // 2]), ('whole', whole)):
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(content)
        self.smb(IMOGEN, share, 'put half zipped.zip', folder=folder)
        time.sleep(QUIET + 0.6)
        self.assertIsNone(self.site.receipt_of(NORTH, 'zipped.zip'))
        self.smb(IMOGEN, share, 'put whole zipped.zip', folder=folder)
        receipt = self.receipt(NORTH, 'zipped.zip')
        with open(receipt.path) as file:
            self.assertIn(self.digest(NORTH, 'zipped'), file.read())

    def test_encrypted_or_not_at_all(self):
        self.assert_refused(IMOGEN, f'in-{NORTH}', 'ls', protocol='SMB2_10', status='NOT_SUPPORTED')
        client = subprocess.Popen(self.server.words(IMOGEN, f'in-{NORTH}', 'mkdir .open', 'put - .open/file'),
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        status = ['smbstatus', '-s', self.server.configuration, '-b']
        listed = wait_until(lambda: re.search(rf'{IMOGEN}.* SMB3_11 +AES-\d+-GCM', subprocess.run(
            status, capture_output=True, text=True).stdout), seconds=5)
        client.communicate(timeout=20)
        self.smb(IMOGEN, f'in-{NORTH}', 'del .open/file', 'rmdir .open')
        self.assertTrue(listed, 'no encrypted session is listed')

    def test_rename_into_place(self):
        """A careful sender's way: nothing of a hidden folder is looked at until it has its name."""
        folder = self.packet('renamed')
        self.drop(IMOGEN, f'in-{NORTH}', '.part-renamed', folder, ('manifest.xml', 'till.jpg'))
        time.sleep(0.6)
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['.part-renamed'])
        self.smb(IMOGEN, f'in-{NORTH}', 'rename .part-renamed renamed')
        self.receipt(NORTH, 'renamed')

    def test_names_as_people_give_them(self):
        name, image = 'Überfall am Łazienki-Platz (3)', 'Bild ä 1.jpg'
        folder = self.packet(name, image=image)
        self.drop(IMOGEN, f'in-{NORTH}', name, folder, (image, 'manifest.xml'))
        receipt = self.receipt(NORTH, name)
        self.assertIn(f'name="{image}"', open(receipt.path).read())

    def test_litter_of_desktops(self):
        """What a desktop leaves beside the files never becomes a file the manifest does not list."""
        folder = self.packet('littered')
        with open(os.path.join(folder, '.DS_Store'), 'w') as file:
            file.write('litter')
        share = f'in-{NORTH}'
        self.smb(IMOGEN, share, 'mkdir littered')
        self.assert_refused(IMOGEN, share, 'cd littered', 'put .DS_Store', folder=folder)
        self.smb(IMOGEN, share, 'cd littered', 'put till.jpg', 'put manifest.xml', folder=folder)
        self.receipt(NORTH, 'littered')

    def test_nobody_touches_what_a_colleague_sent(self):
        folder, share = self.packet('unfinished'), f'in-{NORTH}'
        self.drop(IMOGEN, share, 'unfinished', folder, ('manifest.xml',))
        self.assertIn('manifest.xml', self.smb(COLLEAGUE, share, 'cd unfinished', 'ls'))
        self.assert_refused(COLLEAGUE, share, 'rename unfinished mine')
        self.assert_refused(COLLEAGUE, share, 'cd unfinished', 'put till.jpg', folder=folder)
        self.assert_refused(COLLEAGUE, share, 'cd unfinished', 'del manifest.xml')
        self.assertEqual(os.listdir(self.site.at('in', NORTH, 'unfinished')), ['manifest.xml'])
        for at, mode in (('unfinished', 0o2750), ('unfinished/manifest.xml', 0o640)):
            status = os.stat(self.site.at('in', NORTH, at))
            self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid), (mode, ACCOUNTS[IMOGEN][0], GROUPS[NORTH]))
        self.smb(IMOGEN, share, 'cd unfinished', 'put till.jpg', folder=folder)
        self.receipt(NORTH, 'unfinished')

    def test_a_claim_is_out_of_reach(self):
        claim = self.site.at('in', NORTH, '.claim-under-test')
        os.mkdir(claim)
        os.chown(claim, ACCOUNTS[IMOGEN][0], GROUPS[NORTH])
        try:
            self.assertNotIn('claim', self.smb(IMOGEN, f'in-{NORTH}', 'ls'))
            self.assert_refused(IMOGEN, f'in-{NORTH}', 'cd .claim-under-test')
            self.assert_refused(IMOGEN, f'in-{NORTH}', 'mkdir .claim-000000009999')
        finally:
            os.rmdir(claim)

    def test_only_the_own_shares(self):
        for account, own, other in ((IMOGEN, NORTH, SOUTH), (LEOPOLD, SOUTH, NORTH)):
            shares = re.findall(r'^Disk\|([^|]+)\|', self.smb(account, None), re.M)
            self.assertEqual(sorted(shares), [f'in-{own}', f'out-{own}'])
            for share in (f'in-{other}', f'out-{other}'):
                self.assert_refused(account, share, 'ls')
            for share in ('review', 'var', 'srv', 'leadspool', 'C$'):
                self.assert_refused(account, share, 'ls', status='BAD_NETWORK_NAME|ACCESS_DENIED')
            self.assert_refused(account, f'out-{own}', 'put smb.conf')
            self.assert_refused(account, f'out-{own}', 'mkdir mine')
            self.assert_refused(account, f'out-{own}', 'del index.html')

    def test_links_lead_nowhere(self):
        """An account with a shell on the server makes a link; over SMB it shows nothing."""
        link = self.site.at('in', NORTH, '.link')
        self.assertEqual(self.as_account(IMOGEN, 'ln', '-s', '/etc', link).returncode, 0)
        self.assert_refused(IMOGEN, f'in-{NORTH}', 'cd .link', 'get hostname', status=r'\w+')
        os.remove(link)

    def test_answers_are_the_commands_alone(self):
        """From a packet to its report, read and checked by the sender; the rights of all that was published."""
        share, threat = f'out-{NORTH}', 'An attack is announced for today.'
        folder = self.packet('to-the-end', person=3, use=('U6',), priority=('imminent', threat))
        self.drop(IMOGEN, f'in-{NORTH}', 'to-the-end', folder, ('manifest.xml', 'till.jpg'))
        docket = self.receipt(NORTH, 'to-the-end').docket
        other = self.packet('of-the-others', SOUTH)
        self.drop(LEOPOLD, f'in-{SOUTH}', 'of-the-others', other, ('manifest.xml', 'till.jpg'))
        self.receipt(SOUTH, 'of-the-others')
        with open(os.path.join(self.packets, 'note.txt'), 'w') as file:
            file.write('The pictures are on the other share.')
        self.smb(IMOGEN, f'in-{NORTH}', 'put note.txt', folder=self.packets)

        def closed():
            self.office.work()
            self.clerk.work()
            return self.state(docket) == 'CLOSED'

        self.assertTrue(wait_until(closed, pause=0.1), self.state(docket))
        kept = os.path.join(self.packets, 'read-back')
        os.makedirs(kept)
        names = ['receipt-1.xml', 'receipt-1.txt', 'report-1.xml', 'report-1.pdf']
        self.assertTrue(wait_until(lambda: re.search(f'{docket}.*Closed: the report is in its folder', self.smb(
            IMOGEN, share, 'get index.html -'), re.S), pause=0.3), 'the index page does not tell the end')
        self.smb(COLLEAGUE, share, f'cd {docket}', 'prompt off', 'mget *', folder=kept)
        for name in names:
            self.assertIn(name, os.listdir(kept))
        for name in ('receipt-1.xml', 'report-1.xml', 'report-1.pdf'):
            self.assert_signed(os.path.join(kept, name))
        answer = f'unreadable/{self.receipt_folder(NORTH, "note.txt")}'
        self.assertIn('outcome', self.smb(IMOGEN, share, f'get {answer}/receipt-1.xml -'))
        self.assert_rights(NORTH, LEOPOLD)
        self.assert_rights(SOUTH, IMOGEN)
        for account in (IMOGEN, LEOPOLD):
            for place in ('review/investigation', 'review/decisions', 'hold', 'case-management', 'var/vault', 'keys'):
                self.assertNotEqual(self.as_account(account, 'ls', self.site.at(place)).returncode, 0, f'{account} lists {place}')
        self.site.do('audit', 'verify')

    def test_looks_become_events(self):
        """What smbd logged of who opened what goes into the record, each once however often it is imported."""
        self.drop(IMOGEN, f'in-{NORTH}', 'looked-at', self.packet('looked-at', person=6), ('manifest.xml', 'till.jpg'))
        docket, share = self.receipt(NORTH, 'looked-at').docket, f'out-{NORTH}'
        self.smb(COLLEAGUE, share, f'cd {docket}', 'ls', 'get receipt-1.xml -', 'get receipt-1.txt -')
        self.smb(IMOGEN, share, 'get index.html -')
        logged = os.path.join(self.server.folder, 'log')
        first = self.site.lines('audit', 'import-looks', logged)[0]
        again = self.site.lines('audit', 'import-looks', logged)[0]
        looks = self.actions(action='looked', role='share', docket=docket)
        self.assertEqual([(look['actor'], look['outcome']) for look in looks], [(COLLEAGUE, 'over-smb')] * 2)
        self.assertGreaterEqual(first['recorded'], 2)
        self.assertEqual((again['recorded'], again['known']), (0, first['recorded'] + first['known']))
        self.site.do('audit', 'verify')

    def receipt_folder(self, command, name):
        self.assertTrue(wait_until(lambda: self.site.receipt_of(command, name)), f'{name} has no receipt')
        return os.path.basename(self.site.receipt_of(command, name).directory)

    def assert_rights(self, command, stranger):
        """All below out/<command> belongs to the service account and that group; nobody else reads it."""
        top = self.site.at('out', command)
        found = [top] + [os.path.join(folder, name) for folder, folders, files in os.walk(top) for name in folders + files]
        self.assertGreater(len(found), 4)
        for path in found:
            status = os.stat(path)
            self.assertEqual((status.st_uid, status.st_gid), (ACCOUNTS[SERVICE][0], GROUPS[command]), path)
            self.assertEqual(status.st_mode & 0o027, 0, path)
            self.assertTrue(status.st_mode & 0o040, path)
        self.assertNotEqual(self.as_account(stranger, 'cat', os.path.join(top, 'index.html')).returncode, 0)
        self.assertNotEqual(self.as_account(stranger, 'ls', self.site.at('in', command)).returncode, 0)

    def test_the_example_is_understood(self):
        checked = subprocess.run(['testparm', '-s', self.server.configuration], stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertNotRegex(checked.stderr, r'(?i)unknown parameter|ignoring|warning|error')
