"""Orders to seal, unseal and withdraw photographs: signed, effective at once, and caught wherever the photograph
surfaces between search and report (R17)."""
import glob, json, os, re, subprocess

from gallery import drop_order, opaque, photo_id
from held_search import held_search
from site_case import GALLERY, NORTH, PROGRAM, SiteCase, wait_until

REASONS = ('<sealReasons><reason code="dismissed" effect="destroy" citation="CPL 160.50"/>'
           '<reason code="stay" effect="show" citation="order of a court" reversible="true"/>'
           '<reason code="resting" effect="search" citation="rule of the unit" reversible="true"/></sealReasons>')


class SealCase(SiteCase):
    def setUp(self):
        super().setUp()
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        start, end = text.find('<sealReasons>'), text.find('</sealReasons>')
        if start >= 0:
            text = text[:start] + text[end + len('</sealReasons>'):]
        with open(path, 'w') as file:
            file.write(text.replace('</site>', REASONS + '</site>'))
        self.number = 0

    def order(self, kind, reason, *targets, **signed):
        """Drop an order and drain; the text of its receipt, on one line. A bare text is a photo id."""
        self.number += 1
        pairs = [target if isinstance(target, tuple) else ('photoId', target) for target in targets]
        name = drop_order(self.site, self.number, kind, reason, pairs, **signed)
        self.site.drain()
        path, = glob.glob(self.site.at('gallery', 'out', name + '-*', 'receipt-1.txt'))
        with open(path) as file:
            return ' '.join(file.read().split())

    def status(self, photo):
        return next(row['status'] for row in self.site.lines('gallery', 'list') if row['photo'] == photo)

    def shown(self, item):
        return set(item.pictures.values())

    def record(self, docket):
        return self.site.lines('show', '--reason', 'test', docket)[0]['docket']


class Orders(SealCase):
    def test_who_may_order(self):
        photo = photo_id(1)
        for signed, code in (({'signer': 'nobody'}, 'no signature of a gallery keeper'),
                             ({'signer': 'quill', 'keeper': 'quill'}, 'not a gallery keeper'),
                             ({'keeper': 'quill', 'signer': 'moss'}, 'by quill and is signed by moss')):
            with self.subTest(code=code):
                self.assertIn(code, self.order('seal', 'stay', photo, **signed))
                self.assertEqual(self.status(photo), 'enrolled')
        self.assertIn('"because" is no reason of this site', self.order('seal', 'because', photo))
        self.assertIn('Not in the gallery: photoId NOBODY', self.order('seal', 'stay', 'NOBODY'))
        self.assertEqual(self.status(photo), 'enrolled')
        self.assertEqual(self.actions(action='photo-sealed'), [])
        self.assertEqual(len(self.actions(action='gallery-rejected')), 5)

    def test_by_photo_person_bytes_and_citation(self):
        text = self.order('seal', 'stay', photo_id(1), ('personId', 'N' + opaque('person', 2)),
                          ('sha256', self.faces.gallery(3).sha256), ('sourceCitation', 'no such law'))
        self.assertIn('Photographs sealed: 3.', text)
        self.assertIn('NOT FOUND, and nothing done for: sourceCitation no such law.', text)
        sealed = [row['photo'] for row in self.site.lines('gallery', 'list', '--status', 'sealed')]
        self.assertEqual(set(sealed), {photo_id(person) for person in (1, 2, 3)})
        events = self.actions(action='photo-sealed')
        self.assertEqual({event['object'] for event in events}, {self.faces.gallery(person).sha256 for person in (1, 2, 3)})
        self.assertEqual({(event['actor'], event['role'], event['clause'], event['outcome']) for event in events},
                         {('moss', 'gallery-keeper', 'R17', 'stay')})
        self.assertIn('3 were so already', self.order('seal', 'stay', *(photo_id(person) for person in (1, 2, 3))))
        self.assertIn('Photographs unsealed: 1.', self.order('unseal', 'lifted', photo_id(1)))
        self.assertEqual(self.status(photo_id(1)), 'enrolled')
        self.assertIn('Photographs sealed: 1.', self.order('seal', 'dismissed', photo_id(2)))
        self.assertIn('cannot be lifted', self.order('unseal', 'lifted', photo_id(2), photo_id(3)))
        self.assertEqual(self.status(photo_id(3)), 'sealed')
        self.assertIn('Photographs withdrawn: 1.', self.order('withdraw', 'stay', photo_id(3)))
        self.assertIn('was withdrawn', self.order('unseal', 'lifted', photo_id(3)))
        self.assert_sound()

    def test_never_in_a_list_again_until_unsealed(self):
        self.order('seal', 'stay', photo_id(3))
        item = self.advance(self.send('first', person=3).docket, 'investigation')
        self.assertNotIn(self.faces.gallery(3).sha256, self.shown(item))
        self.assertEqual(len(item.pictures), GALLERY + 1)       # without one; probe and image besides
        self.order('unseal', 'lifted', photo_id(3))
        item = self.advance(self.send('second', person=3, image=self.faces.gallery(3).path).docket, 'investigation')
        self.assertIn(self.faces.gallery(3).sha256, self.shown(item))


