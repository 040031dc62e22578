"""Encryption at rest (R34): nothing in clear below var/, keys given to a site that exists and changed, killed anywhere."""
import hashlib, json, os, pty, re, shutil, signal, subprocess, unittest

from site_case import EX_CONFIG, EX_USAGE, NORTH, PROGRAM, SiteCase

WORDS = b'Ottoline Quillfeather'                       # in the request, and so in the record


def slices(path):
    """Some stretches of a picture's bytes that no other file has by chance."""
    data = open(path, 'rb').read()
    return [data[at:at + 48] for at in (0, len(data) // 3, len(data) // 2, len(data) - 60)]


class Encrypted(SiteCase):
    def setUp(self):
        super().setUp()
        self.key = self.path + '.key'
        for path in (self.key, self.key + '2'):
            if os.path.exists(path):
                os.remove(path)

    def tearDown(self):
        super().tearDown()
        for path in (self.key, self.key + '2'):
            if os.path.exists(path):
                os.remove(path)

    def encrypt(self):
        return self.site.encrypt(self.key)

    def found(self, *needles):
        """Which of these bytes lie in a file below var/, or are part of a name there."""
        hits = set()
        for folder, folders, names in os.walk(self.site.at('var')):
            for name in names:
                data = open(os.path.join(folder, name), 'rb').read() + os.path.join(folder, name).encode()
                hits |= {needle for needle in needles if needle in data}
        return hits

    def needles(self):
        picture = self.faces.probe(3).path
        return slices(picture) + [WORDS, hashlib.sha256(open(picture, 'rb').read()).hexdigest().encode()]

    def send_words(self, name, **changes):
        return self.send(name, basis=f'A shop was robbed; {WORDS.decode()} of the shop saw who took the money.', **changes)

    def times(self, action):
        return [json.loads(line)['action'] for line in self.site.do('audit', 'export').splitlines()].count(action)

    def fails(self, code, *words):
        done = self.site.call(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_a_site_that_exists_gets_keys(self):
        receipt = self.send_words('before')
        self.assertEqual(self.found(*self.needles()), set(self.needles()))      # the search has teeth
        self.site.do('key', 'new', self.key, site=False)
        self.site.name_key(self.key)
        self.assertIn('would be', self.site.do('key', 'encrypt', '--dry-run'))
        self.assertEqual(self.found(*self.needles()), set(self.needles()))
        self.assertIn('fstrim', self.site.do('key', 'encrypt'))
        self.assertEqual(self.found(*self.needles()), set())
        self.assertIn('already', self.site.do('key', 'encrypt'))
        # All that was is there, and the whole path goes on: copies, pictures, worksheets, reports, templates.
        after = self.send_words('after')
        self.finish()
        self.assertEqual([self.state(one.docket) for one in (receipt, after)], ['CLOSED', 'CLOSED'])
        self.assertTrue(os.path.exists(self.site.at('out', NORTH, receipt.docket, 'report-1.pdf')))
        self.assertEqual(self.found(*self.needles()), set())
        self.site.do('audit', 'verify')
        self.assertEqual(self.times('record-encrypted'), 1)

    def test_wrong_and_missing_keys_say_so(self):
        self.encrypt()
        right = open(self.key).read()
        os.chmod(self.key, 0o600)
        with open(self.key, 'w') as key:
            key.write('0' * 64 + '\n')
        wrong = self.fails(EX_CONFIG, 'drain')
        self.assertRegex(wrong, r"is not this site's key: it is key [0-9a-f]{16}, and var/keyring opens with key [0-9a-f]{16}")
        self.assertNotIn('corrupt', wrong)
        os.remove(self.key)
        self.assertIn('opening its key', self.fails(EX_CONFIG, 'drain'))
        with open(self.key, 'w') as key:
            key.write(right)
        os.chmod(self.key, 0o644)
        self.assertIn('others may read', self.fails(EX_CONFIG, 'drain'))
        os.chmod(self.key, 0o400)
        os.rename(self.site.at('var', 'keyring'), self.site.at('var', 'aside'))
        self.assertIn('restore var/keyring', self.fails(EX_CONFIG, 'drain'))
        os.rename(self.site.at('var', 'aside'), self.site.at('var', 'keyring'))
        self.site.drain()
        # A credential goes before the file; a new key opens, the old one does not.
        self.site.do('key', 'change', self.key + '2')
        self.fails(EX_CONFIG, 'drain')
        credentials = self.path + '.credentials'
        os.makedirs(credentials, exist_ok=True)
        shutil.copy(self.key + '2', os.path.join(credentials, 'leadspool.key'))
        os.environ['CREDENTIALS_DIRECTORY'] = credentials
        try:
            self.site.drain()
        finally:
            del os.environ['CREDENTIALS_DIRECTORY']
            shutil.rmtree(credentials)

    def typed(self, text):
        """Exit code of a drain at a terminal where that is typed, and all the terminal showed."""
        process, terminal = pty.fork()
        if process == 0:
            os.execv(PROGRAM, [PROGRAM, '-s', self.path, 'drain'])
        shown = b''
        while True:
            try:
                some = os.read(terminal, 4096)
            except OSError:                 # how a terminal says that nobody has it open any more
                some = b''
            if not some:
                break
            shown += some
            if shown.endswith(b'key: '):
                os.write(terminal, text.encode() + b'\n')
                shown += b'\n'
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()

    def test_pass_phrase_at_a_terminal(self):
        self.encrypt()
        with open(self.key + '2', 'w') as phrase:
            phrase.write('seven reluctant otters\n')
        os.chmod(self.key + '2', 0o600)
        self.site.do('key', 'change', self.key + '2')
        self.site.name_key('')
        self.assertIn('its key is not at hand', self.site.call('drain', start_new_session=True).stderr)
        code, shown = self.typed('seven reluctant otters')
        self.assertEqual((code, 'otters' in shown), (0, False), shown)
        code, shown = self.typed('seven reluctant badgers')
        self.assertEqual((code, 'badgers' in shown), (EX_CONFIG, False), shown)
        self.assertIn("is not this site's key", shown)

    def test_change_of_keys_killed_anywhere(self):
        """Killed later and later, until one comes to its end; each leaves what the next can finish."""
        receipt = self.send_words('one')
        self.site.do('key', 'new', self.key, site=False)
        self.site.name_key(self.key)
        for word, event in (('encrypt', 'record-encrypted'), ('rotate', 'keys-rotated')):
            for wait in range(1, 60):
                process = subprocess.Popen([PROGRAM, '-s', self.path, 'key', word], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True)
                try:
                    process.wait(wait * 0.012)
                except subprocess.TimeoutExpired:
                    process.kill()
                error = process.communicate()[1]
                if process.returncode == 0:
                    break
                self.assertEqual(process.returncode, -signal.SIGKILL, error)
            else:
                self.site.do('key', word)
            self.assertGreater(wait, 1, 'it was never killed')
            self.site.drain()
            self.assertEqual(self.found(*self.needles()), set())
            self.site.do('audit', 'verify')
            self.assertEqual(self.times(event), 1)
        self.assertEqual(len(self.site.lines('key', 'list')), 1)
        self.assertFalse([name for name in os.listdir(self.site.at('var')) if name.startswith('casebook.')])
        self.assertEqual(self.state(receipt.docket), 'INTAKE')

    def test_no_process_keeps_or_spills_the_key(self):
        self.encrypt()
        daemon = self.start_daemon()
        key = open(self.key).read().strip()
        processes = subprocess.run(['pgrep', '-g', str(daemon.process.pid)], capture_output=True, text=True).stdout.split()
        self.assertGreater(len(processes), 3)
        for process in processes:
            limits = open(f'/proc/{process}/limits').read()
            if process == str(daemon.process.pid) or 'porter' in open(f'/proc/{process}/comm').read():
                self.assertRegex(limits, r'Max core file size +0 +0')
            with open(f'/proc/{process}/maps') as maps, open(f'/proc/{process}/mem', 'rb') as memory:
                for line in maps:
                    begin, end, rights = re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+)', line).groups()
                    if 'r' not in rights or '[v' in line:
                        continue
                    try:
                        memory.seek(int(begin, 16))
                        content = memory.read(int(end, 16) - int(begin, 16))
                    except (OSError, ValueError, OverflowError):
                        continue
                    self.assertNotIn(key.encode(), content, line)
                    self.assertNotIn(bytes.fromhex(key), content, line)

    def test_required_means_required(self):
        self.site.name_key(self.key, 'required')
        self.assertIn('the record is in clear', self.fails(EX_CONFIG, 'drain'))
        self.assertIn('takes no file', self.fails(EX_USAGE, 'key', 'list', 'x'))



if __name__ == '__main__':
    unittest.main()
