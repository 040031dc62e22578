"""What only the record knows of a request: its image was searched before, its recording asked about often."""
import glob
import os

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

    def confirm(self, docket):
        """The intake decision alone; the text of its answer."""
        intake, before = self.item(docket, 'intake'), set(self.answers())
        self.office.intake(intake)
        self.office.decided.add(intake.key)
        self.site.drain()
        return '\n'.join(open(path).read() for path in set(self.answers()) - before)

    def answers(self):
        return glob.glob(self.site.at('review', 'answers', '*', '*.txt'))

    def test_one_image_under_two_dockets_at_intake(self):
        """Neither was searched when they came: the second is held when its picture is chosen, once."""
        first, second = self.send('one-of-two', person=4), self.send('two-of-two', SOUTH, person=4)
        self.assertEqual((first.outcome, second.outcome), ('ACCEPT', 'ACCEPT'))
        self.assertIn('The docket now waits for its search (QUEUED)', self.confirm(second.docket))
        said = self.confirm(first.docket)
        # at night the other was searched at once
        self.assertRegex(said, f'The docket now is held until a named role has decided .HELD.. The picture (waits for its search|was searched) under docket {second.docket}')
        reason = f'(waits for its search|was searched before) under docket {second.docket}'
        hold = self.item(first.docket, 'hold')
        with open(os.path.join(hold.directory, 'reason.txt')) as file:
            self.assertRegex(file.read(), reason)
        with open(self.site.at('out', NORTH, 'index.html')) as file:
            self.assertRegex(file.read(), reason)
        self.assertNotIn('intake', [item.stage for item in self.site.items() if item.docket == first.docket])
        self.office.hold(hold)
        self.office.decided.add(hold.key)
        self.site.drain()
        self.assertEqual(self.state(first.docket), 'INTAKE')
        self.assertIn('The docket now waits for its search (QUEUED)', self.confirm(first.docket))

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