class WhileSearching(SealCase):
    def test_sealed_while_searched(self):
        """The order is answered while a search runs: its list, made before, comes out without the photograph."""
        docket = self.send('case', person=3).docket
        while self.office.work() > 0:
            self.site.drain()
        self.assertEqual(self.state(docket), 'QUEUED')
        with held_search(PROGRAM, self.site.path, 'drain', '--overnight') as search:
            drop_order(self.site, 7, 'seal', 'stay', [('photoId', photo_id(3))])
            self.assertTrue(wait_until(lambda: self.status(photo_id(3)) == 'sealed'))
            search.go_on()
            self.assertTrue(wait_until(lambda: self.state(docket) == 'INVESTIGATION'))
        self.site.drain()
        self.assertNotIn(self.faces.gallery(3).sha256, self.shown(self.item(docket, 'investigation')))
        event, = self.actions(action='photo-suppressed')
        self.assertEqual((event['docket'], event['object']), (docket, self.faces.gallery(3).sha256))
        again = json.loads(self.site.do('rerun', '-j', '--reason', 'test', docket))
        self.assertEqual(again['sealed'], [photo_id(3)])
        self.assertNotEqual(again['outcome'], 'differs')
        self.assert_sound()


class Surfacing(SealCase):
    """A photograph sealed at each stage between search and report."""

    def setUp(self):
        super().setUp()
        self.photo, self.digest = photo_id(3), self.faces.gallery(3).sha256

    def begin(self):
        self.receipt = self.send('case', person=3)
        return self.receipt.docket

    def assert_back(self, docket, round_):
        item = self.item(docket, 'investigation')
        self.assertNotIn(self.digest, self.shown(item))
        self.assertEqual((self.state(docket), item.round), ('INVESTIGATION', round_))
        self.assertEqual({other.stage for other in self.site.items() if other.docket == docket}, {'investigation'})
        self.assertNotIn('named', self.record(docket))
        for folder, _, names in os.walk(self.site.at('review')):
            for name in names:
                with open(os.path.join(folder, name), 'rb') as file:
                    self.assertNotIn(self.digest.encode(), file.read(), os.path.join(folder, name))
        # Nothing of it is in a later outcome either.
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        self.assert_sound()

    def test_investigation(self):
        docket = self.begin()
        before = self.advance(docket, 'investigation')
        self.assertIn(self.digest, self.shown(before))
        self.order('seal', 'stay', self.photo)
        self.assertEqual(len(self.actions(action='item-taken-back', docket=docket)), 1)
        self.assert_back(docket, 1)

    def test_background(self):
        docket = self.begin()
        self.advance(docket, 'background')
        self.order('withdraw', 'stay', self.photo)
        self.assert_back(docket, 1)

    def test_peer(self):
        docket = self.begin()
        self.advance(docket, 'peer')
        self.order('seal', 'stay', self.photo)
        self.assertEqual(self.record(docket)['rounds'][0]['outcome'], 'photo-sealed')
        # The command's page tells it at once, not with the next start.
        page = self.index_page()
        self.site.drain()
        self.assertEqual(page, self.index_page())
        self.assert_back(docket, 2)

    def index_page(self):
        with open(self.site.at('out', NORTH, 'index.html')) as file:
            return re.sub('Written .*', '', file.read())

    def test_a_foil(self):
        """The named one stays named; peers get their items again without the foil, and the case goes its way."""
        docket = self.begin()
        self.advance(docket, 'peer')
        items = [item for item in self.site.items() if item.docket == docket]
        foil = next(digest for label, digest in items[0].pictures.items() if label.startswith('A') and digest != self.digest)
        row = next(row for row in self.site.lines('gallery', 'list') if row['digest'] == foil)
        touched = {item.slot for item in items if foil in self.shown(item)}
        self.order('seal', 'dismissed', row['photo'])
        after = [item for item in self.site.items() if item.docket == docket]
        self.assertEqual((self.state(docket), len(after)), ('PEER', 2))
        self.assertEqual({item.slot for item in after} & touched, set())
        for item in after:
            self.assertNotIn(foil, self.shown(item))
            self.assertIn(self.digest, self.shown(item))
        self.finish()
        self.assertTrue(os.path.exists(os.path.join(self.receipt.directory, 'report-1.pdf')))
        self.assert_sound()

    def test_supervision(self):
        docket = self.begin()
        self.advance(docket, 'supervision')
        self.order('seal', 'stay', self.photo)
        self.assert_back(docket, 2)
        self.assertFalse(os.path.exists(os.path.join(self.receipt.directory, 'recall-1.pdf')))

    def approve(self):
        docket = self.begin()
        self.advance(docket, 'supervision')
        self.office.work()
        return docket

    def assert_recalled(self, closed=False):
        for folder in (self.receipt.directory, self.site.at('case-management', self.receipt.docket)):
            for name in ('recall-1.pdf', 'recall-1.xml'):
                self.assert_signed(os.path.join(folder, name))
        text = subprocess.run(['pdftotext', '-layout', os.path.join(self.receipt.directory, 'recall-1.pdf'), '-'],
                              capture_output=True, text=True).stdout
        self.assertIn('report-1', text)
        self.assertNotIn(self.photo, text)
        # Where another search comes from depends on whether this request goes on.
        text = ' '.join(text.split())
        self.assertEqual(['relatesTo' in text, 'comes to this folder' in text], [closed, not closed])
        self.assertEqual(len(self.actions(action='report-recalled', docket=self.receipt.docket)), 1)

    def test_published(self):
        docket = self.approve()
        self.site.drain()
        self.assertEqual(self.state(docket), 'APPROVED')
        self.assertTrue(os.path.exists(os.path.join(self.receipt.directory, 'report-1.pdf')))
        self.order('seal', 'stay', self.photo)
        self.assert_recalled()
        self.assert_back(docket, 2)

    def test_approved_in_the_same_breath(self):
        """The order comes while the approval's report is still to be rendered: nobody sees it."""
        docket = self.approve()
        drop_order(self.site, 77, 'seal', 'stay', [('photoId', self.photo)])
        self.site.drain()
        published = os.path.exists(os.path.join(self.receipt.directory, 'report-1.pdf'))
        recalled = os.path.exists(os.path.join(self.receipt.directory, 'recall-1.pdf'))
        self.assertEqual(published, recalled)
        self.assert_back(docket, 2)

    def test_closed(self):
        docket = self.begin()
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        self.order('seal', 'dismissed', self.photo)
        self.assert_recalled(closed=True)
        self.assertEqual(self.state(docket), 'CLOSED')
        # What was made of it before is named to whoever acts on it, and to nobody else.
        row, = self.site.lines('list', '--photo', self.photo)
        self.assertEqual((row['docket'], row['shownIn'][-1]), (docket, 'report'))
        self.assertTrue({'worksheet investigation 1-1', 'worksheet peer 1-1', 'worksheet supervision 1-1'} <= set(row['shownIn']), row)
        self.assertIn(docket, self.site.do('list', '--photo', self.photo))
        self.assertIn('no document that is kept', self.site.do('list', '--photo', photo_id(99)))
        self.order('withdraw', 'dismissed', self.photo)
        self.assertEqual(len(self.actions(action='report-recalled')), 1)
        self.assert_sound()

    def test_what_ends_searching_alone_leaves_work(self):
        docket = self.begin()
        before = self.advance(docket, 'background').pictures
        self.order('seal', 'resting', self.photo)
        self.assertEqual(self.item(docket, 'background').pictures, before)
        self.assertEqual(self.actions(action='item-taken-back'), [])
        self.finish()
        self.assertTrue(os.path.exists(os.path.join(self.receipt.directory, 'report-1.pdf')))
        with open(os.path.join(self.receipt.directory, 'report-1.xml')) as file:
            self.assertIn('<sealStatus>search</sealStatus>', file.read())
        self.assertFalse(os.path.exists(os.path.join(self.receipt.directory, 'recall-1.pdf')))
