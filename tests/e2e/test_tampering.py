"""Whoever can write to the disks changes something: what it was is named, and nothing of it is believed (R37)."""
import glob, json, os, shutil, subprocess

from site_case import EX_CONFIG, EX_DATAERR, NORTH, SiteCase, wait_until


class Tampering(SiteCase):
    """One site and its copies: each change is made, found and taken back."""

    def setUp(self):
        super().setUp()
        self.before = self.path + '.before'

    def tearDown(self):
        super().tearDown()
        shutil.rmtree(self.before, ignore_errors=True)

    def flip(self, path, at=None):
        """One bit in the middle; taken back when the test of it is through."""
        with open(self.site.at(path), 'rb') as file:
            whole = file.read()
        changed = bytearray(whole)
        changed[len(changed) // 2 if at is None else at] ^= 1
        with open(self.site.at(path), 'r+b') as file:
            file.write(changed)
        return whole

    def put_back(self, path, whole):
        with open(self.site.at(path), 'r+b') as file:
            file.truncate(0)
            file.write(whole)

    def told(self, *words, code=EX_DATAERR):
        done = self.site.call(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return ' '.join((done.stdout + done.stderr).split())

    def problems(self):
        done = self.site.call('audit', 'verify', '-j')
        self.assertIn(done.returncode, (0, EX_DATAERR), done.stderr)
        return {(problem['kind'], problem['subject']) for problem in json.loads(done.stdout.splitlines()[0])['problems']}

    def published(self, *patterns):
        found = [os.path.relpath(path, self.path) for pattern in patterns for path in glob.glob(self.site.at(pattern), recursive=True)
                 if os.path.isfile(path) and os.path.basename(path) not in ('index.html', 'request.html')
                 and not path.endswith(f'/out/{NORTH}/READ-ME.txt')]
        self.assertNotEqual(found, [])
        return found

    def test_documents(self):
        """Every published file changed; one exchanged for another that is signed too, a forged one added, one taken away."""
        docket = self.send('first').docket
        self.send('second', image=__file__)                 # which is no picture
        paths = self.published(f'out/{NORTH}/**', 'review/intake/*/*', 'gallery/out/**')
        self.assertGreater(len(paths), 10)
        self.assertEqual(self.problems(), set())
        whole = {path: self.flip(path) for path in paths}
        self.assertEqual(self.problems(), {('published-changed', path) for path in paths})
        for path in paths:
            self.put_back(path, whole[path])

        here, other = (path for path in paths if path.endswith('receipt-1.xml') and path.startswith('out/'))
        for end in ('', '.p7s'):
            shutil.copy(self.site.at(other + end), self.site.at(here + end))
        forged = f'out/{NORTH}/{docket}/report-1.pdf'
        with open(self.site.at(forged), 'w') as file:
            file.write('guilty')
        os.remove(self.site.at(here.replace('.xml', '.txt')))       # its reader may
        self.assertEqual(self.problems(), {('published-changed', here), ('published-changed', here + '.p7s'),
                                           ('published-unknown', forged)})
        self.assertIn(f'published-unknown {forged}', self.told('audit', 'verify'))

    def test_folders_and_pages(self):
        """Whole folders that nobody made, wherever the daemon publishes; a page that is no document, which is made anew."""
        docket = self.send('first').docket
        folders = ['out', f'out/{NORTH}', f'out/{NORTH}/{docket}', 'review/peer', 'case-management', 'discovery', 'disclosure/out',
                   'foil/out', 'audit/out', 'retention/out', 'gallery/out', 'hold', 'quarantine', 'review/answers']
        forged = [f'{folder}/FR-2026-999999' for folder in folders]
        for path in forged:
            os.mkdir(self.site.at(path))
            shutil.copy(__file__, self.site.at(path + '/report-1.pdf'))
            os.symlink('/etc/passwd', self.site.at(path + '.txt'))
        self.assertEqual(self.problems(), {('published-unknown', path + end) for path in forged for end in ('', '.txt')})
        for path in forged:
            shutil.rmtree(self.site.at(path))
            os.remove(self.site.at(path + '.txt'))
        self.assertEqual(self.problems(), set())

        pages = [path for top in (f'out/{NORTH}', 'review/intake', 'hold') for path in
                 (f'{top}/{name}' for name in ('index.html', 'request.html', 'READ-ME.txt')) if os.path.exists(self.site.at(path))]
        self.assertGreaterEqual(len(pages), 4)
        whole = {path: self.flip(path) for path in pages}
        self.assertEqual(self.problems(), {('published-changed', path) for path in pages})
        self.site.drain()
        self.assertEqual({event['outcome'] for event in self.actions(action='page-changed')}, set(pages))
        self.assertEqual(self.problems(), set())
        for path in pages:
            if not path.endswith(f'{NORTH}/index.html'):        # which says when it was made
                with open(self.site.at(path), 'rb') as file:
                    self.assertEqual(file.read(), whole[path], path)

    def test_books(self):
        """A page that hides its records, on which a walk went in circles; a page that Berkeley DB cannot open."""
        self.send('first')
        entries = 20            # of a page: how many there are, two bytes
        book = 'var/casebook/dockets.db'
        size = int.from_bytes(open(self.site.at(book), 'rb').read()[20:24], 'little')
        whole = self.flip(book, size + entries)
        self.assertIn(('book-damaged', 'dockets'), self.problems())
        self.put_back(book, whole)
        self.assertEqual(self.problems(), set())
        whole = self.flip(book, 24)
        self.assertIn('dockets.db is damaged', self.told('audit', 'verify', code=EX_CONFIG))
        self.put_back(book, whole)

    def test_records_of_what_is_in_force(self):
        """One that is damaged is named like any other, and stops nothing; the next start writes it anew."""
        self.site.drain()
        for book, word, record in (('runs', b'"members"', 'runs in-force'), ('counters', b'"training"', 'counters roster')):
            path = f'var/casebook/{book}.db'
            with open(self.site.at(path), 'rb') as file:
                at = file.read().index(word)
            self.flip(path, at)
            self.assertEqual(self.problems(), {('record-corrupt', record)})
            self.site.do('status')
            if book == 'runs':
                self.site.drain()
                self.assertEqual(self.problems(), set())

    def test_pages_of_an_encrypted_casebook(self):
        self.send('first')
        key = self.path + '.key'
        self.addCleanup(lambda: os.path.exists(key) and os.remove(key))
        self.site.encrypt(key)
        self.assertEqual(self.problems(), set())
        for book in ('dockets', 'vault'):
            path = f'var/casebook/{book}.db'
            with open(self.site.at(path), 'rb') as file:
                whole = file.read()
            self.flip(path, len(whole) // 2 + 50)
            self.assertEqual(self.problems(), {('book-damaged', book)})
            self.put_back(path, whole)
        self.assertEqual(self.problems(), set())

    def test_the_sites_own_files(self):
        """A loosened policy, an exchanged key: of what changed each member, at the next start and while a daemon runs."""
        self.send('first')
        self.replace('site.xml', 'minPeers="2"', 'minPeers="1"')
        self.replace('site.xml', '<word>creed</word>', '')
        self.flip('keys/ca.key')
        self.assertIn('site.xml was changed since the last start', self.told('audit', 'verify', code=0))
        self.assertRegex(self.told('check', code=1), 'WARNING.*keys/ca.key was changed.*WARNING.*site.xml was changed')
        self.site.drain()
        self.assertEqual([event['outcome'] for event in self.actions(action='settings-changed')],
                         ['protectedTraits/word[creed]:creed->none', 'review@minPeers:2->1'])
        self.assertEqual([event['outcome'] for event in self.actions(action='trust-changed')], ['keys/ca.key:changed'])
        self.assertNotIn('was changed', self.told('audit', 'verify', code=0))
        self.start_daemon()
        whole = self.flip('ca.pem')
        self.assertTrue(wait_until(lambda: self.actions(action='file-changed', outcome='ca.pem')))
        self.assertRegex(self.told('check', code=2), 'CRITICAL authority ca.pem.*not the same.*ca.pem was changed')
        self.put_back('ca.pem', whole)
        self.assertTrue(wait_until(lambda: self.actions(action='file-changed', outcome='ca.pem:as-before')))
        for name in ('site.key', 'site.pem'):
            whole = self.flip(f'keys/{name}')
            self.assertRegex(self.told('check', code=2), 'CRITICAL what the site signs with keys/site')
            self.put_back(f'keys/{name}', whole)
        self.assertNotIn('CRITICAL', self.site.call('check').stdout)

    def test_a_log_written_anew(self):
        """By one who can compute hashes and has an older record; then by one who has the site's key too: only a head that was kept
        elsewhere tells, to the program and to who has openssl and grep alone (docs/verify.md)."""
        self.send('first')
        shutil.copytree(self.site.at('var'), self.before)
        self.send('second')
        self.site.do('audit', 'head')
        self.site.drain()
        self.assertEqual(self.problems(), set())
        heads = glob.glob(self.site.at('audit', 'out', 'heads', '*'))
        elsewhere = os.path.join(self.before, 'heads')
        os.mkdir(elsewhere)
        for head in heads:
            shutil.copy(head, elsewhere)
        kept = os.path.join(elsewhere, os.path.basename(min(heads)))
        self.assertIn('The log holds event', self.told('audit', 'verify', '--head', kept, code=0))
        self.assertTrue(self.held_by_hand(kept))
        shutil.rmtree(self.site.at('var'))
        shutil.copytree(self.before, self.site.at('var'), ignore=shutil.ignore_patterns('heads'))
        self.send('third')
        self.assertEqual([subject for kind, subject in self.problems() if kind == 'head-differs'],
                         [os.path.relpath(min(heads), self.path)])

        for head in heads:
            os.remove(head)
        self.site.do('audit', 'head')
        self.site.drain()
        self.assertNotIn('head-differs', {kind for kind, _ in self.problems()})
        self.assertRegex(self.told('audit', 'verify', '--head', kept), 'is not the one of|the log ends with event')
        self.assertFalse(self.held_by_hand(kept))

    def held_by_hand(self, head):
        """The commands of docs/verify.md: the head is the site's, and the log holds its event."""
        script = """openssl cms -verify -binary -inform DER -in "$HEAD.p7s" -content "$HEAD" -CAfile ca.pem -purpose any -out /dev/null || exit 2
            grep -F "$(grep -o '"hash":"[0-9a-f]*"' "$HEAD")" | grep -o '"sequence":[0-9]*'"""
        done = subprocess.run(['bash', '-uc', script], cwd=self.path, input=self.site.do('audit', 'export'), env=dict(os.environ, HEAD=head),
                              capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode == 0


if __name__ == '__main__':
    import unittest
    unittest.main()
