"""A sender takes a request back: nothing more is searched or shown, and a notice says so."""
import os

from site_case import NORTH, SiteCase, request_id, sender_words


class Withdrawal(SiteCase):
    def withdraw(self, docket, name='back'):
        self.site.do('submit', *sender_words(NORTH), '--kind', 'withdrawal', '--docket', docket, '--name', name,
                     '--request-id', request_id(f'{self.id()} {name}'), '--reason', 'The person came by.')
        self.site.drain()
        return self.site.receipt_of(NORTH, name)

    def check_withdrawn(self, first, answer):
        self.assertEqual((answer.outcome, answer.docket), ('ACCEPT', first.docket))
        self.assertEqual(self.state(first.docket), 'CLOSED')
        self.assert_signed(os.path.join(first.directory, 'withdrawn-1.pdf'))
        self.assertIn('The person came by.', open(os.path.join(first.directory, 'withdrawn-1.xml')).read())
        self.assertEqual([item.key for item in self.site.items()], [], 'work items are still shown')
        self.assertEqual(self.site.lines('status')[0]['queue'].get('routine', 0), 0)
        states = [event['outcome'] for event in self.actions(action='state-changed', docket=first.docket)]
        self.assertEqual(states[-2:], ['WITHDRAWN', 'CLOSED'])
        self.assert_sound()

    def test_at_intake(self):
        first = self.send('case', person=3)
        self.check_withdrawn(first, self.withdraw(first.docket))

    def test_while_queued(self):
        first = self.send('case', person=3)
        self.office.work()
        self.site.drain()
        answer = self.withdraw(first.docket)
        self.check_withdrawn(first, answer)
        self.site.drain(overnight=True)
        self.assertEqual(self.actions(action='search-recorded'), [])

    def test_during_peer_review(self):
        first = self.send('case', person=3)
        self.advance(first.docket, 'peer')
        self.check_withdrawn(first, self.withdraw(first.docket))

    def test_twice(self):
        first = self.send('case', person=3)
        self.withdraw(first.docket)
        again = self.withdraw(first.docket, 'again')
        self.assertEqual((again.outcome, again.codes), ('REJECT', ['docket-closed-to-withdrawal']))
