"""A wave of traffic: enrolment, requests of every outcome, decisions, acknowledgements, all as files dropped.

Every drop is made ready first and its digest noted, so that the sender's list says what was sent, whatever
became of the daemon meanwhile.
"""
import dataclasses, glob, hashlib, os, shutil, time, zipfile
import xml.etree.ElementTree as ElementTree

from site_case import (NORTH, SOUTH, CaseManagement, Failed, Office, Site, image_words, request_id, sender_words,
                       whole_request)
from archives import archive, overlapping
from gallery import photo_id, enrolment_xml, order_xml, sign
from sent_requests import spoiled_files

ENROLLED, STRANGER, NEW = 12, 12, 14       # persons 0 to 11 are in the gallery; from NEW on, two more each wave
WAVE_SECONDS, ADMINISTRATOR_SECONDS = 400, 4
FINAL = {'report': 'possibleMatchReport', 'negative': 'negativeReport', 'withdrawn': 'withdrawalNotice'}


def files_of(path, opened=True):
    """Name → bytes of a drop's files; of a .zip file those it holds, unless it is not to be opened."""
    if os.path.isdir(path):
        return {name: open_and_read(os.path.join(path, name)) for name in os.listdir(path)}
    if opened and path.endswith('.zip'):
        with zipfile.ZipFile(path) as packed:
            return {os.path.basename(name): packed.read(name) for name in packed.namelist()}
    return {os.path.basename(path): open_and_read(path)}


def open_and_read(path):
    with open(path, 'rb') as file:
        return file.read()


def packet_digest(path, opened=True):
    """As sha256sum would print the packet's files, sorted and digested."""
    lines = [f'{hashlib.sha256(content).hexdigest()}  {name}\n' for name, content in files_of(path, opened).items()]
    return hashlib.sha256(''.join(sorted(lines)).encode()).hexdigest()


class Sent:
    def __init__(self, key, kind, command, name, digest):
        self.key, self.kind, self.command, self.name, self.digest = key, kind, command, name, digest


class Senders:
    """Whoever drops, with all that was sent in `list` and the number of signed decisions in `decisions`.

    Each drop is filled in a folder of the sender's own, then appears on the share at once.
    """

    def __init__(self, site, faces, desk):
        self.site, self.desk, self.list = site, Site(site.program, desk), []
        self.office, self.clerk, self.decisions = Office(site, faces), Clerk(site, self), 0
        self.office.tell = self.count
        self.freed, self.looked = 0, time.monotonic()
        for command in (NORTH, SOUTH):
            os.makedirs(self.desk.at('in', command), exist_ok=True)

    def count(self, *_):
        self.decisions += 1

    def administer(self):
        """Free what is stuck because its workers were killed three times, as the manual says."""
        if time.monotonic() > self.looked + ADMINISTRATOR_SECONDS:
            self.freed += len(self.site.call('retry', '--all', '-j').stdout.splitlines())
            self.looked = time.monotonic()

    def put(self, source, folder, name, key, kind, command=None, opened=True):
        hidden = self.site.at(folder, '.' + name)
        (shutil.copytree if os.path.isdir(source) else shutil.copyfile)(source, hidden)
        self.list.append(Sent(key, kind, command, name, packet_digest(source, opened)))
        os.rename(hidden, self.site.at(folder, name))

    def submit(self, key, command, words, zipped=False):
        self.desk.do('submit', *words, *(['--zip'] if zipped else []))
        name = key + '.zip' if zipped else key
        self.put(self.desk.at('in', command, name), f'in/{command}', name, key, 'request', command)

    def repeat(self, key, command, name):
        """The same packet again, as a .zip file this time."""
        path = self.desk.at('in', command, name + '.zip')
        with open(path, 'wb') as file:
            file.write(archive(sorted(files_of(self.desk.at('in', command, key)).items()), inside=f'{key}/'))
        self.put(path, f'in/{command}', name + '.zip', name, 'repeat', command)

    def burst(self, key, command, number):
        """An archive that nobody's tool writes."""
        path = self.desk.at('in', command, key + '.zip')
        with open(path, 'wb') as file:
            file.write(overlapping(20, b'%d' % number + b'\0' * 100000))
        self.put(path, f'in/{command}', key + '.zip', key, 'request', command, opened=False)

    def enrol(self, key, faces, number, signer):
        folder = self.desk.at(key)
        os.makedirs(folder)
        for face in faces:
            shutil.copyfile(face.path, os.path.join(folder, photo_id(face.person) + '.jpg'))
        document = os.path.join(folder, 'enrolment.xml')
        with open(document, 'w') as file:
            file.write(enrolment_xml(faces, 'moss', number))
        sign(self.site, signer, document)
        self.put(folder, 'gallery/in', key, key, 'enrolment')

    def withdraw(self, key, person, number):
        folder = self.desk.at(key)
        os.makedirs(folder)
        document = os.path.join(folder, 'order.xml')
        with open(document, 'w') as file:
            file.write(order_xml('withdraw', 'resting', [('photoId', photo_id(person))], 'moss', number))
        sign(self.site, 'moss', document)
        self.put(folder, 'gallery/in', key, key, 'order')


