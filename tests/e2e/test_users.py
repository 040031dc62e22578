"""What people do with the program, as they do it: typing on a terminal, making mistakes, asking for another search."""
import glob, json, os, pty, re, select, subprocess, time, unittest
import xml.etree.ElementTree as ElementTree

from site_case import EX_CONFIG, EX_NOINPUT, EX_USAGE, NORTH, SiteCase, SUPERVISOR, image_words, investigator_of, sender_words, wait_until
from gallery import drop_packet

NOT_PERMITTED = 77


def on_terminal(words, answers, seconds=60):
    """Run a command on a terminal and type one answer to each question; what it showed, and its exit code."""
    try:
        child, terminal = pty.fork()
    except OSError as error:
        raise unittest.SkipTest(f'no pseudo-terminal here: {error}')
    if child == 0:
        os.execvp(words[0], words)
    shown, answers, end = b'', list(answers), time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        try:
            chunk = os.read(terminal, 65536) if ready else b'.'
        except OSError:
            break
        if not chunk:
            break
        shown += chunk if ready else b''
        if answers and shown.endswith(b': '):
            os.write(terminal, answers.pop(0).encode() + b'\n')
            shown += b'\n'
    os.close(terminal)
    return shown.decode(errors='replace').replace('\r', ''), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def name_of(item):
    return f'{item.docket}-{item.stage}-{item.round}-{item.slot}'


class Terminal(SiteCase):
    def ask(self, person, item, *answers):
        shown, code = on_terminal([self.site.program, '-s', self.path, 'decide', name_of(item), *self.site.as_person(person)], answers)
        self.site.drain()
        return shown, code

    def test_a_whole_case_is_decided_by_answering_questions(self):
        docket = self.send('typed', person=3).docket
        own = investigator_of(docket)
        shown, code = self.ask(own, self.item(docket, 'intake'), 'maybe', 'confirm', 'R1 R14 R15', self.faces.probe(3).eyes)
        self.assertEqual(code, 0, shown)
        self.assertIn('"maybe" is none of them', shown)
        self.site.drain(overnight=True)
        item = self.item(docket, 'investigation')
        label = self.office.mate(item, 3)
        candidates = [name for name in item.pictures if name.startswith('C')]
        dispositions = ['possible' if name == label else 'excluded' for name in candidates]
        shown, code = self.ask(own, item, 'candidate', *dispositions, label, *['similar'] * 19, '2', 'None seen', 'Eyes and nose agree')
        self.assertEqual(code, 0, shown)
        shown, code = self.ask(own, self.item(docket, 'background'), 'proceed', 'at liberty', 'yes', '', '')
        self.assertEqual(code, 0, shown)
        for slot in (1, 2):
            item = self.item(docket, 'peer', slot)
            person = [name for name in ('finch', 'ochre', 'tansy') if name != own][slot - 1]
            mate = self.office.mate(item, 3)
            marks = ['possible' if name == mate else 'not' for name in item.pictures if name.startswith('A')]
            shown, code = self.ask(person, item, 'complete', *marks, 'The outline agrees')
            self.assertIn('Reasons: ', shown)
            self.assertEqual(code, 0, shown)
        shown, code = self.ask(SUPERVISOR[own], self.item(docket, 'supervision'), 'approve')
        self.assertEqual(code, 0, shown)
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        self.assertTrue(os.path.exists(self.site.at('out', NORTH, docket, 'report-1.pdf')))

    def test_an_empty_answer_decides_nothing(self):
        docket = self.send('undecided').docket
        shown, code = self.ask('quill', self.item(docket, 'intake'), '')
        self.assertEqual(code, EX_USAGE, shown)
        self.assertIn('nothing was decided', shown)


