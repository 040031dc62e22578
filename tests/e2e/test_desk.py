"""What waits for whom, and saying that one is at it, through the real program."""
import os, re, subprocess

from site_case import BUILD, EX_NOPERM, SiteCase, investigator_of, peers_of

CONFIRM = ['--outcome', 'confirm', '--basis', 'R1,R14']
NINE_HOURS = 9 * 3600 * 1000


class Desk(SiteCase):
    def desk(self, person=None, *words):
        return self.site.lines('desk', *(['--as', person] if person else []), *words)

    def later(self, shift, *words):
        """The same program while it is later."""
        return subprocess.run([os.path.join(BUILD, 'tests', 'leadspool'), '-s', self.path, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(shift)), timeout=60)

    def edit_roster(self, old, new):
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        self.assertIn(old, text)
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(text.replace(old, new))

    def test_who_finds_what_on_the_desk(self):
        """Oldest first, with lane; of each stage only those who may, and with --all why not."""
        first = self.send('first', person=3).docket
        second = self.send('second', person=4, use=('U6',), priority=('imminent', 'An attack is announced for today.')).docket
        held = self.send('held', person=5, discussed=False).docket
        rows = self.desk('quill')
        self.assertEqual([(row['docket'], row['stage'], row['lane'], row['may']) for row in rows],
                         [(first, 'intake', 'routine', True), (second, 'intake', 'priority', True)])
        self.assertEqual([row['docket'] for row in self.desk('vesper')], [held])
        self.assertEqual(self.desk('moss'), [])
        self.assertEqual(self.desk('reed', '--all'), [])
        everybody = {row['docket']: row['eligible'] for row in self.desk()}
        self.assertEqual(everybody[held], ['harrow', 'vesper'])
        self.assertIn('tansy', everybody[first])
        self.edit_roster('<account>tansy</account>', '<account>ifairweather</account>')
        self.assertEqual(self.desk('tansy'), [])
        self.assertEqual({row['why'] for row in self.desk('tansy', '--all')}, {'made the request'})
        text = self.site.do('desk', '--as', 'quill')
        self.assertLess(text.index(first), text.index(second))
        self.assertIn('nothing waits for you', self.site.do('desk', '--as', 'moss'))

    def test_a_list_of_mine_is_the_desk(self):
        """`list --items --mine` asks the same question: also of somebody who may not any more."""
        dockets = [self.send(name, person=3 + i).docket for i, name in enumerate(('one', 'two'))]
        self.edit_roster('<account>tansy</account>', '<account>root</account>')
        mine = lambda: sorted(row['item'] for row in self.site.lines('list', '--items', '--mine'))
        self.assertEqual(mine(), [f'{docket}-intake-1-1' for docket in dockets])
        self.site.do('desk', 'recuse', dockets[0], '--as', 'tansy', '--reason', 'knows the requester')
        self.assertEqual(mine(), [f'{dockets[1]}-intake-1-1'])
        self.assertEqual(mine(), sorted(row['item'] for row in self.desk('tansy')))

    def test_a_peer_and_a_supervisor(self):
        docket = self.send('case', person=3).docket
        self.advance(docket, 'peer')
        own = investigator_of(docket)
        self.assertEqual(self.desk(own), [])
        self.assertEqual({row['why'] for row in self.desk(own, '--all')}, {'took part as investigator'})
        first = self.office.site.items()[0]
        self.office.peer(first)
        self.site.drain()
        self.assertEqual(self.desk(peers_of(docket)[0]), [])
        self.assertEqual({row['why'] for row in self.desk(peers_of(docket)[0], '--all')}, {'has reviewed this round already'})
        self.assertEqual(len(self.desk(peers_of(docket)[1])), 1)

    def test_claiming(self):
        docket = self.send('case', person=3).docket
        item = self.item(docket, 'intake')
        key = f'{docket}-intake-1-1'
        self.assertIn('quill is at', self.site.do('desk', 'claim', key, '--as', 'quill'))
        self.assertEqual(self.desk('marrow')[0]['claim']['by'], 'quill')
        refused = self.site.call('desk', 'claim', item.directory, '--as', 'marrow')
        self.assertEqual(refused.returncode, EX_NOPERM, refused.stderr)
        self.assertIn('would count all the same', refused.stderr)
        self.assertEqual(self.site.call('desk', 'claim', key, '--as', 'moss').returncode, EX_NOPERM)
        self.assertEqual(self.site.call('desk', 'drop', key, '--as', 'marrow').returncode, EX_NOPERM)
        self.site.do('desk', 'drop', key, '--as', 'quill')
        self.assertNotIn('claim', self.desk('marrow')[0])
        self.site.do('desk', 'claim', key, '--as', 'quill')
        # Another who may is not locked out, and both are told.
        self.decide('marrow', item, '--outcome', 'refuse', '--reasons', 'No basis.')
        answer, = self.answers('marrow').values()
        self.assertIn('Counted', answer)
        self.assertIn('quill had claimed this item', answer)
        self.assertIn('need not go on', self.answers('quill')[f'{key}-closed.txt'])
        self.assertNotIn('marrow', self.answers('quill')[f'{key}-closed.txt'])
        self.assertEqual(self.site.call('desk', 'claim', key, '--as', 'quill').returncode, EX_NOPERM)
        self.assertEqual([(event['outcome'], event['action']) for event in self.site.events() if event['action'].startswith('item-c')
                          or event['action'] == 'item-dropped'],
                         [('quill', 'item-claimed'), ('quill', 'item-dropped'), ('quill', 'item-claimed')])
        self.assert_sound()

    def test_a_claim_lapses(self):
        docket = self.send('case', person=3).docket
        key = f'{docket}-intake-1-1'
        self.site.do('desk', 'claim', key, '--as', 'quill')
        done = self.later(NINE_HOURS, 'desk', 'claim', key, '--as', 'marrow')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('marrow is at', done.stdout)

    def page(self, *folder):
        with open(self.site.at(*folder, 'index.html')) as file:
            return file.read()

    def test_pages_of_the_stages(self):
        docket = self.send('case', person=3).docket
        page = self.page('review', 'intake')
        self.assertIn(f'href="{docket}/worksheet.html"', page)
        self.assertIn('1 waits, oldest first', page)
        self.assertRegex(page, r'quill, .*umber')
        self.assertNotIn('<script', page)
        for stage in ('investigation', 'background', 'peer', 'supervision'):
            self.assertIn('Nothing waits here', self.page('review', stage))
        self.assertIn('Nothing waits here', self.page('hold'))
        self.site.do('desk', 'claim', f'{docket}-intake-1-1', '--as', 'quill')
        self.site.drain()
        self.assertIn('quill until', self.page('review', 'intake'))
        self.advance(docket, 'peer')
        self.assertIn('Nothing waits here', self.page('review', 'intake'))
        key = f'{docket}-peer-1-1'
        peer = self.site.lines('desk')[0]['eligible'][0]
        self.site.do('desk', 'claim', key, '--as', peer)
        self.site.drain()
        page = self.page('review', 'peer')
        self.assertIn('somebody until', page)
        self.assertNotIn(investigator_of(docket), page)
        self.assertEqual(os.stat(self.site.at('review', 'peer', 'index.html')).st_mode & 0o777, 0o640)

    def test_recusal(self):
        """Whoever knows somebody in it takes no part, and another takes over; what was done before stays."""
        docket = self.send('case', person=3).docket
        self.advance(docket, 'investigation')
        own = investigator_of(docket)
        self.assertEqual(self.site.call('desk', 'recuse', docket, '--as', own).returncode, 64)
        self.site.do('desk', 'recuse', docket, '--as', own, '--reason', 'The person lives in my street.')
        self.assertEqual(self.desk(own), [])
        self.assertEqual({row['why'] for row in self.desk(own, '--all')}, {'is recused from this docket'})
        item = self.item(docket, 'investigation')
        words = ['--outcome', 'none', '--others', 'excluded', '--reasons', 'None of them.']
        self.decide(own, item, *words)
        self.assertIn('Refused (R31, recused)', list(self.answers(own).values())[-1] + ''.join(self.answers(own).values()))
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        other = next(row for row in self.site.lines('desk')[0]['eligible'] if row != own)
        self.decide(other, item, *words)
        self.assertNotEqual(self.state(docket), 'INVESTIGATION')
        self.assertEqual([event['outcome'] for event in self.actions(action='investigator-changed')], [other])
        self.assertEqual([event['outcome'] for event in self.actions(action='recused')], [own])
        self.assertNotIn('my street', self.site.do('audit', 'export'))
        self.assert_sound()

    def test_nobody_is_eligible(self):
        """Shown, never lowered."""
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(re.sub(r'<trainingUntil>[^<]*', '<trainingUntil>2026-01-01T00:00:00Z', text))
        docket = self.send('case', person=3).docket
        self.assertIn('nobody is eligible', self.page('review', 'intake'))
        self.assertIn('nobody is eligible', self.site.do('desk'))
        self.assertIn('no-holder-of-role', self.site.do('why', docket))
