"""What only the record knows of a request: its image was searched before, its recording asked about often."""
from site_case import NORTH, SOUTH, SiteCase


class Precedents(SiteCase):
    def test_an_image_searched_under_another_docket(self):
        first = self.send('first', person=3)
        held = self.send('not-searched-yet', SOUTH, person=3)
        self.assertEqual((held.outcome, held.codes), ('ACCEPT', []))
        intake = self.item(first.docket, 'intake')
        self.office.intake(intake)
        self.office.decided.add(intake.key)
        self.site.drain()
        self.assertEqual(self.state(first.docket), 'QUEUED')
        waiting = self.send('waits-for-the-same-night', SOUTH, person=3)
        self.assertEqual((waiting.outcome, waiting.codes), ('HOLD', ['image-searched-before']))
        self.assertIn(f'waits for its search under docket {first.docket}', waiting.faults[0]['text'])
        self.advance(first.docket, 'investigation')
        again = self.send('again', SOUTH, person=3)
        self.assertEqual((again.outcome, again.codes), ('HOLD', ['image-searched-before']))
        self.assertIn(first.docket, again.faults[0]['text'])
        self.assertNotEqual(again.docket, first.docket)
        self.assertEqual(self.state(again.docket), 'HELD')
        text = open(again.path.replace('.xml', '.txt')).read()
        self.assertIn(first.docket, text)
        self.assertIn(again.docket, text)
        other = self.send('other', person=5)
        self.assertEqual(other.outcome, 'ACCEPT')
        self.finish()
        self.assertEqual(self.state(again.docket), 'CLOSED')

    def test_many_requests_from_one_recording(self):
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', '<thresholds requestsPerRecording="2"/></site>'))
        outcomes = []
        for number, command in enumerate((NORTH, SOUTH, NORTH)):
            receipt = self.send(f'request-{number}', command, person=3)
            outcomes.append((receipt.outcome, receipt.codes))
        self.assertEqual(outcomes, [('ACCEPT', []), ('ACCEPT', []), ('HOLD', ['recording-asked-often'])])
        self.assertEqual(receipt.faults[0]['clause'], 'R8')
        self.assertIn('legal', receipt.faults[0]['role'])