class Mistakes(SiteCase):
    """What the command itself can tell is told at once, once, and with the words that would be right."""

    def setUp(self):
        super().setUp()
        self.docket = self.send('case', person=3).docket
        self.intake = self.item(self.docket, 'intake')

    def complaint(self, *words, code, person='quill'):
        done = self.site.call('decide', *words, *self.site.as_person(person))
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        return done.stderr

    def supplement(self):
        self.site.do('submit', '--command', NORTH, *sender_words(NORTH), '--kind', 'supplement', '--docket', self.docket, '--name', 'more',
                     '--image', self.faces.probe(4).path, '--source', 'phone', '--unknown-person', 'yes')
        self.site.drain()

    def test_words_and_labels(self):
        key, eyes = name_of(self.intake), self.faces.probe(3).eyes
        self.assertIn('confirm, unsuitable, refuse', self.complaint(key, '-o', 'maybe', code=EX_USAGE))
        self.assertIn('confirm, unsuitable, refuse', self.complaint(key, '-o', 'approve', code=EX_USAGE))
        self.assertIn('there is S01', self.complaint(key, '-o', 'confirm', '--basis', 'R1', '--probe', 'P7', '--eyes', eyes, code=EX_USAGE))
        self.assertIn('list --items', self.complaint(self.docket + '-peer-1-1', '-o', 'complete', code=EX_NOINPUT))
        self.supplement()
        self.assertIn(f'{self.docket}-intake-1-2', self.complaint(key, '-o', 'confirm', '--basis', 'R1', '--eyes', eyes, code=EX_NOINPUT))
        fresh = self.item(self.docket, 'intake')
        self.assertIn('S01, S02', self.complaint(name_of(fresh), '-o', 'confirm', '--basis', 'R1', '--eyes', eyes, code=EX_USAGE))

    def test_a_refusal_is_said_once(self):
        self.start_daemon()
        text = self.complaint(name_of(self.intake), '-o', 'unsuitable', '--wait', '20', code=NOT_PERMITTED)
        self.assertEqual(text.count('reasons-missing'), 1)

    def test_edits_a_picture_does_not_allow(self):
        """Refused at once: a search that can never make its picture would wait for ever."""
        self.decide('quill', self.intake, '-o', 'confirm', '--basis', 'R1,R14', '--edit', 'crop=40,60,4000,5000', '--eyes', '183,271,292,266')
        self.assertEqual(self.state(self.docket), 'INTAKE')
        text, = self.answers('quill').values()
        self.assertIn('Refused (R19, edit-not-allowed)', text)
        self.assertIn('leaves the picture of', text)


