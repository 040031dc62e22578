"""Retention (R38): a schedule that names what is due, legal holds, and disposals that two people order and a certificate
proves; on one site, on the tests' clock."""
import glob, json, os, shutil, subprocess

from site_case import BUILD, NORTH, SiteCase

HERON = 'The man who took the till had a heron tattooed on the back of his left hand.'
DAY = 24 * 3600 * 1000
SCHEDULE = '<retention>' + ''.join(
    f'<row class="{name}" period="{period}" from="{start}" citation="Invented Schedule {number}" action="{action}"/>'
    for number, (name, period, start, action) in enumerate([
        ('docket-negative', 'P2D', 'closed', 'destroy'), ('docket-possible-match', 'P2D', 'closed', 'review'),
        ('worksheet', 'P1D', 'closed', 'destroy'), ('look', 'P1D', 'looked', 'destroy'),
        ('rejected-drop', 'P1D', 'received', 'destroy'), ('quarantine', 'P1D', 'received', 'destroy'),
        ('release', 'P1D', 'delivered', 'destroy'), ('enrolment-document', 'P3D', 'received', 'destroy')], 1)) + '</retention>'


class Retention(SiteCase):
    def setUp(self):
        super().setUp()
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', SCHEDULE + '</site>'))
        self.days = 0

    def later(self, *words, days=None, check=True):
        """A command on the tests' clock, so many days on."""
        shift = str((self.days if days is None else days) * DAY)
        done = subprocess.run([os.path.join(BUILD, 'tests', 'leadspool'), '-s', self.path, *map(str, words)], capture_output=True,
                              text=True, env=dict(os.environ, LEADSPOOL_TEST_CLOCK=shift), timeout=60)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def due(self, **options):
        return json.loads(self.later('retention', 'dry-run', '-j', **options).stdout)['dryRun']

    def receipts(self):
        found = []
        for path in glob.glob(self.site.at('retention', 'out', 'retention-*', 'receipt-1.txt')):
            with open(path) as file:
                found.append(' '.join(file.read().split()))
            shutil.rmtree(os.path.dirname(path))
        return found

    def ordered(self, verb, *words, person='lark'):
        """One order through the command, drained; the text of its receipt."""
        self.later('retention', verb, *words, '--reason', 'Yearly', '--citation', 'Schedule 1', *self.site.as_person(person))
        self.later('drain')
        receipt, = self.receipts()
        return receipt

    def disposed(self, list_digest, *words, signer='fern', approver='lark', kills=0):
        folder = self.path + '.order'
        shutil.rmtree(folder, ignore_errors=True)
        self.later('retention', 'dispose', list_digest, '--to', folder, '--reason', 'Yearly disposal', '--citation', 'Schedule 1',
                   *words, *self.site.as_person(signer))
        self.later('retention', 'approve', folder, *self.site.as_person(approver))
        shutil.rmtree(folder)
        for number in range(kills):
            self.killed(0.5 + 0.15 * number)
        self.later('drain')
        receipt, = self.receipts()
        return receipt

    def killed(self, seconds):
        """A drain that dies in the middle; its children with it."""
        process = subprocess.Popen([os.path.join(BUILD, 'tests', 'leadspool'), '-s', self.path, 'drain'], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(self.days * DAY)))
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def certificate(self, number):
        folder = self.site.at('retention', 'out', f'D-{number:06d}')
        self.assertEqual(sorted(os.listdir(folder)),
                         ['certificate.pdf', 'certificate.pdf.p7s', 'certificate.xml', 'certificate.xml.p7s'])
        for name in ('certificate.pdf', 'certificate.xml'):
            self.assert_signed(os.path.join(folder, name))
        with open(os.path.join(folder, 'certificate.xml')) as file:
            xml = file.read()
        pdf = subprocess.run(['pdftotext', '-layout', os.path.join(folder, 'certificate.pdf'), '-'], check=True, capture_output=True,
                             text=True).stdout
        return xml, pdf

    def test_a_year_of_the_records_staff(self):
        mate = self.send('mate', person=3).docket
        self.submit('stranger', person=12, basis=HERON)
        self.kept = self.path + '.packet'
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.site.at('in', NORTH, 'stranger'), self.kept)
        self.site.drain()
        stranger = self.site.receipt_of(NORTH, 'stranger').docket
        held = self.send('held', person=13).docket
        self.site.do('submit', '--command', NORTH, '--name', 'broken', '--manifest', __file__)
        self.site.drain()
        self.finish()
        self.assertEqual({self.state(docket) for docket in (mate, stranger, held)}, {'CLOSED'})
        self.site.do('show', stranger, '--reason', 'A look that is written down')
        extract = self.site.lines('audit', 'extract', '--docket', mate, '--reason', 'Complaint 12')[0]['directory']
        self.site.drain()
        # Nothing is due today; what will be can be looked at, not ordered.
        self.assertEqual(self.due()['entries'], [])
        preview = self.later('retention', 'dry-run', '--as-of', '2999-01-01').stdout
        self.assertIn(stranger, preview)
        self.assertIn('cannot be ordered', preview)
        self.days = 1
        first = self.due()
        classes = sorted((entry['class'], entry['id']) for entry in first['entries'])
        self.assertEqual([name for name, _ in classes if name not in ('rejected-drop', 'quarantine')],
                         ['look', 'release'] + ['worksheet'] * 3)
        self.refusals(first['list'], held)
        # The least of it: worksheets, a look, an extract, the broken drop. The dockets stay.
        self.assertTrue(os.path.isdir(self.site.at(extract)))
        self.assertIn('ACCEPT', self.disposed(first['list']))
        xml, pdf = self.certificate(1)
        self.assertEqual(xml.count('<disposed '), len(first['entries']))
        self.assertIn('worksheet', pdf)
        self.assertFalse(os.path.exists(self.site.at(extract)))
        self.assertNotIn('A look that is written down', self.later('show', stranger, '--reason', 'test').stdout.replace('test', ''))
        self.later('audit', 'verify')
        self.assertEqual([entry['class'] for entry in self.due()['entries']], [])
        # The dockets: one under a legal hold, one only after somebody reviewed it.
        self.days = 2
        self.assertIn('ACCEPT', self.ordered('hold', held))
        second = self.due()
        self.assertEqual(sorted(entry['id'] for entry in second['entries'] if entry['class'].startswith('docket-')), sorted([mate, stranger]))
        self.assertTrue(self.found(HERON), 'the words are there before')
        published = self.site.at('out', NORTH, stranger)
        self.assertTrue(os.path.isdir(published))
        self.assertIn('ACCEPT', self.disposed(second['list']))
        self.check_disposed(stranger, published)
        self.assertEqual(self.found(HERON), [])
        self.assertTrue(os.path.isdir(self.site.at('out', NORTH, mate)))
        self.assertIn('reviewed or returned first', ' '.join(self.certificate(2)[1].split()))
        # Sent again, it is refused, and what was sent again is due like any refused drop.
        self.again('stranger')
        self.later('drain')
        refused = self.site.receipt_of(NORTH, 'stranger-again')
        self.assertEqual((refused.outcome, refused.codes), ('REJECT', ['request-disposed']))
        # The reviewed one, and what the released hold kept.
        self.assertIn('ACCEPT', self.ordered('release', held))
        self.days = 3
        third = self.due()
        self.assertEqual({entry['class'] for entry in third['entries'] if not entry['class'].startswith('docket-')},
                         {'enrolment-document', 'rejected-drop'})
        self.assertTrue(self.found(HERON), 'the packet sent again')
        self.assertEqual(sorted(entry['id'] for entry in third['entries'] if entry['class'].startswith('docket-')), sorted([mate, held]))
        self.assertIn('ACCEPT', self.disposed(third['list'], '--decided', mate, kills=4))
        self.assertEqual(self.found(HERON), [])
        self.assertEqual(len(self.actions(action='disposal-done')), 3)
        self.assertEqual(self.certificate(3)[0].count('<disposed '), len(third['entries']))
        for docket in (mate, held):
            self.check_disposed(docket, self.site.at('out', NORTH, docket))
        self.assertEqual(len(self.actions(action='docket-disposed')), 3)
        self.assertEqual(self.site.do('gallery', 'list').count('enrolled'), 12)
        replay = [json.loads(line) for line in self.later('retention', 'since', '0').stdout.splitlines()]
        self.assertEqual(sum(row['action'] == 'docket-disposed' for row in replay), 3)
        self.assertTrue(all(row['objects'] for row in replay if row['action'] == 'docket-disposed'))
        self.assertEqual([row['action'] for row in replay if row['action'].startswith('legal-hold')], ['legal-hold-placed', 'legal-hold-lifted'])
        self.figures_still_count()

    def again(self, name):
        """The packet that was sent under that name, byte for byte."""
        shutil.copytree(self.kept, self.site.at('in', NORTH, '.' + name + '-again'))
        os.rename(self.site.at('in', NORTH, '.' + name + '-again'), self.site.at('in', NORTH, name + '-again'))

    def found(self, words):
        """Files of the vault and of the shares that hold these words."""
        names = []
        for place in ('var/vault', 'out', 'review', 'case-management', 'hold'):
            for folder, _, files in os.walk(self.site.at(place)):
                for name in files:
                    with open(os.path.join(folder, name), 'rb') as file:
                        content = file.read()
                    names += [name] if words.encode() in content else []
        return names

    def refusals(self, digest, held):
        """Each leaves everything as it is."""
        before = len(self.due()['entries'])
        for words, text in (((dict(signer='lark')), 'not of the records staff'), (dict(approver='fern'), 'second person'),
                            (dict(approver='quill'), 'second person')):
            receipt = self.disposed(digest, **words)
            self.assertIn('REJECT', receipt)
            self.assertIn(text, receipt)
        self.assertIn('No list of this digest', self.disposed('0' * 64))
        self.assertIn('not in the list', self.disposed(digest, '--decided', 'FR-2026-999999'))
        self.assertIn('not of the legal bureau', self.ordered('hold', held, person='fern'))
        self.assertIn('no such docket', self.ordered('hold', 'FR-2026-999999'))
        self.assertIn('under no legal hold', self.ordered('release', held))
        self.assertEqual(len(self.due()['entries']), before)
        self.assertEqual(self.actions(action='disposal-ordered'), [])

    def check_disposed(self, docket, published):
        self.assertFalse(os.path.exists(published), published)
        event, = self.actions(action='docket-disposed', docket=docket)
        self.assertEqual(event['clause'], 'R38')
        self.later('audit', 'verify')
        shown = self.later('show', docket, '--reason', 'test').stdout
        for word in ('basis', 'shield'):
            self.assertNotIn(word, shown.lower())
        self.assertIn('disposed of', shown)
        self.assertIn('cannot be done again', self.later('rerun', docket, '--reason', 'test', check=False).stderr)
        for folder in ('case-management', 'review', 'discovery'):
            self.assertEqual([name for top, folders, names in os.walk(self.site.at(folder)) for name in folders + names if docket in name], [])

    def figures_still_count(self):
        figures = json.loads(self.later('audit', 'figures', '--from', '2026-01-01', '--to', '2999-01-01', '-j').stdout)['figures']
        rows = {table['key']: {row['name']: row.get('count') for row in table['rows']} for table in figures['tables']}
        self.assertEqual(rows['outcome'], {'negative': 2, 'possible-match': 1})
        self.assertEqual((rows['disposed'], rows['legal-hold'], rows['overdue']), (rows['outcome'], {}, {}))


if __name__ == '__main__':
    import unittest
    unittest.main()