class Clerk(CaseManagement):
    """Case management, with every acknowledgement on the sender's list."""

    def __init__(self, site, senders):
        super().__init__(site)
        self.senders = senders

    def acknowledge(self, docket, subject):
        folder = self.senders.desk.at('case-management', 'acks')
        os.makedirs(folder, exist_ok=True)
        real, self.site = self.site, self.senders.desk
        try:
            super().acknowledge(docket, subject)
        finally:
            self.site = real
        name = f'{docket}-{subject}.xml'
        self.senders.put(os.path.join(folder, name), 'case-management/acks', name, f'{docket} {subject}', 'acknowledgement')


class Wave:
    """One round of the same traffic; `number` makes its names and ids its own."""

    def __init__(self, site, faces, senders, number):
        self.site, self.faces, self.senders, self.number = site, faces, senders, number
        self.receipts, self.sent_later = {}, set()
        self.withdrawn = NEW + 2 * number      # enrolled in this wave, and taken out again
        # request → what ends it
        self.wanted = {'till': 'report', 'threat': 'report', 'bicycle': 'negative', 'garage': 'report',
                       'pharmacy': 'report', 'market': 'report', 'patience': 'withdrawn'}

    def name(self, key):
        return f'{key}-w{self.number}'

    def send(self, key, command, image=None, zipped=False, **changes):
        name = self.name(key)
        self.senders.submit(name, command, whole_request(name, command, 1, image, **changes), zipped)

    def still(self, face):
        """The picture as this wave's own still: one searched under another docket before would be held."""
        path = self.senders.desk.at(f'w{self.number}-{os.path.basename(face.path)}')
        with open(face.path, 'rb') as file:
            picture = file.read()
        remark = f'wave {self.number}'.encode()
        picture = picture[:2] + b'\xff\xfe' + (len(remark) + 2).to_bytes(2, 'big') + remark + picture[2:]
        with open(path, 'wb') as file:
            file.write(picture)
        own = dataclasses.replace(face, path=path, sha256=hashlib.sha256(picture).hexdigest())
        self.faces.by_digest[own.sha256] = own
        return path

    def drop(self):
        probe = lambda person: self.still(self.faces.probe(person))
        broken, letter = spoiled_files(self.senders.desk.at('spoiled'))
        new = [self.faces.gallery(NEW + 2 * self.number + i) for i in range(2)]
        self.senders.enrol(self.name('enrolment'), new, 2 * self.number, 'moss')
        self.send('till', NORTH, probe(1))
        self.send('threat', SOUTH, probe(2), use=('U6',), basis='A caller announced an attack for this afternoon.',
                  priority=('imminent', 'The attack was announced for this afternoon.'))
        self.send('bicycle', NORTH, probe(STRANGER))
        self.send('neighbour', SOUTH, probe(4), use=('U9', 'committed'))
        self.send('letter', SOUTH, letter, zipped=True)
        self.senders.burst(self.name('crate'), SOUTH, self.number)
        self.senders.submit(self.name('hasty'), NORTH, ['--command', NORTH, '--name', self.name('hasty'), '--manifest', broken])
        self.send('garage', NORTH, self.still(self.faces.unusable(5)))
        self.send('pharmacy', SOUTH, probe(6), zipped=True)
        self.send('market', NORTH, probe(7), discussed=False)
        self.send('patience', SOUTH, probe(8))
        self.senders.enrol(self.name('forged'), new[:1], 2 * self.number + 1, 'quill')
        self.awaited = [sent for sent in self.senders.list if sent.kind == 'request' and sent.key.endswith(f'-w{self.number}')]

    def read_receipts(self):
        for sent in self.awaited:
            if sent.key not in self.receipts:
                receipt = self.site.receipt_of(sent.command, sent.name)
                if receipt is not None:
                    self.receipts[sent.key] = receipt
        return len(self.receipts) == len(self.awaited)

    def docket(self, key):
        return self.receipts[self.name(key)].docket

    def once(self, what, ready=True):
        fresh = ready and what not in self.sent_later
        if fresh:
            self.sent_later.add(what)
        return fresh

    def published(self, command, key, pattern):
        return bool(glob.glob(self.site.at('out', command, self.docket(key), pattern)))

    def answered(self, key):
        """A packet of the gallery keeper's."""
        return bool(glob.glob(self.site.at('gallery', 'out', self.name(key) + '-*', 'receipt-1.xml')))

    def send_later(self):
        """What senders do once an answer has come."""
        if self.once('order', self.answered('enrolment')):
            self.senders.withdraw(self.name('order'), self.withdrawn, self.number)
        if self.once('again'):
            self.senders.repeat(self.name('till'), NORTH, self.name('again'))
            # the id of an accepted request with other bytes
            self.senders.submit(self.name('other'), NORTH, whole_request(
                self.name('till'), NORTH, 2, self.still(self.faces.probe(9)), name=self.name('other')))
        if self.once('withdrawal'):
            self.reply('withdrawal', SOUTH, 'patience', '--kind', 'withdrawal', '--reason', 'The person came on their own.')
        if self.once('supplement', self.published(NORTH, 'garage', 'quality-notice-*.pdf')):
            self.reply('supplement', NORTH, 'garage', '--kind', 'supplement', *image_words(self.still(self.faces.probe(5))))

    def reply(self, key, command, about, *words):
        name = self.name(key)
        self.senders.submit(name, command, sender_words(command) + [
            '--docket', self.docket(about), '--name', name, '--request-id', request_id(name), *words])

    def work(self):
        self.read_receipts()
        if len(self.receipts) < len(self.awaited):
            return
        self.senders.office.dissent.add(self.docket('pharmacy'))
        self.senders.office.left.add(self.docket('patience'))
        self.send_later()
        self.senders.office.work()
        self.senders.clerk.work()

    def ended(self):
        """Is the last document of every request published, and every report filed?"""
        if len(self.receipts) < len(self.awaited) or not self.answered('order'):
            return False
        for key, what in self.wanted.items():
            receipt = self.receipts[self.name(key)]
            roots = [ElementTree.parse(path).getroot().tag for path in glob.glob(os.path.join(receipt.directory, '*.xml'))]
            filed = what != 'report' or (receipt.docket, 'report') in self.senders.clerk.answered
            if not filed or not any(root.endswith('}' + FINAL[what]) for root in roots):
                return False
        return True

    def run(self):
        """Drop everything, let everybody work until all is published. The daemon may come and go."""
        self.drop()
        end = time.monotonic() + WAVE_SECONDS
        while not self.ended():
            if time.monotonic() > end:
                raise Failed(f'wave {self.number} is not done after {WAVE_SECONDS} s')
            self.work()
            self.senders.administer()
            time.sleep(0.05)