class AnotherSearch(SiteCase):
    def searches(self, docket):
        return self.site.lines('show', docket, '--reason', 'test')[0]['searches']

    def test_a_supplement_reopens_the_comparison_and_can_be_searched(self):
        """A picture that came during the comparison is shown to the investigator, who searches again with it."""
        docket = self.send('case', person=3).docket
        before = self.advance(docket, 'investigation')
        self.site.do('submit', '--command', NORTH, *sender_words(NORTH), '--kind', 'supplement', '--docket', docket, '--name', 'more', '--image',
                     self.faces.probe(4).path, '--source', 'phone', '--unknown-person', 'yes')
        self.site.drain()
        item = self.item(docket, 'investigation')
        self.assertNotEqual(item.key, before.key)
        self.assertEqual([name for name in item.pictures if name.startswith('S')], ['S01', 'S02'])
        own = investigator_of(docket)
        self.decide(own, item, '-o', 'search-again', '--probe', 'S02', '--eyes', self.faces.probe(4).eyes, '--reasons', 'A better picture came')
        self.assertEqual(self.state(docket), 'QUEUED')
        self.site.drain(overnight=True)
        item = self.item(docket, 'investigation')
        self.assertEqual(item.pictures['P01'], self.faces.probe(4).sha256)
        self.decide(own, item, '-o', 'search-again', '--probe', 'P01', '--reasons', 'No submitted picture')
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        self.assert_sound()

    def test_the_same_again(self):
        docket = self.send('case', person=3).docket
        item = self.advance(docket, 'investigation')
        self.decide(investigator_of(docket), item, '-o', 'search-again', '--reasons', 'The gallery grew')
        self.site.drain(overnight=True)
        again = self.item(docket, 'investigation')
        self.assertEqual(item.pictures['P01'], again.pictures['P01'])
        self.assertNotEqual(item.key, again.key)

    def test_a_return_from_the_background_check_begins_the_comparison_anew(self):
        docket = self.send('case', person=3).docket
        before = self.advance(docket, 'investigation')
        own = investigator_of(docket)
        label = self.office.mate(before, 3)
        self.decide(own, before, '-o', 'candidate', '--named', label, '--disposition', f'{label}=possible', '--others', 'excluded',
                    '--feature', 'nose=similar', '--rating', '1', '--limitations', 'None seen', '--reasons', 'The nose agrees')
        background = self.item(docket, 'background')
        self.decide(own, background, '-o', 'return')
        self.assertEqual(self.state(docket), 'BACKGROUND', 'returned without reasons')
        self.decide(own, background, '-o', 'return', '--reasons', 'In prison on that day')
        item = self.item(docket, 'investigation')
        self.assertNotEqual(name_of(item), name_of(before))
        self.decide(own, item, '-o', 'none', '--others', 'excluded', '--reasons', 'Nobody else fits')
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        report = ElementTree.parse(self.site.at('out', NORTH, docket, 'report-1.xml')).getroot()
        self.assertEqual(report.tag.split('}')[1], 'negativeReport')
        self.assertNotIn(label, ''.join(report.itertext()))
        self.assert_sound()


