"""Whatever lies in a drop folder is answered once, in words, and the daemon goes on.

Every test starts one daemon and drops many things at once: hostile ones, clumsy ones, and one good packet that
must be accepted among them.
"""
import hashlib, os, re, shutil, socket, stat, struct, subprocess, time, zlib
from datetime import datetime, timedelta, timezone

from site_case import NORTH, SiteCase, request_id, wait_until

from gallery import enrolment_xml, photo_id, sign, utc                             # noqa: E402
from sent_requests import SENDERS                                                  # noqa: E402

KIB, MIB = 1 << 10, 1 << 20


def content_of(path):
    with open(path, 'rb') as file:
        return file.read()


def manifest(key, images=(), command=NORTH, **changes):
    """A complete request; a member given as '' is left out."""
    name, shield, account, supervisor = SENDERS[command]
    now = datetime.now(timezone.utc)
    listed = ''.join(f'<image><file>{file}</file>{more}<source>cctv-private</source>'
                     '<depictsUnknownPerson>true</depictsUnknownPerson></image>\n'
                     for file, more in ((*image, '')[:2] for image in images))
    members = {
        'requestKind': 'new', 'requestId': request_id(key), 'caseNumber': f'2026-014-{zlib.crc32(key.encode()) % 10 ** 6:06d}',
        'command': command, 'submittedAt': utc(now),
        'requester': f'<name>{name}</name><shield>{shield}</shield><account>{account}</account>',
        'supervisorDiscussion': f'<person>{supervisor}</person><at>{utc(now - timedelta(hours=1))}</at>',
        'use': 'U1', 'subUse': 'committed', 'basis': 'A shop was robbed; the camera shows who did it.',
        'priority': 'routine', 'eventContext': 'none', 'politicalActivity': 'false', 'priorSearches': '<none/>',
        'images': listed}
    members.update(changes)
    inside = ''.join(f'<{member}>{value}</{member}>\n' for member, value in members.items() if value != '')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<request xmlns="urn:leadspool:request:1">\n{inside}</request>\n'


def listed(name, content):
    return name, f'<size>{len(content)}</size><sha256>{hashlib.sha256(content).hexdigest()}</sha256>'


def png(width, height, rows=None, depth=8, colour=2, extra=b'', tail=b''):
    """A PNG of that head; `rows` are its raw rows (None: as many as fit a small one, all grey)."""
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    if rows is None:
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        rows = (b'\0' + b'\x7f' * (width * samples * depth // 8)) * height
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, 0)) +
            extra + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b'') + tail)


def png_chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def oriented(jpeg, orientation):
    """The JPEG with an EXIF block that says so."""
    tiff = b'II*\0\x08\0\0\0' + struct.pack('<HHHIHHI', 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b'Exif\0\0' + tiff
    return jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(block) + 2) + block + jpeg[2:]


