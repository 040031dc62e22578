"""A peer disagrees: no report out of that round, the supervisor directs another, and all rounds are kept (R25)."""
import glob, os

from site_case import SUPERVISOR, SiteCase, investigator_of, peers_of


class Rounds(SiteCase):
    def disagreement(self):
        receipt = self.send('case', person=3)
        self.office.dissent.add(receipt.docket)
        self.advance(receipt.docket, 'supervision')
        return receipt

    def answers_now(self):
        return set(glob.glob(self.site.at('review', 'answers', '*', '*.txt')))

    def refused(self, before):
        new = [open(path).read() for path in self.answers_now() - before]
        return [text for text in new if text.startswith('Refused')]

    def test_second_round_with_a_new_peer(self):
        receipt = self.disagreement()
        docket, supervisor = receipt.docket, SUPERVISOR[investigator_of(receipt.docket)]
        for outcome in ('approve', 'negative'):
            before = self.answers_now()
            self.decide(supervisor, self.item(docket, 'supervision'), '--outcome', outcome, '--reasons', 'It is late.')
            self.assertIn('R25', self.refused(before)[0])
        self.office.work()
        self.site.drain()
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        self.assertEqual(self.item(docket, 'investigation').round, 2)
        self.advance(docket, 'peer')
        # The last open slot of a round is kept for somebody who has not seen the docket before.
        old = peers_of(docket)[:2]
        for slot, person in enumerate(old, 1):
            before = self.answers_now()
            item = self.item(docket, 'peer', slot)
            label = self.office.mate(item, 3)
            self.decide(person, item, '--outcome', 'complete', '--mark', f'{label}=possible', '--others', 'not', '--reasons', 'Agrees.')
        self.assertIn('peer-not-new', self.refused(before)[0])
        self.assertEqual(self.state(docket), 'PEER')
        item = self.item(docket, 'peer', 2)
        self.decide(peers_of(docket)[2], item, '--outcome', 'complete', '--mark', f'{self.office.mate(item, 3)}=possible',
                    '--others', 'not', '--reasons', 'Agrees.')
        self.office.decided.update({(docket, 'peer', 2, 1), (docket, 'peer', 2, 2)})
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        self.assertTrue(os.path.exists(os.path.join(receipt.directory, 'report-1.pdf')))
        record = self.site.lines('show', '--reason', 'test', docket)[0]['docket']
        self.assertEqual(sorted((peer['round'], peer['verdict']) for peer in record['peers']),
                         [(1, 'agree'), (1, 'disagree'), (2, 'agree'), (2, 'agree')])
        self.assertEqual(len(record['rounds']), 2)
        self.assert_sound()

    def test_peers_are_blind(self):
        """Each slot has its own order and digest; nothing says which photo is named or who else decided."""
        receipt = self.send('case', person=3)
        self.advance(receipt.docket, 'peer')
        one, two = self.item(receipt.docket, 'peer', 1), self.item(receipt.docket, 'peer', 2)
        candidates = [{label: digest for label, digest in item.pictures.items() if not label.startswith('P')} for item in (one, two)]
        self.assertEqual([len(pictures) for pictures in candidates], [5, 5])
        for pictures in candidates:
            self.assertIn(self.faces.gallery(3).sha256, pictures.values())
        self.assertNotEqual(candidates[0], candidates[1])
        for folder in (one.directory, two.directory):
            for name in os.listdir(folder):
                content = open(os.path.join(folder, name), 'rb').read()
                self.assertNotIn(investigator_of(receipt.docket).encode(), content)

    def test_an_undecided_peer_calls_another(self):
        receipt = self.send('case', person=3)
        self.advance(receipt.docket, 'peer')
        item = self.item(receipt.docket, 'peer', 1)
        label = self.office.mate(item, 3)
        self.decide('umber' if investigator_of(receipt.docket) != 'umber' else 'tansy', item, '--outcome', 'complete', '--mark',
                    f'{label}=cannot-say', '--others', 'not', '--reasons', 'Too dark for me.')
        self.assertEqual({item.slot for item in self.site.items()}, {2, 3})
        self.assertEqual(self.state(receipt.docket), 'PEER')
