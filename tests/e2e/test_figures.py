"""What auditors get (R52, R53, L1): figures of use for them and for the public, and extracts for focused audits, each signed
and the same in PDF and JSON."""
import glob, hashlib, json, os, subprocess, uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from gallery import sign
from site_case import NORTH, SOUTH, SiteCase


class Figures(SiteCase):
    def pdf_text(self, path):
        return subprocess.run(['pdftotext', '-layout', path, '-'], check=True, capture_output=True, text=True).stdout

    def test_both_editions(self):
        today = datetime.now(ZoneInfo('America/New_York')).strftime('%Y-%m-%d')
        docket = self.send('one', person=1).docket
        self.send('two', person=2, command=SOUTH)
        self.send('three', person=3)
        full = self.site.lines('audit', 'figures', '--from', today, '--to', today)[0]
        public = self.site.lines('audit', 'figures', '--public')[0]
        self.site.drain()
        written = {}
        for edition, answer in (('full', full), ('public', public)):
            folder = self.site.at(answer['directory'])
            self.assertEqual(sorted(os.listdir(folder)), ['figures.json', 'figures.json.p7s', 'figures.pdf', 'figures.pdf.p7s'])
            self.assert_signed(os.path.join(folder, 'figures.pdf'))
            with open(os.path.join(folder, 'figures.json')) as file:
                self.assertEqual(json.load(file), answer['figures'])
            self.assertEqual(answer['figures']['edition'], edition)
            written[edition] = self.pdf_text(os.path.join(folder, 'figures.pdf'))
        rows = {table['key']: {row['name']: row.get('count') for row in table['rows']} for table in full['figures']['tables']}
        self.assertEqual(rows['command'], {NORTH: 2, SOUTH: 1})
        self.assertEqual(rows['outcome'], {'open': 3})
        self.assertRegex(written['full'], r'Requests received +3')
        self.assertNotIn('precinct-014 2', ' '.join(written['public'].split()))
        self.assertIn('fewer than 5', written['public'])
        self.assertNotIn(docket, written['public'] + json.dumps(public))
        self.assertEqual(len(self.actions(action='figures-issued')), 2)
        self.assert_sound()

    def test_days_that_are_none(self):
        for words in (('--from', '2026-02-30'), ('--from', '2026-03-02', '--to', '2026-03-01'), ('--to', 'soon')):
            done = self.site.call('audit', 'figures', *words)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertIn('day', done.stderr)
        self.assertEqual(os.listdir(self.site.at('audit/out')), [])

    def test_extract_of_a_docket(self):
        docket = self.send('one', person=1).docket
        other = self.send('two', person=2).docket
        refused = self.site.call('audit', 'extract', '--docket', docket)
        self.assertEqual(refused.returncode, 64)
        self.assertIn('--reason', refused.stderr)
        answer = self.site.lines('audit', 'extract', '--docket', docket, '--reason', 'Complaint 12, by letter')[0]
        self.site.drain()
        folder, content = self.site.at(answer['directory']), {}
        for name in ('events.jsonl', 'dockets.jsonl', 'decisions.jsonl', 'extract.json', 'extract.pdf'):
            self.assert_signed(os.path.join(folder, name))
            with open(os.path.join(folder, name), 'rb') as file:
                content[name] = file.read()
        for file in answer['extract']['files']:
            self.assertEqual(hashlib.sha256(content[file['name']]).hexdigest(), file['sha256'])
        # Exactly the docket's events, byte for byte as the log has them.
        log = self.site.do('audit', 'export').splitlines()
        head = answer['extract']['head']['sequence']
        self.assertEqual(content['events.jsonl'].decode().splitlines(),
                         [line for line in log[:head] if json.loads(line).get('docket') == docket])
        self.assertEqual([json.loads(line)['docket'] for line in content['dockets.jsonl'].splitlines()], [docket])
        text = self.pdf_text(os.path.join(folder, 'extract.pdf'))
        self.assertIn('Complaint 12, by letter', text)
        self.assertNotIn(other, text)
        self.assertEqual(len(self.actions(action='extract-issued', docket=docket)), 1)
        self.assert_sound()

    def ask(self, name, person, by=None, **members):
        """An audit asked for by drop, signed by that person, and answered: its receipt's text."""
        folder = self.site.at('audit/in', '.' + name)
        os.mkdir(folder)
        words = {'auditId': str(uuid.uuid5(uuid.NAMESPACE_OID, self.id() + name)), 'by': by or person, 'reason': 'Yearly look', **members}
        with open(os.path.join(folder, 'audit.xml'), 'w') as file:
            file.write('<audit xmlns="urn:leadspool:audit:1">' + ''.join(f'<{key}>{words[key]}</{key}>' for key in words) + '</audit>')
        sign(self.site, person, os.path.join(folder, 'audit.xml'))
        os.rename(folder, self.site.at('audit/in', name))
        self.site.drain()
        receipt, = (path for path in glob.glob(self.site.at('audit/out', name + '-*', 'receipt-*.txt')))
        with open(receipt) as file:
            return file.read()

    def test_asked_for_by_drop(self):
        docket = self.send('one', person=1).docket
        self.assertIn('ACCEPT', self.ask('docket', 'slate', kind='extract', docket=docket))
        self.assertIn('ACCEPT', self.ask('year', 'flint', kind='figures-public', **{'from': '2026-01-01', 'to': '2026-12-31'}))
        for name, person, by, members, word in (
                ('keeper', 'moss', None, {'kind': 'extract', 'docket': docket}, 'R52'),
                ('other', 'slate', 'flint', {'kind': 'extract', 'docket': docket}, 'R31'),
                ('vague', 'slate', None, {'kind': 'extract'}, 'docket'),
                ('days', 'slate', None, {'kind': 'figures'}, 'from and to')):
            with self.subTest(name):
                text = self.ask(name, person, by, **members)
                self.assertIn('REJECT', text)
                self.assertIn(word, text)
        issued = sorted(os.path.basename(path) for path in glob.glob(self.site.at('audit/out/E-*')))
        self.assertEqual(issued, ['E-000001-extract', 'E-000002-figures-public'])
        with open(self.site.at('audit/out/E-000001-extract/extract.json')) as file:
            self.assertEqual(json.load(file)['asked']['by'], 'slate')
        self.assertEqual(len(self.actions(action='audit-received')), 2)
        self.assertEqual(len(self.actions(action='audit-refused')), 4)
        self.assertEqual(self.actions(action='incident-filed')[-1]['clause'], 'R52')
        self.assert_sound()
