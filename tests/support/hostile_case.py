"""What hostile and clumsy senders drop, and whether it was answered."""
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


def png_chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def png(width, height, rows=None, depth=8, colour=2, extra=b'', tail=b''):
    """A PNG of that head; `rows` are its raw rows (None: all grey)."""
    chunk = png_chunk
    if rows is None:
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
        rows = (b'\0' + b'\x7f' * (width * samples * depth // 8)) * height
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, 0)) +
            extra + chunk(b'IDAT', zlib.compress(rows, 9)) + chunk(b'IEND', b'') + tail)


def jpeg(width, height, components=3, scans=0, cut=None):
    """A flat grey JPEG, written by hand; `scans` (0: sequential) repeats a progressive one's scans."""
    def segment(marker, data):
        return bytes((0xFF, marker)) + struct.pack('>H', len(data) + 2) + data

    def scan(which, start, end, bits):
        head = segment(0xDA, bytes((len(which),)) + b''.join(bytes((c, 0)) for c in which) + bytes((start, end, 0)))
        return head + b'\0' * ((bits + 7) // 8)

    def one_symbol(kind, symbol):                # a code of one bit, 0
        return segment(0xC4, bytes((kind, 1)) + b'\0' * 15 + bytes((symbol,)))

    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    ids = range(1, components + 1)
    parts = [b'\xff\xd8', segment(0xDB, b'\0' + b'\x01' * 64),
             segment(0xC2 if scans else 0xC0, struct.pack('>BHHB', 8, height, width, components) +
                     b''.join(bytes((c, 0x11, 0)) for c in ids)),
             one_symbol(0x00, 0), one_symbol(0x10, 0x00)]
    if not scans:
        parts.append(scan(ids, 0, 63, 2 * blocks * components))
    else:
        parts.append(scan(ids, 0, 0, blocks * components))
        parts += [scan((1,), 1, 63, blocks)] * scans
    return b''.join(parts)[:cut] + (b'\xff\xd9' if cut is None else b'')


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


class HostileCase(SiteCase):
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
