"""One packet goes in, three people decide, a report comes out; an auditor checks it without leadspool."""
import hashlib, os, re, subprocess

from site_case import NORTH, ROOT, SiteCase, night


def tool(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, **options)


class Path(SiteCase):
    def test_one_packet_to_one_report(self):
        receipt = self.send('case-1', person=3)
        self.assertEqual((receipt.outcome, receipt.faults), ('ACCEPT', []))
        docket, folder = receipt.docket, receipt.directory
        self.assert_signed(os.path.join(folder, 'receipt-1.xml'))
        self.check_packet_digest(receipt)

        item = self.advance(docket, 'investigation')
        self.assertIn(self.faces.gallery(3).sha256, item.pictures.values(), 'the mate is not among the candidates')
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        report = os.path.join(folder, 'report-1.pdf')
        self.assert_signed(report)
        self.assert_signed(os.path.join(folder, 'report-1.xml'))
        self.check_text(report)
        self.check_events(report, docket)
        self.check_index()
        attached = self.site.at('case-management', docket, 'report-1.pdf')
        self.assertEqual(open(attached, 'rb').read(), open(report, 'rb').read())
        self.assert_signed(self.site.at('case-management', docket, 'attach.xml'))
        self.assert_sound()
        self.check_tampering(report)

    def check_packet_digest(self, receipt):
        """What the receipt says it got is what sha256sum says was sent."""
        sent = tool('sha256sum', self.faces.probe(3).path).stdout.split()[0]
        text = open(receipt.path).read()
        files = dict(re.findall(r'<file name="([^"]+)" size="\d+" sha256="([0-9a-f]{64})"/>', text))
        self.assertEqual(files[os.path.basename(self.faces.probe(3).path)], sent)
        lines = ''.join(sorted(f'{digest}  {name}\n' for name, digest in files.items()))
        self.assertEqual(receipt.packet, tool('sha256sum', input=lines).stdout.split()[0])

    def check_text(self, report):
        text = ' '.join(tool('pdftotext', '-layout', report, '-').stdout.split()).lower()
        self.assertIn('probable cause', text)
        self.assertIn('lead', text)
        for word in ('identified as', 'positive match'):
            self.assertNotIn(word, text)

    def check_events(self, report, docket):
        lines = self.site.do('audit', 'export')
        verified = tool(os.path.join(ROOT, 'docs', 'verify-events'), input=lines)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        digest = tool('sha256sum', report).stdout.split()[0]
        published = self.actions(action='document-published', docket=docket, object=digest)
        self.assertTrue(published, 'no event says that the report was published')
        states = [event['outcome'] for event in self.actions(action='state-changed', docket=docket)]
        self.assertEqual(states, ['INTAKE', 'QUEUED', 'MATCHING', 'INVESTIGATION', 'BACKGROUND', 'PEER', 'SUPERVISION',
                                  'APPROVED', 'CLOSED'])
        changed = lines.replace('"INVESTIGATION"', '"INVESTIGATIOM"', 1)
        self.assertEqual(tool(os.path.join(ROOT, 'docs', 'verify-events'), input=changed).returncode, 65)

    def check_index(self):
        """The command sees what it asked and its state; never a candidate."""
        page = open(self.site.at('out', NORTH, 'index.html')).read()
        self.assertIn('FR-', page)
        self.assertIn('the report is in its folder', page)
        for photo in self.site.lines('gallery', 'list'):
            self.assertNotIn(photo['photo'], page)
            self.assertNotIn(photo['person'], page)

    def test_a_page_half_made_goes_with_the_next_start(self):
        """A daemon killed while it made a page may leave a hidden file; no later page need ever come."""
        hidden = [self.site.at('out', NORTH, '.tmp-' + hashlib.sha256(name).hexdigest()[:16])
                  for name in (b'index.html', b'request.html', b'READ-ME.txt')]
        for path in hidden:
            open(path, 'w').close()
        self.site.drain()
        self.assertEqual([path for path in hidden if os.path.exists(path)], [])

    def check_tampering(self, report):
        with open(report, 'r+b') as file:
            file.seek(200)
            byte = file.read(1)
            file.seek(200)
            file.write(bytes([byte[0] ^ 1]))
        with self.assertRaises(AssertionError):
            self.assert_signed(report)

    def test_no_mate(self):
        receipt = self.send('case-2', person=12)
        self.finish()
        self.assertEqual(self.state(receipt.docket), 'CLOSED')
        self.assert_signed(os.path.join(receipt.directory, 'report-1.pdf'))
        self.assertIn('<negativeReport', open(os.path.join(receipt.directory, 'report-1.xml')).read())
        self.assertFalse(os.path.exists(self.site.at('case-management', receipt.docket)))

    def test_priority_is_searched_at_once(self):
        receipt = self.send('case-3', person=5, use=('U6',), priority=('imminent', 'An attack is announced for today.'))
        self.office.work()
        self.site.drain()
        self.assertEqual(self.state(receipt.docket), 'INVESTIGATION')

    def test_routine_waits_for_the_night(self):
        receipt = self.send('case-4', person=6)
        self.office.work()
        self.site.drain()
        self.assertEqual(self.state(receipt.docket), 'QUEUED')
        with open(self.site.at('site.xml')) as file:
            settings = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(night(settings, hours=0))
        self.site.drain()
        self.assertEqual(self.state(receipt.docket), 'INVESTIGATION')

    def test_report_waits_for_the_intake_acknowledgement(self):
        receipt = self.send('case-5', person=7)
        self.clerk.work = lambda: 0
        self.finish()
        self.assertEqual(self.state(receipt.docket), 'APPROVED')
        self.assertFalse(os.path.exists(self.site.at('case-management', receipt.docket, 'attach.xml')))
        del self.clerk.work
        self.finish()
        self.assertEqual(self.state(receipt.docket), 'CLOSED')

    def test_the_vault_holds_every_byte_received(self):
        self.send('case-6', person=8)
        digest = hashlib.sha256(open(self.faces.probe(8).path, 'rb').read()).hexdigest()
        self.assertEqual(open(self.site.at('var', 'vault', digest[:2], digest), 'rb').read(),
                         open(self.faces.probe(8).path, 'rb').read())
