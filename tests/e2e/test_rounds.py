"""A peer disagrees: no report out of that round, the supervisor directs another, and all rounds are kept (R25)."""
import glob, os, re, subprocess

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

    def digest_of_answer(self, person, docket, stage):
        """Of the file as signed, from the answer to it."""
        for text in self.answers(person).values():
            if f'Docket: {docket}\nStage: {stage},' in text and text.startswith('Counted'):
                return re.search(r'^SHA-256: ([0-9a-f]{64})$', text, re.M).group(1)
        self.fail(f'{person} has no answer about {docket} at {stage}')

    def test_an_amended_judgement_stands_beside_the_first(self):
        receipt = self.send('case', person=3)
        docket = receipt.docket
        self.advance(docket, 'supervision')
        investigator, before = investigator_of(docket), self.item(docket, 'supervision')
        signed = self.digest_of_answer(investigator, docket, 'investigation')
        label = self.site.lines('show', '--reason', 'test', docket)[0]['docket']['named']['label']
        words = ['--amends', signed, '--outcome', 'candidate', '--named', label, '--disposition', f'{label}=possible', '--others', 'excluded',
                 '--feature', 'nose=similar', '--rating', '1', '--limitations', 'A scarf hides the chin.', '--reasons', 'The chin cannot be compared.']
        stranger = peers_of(docket)[2]
        for person, code in ((stranger, 'amends-another'), (investigator, None), (investigator, 'amends-outdated')):
            known = self.answers_now()
            self.site.do('decide', *self.site.as_person(person), *words)
            self.site.drain()
            if code:
                self.assertIn(code, self.refused(known)[0])
            else:
                self.assertEqual(self.refused(known), [])
        self.assertEqual([event['outcome'] for event in self.actions(action='judgement-amended')], ['amend-comparison'])
        self.assertNotEqual(self.site.call('decide', *self.site.as_person(investigator), *words[:1], '0' * 64, *words[2:]).returncode, 0)
        after = self.item(docket, 'supervision')
        self.assertGreater(after.slot, before.slot)
        with open(os.path.join(after.directory, 'worksheet.html')) as file:
            self.assertIn('A scarf hides the chin.', file.read())
        paper = self.text_of(os.path.join(after.directory, 'worksheet.pdf'))
        self.assertRegex(paper, r'opinion \+2, amended below')
        self.finish()
        report = self.text_of(os.path.join(receipt.directory, 'report-1.pdf'))
        self.assertIn('Judgements that were amended', report)
        self.assertIn('A scarf hides the chin.', report)
        with open(os.path.join(receipt.directory, 'report-1.xml')) as file:
            self.assertRegex(file.read(), '<amended>\\s*<judgement>')
        self.assert_sound()

    def text_of(self, path):
        return subprocess.run(['pdftotext', '-layout', path, '-'], capture_output=True, text=True, check=True).stdout