def frame_of(jpeg):
    """Where the frame header (SOF) of a JPEG begins."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack('>H', jpeg[at + 2:at + 4])[0]
    return at


def resized(jpeg, width, height):
    """The JPEG claims to be that large."""
    at = frame_of(jpeg)
    return jpeg[:at + 5] + struct.pack('>HH', height, width) + jpeg[at + 9:]


class Hostile(SiteCase):
    packet = ''

    def setUp(self):
        super().setUp()
        if os.path.exists(self.path + '.log'):
            os.remove(self.path + '.log')
        self.expected = {}                      # escaped name of the drop: (outcome, codes it must have)
        self.inbox = self.site.at('in', NORTH)
        self.photo = content_of(self.faces.probe(3).path)

    def settings(self, *elements):
        """More elements in site.xml; one of the same name is replaced."""
        path = self.site.at('site.xml')
        text = content_of(path).decode()
        for element in elements:
            name = re.match(r'<(\w+)', element).group(1)
            text = re.sub(rf'  <{name}\b[^>]*/>\n', '', text).replace('</site>', f'  {element}\n</site>')
        with open(path, 'w') as file:
            file.write(text)

    def drop(self, name, files, outcome='REJECT', codes=(), shown=None, folder=None):
        """A packet that appears whole; files are (name, bytes or a function that makes it there)."""
        hidden = os.path.join(os.fsencode(folder or self.inbox), b'.part')
        os.mkdir(hidden)
        for file, content in files.items():
            path = os.path.join(hidden, os.fsencode(file))
            if callable(content):
                content(path)
            else:
                with open(path, 'wb') as out:
                    out.write(content if isinstance(content, bytes) else content.encode())
        os.rename(hidden, os.path.join(os.path.dirname(hidden), os.fsencode(name)))
        self.expected[shown or name] = (outcome, set(codes))

    def good(self, name='good', person=4):
        content = content_of(self.faces.probe(person).path)
        self.drop(name, {'manifest.xml': manifest(f'{self.id()} {name}', [listed('a.jpg', content)]), 'a.jpg': content},
                  'ACCEPT')

    def one_image(self, name, content, outcome='REJECT', codes=('image-unreadable',), file='a.jpg', image=None):
        self.drop(name, {'manifest.xml': manifest(f'{self.id()} {name}', [image or listed(file, content)]), file: content},
                  outcome, codes)

    def run_daemon(self, seconds=60):
        """Until every drop is answered."""
        daemon = self.start_daemon()
        wanted = set(self.expected)

        def answered():
            return wanted <= {receipt.drop for receipt in self.site.receipts(NORTH)}

        wait_until(answered, seconds, 0.2)
        return daemon

    def check_answers(self, left=()):
        found = {}
        for receipt in self.site.receipts(NORTH):
            found.setdefault(receipt.drop, []).append(receipt)
        for name, (outcome, codes) in self.expected.items():
            with self.subTest(drop=name):
                self.assertEqual(len(found.get(name, [])), 1, f'{name!r}: {found.get(name)}')
                receipt = found[name][0]
                self.assertEqual((receipt.outcome, set(receipt.codes)), (outcome, codes or set(receipt.codes)),
                                 receipt.faults)
                for fault in receipt.faults:
                    self.assertTrue(fault.get('text') and fault.get('place'), fault)
                    self.assertTrue(fault.get('remedy'), fault)
        self.assertEqual(sorted(os.listdir(self.inbox)), sorted(left))

    def check_log(self):
        with open(self.path + '.log') as file:
            noise = [line for line in file if 'claim-waits' in line or 'row-stuck' in line or 'check-failed' in line]
        self.assertEqual(noise, [])

    def test_shapes(self):
        """Things that are no files, or too many, too large, or strangely named."""
        self.settings('<packet files="12" fileBytes="1048576" totalBytes="2097152"/>',
                      '<settling quietSeconds="1" incompleteSeconds="2"/>')
        body = self.photo

        def made(*files, **changes):
            return manifest(f'{self.id()} {self.packet}', files, **changes)

        def kinds(name, make, code='not-a-plain-file'):
            self.packet = name
            self.drop(name, {'manifest.xml': made(('a.jpg',)), 'a.jpg': make}, 'REJECT', (code,))

        kinds('link', lambda path: os.symlink('/etc/passwd', path))
        kinds('dangling', lambda path: os.symlink('nowhere', path))
        kinds('fifo', os.mkfifo)
        kinds('folder', os.mkdir)
        kinds('deep', lambda path: os.makedirs(os.path.join(path, *[b'd'] * 200)))
        kinds('socket', self.make_socket)
        if os.geteuid() == 0:
            kinds('device', lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5)))

        def set_id(path):
            with open(path, 'wb') as file:
                file.write(body)
            os.chmod(path, 0o4755)
        kinds('set-id', set_id)
        kinds('sparse', lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40), 'packet-too-large')
        kinds('large', b'\0' * (MIB + 1), 'packet-too-large')
        self.packet = 'many'
        self.drop('many', {'manifest.xml': made(('a.jpg',)), 'a.jpg': body, **{f'{i:03d}': b'x' for i in range(300)}},
                  'REJECT', ('packet-too-large', 'file-not-listed'))
        self.packet = 'total'
        self.drop('total', {'manifest.xml': made(('a.jpg',)), 'a.jpg': body, **{f'{i}': b'x' * MIB for i in range(3)}},
                  'REJECT', ('packet-too-large', 'file-not-listed'))
        for name, maker in (('manifest-folder', os.mkdir), ('manifest-fifo', os.mkfifo),
                            ('manifest-link', lambda path: os.symlink('a.jpg', path))):
            self.drop(name, {'manifest.xml': maker, 'a.jpg': body}, 'REJECT',
                      ('not-a-plain-file',))
        self.drop('empty-manifest', {'manifest.xml': ''}, 'REJECT', ('malformed-xml',))
        # Drops that are no folders.
        with open(os.path.join(self.inbox, 'plain.txt'), 'w') as file:
            file.write('please search this')
        with open(os.path.join(self.inbox, 'nothing.jpg'), 'w'):
            pass
        os.symlink('/etc', os.path.join(self.inbox, 'link-to-folder'))
        os.mkfifo(os.path.join(self.inbox, 'a-fifo'))
        self.make_socket(os.path.join(self.inbox, 'a-socket').encode())
        for name in ('plain.txt', 'nothing.jpg'):
            self.expected[name] = ('REJECT', {'manifest-missing'})
        for name in ('link-to-folder', 'a-fifo', 'a-socket'):
            self.expected[name] = ('REJECT', {'not-a-plain-file'})
        # Names.
        for name, shown in ((b'with space', 'with space'), (b'-', '-'), (b'new\nline', 'new%0Aline'), (b'\xff\xfe', '%FF%FE'),
                            (b'%', '%25'), (b'%2e%2e%2f', '%252e%252e%252f'), (b'-rf', '-rf'), (b'n' * 255, 'n' * 255),
                            ('ä'.encode() * 127 + b'b', 'ä' * 127 + 'b'), (b'\xff' * 255, '%FF' * 255),
                            (b'a"<&>\'b', 'a"<&>\'b'), (b'tab\there', 'tab%09here'), (b'a\\..\\b', 'a\\..\\b'),
                            ('\u202egnp.exe'.encode(), '%E2%80%AEgnp.exe')):
            self.packet = shown
            self.drop(name, {'manifest.xml': made(('a.jpg',), basis=''), 'a.jpg': body}, 'REJECT', ('basis-missing',), shown)
        # Names of files in a packet.
        self.packet = 'names'
        self.drop('names', {'manifest.xml': made(('100%.jpg',), ('né 1.jpg',)), '100%.jpg': body, 'né 1.jpg': body[:-2] + b'\xff\xd9'},
                  'ACCEPT')
        self.packet = 'odd'
        self.drop('odd', {b'manifest.xml': made(('a.jpg',)), b'a.jpg': body, b'\xff': b'x', b'new\nline': b'x', b'-rf': b'',
                          b'o' * 255: b'', 'ö'.encode() * 127: b''}, 'REJECT', ('file-not-listed',))
        self.packet = 'case'
        self.drop('case', {'Manifest.XML': made(('a.jpg',)), 'a.jpg': body}, 'INCOMPLETE', ('file-missing',))
        self.drop('empty', {}, 'INCOMPLETE', ('file-missing',))
        self.drop('only-folder', {'x': os.mkdir}, 'INCOMPLETE', ('file-missing',))
        # Lists.
        self.packet = 'missing'
        self.drop('missing', {'manifest.xml': made(listed('a.jpg', body), ('b.jpg',)), 'a.jpg': body}, 'INCOMPLETE',
                  ('file-missing',))
        self.packet = 'unlisted'
        self.drop('unlisted', {'manifest.xml': made(('a.jpg',)), 'a.jpg': body, 'b.jpg': body}, 'REJECT', ('file-not-listed',))
        self.packet = 'digest'
        self.drop('digest', {'manifest.xml': made(('a.jpg', f'<sha256>{"0" * 64}</sha256>')), 'a.jpg': body}, 'REJECT',
                  ('file-differs',))
        self.packet = 'size'
        self.drop('size', {'manifest.xml': made(('a.jpg', '<size>7</size>')), 'a.jpg': body}, 'REJECT', ('file-differs',))
        self.packet = 'twice'
        self.drop('twice', {'manifest.xml': made(('a.jpg',), ('a.jpg',)), 'a.jpg': body}, 'REJECT', ('file-listed-twice',))
        self.packet = 'same-bytes'
        self.drop('same-bytes', {'manifest.xml': made(('a.jpg',), ('b.jpg',)), 'a.jpg': body, 'b.jpg': body}, 'ACCEPT')
        self.packet = 'planted'
        hidden = os.path.join(self.inbox, '.claim-000000000001')
        os.mkdir(hidden)
        planted = range(2, 60)
        for number in planted:                           # names the daemon is about to use
            os.symlink('/etc/passwd', os.path.join(self.inbox, f'.claim-{number:012d}'))
            self.expected[f'hidden-claim-{number:012d}-1'] = ('REJECT', {'not-a-plain-file'})
        self.good()
        self.run_daemon()
        waiting = ('missing', 'empty', 'only-folder', 'case')
        self.check_answers((*waiting, *self.hidden()))
        # What was missing comes.
        with open(os.path.join(self.inbox, 'missing', 'b.jpg'), 'wb') as file:
            file.write(content_of(self.faces.probe(5).path))
        os.rename(os.path.join(self.inbox, 'case', 'Manifest.XML'), os.path.join(self.inbox, 'case', 'manifest.xml'))

        def accepted():
            return {'missing', 'case'} <= {receipt.drop for receipt in self.site.receipts(NORTH) if receipt.outcome == 'ACCEPT'}
        self.assertTrue(wait_until(accepted), 'completed packets were not accepted')
        self.check_log()

    def hidden(self):
        return [name for name in os.listdir(self.inbox) if name.startswith('.')]

    def make_socket(self, path):
        """Bound by a short name: an address holds 108 bytes."""
        here = os.getcwd()
        os.chdir(os.path.dirname(path))
        try:
            made = socket.socket(socket.AF_UNIX)
            made.bind(os.path.basename(path))
            made.close()
        finally:
            os.chdir(here)
