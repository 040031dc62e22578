"""A search is made again from its record: bit for bit, or it says exactly why not."""
import json, re, unittest

from site_case import EX_NOINPUT, EX_NOPERM, SiteCase, drop_gallery

WHY = ['--reason', 'an audit of searches']


class Rerun(SiteCase):
    def searched(self, name='req-rerun', person=3):
        receipt = self.send(name, person=person)
        self.advance(receipt.docket, 'investigation')
        return receipt.docket

    def rerun(self, docket, *words):
        return json.loads(self.site.do('rerun', '-j', *words, *WHY, docket))

    def test_the_same_bit_for_bit(self):
        docket = self.searched()
        again = self.rerun(docket)
        self.assertEqual((again['outcome'], again['search'], again['photos']), ('reproduced', docket + '/1', 12))
        self.assertNotIn('rows', again)                     # people still have to judge without ranks and scores
        self.assertIn('without ranks', again['withheld'])
        self.assertEqual([event['outcome'] for event in self.actions(action='search-repeated')], ['reproduced'])
        # A daemon answers the same.
        self.start_daemon()
        live = self.rerun(docket + '/1')
        self.assertEqual(live, again)
        self.assertEqual(len(self.actions(action='search-repeated')), 2)

    def test_shown_when_the_docket_has_ended(self):
        docket = self.searched()
        self.finish()
        again = self.rerun(docket)
        self.assertEqual(again['outcome'], 'reproduced')
        self.assertEqual(len(again['rows']), again['listed'])
        self.assertEqual([row['rank'] for row in again['rows']], list(range(1, again['listed'] + 1)))
        words = self.site.do('rerun', *WHY, docket)
        self.assertIn('gave the same list, bit for bit.', words)
        self.assertIn(again['rows'][0]['photo'], words)

    def test_later_photos_change_nothing(self):
        """What is enrolled afterwards was not searched then."""
        docket = self.searched()
        before = self.rerun(docket)
        drop_gallery(self.site, self.faces, range(12, 14), 14)
        self.site.drain()
        self.assertEqual(self.site.lines('gallery', 'stat')[0]['photos']['enrolled'], 14)
        self.assertEqual(self.rerun(docket), before)

    def test_several_and_wrong_ones(self):
        docket = self.searched()
        lines = self.site.do('rerun', '-j', *WHY, docket, docket + '/1').splitlines()
        self.assertEqual(lines[0], lines[1])
        wrong = self.site.call('rerun', *WHY, docket + '/2')
        self.assertEqual(wrong.returncode, EX_NOINPUT)
        self.assertIn('there is no search', wrong.stderr)
        waiting = self.send('req-unsearched', person=4).docket
        self.assertIn('was not searched yet', self.site.call('rerun', *WHY, waiting).stderr)
        silent = self.site.call('rerun', docket)
        self.assertEqual(silent.returncode, EX_NOPERM)
        self.assertIn('--reason', silent.stderr)

    def test_why_in_words(self):
        docket = self.send('req-why').docket
        self.office.work()
        self.site.drain()
        words = self.site.do('why', docket)
        with open(self.site.at('site.xml')) as file:
            start, end = re.search('<overnight start="(.*?)" end="(.*?)"', file.read()).groups()
        self.assertRegex(words, rf'routine lane, searched between {start} and {end} \(America/New_York\): next from')
        self.assertIn('72 hours after it was queued', words)
        self.assertIn('None comes before it.', words)


if __name__ == '__main__':
    unittest.main()