class Edits(SiteCase):
    EDITS = ['--edit', 'crop=20,30,360,450', '--edit', 'brightness=20', '--edit', 'contrast=10', '--edit', 'scale=150']

    def edited_eyes(self, person):
        numbers = [float(number) for number in self.faces.probe(person).eyes.split(',')]
        return ','.join(f'{(number - (20, 30)[place % 2]) * 1.5:.2f}' for place, number in enumerate(numbers))

    def recorded(self, docket, made):
        """The edits in the record of the docket, as options."""
        shown = json.loads(self.site.do('show', docket, '-j', '--reason', 'To make it again.').splitlines()[0])
        probe, words = shown['docket']['probe'], []
        self.assertEqual((probe['image'], probe['searched']), (self.faces.probe(3).sha256, made))
        self.assertTrue(probe['by'] and probe['at'])
        for edit in probe['edits']:
            kind = edit['operation']
            words += ['--edit', kind + '=' + (','.join(str(edit[name]) for name in ('x', 'y', 'width', 'height')) if kind == 'crop'
                                              else str(edit['per_mille'] // 10) if kind == 'scale' else str(edit['amount']))]
        return words

    def test_from_intake_to_the_report(self):
        """The probe searched is made from the one submitted, reproducibly, and the report says how."""
        docket = self.send('edited', person=3).docket
        own, edits = investigator_of(docket), [*self.EDITS, '--eyes', self.edited_eyes(3)]
        self.decide(own, self.item(docket, 'intake'), '-o', 'confirm', '--basis', 'R1,R14', *edits)
        self.site.drain(overnight=True)
        first = self.item(docket, 'investigation')
        made = first.pictures['P01']
        self.assertEqual(first.pictures['S01'], self.faces.probe(3).sha256)
        self.assertNotEqual(made, first.pictures['S01'])
        # What the ledger says was done to it, done again to the original: the same bytes.
        self.decide(own, first, '-o', 'search-again', '--probe', 'S01', *self.recorded(docket, made), '--eyes', self.edited_eyes(3),
                    '--reasons', 'To see it come out the same')
        self.site.drain(overnight=True)
        item = self.item(docket, 'investigation')
        self.assertNotEqual(name_of(item), name_of(first))
        self.assertEqual(item.pictures['P01'], made, 'the same edits made another picture')
        self.faces.by_digest[made] = self.faces.probe(3)        # the people recognise whom it shows
        self.assertIsNotNone(self.office.mate(item, 3), 'the mate is not found with the edited probe')
        worksheet = self.text_of(os.path.join(item.directory, 'worksheet.pdf'))
        self.assertIn(made, worksheet)
        self.assertIn('brightness', worksheet)
        self.finish()
        folder = self.site.at('out', NORTH, docket)
        report = self.text_of(os.path.join(folder, 'report-1.pdf'))
        for words in (made, self.faces.probe(3).sha256, 'crop', 'brightness', 'contrast', 'scale', investigator_of(docket)):
            self.assertIn(words, report)
        twin = ElementTree.parse(os.path.join(folder, 'report-1.xml')).getroot()
        self.assertEqual(twin.tag.split('}')[1], 'possibleMatchReport')
        edits = [''.join(node.itertext()) for node in twin.iter() if node.tag.endswith('}operation')]
        self.assertEqual(edits, ['crop', 'brightness', 'contrast', 'scale'])
        self.assert_sound()

    def text_of(self, path):
        """White space out: a digest is broken where its column ends."""
        done = subprocess.run(['pdftotext', '-layout', path, '-'], capture_output=True, text=True, check=True)
        raw = subprocess.run(['pdftotext', path, '-'], capture_output=True, text=True, check=True)
        return re.sub(r'\s+', '', done.stdout) + re.sub(r'\s+', '', raw.stdout)


class Times(SiteCase):
    def test_people_read_the_time_of_their_zone(self):
        docket = self.send('case').docket
        zone = re.compile(r'\d\d:\d\d(:\d\d)? E[SD]T')
        with open(self.site.at('out', NORTH, docket, 'receipt-1.txt')) as file:
            self.assertRegex(file.read(), zone)
        with open(self.site.at('out', NORTH, 'index.html')) as file:
            self.assertRegex(file.read(), zone)
        self.assertRegex(self.site.do('why', docket), zone)
        worksheet = subprocess.run(['pdftotext', os.path.join(self.item(docket, 'intake').directory, 'worksheet.pdf'), '-'],
                                   capture_output=True, text=True, check=True).stdout
        self.assertRegex(worksheet, zone)
        self.assertIn('Demonstration with drawn people', worksheet)


class Sergeant(SiteCase):
    def fault(self, name, code):
        receipt = self.site.receipt_of(NORTH, name)
        fault, = [fault for fault in receipt.faults if fault['code'] == code]
        with open(os.path.join(receipt.directory, 'receipt-1.txt')) as file:
            return fault, re.sub(r'\s+', ' ', file.read())

    def test_a_refused_packet_speaks_of_no_docket(self):
        """What would be held is named beside what is wrong, but there is nothing yet that a correction could name."""
        self.site.do('submit', *sender_words(NORTH), '--name', 'bare', '--use', 'U1', *image_words(self.faces.probe(3).path))
        self.site.drain()
        fault, text = self.fault('bare', 'discussion-missing')
        self.assertNotIn('correction', fault['remedy'])
        self.assertNotIn('this docket', text)
        sub_use, _ = self.fault('bare', 'sub-use-missing')
        self.assertIn('about-to-commit', sub_use['remedy'])

    def test_words_that_are_allowed_are_said(self):
        self.site.do('submit', *sender_words(NORTH), '--name', 'source', '--kind', 'supplement', '--docket', 'FR-2026-000001', '--image',
                     self.faces.probe(3).path, '--source', 'cctv', '--unknown-person', 'yes')
        self.site.drain()
        fault, _ = self.fault('source', 'source-not-allowed')
        self.assertIn('cctv-private', fault['remedy'])

    def test_a_broken_picture_is_said_once(self):
        broken = os.path.join(self.path, 'broken.jpg')
        with open(self.faces.probe(3).path, 'rb') as source, open(broken, 'wb') as file:
            file.write(source.read(20000))
        self.submit('broken', image=broken)
        self.site.drain()
        fault, _ = self.fault('broken', 'image-unreadable')
        self.assertNotIn('export', fault['text'])
        self.assertIn('export', fault['remedy'])


class Administrator(SiteCase):
    def log(self):
        with open(self.path + '.log') as file:
            return file.read()

    def test_an_outdated_revocation_list_is_said_once_and_shown(self):
        """Decisions wait for a new one: one line of log, a line of status, and on they go."""
        item = self.item(self.send('case').docket, 'intake')
        crl, folder = self.site.at('keys', 'crl.pem'), os.path.join(self.path, 'lists')
        os.mkdir(folder)
        with open(crl, 'rb') as file:
            good = file.read()
        with open(os.path.join(folder, 'openssl.cnf'), 'w') as file:
            file.write(f'[ca]\ndefault_ca=a\n[a]\ndatabase={folder}/index.txt\ndefault_md=sha256\n')
        open(os.path.join(folder, 'index.txt'), 'w').close()
        subprocess.run(['openssl', 'ca', '-gencrl', '-config', os.path.join(folder, 'openssl.cnf'), '-keyfile',
                        self.site.at('keys', 'ca.key'), '-cert', self.site.at('keys', 'ca.pem'), '-crl_lastupdate',
                        '20200101000000Z', '-crl_nextupdate', '20200201000000Z', '-out', crl], check=True, capture_output=True)
        self.start_daemon()
        self.site.do('decide', item.directory, *self.site.as_person('quill'), '-o', 'refuse', '--reasons', 'No basis')
        self.assertTrue(wait_until(lambda: 'revocation list in keys/ is out of date' in self.site.do('status')))
        time.sleep(5)
        self.assertEqual(self.log().count('claim-waits'), 1, self.log())
        with open(crl, 'wb') as file:
            file.write(good)
        self.assertTrue(wait_until(lambda: self.state(item.docket) == 'CLOSED'), self.log())
        self.assertNotIn('waits ', self.site.do('status'))

    def test_an_idle_daemon_says_nothing(self):
        self.start_daemon()
        before = self.log()
        self.assertRegex(before, r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d E[SD]T leadspool: started: ')
        time.sleep(5)
        self.assertEqual(self.log(), before)

    def test_keys_that_are_not_as_they_should_be(self):
        key = self.site.at('keys', 'site.key')
        for prepare, words in ((lambda: os.chmod(key, 0o644), 'chmod 600'), (lambda: os.remove(key), 'trust/@key')):
            prepare()
            done = self.site.call('drain')
            self.assertEqual(done.returncode, EX_CONFIG, done.stderr)
            self.assertIn('keys/site.key', done.stderr)
            self.assertIn(words, done.stderr)


class GalleryKeeper(SiteCase):
    def test_a_broken_photo(self):
        """The packet is taken; the photo is never searched, and both receipt and list say where to look."""
        broken = os.path.join(self.path, 'broken.jpg')
        with open(self.faces.probe(12).path, 'rb') as source, open(broken, 'wb') as file:
            file.write(source.read(20000))
        faces = [self.faces.probe(13), self.faces._know(broken, 12, 3, self.faces.probe(12).eyes)]
        drop_packet(self.site, faces, 77)
        self.site.drain()
        receipt, = glob.glob(self.site.at('gallery', 'out', 'enrolment-77-*', 'receipt-1.txt'))
        with open(receipt) as file:
            text = file.read()
        self.assertIn('New photographs: 2; 0 were there', text)
        self.assertIn('--status faulty', text)
        faulty = self.site.lines('gallery', 'list', '--status', 'faulty')
        self.assertEqual(len(faulty), 1)
        self.assertIn('damaged', faulty[0]['fault'])
