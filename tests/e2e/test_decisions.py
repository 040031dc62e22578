"""Decisions that must not count, handed in through the real program: each is refused with an answer that says why,
changes nothing else, and is looked into where somebody did what they may not."""
import glob, os, re, shutil, subprocess

from site_case import NORTH, SUPERVISOR, SiteCase, investigator_of, peers_of

CONFIRM = ['--outcome', 'confirm', '--basis', 'R1,R14']


class Decisions(SiteCase):
    def setUp(self):
        super().setUp()
        self.docket = self.send('case', person=3).docket
        self.intake = self.item(self.docket, 'intake')
        self.confirm = CONFIRM + ['--eyes', self.faces.probe(3).eyes]
        self.answered = set()

    def incidents(self):
        return self.site.lines('status')[0]['incidents']

    def new_answer(self):
        """(person, text) of the answer that came since the last look; exactly one."""
        found = set(glob.glob(self.site.at('review', 'answers', '*', '*.txt')))
        new = found - self.answered
        self.answered = found
        self.assertEqual(len(new), 1, new)
        path = new.pop()
        with open(path) as file:
            return path.split('/')[-2], file.read()

    def hand_in(self, name, content):
        """A file as somebody puts it into the drop by hand."""
        with open(self.site.at('review', 'decisions', '.' + name), 'wb') as file:
            file.write(content)
        os.rename(self.site.at('review', 'decisions', '.' + name), self.site.at('review', 'decisions', name))
        self.site.drain()

    def signed(self, person, item, *words, key_of=None):
        """The bytes of a signed decision, taken out of the drop before anybody saw them."""
        who = self.site.as_person(key_of or person)
        self.site.do('decide', item.directory, '--as', person, *who[2:], *words)
        path, = glob.glob(self.site.at('review', 'decisions', '*.p7m'))
        with open(path, 'rb') as file:
            content = file.read()
        os.remove(path)
        return content

    def refused(self, clause, code, incident=False, state='INTAKE', person=None):
        """The latest answer says no with that clause and code, and nothing else changed."""
        who, text = self.new_answer()
        self.assertIn(f'Refused ({clause}, {code})', text)
        self.assertEqual(self.state(self.docket), state)
        self.assertTrue(self.actions(action='decision-refused', outcome=code))
        self.assertEqual(self.incidents() > self.before, incident, f'incident of {code}')
        if person is not None:
            self.assertEqual(who, person)
        self.assertEqual(glob.glob(self.site.at('review', 'decisions', '*')), [])

    def attempt(self, person, item, *words, **expected):
        self.before = self.incidents()
        self.decide(person, item, *words)
        self.refused(person=person, **expected)

    def test_wrong_people(self):
        self.attempt('moss', self.intake, *self.confirm, clause='R31', code='role-missing', incident=True)
        self.attempt('reed', self.intake, *self.confirm, clause='R47', code='administrator-decides', incident=True)
        self.before = self.incidents()
        self.hand_in('borrowed.p7m', self.signed('marrow', self.intake, *self.confirm, key_of='quill'))
        self.refused('R31', 'signer-differs', incident=True)
        # The right one still can.
        self.decide('quill', self.intake, *self.confirm)
        self.assertEqual(self.new_answer()[0], 'quill')
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_incomplete(self):
        self.attempt('quill', self.intake, '--outcome', 'confirm', '--basis', 'R1', clause='R19', code='eyes-missing')
        self.attempt('quill', self.intake, '--outcome', 'confirm', '--eyes', self.faces.probe(3).eyes,
                     clause='R18', code='basis-missing')
        self.attempt('quill', self.intake, '--outcome', 'unsuitable', clause='R20', code='reasons-missing')
        self.attempt('quill', self.intake, *CONFIRM, '--eyes', '5000,10,5100,10', clause='R19', code='eyes-unusable')

    def test_tampered_and_broken_files(self):
        good = self.signed('quill', self.intake, *self.confirm)
        at = good.index(b'<basis>') + 20
        self.before = self.incidents()
        self.hand_in('changed.p7m', good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        self.refused('R31', 'signature-wrong', incident=True)
        for name, content in (('garbage.p7m', b'no signature at all'), ('cut.p7m', good[:len(good) // 2]), ('empty.p7m', b'')):
            with self.subTest(name):
                self.before = self.incidents()
                self.hand_in(name, content)
                _, text = self.new_answer()
                self.assertIn('Refused', text)
                self.assertEqual(self.state(self.docket), 'INTAKE')
        self.hand_in('good.p7m', good)
        self.assertEqual(self.state(self.docket), 'QUEUED')
        self.assert_sound()

    def test_replayed(self):
        good = self.signed('quill', self.intake, *self.confirm)
        self.hand_in('first.p7m', good)
        self.assertIn('Counted', self.new_answer()[1])
        self.hand_in('second.p7m', good)
        self.assertIn('count once', self.new_answer()[1])
        self.assertEqual(len(self.actions(action='decision-applied')), 1)
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_stale(self):
        """A decision about an item that was replaced meanwhile."""
        late = self.signed('quill', self.intake, *self.confirm)
        self.site.do('submit', '--command', NORTH, '--requester', 'Imogen Fairweather', '--shield', '3114', '--account',
                     'ifairweather', '--kind', 'supplement', '--docket', self.docket, '--name', 'more', '--image',
                     self.faces.probe(4).path, '--source', 'phone', '--unknown-person', 'yes')
        self.site.drain()
        self.before = self.incidents()
        self.answered = set(glob.glob(self.site.at('review', 'answers', '*', '*.txt')))
        fresh = self.item(self.docket, 'intake')
        self.assertNotEqual(fresh.pictures, self.intake.pictures, 'the new image is not on the item')
        self.hand_in('late.p7m', late)
        _, text = self.new_answer()
        self.assertRegex(text, r'Refused \(R13, item-(stale|closed)\)')
        self.assertEqual(self.state(self.docket), 'INTAKE')

    def test_closed_item(self):
        early = self.signed('quill', self.intake, '--outcome', 'refuse', '--reasons', 'No basis.')
        self.decide('quill', self.intake, *self.confirm)
        self.new_answer()
        self.before = self.incidents()
        self.hand_in('early.p7m', early)
        self.refused('R13', 'item-closed', state='QUEUED')

    def revoke(self, person):
        """A new revocation list of the site's own authority, through openssl alone."""
        keys, folder = self.site.at('keys'), os.path.join(self.path, 'revoking')
        os.mkdir(folder)
        serial = subprocess.run(['openssl', 'x509', '-noout', '-serial', '-in', self.site.at('demo', 'people', person + '.pem')],
                                capture_output=True, text=True, check=True).stdout.strip().split('=')[1]
        with open(os.path.join(folder, 'index.txt'), 'w') as file:
            file.write(f'R\t351231235959Z\t260101000000Z\t{serial}\tunknown\t/CN=x\n')
        with open(os.path.join(folder, 'openssl.cnf'), 'w') as file:
            file.write(f'[ca]\ndefault_ca=a\n[a]\ndatabase={folder}/index.txt\ndefault_md=sha256\ndefault_crl_days=30\n')
        subprocess.run(['openssl', 'ca', '-gencrl', '-config', os.path.join(folder, 'openssl.cnf'), '-keyfile',
                        os.path.join(keys, 'ca.key'), '-cert', os.path.join(keys, 'ca.pem'), '-out', os.path.join(folder, 'crl.pem')],
                       check=True, capture_output=True)
        shutil.copyfile(os.path.join(folder, 'crl.pem'), os.path.join(keys, 'crl.pem'))

    def test_revoked(self):
        self.revoke('quill')
        self.before = self.incidents()
        self.decide('quill', self.intake, *self.confirm)
        self.refused('R31', 'certificate-revoked', incident=True)
        self.decide('marrow', self.intake, *self.confirm)
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_stranger(self):
        """A key of somebody's own making."""
        folder = os.path.join(self.path, 'stranger')
        os.mkdir(folder)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '9',
                        '-subj', '/CN=quill', '-keyout', os.path.join(folder, 'k'), '-out', os.path.join(folder, 'c')],
                       check=True, capture_output=True)
        self.before = self.incidents()
        self.site.do('decide', self.intake.directory, '--as', 'quill', '--key', os.path.join(folder, 'k'),
                     '--cert', os.path.join(folder, 'c'), *self.confirm)
        self.site.drain()
        self.refused('R31', 'signature-untrusted', incident=True)

    def edit_roster(self, person, pattern, replacement):
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        start = text.index(f'<person id="{person}">')
        end = text.index('</person>', start)
        changed = re.sub(pattern, replacement, text[start:end])
        self.assertNotEqual(changed, text[start:end])
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(text[:start] + changed + text[end:])

    def test_training_has_run_out(self):
        self.edit_roster('quill', r'<trainingUntil>[^<]*', '<trainingUntil>2026-01-01T00:00:00Z')
        self.attempt('quill', self.intake, *self.confirm, clause='R30', code='training-expired', incident=True)

    def test_not_on_the_roster_any_more(self):
        self.edit_roster('finch', r'<certificate>[0-9a-f]{64}', '<certificate>' + 'ab' * 32)
        self.attempt_unknown('finch')

    def attempt_unknown(self, person):
        self.before = self.incidents()
        self.decide(person, self.intake, *self.confirm)
        self.refused('R31', 'signer-unknown', incident=True)

    def test_requester_decides_nothing(self):
        self.edit_roster('ochre', r'<account>[^<]*', '<account>ifairweather')
        self.attempt('ochre', self.intake, *self.confirm, clause='R13', code='requester-decides', incident=True)

    def test_disjoint_people(self):
        """Investigator, peers and supervisor of one docket are different people."""
        peer = self.advance(self.docket, 'peer')
        own, (first, second) = investigator_of(self.docket), peers_of(self.docket)[:2]
        marks = ['--outcome', 'complete', '--others', 'not', '--reasons', 'None of them.']
        self.answered = set(glob.glob(self.site.at('review', 'answers', '*', '*.txt')))
        self.attempt(own, peer, *marks, clause='R23', code='role-conflict', incident=True, state='PEER')
        self.decide(first, self.item(self.docket, 'peer', 1), *marks)
        self.new_answer()
        self.attempt(first, self.item(self.docket, 'peer', 2), *marks, clause='R23', code='peer-twice', incident=True, state='PEER')
        self.decide(second, self.item(self.docket, 'peer', 2), *marks)
        _, text = self.new_answer()
        self.assertNotIn('SUPERVISION', text, 'a peer reads off the answer what the others marked')
        final = self.item(self.docket, 'supervision')
        wrong = 'vesper' if self.supervisor() == 'harrow' else 'harrow'
        self.attempt(wrong, final, '--outcome', 'continue', '--reasons', 'Look again.', clause='R24', code='not-the-supervisor',
                     incident=True, state='SUPERVISION')
        self.attempt(self.supervisor(), final, '--outcome', 'approve', clause='R25', code='not-now', state='SUPERVISION')
        self.assert_sound()

    def supervisor(self):
        return SUPERVISOR[investigator_of(self.docket)]

    def test_a_key_by_its_uri(self):
        """As of a token: OpenSSL's stores find it."""
        folder = self.site.at('demo', 'people', 'quill')
        words = ['decide', self.intake.directory, '--as', 'quill', '--cert', folder + '.pem', *self.confirm]
        done = self.site.call(*words, '--key', 'pkcs11:token=none;object=none')
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('pkcs11:token=none', done.stderr)
        self.site.do(*words, '--key', 'file:' + folder + '.key')
        self.site.drain()
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_a_key_on_a_token(self):
        """Made of software, but asked for its signature as any other: the key is in no file the program is given."""
        folder, tokens = self.site.at('demo', 'people', 'quill'), os.path.join(self.path, 'tokens')
        os.makedirs(tokens)
        with open(os.path.join(self.path, 'softhsm2.conf'), 'w') as file:
            file.write(f'directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n')
        surroundings = dict(os.environ, SOFTHSM2_CONF=file.name)
        for words in (['--init-token', '--free', '--so-pin', '1234'], ['--import', folder + '.key', '--id', '01']):
            done = subprocess.run(['softhsm2-util', *words, '--label' if '--so-pin' in words else '--token', 'leadspool', '--pin', '567890',
                                   *(['--label', 'quill'] if '--import' in words else [])], env=surroundings, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        words = ['decide', self.intake.directory, '--as', 'quill', '--cert', folder + '.pem', *self.confirm]
        key = 'pkcs11:token=leadspool;object=quill;type=private;pin-value='
        done = self.site.call(*words, '--key', key + '999999', env=surroundings)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn('is the PIN right?', done.stderr)
        self.assertNotIn('999999', done.stderr, 'a PIN in a message')
        self.assertEqual(os.listdir(self.site.at('review', 'decisions')), [])
        other = self.site.call(*words[:-len(self.confirm) - 1], self.site.at('demo', 'people', 'marrow') + '.pem', *self.confirm, '--key', key + '567890',
                               env=surroundings)
        self.assertIn('does not belong to the certificate', other.stderr)
        self.site.do(*words, '--key', key + '567890', env=surroundings)
        self.site.drain()
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_answers_come_back_to_the_command(self):
        """--wait: applied is exit 0, refused is exit 77, with a daemon that runs."""
        self.start_daemon()
        words = ['decide', self.intake.directory, '--wait', '20']
        done = self.site.call(*words, *self.site.as_person('moss'), *self.confirm)
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn('R31', done.stderr)
        done = self.site.call(*words, *self.site.as_person('quill'), *self.confirm)
        self.assertEqual(done.returncode, 0, done.stderr)
