"""Each kind of account can do its part and nothing else, on a site whose folders are arranged as deploy/README.md says.

The accounts are real to the system: commands run under their numbers, and nss_wrapper gives them names for the daemon.
"""
import json, os, re, shlex, shutil, signal, socket, subprocess

from site_case import EX_NOPERM, NORTH, PROGRAM, ROOT, SOUTH, investigator_of, wait_until, whole_request
from other_accounts import as_numbers
from served_site import ServedSite

EXAMPLE_SITE = '/srv/leadspool'
SERVICE = 'leadspool-test-service'
PAIRS = {'fis-gallery': ['gallery'], 'fis-discovery': ['discovery'], 'fis-disclosure': ['disclosure'], 'fis-audit': ['audit']}
READS = {NORTH: [f'out/{NORTH}', f'in/{NORTH}'], SOUTH: [f'out/{SOUTH}', f'in/{SOUTH}'],
         'fis-investigators': ['review/intake', 'review/investigation', 'review/background'], 'fis-peers': ['review/peer'],
         'fis-supervisors': ['review/supervision'], 'fis-deciders': ['hold'], 'fis-signers': ['review/answers'],
         'case-management': ['case-management', 'case-management/acks'],
         'fis-records': ['foil/in', 'foil/sheets', 'foil/out', 'retention/in', 'retention/out'],
         **{group: [f'{top}/in' for top in tops] + [f'{top}/out' for top in tops] for group, tops in PAIRS.items()}}
DROPS = {NORTH: [f'in/{NORTH}'], SOUTH: [f'in/{SOUTH}'], 'fis-signers': ['review/decisions'], 'case-management': ['case-management/acks'],
         'fis-records': ['foil/in', 'foil/sheets', 'retention/in'], **{group: [f'{top}/in' for top in tops] for group, tops in PAIRS.items()}}
GROUPS = {name: 61900 + number for number, name in enumerate([SERVICE, 'stranger', *READS])}
# The demonstration's people under their own names, and others of the department.
ACCOUNTS = {'imogen-of-14': [NORTH], 'leopold-of-75': [SOUTH], 'quill': ['fis-signers', 'fis-investigators', 'fis-peers'],
            'marrow': ['fis-signers', 'fis-investigators', 'fis-peers'], 'finch': ['fis-signers', 'fis-investigators', 'fis-peers'],
            'harrow': ['fis-signers', 'fis-supervisors', 'fis-deciders'], 'keeper-of-faces': ['fis-gallery'],
            'clerk-of-cases': ['case-management'], 'clerk-of-discovery': ['fis-discovery'], 'releaser': ['fis-disclosure'],
            'keeper-of-records': ['fis-records'], 'auditor': ['fis-audit'], 'stranger': ['stranger']}
NUMBERS = {SERVICE: 61900, **{name: 61950 + number for number, name in enumerate(ACCOUNTS)}}
PLACES = ['', 'in', 'out', 'review', f'in/{NORTH}', f'in/{SOUTH}', f'out/{NORTH}', f'out/{SOUTH}', 'review/intake', 'review/investigation',
          'review/background', 'review/peer', 'review/supervision', 'review/decisions', 'review/answers', 'hold', 'gallery/in',
          'gallery/out', 'case-management', 'case-management/acks', 'discovery/in', 'discovery/out', 'disclosure/in', 'disclosure/out',
          'foil/in', 'foil/sheets', 'foil/out', 'audit/in', 'audit/out', 'retention/in', 'retention/out', 'quarantine', 'keys', 'var',
          'var/casebook', 'var/vault', 'var/gallery', 'var/incoming', 'var/run']
OPEN = {'', 'in', 'out', 'review'}          # the way to the others; who walks through sees names of commands and stages
TRY = '''cd "$0" || exit 1
for place; do
    ls -A "./$place" >/dev/null 2>&1 && echo "reads $place"
    (: >"./$place/.tried") 2>/dev/null && { echo "drops $place"; rm -f "./$place/.tried"; }
done
for file in site.xml.new var/run/lock keys/site.key; do (: >>"./$file") 2>/dev/null && echo "drops $file"; done
exit 0
'''


# What somebody tries who found a file or folder of another's: put something beside it, write into it, take it away, put
# something in its place.
HARM = '''for path; do
    (: >"$path/.tried") 2>/dev/null && echo "puts into $path"
    (echo tried >>"$path") 2>/dev/null && echo "writes $path"
    mv -f "$path" "$path.tried" 2>/dev/null && echo "renames $path"
    rm -f "$path" 2>/dev/null && [ -f "$path.tried" ] && echo "removes $path"
    ln -sfT /etc/passwd "$path" 2>/dev/null && echo "replaces $path"
done
exit 0
'''
# Questions that are not the service account's alone: of who is on the roster, who oversees, anybody.
ROSTER = {'list', 'show', 'why', 'rerun', 'discovery-list', 'retention-list', 'retention-dry-run', 'discovery-export', 'desk', 'desk-claim',
          'desk-recuse'}
