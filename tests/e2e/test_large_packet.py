"""Thousands of photographs in one packet: taken whole, enrolled, and gone on with after a kill."""
import dataclasses, glob, hashlib, os

from gallery import drop_packet
from site_case import BUILD, SiteCase, wait_until

COUNT = 2000


class LargePacket(SiteCase):
    def copies(self, count):
        """The same face so often, each with bytes of its own, as of another person."""
        face = self.faces.gallery(12)
        folder = os.path.join(BUILD, 'tests', 'faces', 'copies')
        os.makedirs(folder, exist_ok=True)
        with open(face.path, 'rb') as file:
            picture = file.read()
        made = []
        for number in range(count):
            path = os.path.join(folder, f'{number}.jpg')
            content = picture[:2] + b'\xff\xfe\x00\x0a%08d' % number + picture[2:]      # a comment
            with open(path, 'wb') as file:
                file.write(content)
            made.append(dataclasses.replace(face, person=1000 + number, path=path, sha256=hashlib.sha256(content).hexdigest()))
        return made

    def photos(self):
        return self.site.lines('gallery', 'stat')[0]['photos']

    def test_thousands_and_a_kill(self):
        before = self.photos()['enrolled']
        drop_packet(self.site, self.copies(COUNT), 90)
        daemon = self.start_daemon()
        kept = self.site.at('var', 'gallery', '.kept-*')
        self.assertTrue(wait_until(lambda: sum(os.path.getsize(path) for path in glob.glob(kept)) > 1000000, 120))
        path, = glob.glob(kept)
        self.assertIn('enrolling: ', self.site.do('status'))
        daemon.kill()
        size = os.path.getsize(path)
        with open(path, 'ab') as file:
            file.write(b'torn off')                 # as a power cut leaves it
        again = self.start_daemon()
        self.assertTrue(wait_until(lambda: self.photos().get('pending', 0) == 0, 120, 0.5))
        again.stop()
        self.assertEqual(self.photos()['enrolled'], before + COUNT)
        self.assertEqual(glob.glob(kept), [])
        self.assertGreater(size, 1000000)
        enrolled = self.actions(action='photos-enrolled')
        self.assertEqual(len(enrolled), 2)          # the prepared site's round and this one
        receipt, = glob.glob(self.site.at('gallery', 'out', 'enrolment-90-*', 'receipt-1.txt'))
        with open(receipt) as file:
            self.assertIn(f'New photographs: {COUNT}', file.read())
        self.site.do('gallery', 'verify')
        self.assert_sound()

    def test_the_same_picture_twice(self):
        one, two = self.copies(1)[0], dataclasses.replace(self.copies(1)[0], person=1001)
        drop_packet(self.site, [one, two], 91)
        self.site.drain()
        receipt, = glob.glob(self.site.at('gallery', 'out', 'enrolment-91-*', 'receipt-1.xml'))
        with open(receipt) as file:
            self.assertIn('<code>photo-of-another</code>', file.read())
        self.assertNotIn('pending', self.photos())
