"""What was withdrawn or sealed for destruction goes for good; whatever is searched before, meanwhile or after, nothing
else changes (R17)."""
import json, os, unittest

from gallery import drop_packet, photo_id
from site_case import EX_USAGE, GALLERY
from test_seals import SealCase

WHY = ['--reason', 'a test of compaction']


class Compaction(SealCase):
    def set(self, **attributes):
        """The site's terms of compaction."""
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        words = ' '.join(f'{name}="{value}"' for name, value in attributes.items())
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<sealReasons>', f'<compaction {words}/>\n  <sealReasons>', 1))

    def enrol(self, *people):
        for person in people:
            drop_packet(self.site, [self.faces.gallery(person)], 60 + person)
            self.site.drain()

    def files(self):
        return sorted(os.listdir(self.site.at('var', 'gallery')))

    def bytes_of_gallery(self):
        whole = b''
        for name in self.files():
            with open(self.site.at('var', 'gallery', name), 'rb') as file:
                whole += file.read()
        return whole

    def in_vault(self, person):
        digest = self.faces.gallery(person).sha256
        return os.path.exists(self.site.at('var', 'vault', digest[:2], digest))

    def rerun(self, docket):
        return json.loads(self.site.do('rerun', '-j', *WHY, docket))

    def searched(self, name, person):
        docket = self.send(name, person=person).docket
        self.advance(docket, 'investigation')
        return docket

    def photos(self, *words):
        return {row['photo']: row for row in self.site.lines('gallery', 'list', *words)}

    def audit(self):
        return json.loads(self.site.do('audit', 'verify', '-j').splitlines()[-1])

    def test_gone_for_good(self):
        self.set(segments=8, percent=100, days=3650)
        first = self.searched('first', 3)
        self.enrol(12, 13)
        self.assertEqual(self.files(), ['segment-000001', 'segment-000002', 'segment-000003'])
        self.assertEqual(self.rerun(first)['outcome'], 'reproduced')
        self.order('seal', 'dismissed', photo_id(5))
        self.order('withdraw', 'stay', photo_id(6))
        second = self.searched('second', 4)
        wanted = self.rerun(second)
        self.assertEqual((wanted['outcome'], wanted['photos']), ('reproduced', GALLERY))
        # What would be done, and nothing is.
        self.assertEqual(self.site.call('gallery', 'stat', '--dry-run').returncode, EX_USAGE)
        plan = json.loads(self.site.do('gallery', 'compact', '--dry-run', '-j'))
        self.assertEqual([(row['name'], row['count'], row['doomed']) for row in plan['segments']],
                         [('segment-000001', 12, 2), ('segment-000002', 1, 0), ('segment-000003', 1, 0)])
        self.assertIn('3 segments, 2 photos removed for good.', self.site.do('gallery', 'compact', '--dry-run'))
        self.site.drain()
        self.assertEqual(len(self.files()), 3)
        self.assertIn('to go       2 photos', self.site.do('gallery', 'stat'))
        # It is done.
        self.assertIn('by the next leadspool run', self.site.do('gallery', 'compact'))
        self.site.drain()
        self.assertEqual(self.files(), ['segment-000004'])
        self.site.do('gallery', 'verify')
        held = self.bytes_of_gallery()
        for person in range(GALLERY + 2):
            self.assertEqual(photo_id(person).encode() in held, person not in (5, 6), person)
        stat = self.site.lines('gallery', 'stat')[0]
        self.assertEqual([(row['segment'], row['count']) for row in stat['segments']], [('segment-000004', GALLERY)])
        self.assertEqual(stat['doomed'], 0)
        self.assertIn('There is nothing to compact.', self.site.do('gallery', 'compact'))
        # The picture sealed for destruction is disposed of by an event; the withdrawn one is kept with its record.
        self.assertEqual((self.in_vault(5), self.in_vault(6)), (False, True))
        photos = self.photos()
        event, = self.actions(action='photo-destroyed')
        self.assertEqual((event['object'], event['sequence']), (self.faces.gallery(5).sha256, photos[photo_id(5)]['destroyed']))
        self.assertEqual([photos[photo_id(person)]['status'] for person in (5, 6)], ['sealed', 'withdrawn'])
        self.assertNotIn('segment', photos[photo_id(6)])
        self.assertEqual(len(self.actions(action='photo-removed')), 2)
        self.assertEqual(len(self.actions(action='segments-compacted')), 1)
        self.assertEqual(self.audit()['disposed'], 1)
        self.assertEqual(self.photos('--citation', 'no such law'), {})
        table = self.site.do('gallery', 'list', '--status', 'withdrawn') + self.site.do('gallery', 'list', '--sealed')
        self.assertIn('withdrawn, removed', table)
        self.assertIn('sealed, destroyed', table)
        # The same photographs, so the same search, bit for bit; and one made now finds the same.
        self.assertEqual(self.rerun(second), wanted)
        again = self.rerun(self.searched('third', 4))
        self.assertEqual([again[member] for member in ('snapshot', 'listDigest')], [wanted[member] for member in ('snapshot', 'listDigest')])
        # Of an earlier one what is gone is named, by photograph and event.
        part = self.rerun(first)
        self.assertEqual(part['outcome'], 'reproduced-rows')        # all are measured against all: scores by the record
        self.assertEqual({row['photo']: row['event'] for row in part['removed']},
                         {photo_id(person): photos[photo_id(person)]['gone']['event'] for person in (5, 6)})
        self.assertIn(f"{photo_id(5)} (row ", part['text'])
        # Neither comes back: not the id, not the bytes.
        self.enrol(5)
        self.assertEqual(self.photos()[photo_id(5)]['status'], 'sealed')
        self.assertIn('was destroyed', self.order('unseal', 'lifted', photo_id(5)))
        self.assert_sound()

    def test_a_legal_hold(self):
        """It keeps template and picture of what is to be destroyed, until the legal bureau releases it; searches see neither."""
        self.set(percent=1, days=0)
        self.assertIn('not of the legal bureau', self.order('hold', 'litigation', photo_id(5)))
        legal = {'keeper': 'lark', 'signer': 'lark'}
        self.assertIn('Photographs put under a legal hold: 1.', self.order('hold', 'litigation', photo_id(5), **legal))
        self.assertIn('not a gallery keeper', self.order('seal', 'dismissed', photo_id(5), **legal))
        self.order('seal', 'dismissed', photo_id(5), photo_id(7))
        held = self.bytes_of_gallery()
        self.assertEqual([photo_id(person).encode() in held for person in (5, 7)], [True, False])
        self.assertEqual([self.in_vault(person) for person in (5, 7)], [True, False])
        self.assertEqual(self.photos()[photo_id(5)]['legalHold']['by'], 'lark')
        self.assertIn('There is nothing to compact.', self.site.do('gallery', 'compact'))
        self.assertIn('was destroyed', self.order('hold', 'litigation', photo_id(5), photo_id(7), **legal))
        item = self.advance(self.send('case', person=5).docket, 'investigation')
        self.assertNotIn(self.faces.gallery(5).sha256, self.shown(item))
        self.assertIn('released from their legal hold: 1.', self.order('release', 'settled', photo_id(5), **legal))
        self.assertFalse(photo_id(5).encode() in self.bytes_of_gallery() or self.in_vault(5))
        self.assertEqual([len(self.actions(action=action)) for action in ('photo-held', 'photo-released', 'photo-destroyed')], [1, 1, 2])
        self.assert_sound()

    def test_by_itself(self):
        """When too many segments, too large a share, too long a wait; a daemon does it while it searches."""
        self.set(segments=3, percent=15, days=0)
        first = self.searched('first', 3)
        self.start_daemon()
        self.enrol_all(12, 13)
        self.assertEqual(len(self.files()), 3)
        self.order_live('withdraw', 'stay', photo_id(1))
        self.assertTrue(self.until(lambda: photo_id(1).encode() not in self.bytes_of_gallery()), self.files())
        self.assertTrue(self.until(lambda: len(self.files()) <= 3), self.files())
        self.daemons.pop().stop()
        self.assertNotEqual(self.rerun(first)['outcome'], 'differs')
        self.assert_sound()

    def enrol_all(self, *people):
        from site_case import wait_until
        for person in people:
            drop_packet(self.site, [self.faces.gallery(person)], 60 + person)
            self.assertTrue(wait_until(lambda: self.photos().get(photo_id(person), {}).get('status') == 'enrolled'))

    def order_live(self, kind, reason, photo):
        from gallery import drop_order
        drop_order(self.site, 9, kind, reason, [('photoId', photo)])

    @staticmethod
    def until(condition):
        from site_case import wait_until
        return wait_until(condition)


if __name__ == '__main__':
    unittest.main()