OVERSIGHT = {'audit-tours', 'audit-figures', 'audit-extract'}
ANYBODY = {'decision'}


def ask(path, question):
    with socket.socket(socket.AF_UNIX) as to:
        to.connect(path)
        to.sendall(json.dumps({'schema': 1, 'command': question, 'arguments': {}}).encode() + b'\n')
        answer = b''
        while not answer.endswith(b'\n'):
            part = to.recv(65536)
            if not part:
                break
            answer += part
    return json.loads(answer).get('exit', 0)


class Accounts(ServedSite):
    @classmethod
    def setUpClass(cls):
        first = {SERVICE: (NUMBERS[SERVICE], SERVICE), **{name: (NUMBERS[name], groups[0]) for name, groups in ACCOUNTS.items()}}
        cls.begin('accounts', first, GROUPS, (NUMBERS['quill'], GROUPS['fis-signers']))
        cls.make_site(SERVICE)
        cls.enrol(4)
        orders = []
        for path in ('deploy/README.md', 'deploy/samba/leadspool.conf.example'):
            with open(os.path.join(ROOT, path)) as file:
                orders += re.findall(r'^#?     ?(ch(?:grp|mod) .*)$', file.read().replace(EXAMPLE_SITE, cls.path), re.M)
        assert len(orders) == 25, f'{len(orders)} orders arrange the folders'
        for order in orders:
            subprocess.run(shlex.split(order), check=True)
        cls.start_daemon()

    def run_as(self, account, *words):
        groups = [GROUPS[name] for name in ACCOUNTS[account]]
        return as_numbers(NUMBERS[account], groups[0], *map(str, words), more=groups)

    def leadspool_as(self, account, *words):
        return self.run_as(account, PROGRAM, '-s', self.path, *words)

    def test_every_folder_tried_by_every_account(self):
        for account, groups in ACCOUNTS.items():
            with self.subTest(account):
                said = self.run_as(account, 'bash', '-c', TRY, self.path, *PLACES).stdout.splitlines()
                wanted = [f'reads {place}' for place in PLACES if place in OPEN or any(place in READS.get(group, ()) for group in groups)]
                wanted += [f'drops {place}' for place in PLACES if any(place in DROPS.get(group, ()) for group in groups)]
                self.assertEqual(sorted(said), sorted(wanted))

    def test_a_request_and_its_decision_by_their_accounts(self):
        """The sender drops and reads, the investigator reads, signs and hears; nobody else of them does either."""
        copy = os.path.join(self.top, 'still.jpg')
        shutil.copyfile(self.faces.probe(2).path, copy)
        sent = self.run_as('imogen-of-14', PROGRAM, '-s', self.path, 'submit', *whole_request('accounts', NORTH, 1, copy, name='real'))
        self.assertEqual(sent.returncode, 0, sent.stderr)
        self.assertTrue(wait_until(lambda: self.site.receipt_of(NORTH, 'real')), 'no receipt')
        receipt = self.site.receipt_of(NORTH, 'real')
        self.assertEqual(receipt.outcome, 'ACCEPT')
        for account, reads in (('imogen-of-14', True), ('leopold-of-75', False), ('quill', False), ('stranger', False)):
            self.assertEqual(self.run_as(account, 'cat', receipt.path).returncode == 0, reads, account)
        signer = investigator_of(receipt.docket)
        self.assertTrue(wait_until(lambda: [item for item in self.site.items() if item.docket == receipt.docket]), 'no item')
        item = self.item(receipt.docket, 'intake')
        for account, reads in ((signer, True), ('harrow', False), ('imogen-of-14', False)):
            self.assertEqual(self.run_as(account, 'cat', os.path.join(item.directory, 'item.xml')).returncode == 0, reads, account)
        desk = os.path.join(self.top, signer)
        os.makedirs(desk, 0o700)
        for ending in ('.key', '.pem'):
            shutil.copy(self.site.at('demo', 'people', signer + ending), desk)
        for folder in (desk, *(os.path.join(desk, name) for name in os.listdir(desk))):
            os.chown(folder, NUMBERS[signer], GROUPS[ACCOUNTS[signer][0]])
        words = ['decide', item.directory, '--as', signer, '--key', f'{desk}/{signer}.key', '--cert', f'{desk}/{signer}.pem',
                 '--outcome', 'refuse', '--reasons', 'The basis does not hold.']
        signed = self.leadspool_as(signer, *words)
        self.assertEqual(signed.returncode, 0, signed.stderr)
        self.assertTrue(wait_until(lambda: self.answers(signer)), 'no answer')
        heard = self.run_as(signer, 'bash', '-c', f'cat {shlex.quote(self.site.at("review", "answers", signer))}/*.txt')
        self.assertEqual(heard.returncode, 0, heard.stderr)
        self.assertNotEqual(self.state(receipt.docket), 'INTAKE')
        self.site.do('audit', 'verify')

    def test_the_socket_asks_who_asks(self):
        lines = os.path.join(self.top, 'lines')
        with open(lines, 'w') as file:
            file.write(f'leadspool|2026/11/23 00:13:27|quill|::1|create_file|ok|0x1|file|open|{self.path}/out/{NORTH}/FR-2026-000001/a\n')
        for words in (['audit', 'export'], ['audit', 'verify'], ['retry', '--all'], ['gallery', 'stat'], ['audit', 'figures'],
                      ['audit', 'import-looks', lines]):
            for account in ('imogen-of-14', 'quill', 'stranger'):
                done = self.leadspool_as(account, *words)
                self.assertEqual(done.returncode, EX_NOPERM, f'{account} {words}: {done.stdout[:200]}{done.stderr}')
        self.assertEqual(self.leadspool_as('harrow', 'audit', 'figures').returncode, 0)

    def asked_as(self, account, questions):
        """{question: exit status} of asking the socket itself, without the program; by a process of that account."""
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([GROUPS[name] for name in ACCOUNTS[account]])
                os.setgid(GROUPS[ACCOUNTS[account][0]])
                os.setuid(NUMBERS[account])
                said = {question: ask(self.site.at('var', 'run', 'socket'), question) for question in questions}
                os.write(writable, json.dumps(said).encode())
            finally:
                os._exit(0)
        os.close(writable)
        with os.fdopen(readable) as pipe:
            said = json.loads(pipe.read())
        os.waitpid(child, 0)
        return said

    def test_every_question_of_the_socket(self):
        """Whatever a program of their own sends: every question the daemon knows is closed to whom it is not for."""
        with open(os.path.join(ROOT, 'spool', 'control.c')) as file:
            questions = re.findall(r'\{"([a-z-]+)", control_\w+, AUDIENCE', file.read())
        self.assertGreater(len(questions), 30)
        self.assertLess(ROSTER | OVERSIGHT | ANYBODY, set(questions))
        for account, may in (('stranger', ANYBODY), ('imogen-of-14', ANYBODY), ('quill', ANYBODY | ROSTER),
                             ('harrow', ANYBODY | ROSTER | OVERSIGHT)):
            said = self.asked_as(account, questions)
            self.assertEqual({question for question in questions if said[question] == EX_NOPERM} & (set(questions) - may),
                             set(questions) - may, account)

    def test_what_is_anothers_stays_as_it_is(self):
        """The requester in the folder of the answer, the signer in that of the item, everybody in the drops of others."""
        copy = os.path.join(self.top, 'another.jpg')
        shutil.copyfile(self.faces.probe(3).path, copy)
        self.site.do('submit', *whole_request('anothers', NORTH, 1, copy, name='anothers'))
        self.assertTrue(wait_until(lambda: self.site.receipt_of(NORTH, 'anothers')), 'no receipt')
        answer = os.path.dirname(self.site.receipt_of(NORTH, 'anothers').path)
        docket = os.path.basename(answer)
        self.assertTrue(wait_until(lambda: [item for item in self.site.items() if item.docket == docket]), 'no item')
        item = os.path.join(self.path, self.item(docket, 'intake').directory)
        dropped = [self.site.at('review', 'decisions', 'of-marrow'), self.site.at('in', NORTH, 'of-the-unit')]
        os.killpg(self.daemon.process.pid, signal.SIGSTOP)      # or it would take the drops
        self.addCleanup(os.killpg, self.daemon.process.pid, signal.SIGCONT)
        for path, account, group in ((dropped[0], 'marrow', 'fis-signers'), (dropped[1], 'imogen-of-14', NORTH)):
            os.mkdir(path, 0o750)
            os.chown(path, NUMBERS[account], GROUPS[group])
        paths = [folder for folder in (answer, item)] + [os.path.join(folder, name) for folder in (answer, item) for name in os.listdir(folder)]
        paths += [self.site.at(name) for name in ('var/run/socket', 'site.xml', 'roster.xml', 'ca.pem', f'out/{NORTH}/index.html', 'hold/index.html')]
        for account in ('imogen-of-14', 'leopold-of-75', 'quill', 'harrow', 'clerk-of-cases', 'stranger'):
            tried = paths + dropped[:1] + (dropped[1:] if account != 'imogen-of-14' else [])
            self.assertEqual(self.run_as(account, 'bash', '-c', HARM, 'harm', *tried).stdout, '', account)
        self.assertEqual([path for path in paths if not os.path.lexists(path) or os.path.islink(path)], [])
        for path in dropped:
            os.rmdir(path)

    def test_check_finds_nothing_to_mend_here(self):
        self.assertNotIn('[shares]', self.site.call('check').stdout)
        os.chmod(self.site.at('out', NORTH), 0o2755)
        try:
            self.assertRegex(self.site.call('check').stdout, rf'out/{NORTH}.*chmod.*\[shares\]')
        finally:
            os.chmod(self.site.at('out', NORTH), 0o2750)
