"""Unusable images: the requester is told, sends better ones, and the request goes on (R20)."""
import os

from site_case import BUILD, NORTH, SOUTH, PatientSite, SiteCase, image_words, request_id, sender_words


class Supplement(SiteCase):
    def ask_for_images(self):
        receipt = self.send('dark', person=2, image=self.faces.unusable(2).path)
        self.office.work()
        self.site.drain()
        self.assertEqual(self.state(receipt.docket), 'AWAITING_IMAGES')
        return receipt

    def supplement(self, docket, name, path, command=NORTH):
        self.site.do('submit', *sender_words(command), '--kind', 'supplement', '--docket', docket, '--name', name,
                     '--request-id', request_id(f'{self.id()} {name}'), *image_words(path))
        self.site.drain()
        return self.site.receipt_of(command, name)

    def test_notice_then_better_image_then_report(self):
        receipt = self.ask_for_images()
        notice = os.path.join(receipt.directory, 'quality-notice-1.pdf')
        self.assert_signed(notice)
        self.assert_signed(notice.replace('.pdf', '.xml'))
        better = self.supplement(receipt.docket, 'better', self.faces.probe(2).path)
        self.assertEqual((better.outcome, better.docket), ('ACCEPT', receipt.docket))
        self.assertEqual(os.path.basename(better.path), 'receipt-2.xml')
        self.assertEqual(len(self.item(receipt.docket, 'intake').pictures), 2)
        self.finish()
        self.assertEqual(self.state(receipt.docket), 'CLOSED')
        self.assertIn('<possibleMatchReport', open(os.path.join(receipt.directory, 'report-1.xml')).read())
        self.assert_sound()

    def test_never_negative_for_want_of_images(self):
        receipt = self.ask_for_images()
        self.site.drain(overnight=True)
        self.assertEqual(self.state(receipt.docket), 'AWAITING_IMAGES')
        self.assertIn('images', self.site.do('why', receipt.docket))
        self.assertEqual([name for name in self.outbound() if '/report-' in name], [])

    def test_lapses_in_time(self):
        """No image in the site's time: the request lapses, with a notice of its own, and that is no result."""
        receipt = self.ask_for_images()
        with open(os.path.join(receipt.directory, 'quality-notice-1.xml')) as file:
            self.assertIn('answerBy', file.read())
        day = 24 * 3600 * 1000
        later = PatientSite(os.path.join(BUILD, 'tests', 'leadspool'), self.path)
        for days, state in ((29, 'AWAITING_IMAGES'), (31, 'CLOSED')):
            done = later.call('drain', env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(days * day)))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.state(receipt.docket), state)
        self.assertIn('lapsed-1.pdf', os.listdir(receipt.directory))
        self.assertEqual([name for name in self.outbound() if '/report-' in name], [])
        self.assertEqual(len(self.actions(action='state-changed', docket=receipt.docket, outcome='LAPSED', clause='R20')), 1)

    def test_reminded_once_before_it_lapses(self):
        receipt = self.ask_for_images()
        day = 24 * 3600 * 1000
        later = PatientSite(os.path.join(BUILD, 'tests', 'leadspool'), self.path)
        for days, reminders in ((22, 0), (24, 1), (25, 1)):
            done = later.call('drain', env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(days * day)))
            self.assertEqual(done.returncode, 0, done.stderr)
            found = [name for name in os.listdir(receipt.directory) if name.startswith('reminder-') and name.endswith('.txt')]
            self.assertEqual(len(found), reminders, days)
        reminder = os.path.join(receipt.directory, 'reminder-1.txt')
        self.assert_signed(reminder)
        with open(reminder) as file:
            text = file.read()
        self.assertIn('until ', text)
        self.assertIn('That is no result', text)
        self.assertIn('was reminded', self.site.do('why', receipt.docket))
        self.supplement(receipt.docket, 'better', self.faces.probe(2).path)
        self.assertEqual(self.state(receipt.docket), 'INTAKE')

    def test_a_second_poor_image_asks_again(self):
        receipt = self.ask_for_images()
        self.supplement(receipt.docket, 'no-better', self.faces.unusable(5).path)
        self.office.work()
        self.site.drain()
        self.assertEqual(self.state(receipt.docket), 'AWAITING_IMAGES')
        self.assertTrue(os.path.exists(os.path.join(receipt.directory, 'quality-notice-2.pdf')))

    def test_another_command_sees_no_docket(self):
        receipt = self.ask_for_images()
        other = self.supplement(receipt.docket, 'foreign', self.faces.probe(2).path, command=SOUTH)
        self.assertEqual((other.outcome, other.codes), ('REJECT', ['docket-unknown']))
        self.assertEqual(self.state(receipt.docket), 'AWAITING_IMAGES')

    def test_too_late(self):
        receipt = self.send('late', person=12)
        self.finish()
        late = self.supplement(receipt.docket, 'too-late', self.faces.probe(2).path)
        self.assertEqual((late.outcome, late.codes), ('REJECT', ['docket-closed-to-images']))
