"""Requests on hold: only the named role, signed, moves them; none is released by time."""
import os

from site_case import NORTH, SiteCase, request_id, sender_words


class Hold(SiteCase):
    def act(self, command, docket, person, *words):
        self.site.do(command, docket, *self.site.as_person(person), '--reasons', 'Spoken about by telephone.', *words)
        self.site.drain()

    def held(self, **changes):
        receipt = self.send('held', person=4, **changes)
        self.assertEqual(receipt.outcome, 'HOLD')
        self.assertEqual(self.state(receipt.docket), 'HELD')
        return receipt

    def test_released_by_the_named_role(self):
        receipt = self.held(discussed=False)
        reason = open(self.site.at('hold', f'{receipt.docket}-1', 'reason.txt')).read()
        self.assertIn('supervisor', reason)
        self.assertIn('R29', reason)
        self.site.drain(overnight=True)
        self.assertEqual(self.state(receipt.docket), 'HELD')
        self.assertIn('supervisor', self.site.do('why', receipt.docket))
        self.act('release', receipt.docket, 'quill')
        self.assertEqual(self.state(receipt.docket), 'HELD')
        self.act('release', receipt.docket, 'harrow')
        self.assertEqual(self.state(receipt.docket), 'INTAKE')
        self.assertFalse(os.path.exists(self.site.at('hold', f'{receipt.docket}-1')))
        self.finish()
        self.assertEqual(self.state(receipt.docket), 'CLOSED')
        self.assert_sound()

    def test_refused_by_the_named_role(self):
        receipt = self.held(use=('U0',))
        self.act('release', receipt.docket, 'harrow')
        self.assertEqual(self.state(receipt.docket), 'HELD')
        self.act('refuse', receipt.docket, 'thorn')
        self.assertEqual(self.state(receipt.docket), 'CLOSED')
        self.assert_signed(os.path.join(receipt.directory, 'refusal-1.pdf'))

    def test_a_correction_lifts_what_it_answers(self):
        receipt = self.held(discussed=False)
        self.site.do('submit', *sender_words(NORTH), '--kind', 'correction', '--docket', receipt.docket, '--name', 'fix',
                     '--request-id', request_id(f'{self.id()} fix'), '--discussed-with', 'Lt. Barnaby Stoat',
                     '--discussed-at', '2026-01-02T10:00:00Z')
        self.site.drain()
        self.assertEqual(self.site.receipt_of(NORTH, 'fix').outcome, 'ACCEPT')
        self.assertEqual(self.state(receipt.docket), 'INTAKE')
        self.assertEqual(os.listdir(self.site.at('hold')), [])

    def test_two_holds_need_two_releases(self):
        receipt = self.held(discussed=False, use=('U0',))
        self.assertEqual(len(receipt.faults), 2)
        numbers = {item.slot for item in self.site.items() if item.stage == 'hold'}
        self.assertEqual(numbers, {1, 2})
        done = self.site.call('release', receipt.docket, *self.site.as_person('harrow'), '--reasons', 'x')
        self.assertEqual(done.returncode, 64, 'which of the two was not said')
        for number in numbers:
            reason = open(self.site.at('hold', f'{receipt.docket}-{number}', 'reason.txt')).read()
            self.act('release', receipt.docket, 'harrow' if 'R29' in reason else 'cairn', '--hold', str(number))
            if number == 1:
                self.assertEqual(self.state(receipt.docket), 'HELD')
        self.assertEqual(self.state(receipt.docket), 'INTAKE')
