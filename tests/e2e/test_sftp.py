"""Commands reach a site by SFTP, each account in its own command's two folders and nowhere else.

A real sshd on loopback with deploy/sftp as it stands: site, folders, fstab and /etc/ssh lie where those files say, in a
name space of mounts of its own, which ends with sshd. The accounts are on no list of this machine.
"""
import os, re, shlex, shutil, signal, socket, subprocess, unittest

from site_case import NORTH, PROGRAM, ROOT, SOUTH, CaseManagement, Office, PatientSite, wait_until, whole_request
from other_accounts import as_numbers
from served_site import ServedSite

EXAMPLES = os.path.join(ROOT, 'deploy', 'sftp')
SERVICE, IMOGEN, COLLEAGUE, LEOPOLD, STRANGER = ('leadspool-test-' + name for name in
                                                 ('service', 'imogen', 'colleague', 'leopold', 'stranger'))
GROUPS = {SERVICE: 61800, NORTH: 61814, SOUTH: 61875, STRANGER: 61899}
ACCOUNTS = {SERVICE: (61800, SERVICE), IMOGEN: (61801, NORTH), COLLEAGUE: (61802, NORTH), LEOPOLD: (61803, SOUTH),
            STRANGER: (61899, STRANGER)}
ENROLLED = 8
OWN = """Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/host_key
PidFile none
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
Include /etc/ssh/sshd_config.d/*.conf
"""
# Everything at its place as the examples name it; the lines of the example are run as they stand.
SET_UP = """set -e
mount --bind {passwd} /etc/passwd
mount --bind {group} /etc/group
mount -t tmpfs -o mode=755 none /srv
mkdir /srv/leadspool
mount --bind {site} /srv/leadspool
mount -t tmpfs -o mode=755 none /etc/ssh
mount -t tmpfs -o mode=755 none /run
mkdir /run/sshd /etc/ssh/sshd_config.d
cp {own} /etc/ssh/sshd_config
install -m 600 {host_key} /etc/ssh/host_key
cp {examples}/leadspool.conf.example /etc/ssh/sshd_config.d/leadspool.conf
{orders}
for account in {accounts}; do install -m 644 {keys}/$account.pub /etc/ssh/leadspool-keys/$account; done
mount -a -T {examples}/fstab.example
/usr/sbin/sshd -t
exec /usr/sbin/sshd -D -e
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class SecureShell:
    """An sshd in a name space of mounts of its own, and clients with a key each."""

    def __init__(self, folder, site, passwd, group):
        self.folder, self.port, self.process = folder, free_port(), None
        self.keys, self.known = os.path.join(folder, 'ssh-keys'), os.path.join(folder, 'known_hosts')
        os.makedirs(self.keys, 0o700)
        for name in ('host', IMOGEN, COLLEAGUE, LEOPOLD, STRANGER):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', self.key(name)], check=True)
        with open(self.key('host') + '.pub') as key, open(self.known, 'w') as known:
            known.write(f'[127.0.0.1]:{self.port} {key.read()}')
        own = os.path.join(folder, 'sshd_config')
        with open(own, 'w') as file:
            file.write(OWN.format(port=self.port))
        with open(os.path.join(EXAMPLES, 'leadspool.conf.example')) as file:
            self.orders = re.findall(r'^#     (\w.*)$', file.read(), re.M)
        quoted = {name: shlex.quote(value) for name, value in dict(
            passwd=passwd, group=group, site=site, own=own, host_key=self.key('host'), examples=EXAMPLES, keys=self.keys).items()}
        self.script = SET_UP.format(orders='\n'.join(self.orders), accounts=' '.join((IMOGEN, COLLEAGUE, LEOPOLD, STRANGER)),
                                    **quoted)

    def key(self, account):
        return os.path.join(self.keys, account)

    def start(self, seconds=300):
        plain = {name: value for name, value in os.environ.items() if name != 'LD_PRELOAD'}    # it has lists of its own
        self.process = subprocess.Popen(
            ['timeout', '--foreground', '-k', '2', str(seconds), 'unshare', '--mount', '--propagation', 'private', 'bash', '-c',
             self.script], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True, env=plain,
            stderr=open(os.path.join(self.folder, 'sshd.log'), 'w'))

    def said(self):
        with open(os.path.join(self.folder, 'sshd.log')) as file:
            return file.read()

    def stop(self):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(3)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass

    def words(self, program, account, *options):
        return [program, '-F', 'none', '-i', self.key(account), '-o', f'Port={self.port}', '-o', 'BatchMode=yes', '-o',
                f'UserKnownHostsFile={self.known}', '-o', 'IdentitiesOnly=yes', '-o', 'ConnectTimeout=10', *options,
                f'{account}@127.0.0.1']

    def call(self, program, account, *options, said='', after=(), folder=None):
        done = subprocess.run(self.words(program, account, *options) + list(after), input=said, cwd=folder or self.folder,
                              capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def sftp(self, account, *commands, folder=None):
        return self.call('sftp', account, '-b', '-', said='\n'.join(commands) + '\n', folder=folder)


class Sftp(ServedSite):
    @classmethod
    def setUpClass(cls):
        if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode != 0:
            raise unittest.SkipTest('no name space of mounts can be made here')
        lists = cls.begin('sftp', ACCOUNTS, GROUPS, (ACCOUNTS[IMOGEN][0], GROUPS[NORTH]))
        cls.packets = os.path.join(cls.top, 'packets')
        for command in (NORTH, SOUTH):
            os.makedirs(os.path.join(cls.packets, 'in', command))
        cls.make_site(SERVICE)
        cls.office, cls.clerk = Office(cls.site, cls.faces), CaseManagement(cls.site)
        cls.server = SecureShell(cls.top, cls.path, *lists)
        assert len(cls.server.orders) == 11, 'the example prepares the folders of both commands'
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        cls.enrol(ENROLLED)
        assert wait_until(lambda: 'listening' in cls.server.said()), cls.server.said()
        cls.start_daemon()

    def sftp(self, account, *commands, **options):
        code, said = self.server.sftp(account, *commands, **options)
        self.assertEqual(code, 0, f'{account}: {commands}\n{said}\n{self.server.said()[-800:]}')
        return said

    def assert_refused(self, account, *commands, why='Permission denied|not found|No such file|Read-only|Failure', **options):
        code, said = self.server.sftp(account, *commands, **options)
        self.assertNotEqual(code, 0, f'{account}: {commands}\n{said}')
        self.assertRegex(said, why, f'{account}: {commands}')

    def packet(self, name, command=NORTH, person=1, **changes):
        """A packet on the sender's own machine: its folder."""
        copy = os.path.join(self.packets, 'till.jpg')
        shutil.copyfile(self.faces.probe(person).path, copy)
        words = whole_request(f'sftp {name}', command, 1, copy, name=name, **changes)
        words[words.index('--recording') + 1] = f'{command} {name}'     # many requests from one recording are held
        PatientSite(PROGRAM, self.packets).do('submit', *words)
        return os.path.join(self.packets, 'in', command, name)

    def drop(self, account, name, folder):
        self.sftp(account, f'mkdir in/{name}', f'cd in/{name}', 'put till.jpg', 'put manifest.xml', folder=folder)

    def receipt(self, command, name):
        self.assertTrue(wait_until(lambda: self.site.receipt_of(command, name)), f'{name} has no receipt')
        receipt = self.site.receipt_of(command, name)
        self.assertEqual((receipt.outcome, receipt.codes), ('ACCEPT', []), name)
        return receipt

    def test_from_a_packet_to_its_report(self):
        """Two commands send; each reads its own answers, a colleague too."""
        folder = self.packet('to-the-end', person=3, use=('U6',), priority=('imminent', 'An attack is announced for today.'))
        self.drop(IMOGEN, 'to-the-end', folder)
        docket = self.receipt(NORTH, 'to-the-end').docket
        self.drop(LEOPOLD, 'of-the-others', self.packet('of-the-others', SOUTH))
        other = self.receipt(SOUTH, 'of-the-others').docket

        def closed():
            self.office.work()
            self.clerk.work()
            return self.state(docket) == 'CLOSED'

        self.assertTrue(wait_until(closed, pause=0.1), self.state(docket))
        kept, theirs = os.path.join(self.packets, 'read-back'), os.path.join(self.packets, 'theirs')
        for place in (kept, theirs):
            os.makedirs(place)
        self.assertTrue(wait_until(lambda: self.server.sftp(COLLEAGUE, f'get out/{docket}/report-1.pdf.p7s', folder=kept)[0] == 0,
                                   pause=0.3), 'no report')
        self.sftp(COLLEAGUE, f'get out/{docket}/*', folder=kept)
        for name in ('receipt-1.xml', 'report-1.xml', 'report-1.pdf'):
            self.assert_signed(os.path.join(kept, name))
        self.sftp(LEOPOLD, f'get out/{other}/receipt-1.xml*', folder=theirs)
        self.assert_signed(os.path.join(theirs, 'receipt-1.xml'))
        self.assertNotIn(docket, self.sftp(LEOPOLD, 'ls out'))
        self.assert_refused(LEOPOLD, f'ls out/{docket}')
        self.site.do('audit', 'verify')

    def test_nothing_but_the_own_two_folders(self):
        for account, other in ((IMOGEN, SOUTH), (LEOPOLD, NORTH)):
            seen = self.sftp(account, 'ls -1a /', 'ls -1a ../../..')
            self.assertEqual(set(re.findall(r'^(?:\S*/)?(\w[\w.-]*)\s*$', seen, re.M)), {'in', 'out'}, seen)
            for place in ('/srv', '/etc/passwd', f'/srv/leadspool/out/{other}', f'../{other}', f'in/../../{other}/out',
                          f'out/../../../leadspool/var', '/proc/self/root', '/dev'):
                self.assert_refused(account, f'ls {place}')

    def test_answers_are_read_and_never_written(self):
        for commands in (['put known_hosts out/mine'], ['mkdir out/mine'], ['rm out/index.html'], ['rename out/index.html in/mine'],
                         ['chmod 777 out'], ['put known_hosts beside'], ['mkdir beside'], ['rmdir out'], ['rename in away']):
            self.assert_refused(IMOGEN, *commands)
        self.assertEqual(os.stat(self.site.at('out', NORTH)).st_mode & 0o7777, 0o2750)

    def test_nobody_touches_what_a_colleague_sent(self):
        folder = self.packet('unfinished', person=5)
        self.sftp(IMOGEN, 'mkdir in/unfinished', 'put manifest.xml in/unfinished/manifest.xml', folder=folder)
        self.assertIn('manifest.xml', self.sftp(COLLEAGUE, 'ls in/unfinished'))
        for commands in (['rename in/unfinished in/mine'], ['put till.jpg in/unfinished/till.jpg'], ['rm in/unfinished/manifest.xml'],
                         ['put till.jpg in/unfinished/manifest.xml'], ['chmod 777 in/unfinished'], ['rmdir in/unfinished']):
            self.assert_refused(COLLEAGUE, *commands, folder=folder)
        for at, mode in (('unfinished', 0o2750), ('unfinished/manifest.xml', 0o640)):
            status = os.stat(self.site.at('in', NORTH, at))
            self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid), (mode, ACCOUNTS[IMOGEN][0], GROUPS[NORTH]))
        self.sftp(IMOGEN, 'put till.jpg in/unfinished/till.jpg', folder=folder)
        self.receipt(NORTH, 'unfinished')

    def test_no_links(self):
        """Neither by the protocol, nor by one that an account with a shell on the server made."""
        self.sftp(IMOGEN, 'put known_hosts in/.file')
        self.assert_refused(IMOGEN, 'ln -s /out/index.html in/.link', why='Permission denied|[Nn]ot support|unsupported')
        self.assert_refused(IMOGEN, 'ln in/.file in/.link', why='Permission denied|[Nn]ot support|unsupported')
        link = self.site.at('in', NORTH, '.link')
        number, group = ACCOUNTS[IMOGEN]
        self.assertEqual(as_numbers(number, GROUPS[group], 'ln', '-s', self.site.at('site.xml'), link).returncode, 0)
        self.assert_refused(IMOGEN, 'get in/.link taken')
        self.sftp(IMOGEN, 'rm in/.link', 'rm in/.file')

    def test_files_alone(self):
        """No shell, no way on into the network, nobody without a key of the administrator's, nobody of no command."""
        code, said = self.server.call('ssh', IMOGEN, after=['id'])
        self.assertNotIn('uid=', said)
        code, said = self.server.call('ssh', IMOGEN, '-W', f'127.0.0.1:{self.server.port}')
        self.assertNotEqual(code, 0)
        self.assertNotIn('SSH-2.0', said)
        code, said = self.server.sftp(STRANGER, 'ls /')
        self.assertNotEqual(code, 0, said)
        self.assertIn('Permission denied', said)
        words = self.server.words('sftp', IMOGEN, '-b', '-')
        words[words.index(self.server.key(IMOGEN))] = self.server.key(LEOPOLD)
        done = subprocess.run(words, input='ls\n', capture_output=True, text=True, timeout=30)
        self.assertIn('Permission denied', done.stderr)
