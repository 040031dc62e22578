"""Thousands of photographs in one packet: taken whole, enrolled, and gone on with after a kill."""
import dataclasses, glob, hashlib, os, re, shutil, time

from gallery import drop_packet, photo_id
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

    def built_up(self, name, files, folder):
        """File by file, as over a share; each is seen before the next comes."""
        inbox = self.site.at('gallery', 'in', name)
        os.mkdir(inbox)
        for file in files:
            self.assertEqual(glob.glob(self.site.at('gallery', 'out', f'{name}-*')), [], f'answered before {file}')
            shutil.copyfile(os.path.join(folder, file), os.path.join(inbox, file))
            time.sleep(0.4)

    def answer(self, name):
        path = self.site.at('gallery', 'out', f'{name}-*', 'receipt-1.xml')
        self.assertTrue(wait_until(lambda: glob.glob(path), 20), f'{name} has no answer')
        with open(glob.glob(path)[0]) as file:
            text = file.read()
        return re.search('<outcome>(.*)</outcome>', text)[1], set(re.findall('<code>(.*)</code>', text))

    def test_complete_is_what_the_document_lists(self):
        """With a quiet time of ten minutes: a packet is taken when all is there, and one that misses files waits for
        them, not for quiet."""
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(re.sub(' *<settling[^>]*/>\n', '', text).replace(
                '</site>', '<settling quietSeconds="600" incompleteSeconds="3"/></site>'))
        faces = self.copies(120)
        drop_packet(self.site, faces, 92)
        os.rename(self.site.at('gallery', 'in', 'enrolment-92'), os.path.join(self.path, 'packet'))
        packet = os.path.join(self.path, 'packet')
        names = ['enrolment.xml', photo_id(faces[0].person) + '.jpg', 'enrolment.xml.p7s']
        rest = sorted(set(os.listdir(packet)) - set(names))
        self.start_daemon()
        hidden = self.site.at('gallery', 'in', '.part')
        shutil.copytree(packet, hidden)
        for name in names:
            os.remove(os.path.join(hidden, name))
        self.built_up('first-the-document', names[:2], packet)
        inbox = self.site.at('gallery', 'in', 'first-the-document')
        for name in rest:
            os.rename(os.path.join(hidden, name), os.path.join(inbox, name))
        time.sleep(0.4)
        self.assertEqual(glob.glob(self.site.at('gallery', 'out', 'first-*')), [])
        shutil.copyfile(os.path.join(packet, names[2]), os.path.join(inbox, names[2]))
        self.assertEqual(self.answer('first-the-document'), ('ACCEPT', set()))
        self.built_up('never-finished', names, packet)
        self.assertEqual(self.answer('never-finished'), ('REJECT', {'file-missing'}))

    def test_the_same_picture_twice(self):
        one, two = self.copies(1)[0], dataclasses.replace(self.copies(1)[0], person=1001)
        drop_packet(self.site, [one, two], 91)
        self.site.drain()
        receipt, = glob.glob(self.site.at('gallery', 'out', 'enrolment-91-*', 'receipt-1.xml'))
        with open(receipt) as file:
            self.assertIn('<code>photo-of-another</code>', file.read())
        self.assertNotIn('pending', self.photos())
