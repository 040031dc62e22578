"""Photographs for the gallery whose eyes nobody marked: found, or listed for a person to mark."""
import dataclasses, glob, os, re

from gallery import drop_packet, photo_id
from site_case import SiteCase


def blind(face):
    """The same photograph without its eye points."""
    return dataclasses.replace(face, eyes='')


class Unmarked(SiteCase):
    def setUp(self):
        super().setUp()
        self.poor = blind(self.faces.unusable(13))

    def photos(self, *words):
        return {row['photo']: row for row in self.site.lines('gallery', 'list', *words)}

    def receipt(self, number, kind='txt'):
        path, = glob.glob(self.site.at('gallery', 'out', f'enrolment-{number}-*', f'receipt-1.{kind}'))
        with open(path) as file:
            return file.read()

    def enrol(self, faces, number, marks=()):
        drop_packet(self.site, faces, number, marks=marks)
        self.site.drain()
        return self.receipt(number)

    def test_a_suspended_keeper_enrols_nothing(self):
        with open(self.site.at('roster.xml')) as file:
            roster = file.read()
        barred = re.sub(r'(<role>gallery-keeper</role>.*?)(\n *<(?:suspendedSince|/person)>|</person>)',
                        r'\1<suspendedSince>2026-01-01T00:00:00Z</suspendedSince>\2', roster, count=1, flags=re.DOTALL)
        self.assertNotEqual(barred, roster)
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(barred)
        before = self.photos()
        self.assertIn('The signer is suspended', ' '.join(self.enrol([self.faces.gallery(12)], 46).split()))
        self.assertEqual(self.photos(), before)

    def test_found_or_listed(self):
        good, poor = blind(self.faces.gallery(12)), self.poor
        text = ' '.join(self.enrol([good, poor], 41).split())
        self.assertIn('Eyes are sought in 2 of them', text)
        photos = self.photos()
        found = photos[photo_id(12)]
        self.assertEqual((found['status'], found['eyesFoundBy']), ('enrolled', 'finder'))
        self.assertGreaterEqual(found['confidence'], 50)
        self.assertEqual({row['eyesFoundBy'] for name, row in photos.items() if name not in (photo_id(12), photo_id(13))}, {'keeper'})
        waiting, = self.photos('--unmarked').values()
        self.assertEqual((waiting['photo'], waiting['status']), (photo_id(13), 'unmarked'))
        self.assertLess(waiting['confidence'], 50)
        self.assertNotIn('segment', waiting)
        self.assertEqual(self.site.lines('gallery', 'stat')[0]['photos']['unmarked'], 1)
        table = self.site.do('gallery', 'list', '--unmarked')
        self.assertIn('CONFIDENCE', table)
        self.assertIn(photo_id(13), table)
        self.assertNotIn(photo_id(12), table)
        listed, = glob.glob(self.site.at('gallery', 'out', 'unmarked', 'segment-*.txt'))
        with open(listed) as file:
            text = file.read()
        self.assertIn('a person has to mark: 1\n', text)
        self.assertIn(photo_id(13), text)
        self.assertNotIn(photo_id(12), text)

    def test_a_person_is_found_by_eyes_nobody_marked(self):
        self.enrol([blind(self.faces.gallery(12))], 42)
        docket = self.send('stranger', person=12).docket
        item = self.advance(docket, 'investigation')
        with open(os.path.join(item.directory, 'item.xml')) as file:
            self.assertIn(self.faces.gallery(12).sha256, file.read())

    def test_marks(self):
        self.enrol([self.poor], 43)
        eyes = '20.5,22,41,22'
        name = photo_id(13)
        for number, marks, code in ((44, [('NOBODY', eyes)], 'photo-unknown'),
                                    (45, [(photo_id(1), eyes)], 'photo-not-unmarked'),
                                    (46, [(name, '20,22,60000,22')], 'eyes-not-in-picture'),
                                    (47, [(name, eyes), (name, eyes)], 'photo-id-twice'),
                                    (48, [], 'enrolment-empty')):
            with self.subTest(code=code):
                self.enrol([], number, marks)
                self.assertIn(f'<code>{code}</code>', self.receipt(number, 'xml'))
                self.assertEqual(list(self.photos('--unmarked')), [name])
        self.assertIn('Eyes marked in photographs sent before: 1.', ' '.join(self.enrol([], 49, [(name, eyes)]).split()))
        self.assertEqual(self.photos('--unmarked'), {})
        photo = self.photos()[name]
        self.assertEqual((photo['status'], photo['eyesFoundBy']), ('enrolled', 'keeper'))
        self.assertNotIn('confidence', photo)
        again = self.enrol([], 50, [(name, eyes)])
        self.assertNotIn('Eyes marked', again)
        self.assertEqual(self.photos()[name], photo)

    def test_a_site_that_wants_to_be_asked(self):
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', '<thresholds eyeConfidence="100"/></site>'))
        self.enrol([blind(self.faces.gallery(12))], 51)
        waiting, = self.photos('--unmarked').values()
        self.assertEqual(len(waiting['eyesProposed']), 4)
        eyes = ','.join(f'{value / 100:.2f}' for value in waiting['eyesProposed'])
        self.enrol([], 52, [(photo_id(12), eyes)])
        self.assertEqual(self.photos()[photo_id(12)]['status'], 'enrolled')
