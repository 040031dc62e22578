"""Requests on hold: only the named role, signed, moves them; none is released by time."""
import os

from site_case import BUILD, NORTH, PatientSite, SiteCase, request_id, sender_words, whole_request


class Hold(SiteCase):
    def act(self, command, docket, person, *words):
        self.site.do(command, docket, *self.site.as_person(person), '--reasons', 'Spoken about by telephone.', *words)
        self.site.drain()

    def items(self):
        return [name for name in os.listdir(self.site.at('hold')) if name != 'index.html']

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
        with open(self.site.at('hold', 'index.html')) as file:
            self.assertRegex(file.read(), r'<td>R29: it is not said with which supervisor[^<]*</td><td>supervisor</td>')
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
        self.assertEqual(self.items(), [])

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

    def later(self, hours):
        """A drain so many hours from now."""
        clock = dict(os.environ, LEADSPOOL_TEST_CLOCK=str(hours * 3600 * 1000))
        done = PatientSite(os.path.join(BUILD, 'tests', 'leadspool'), self.path).call('drain', env=clock)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_three_holds_are_released_one_by_one(self):
        words = whole_request(self.id(), NORTH, 1, self.faces.probe(4).path, name='held', discussed=False, use=('U0',))
        place = words.index('--prior')
        self.site.do('submit', *words[:place], *words[place + 2:])
        self.site.drain()
        receipt = self.site.receipt_of(NORTH, 'held')
        folders = sorted(name for name in os.listdir(self.site.at('hold')) if name.startswith(receipt.docket))
        self.assertEqual(len(folders), 3, folders)
        for left in (2, 1, 0):
            number = folders.pop().rsplit('-', 1)[1]
            with open(self.site.at('hold', f'{receipt.docket}-{number}', 'reason.txt')) as file:
                reason = file.read()
            self.assertRegex(reason, r'Rule R(2|29): [a-z]')
            decides = 'harrow' if 'Who decides: supervisor' in reason else 'cairn'
            self.act('release', receipt.docket, 'cairn' if decides == 'harrow' else 'harrow', '--hold', number)
            self.assertTrue(os.path.isdir(self.site.at('hold', f'{receipt.docket}-{number}')), 'the wrong role released it')
            self.act('release', receipt.docket, decides, '--hold', number)
            self.assertEqual(len(self.items()), left)
            self.assertEqual(self.state(receipt.docket), 'HELD' if left > 0 else 'INTAKE')
        self.assert_sound()

    def test_unanswered_it_is_brought_before_whom_the_site_names(self):
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', '<escalation><step hours="24"/><step hours="72" role="chief-of-detectives"/>'
                                    '<step hours="1" role="legal" clause="R8"/></escalation></site>'))
        receipt = self.held(discussed=False)
        folder = self.site.at('hold', f'{receipt.docket}-1')
        for hours, steps in ((2, 0), (25, 1), (26, 1), (80, 2), (2000, 2)):
            self.later(hours)
            notices = sorted(name for name in os.listdir(folder) if name.startswith('escalation') and name.endswith('.txt'))
            self.assertEqual(len(notices), steps, hours)
            events = self.actions(action='hold-escalated', docket=receipt.docket)
            self.assertEqual([event['outcome'] for event in events], ['supervisor', 'chief-of-detectives'][:steps])
            self.assertEqual(self.state(receipt.docket), 'HELD', 'time released a hold')
        self.assert_signed(os.path.join(folder, 'escalation-2.txt'))
        with open(os.path.join(folder, 'escalation-2.txt')) as file:
            self.assertIn('brought before: chief-of-detectives', file.read())
        self.assertIn('brought before chief-of-detectives', self.site.do('why', receipt.docket))
        self.assertIn('brought before chief-of-detectives', self.site.do('status'))
        self.act('release', receipt.docket, 'harrow')
        self.assertEqual(self.state(receipt.docket), 'INTAKE')
        self.assertEqual(self.items(), [])
        self.assertNotIn('brought before', self.site.do('status'))
        self.assert_sound()
