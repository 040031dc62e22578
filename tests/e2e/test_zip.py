"""Packets that come as one .zip file: as everyday tools write them, half copied, and as somebody means harm."""
import getpass, hashlib, os, struct, subprocess, time, unittest, zipfile, zlib
from datetime import datetime, timezone
import xml.etree.ElementTree as ElementTree

from site_case import EX_NOINPUT, NORTH, wait_until, whole_request
from hostile_case import KIB, MIB, HostileCase, content_of, listed, manifest

from gallery import utc                                                         # noqa: E402
from archives import archive, end_record, large_end, overlapping, raw, streamed


def sha256(content):
    return hashlib.sha256(content).hexdigest()


class ZipCase(HostileCase):
    def packet(self, name, person=4):
        """A good packet's files, manifest last as a tool may well put it."""
        content = content_of(self.faces.probe(person).path)
        return [('a.jpg', content), ('manifest.xml', manifest(f'{self.id()} {name}', [listed('a.jpg', content)]).encode())]

    def entries(self, name, **changes):
        """The same, for raw(); `changes` are of the picture's entry."""
        (picture, content), (document, text) = self.packet(name)
        return [dict({'name': picture.encode(), 'content': content}, **changes), {'name': document.encode(), 'content': text}]

    def drop_file(self, name, content, outcome='REJECT', codes=()):
        hidden = os.path.join(self.inbox, '.part')
        with open(hidden, 'wb') as file:
            file.write(content)
        os.rename(hidden, os.path.join(self.inbox, name))
        self.expected[name] = (outcome, set(codes))

    def receipt(self, name):
        receipt = self.site.receipt_of(NORTH, name)
        self.assertIsNotNone(receipt, f'{name} has no receipt')
        return receipt

    def files_of(self, receipt):
        """Name and digest of every file on the receipt; those of the archive under None."""
        found = {}
        for element in ElementTree.parse(receipt.path).getroot().iter():
            if element.tag.endswith('}file') or element.tag.endswith('}archive'):
                found[None if element.tag.endswith('}archive') else element.get('name')] = element.get('sha256')
        return found


class Everyday(ZipCase):
    def test_what_tools_write(self):
        """Each is the same kind of packet, and each is taken."""
        folder = os.path.join(self.path, 'desk', 'request')
        os.makedirs(folder)
        for name, content in self.packet('info-zip'):
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(content)
        for name, words in (('flat.zip', ['.']), ('stream.zip', ['-fd', '.'])):
            subprocess.run(['zip', '-q', '-r', os.path.join(self.path, name), *words], cwd=folder, check=True)
        subprocess.run(['zip', '-q', '-r', os.path.join(self.path, 'folder.zip'), 'request'], cwd=os.path.dirname(folder), check=True)
        made = {name: content_of(os.path.join(self.path, name)) for name in ('flat.zip', 'stream.zip', 'folder.zip')}
        mac = [('__MACOSX/request/._a.jpg', b'\0\5\26\7'), ('request/.DS_Store', b'\0\0\0\1Bud1')]
        inside = [('request/' + name, content) for name, content in self.packet('mac')]
        self.drop_file('explorer.ZIP', archive(self.packet('explorer'), inside='request/', host=0), 'ACCEPT')
        self.drop_file('stored.zip', archive(self.packet('stored') + [('Thumbs.db', b'x')], zipfile.ZIP_STORED), 'ACCEPT')
        self.drop_file('mac.zip', archive(inside + mac, folders=['request/']), 'ACCEPT')
        self.drop_file('streamed.zip', streamed(self.packet('streamed')), 'ACCEPT')
        self.drop_file('large form.zip', raw(self.entries('large'), end=large_end), 'ACCEPT')
        self.drop_file('said.zip', archive(self.packet('said'), comment=b'made at the desk'), 'ACCEPT')
        # an old PC's letters, as Windows still writes them
        (_, picture), _ = self.packet('letters')
        document = manifest(f'{self.id()} letters', [listed('\xdcberfall.jpg', picture)])
        self.drop_file('letters.zip', raw([{'name': b'\x9aberfall.jpg', 'content': picture, 'host': 0},
                                           {'name': b'manifest.xml', 'content': document.encode(), 'host': 0}]), 'ACCEPT')
        # a folder may be called so too
        self.drop('a folder.zip', dict(self.packet('called')), 'ACCEPT')
        # one packet three times, packed differently: one docket, one receipt
        self.drop_file('folder.zip', made['folder.zip'], 'ACCEPT')
        daemon = self.run_daemon()
        self.check_answers()
        self.drop_file('flat.zip', made['flat.zip'])
        self.drop_file('stream.zip', made['stream.zip'])
        with open(os.path.join(folder, 'Thumbs.db'), 'wb') as file:         # no part of the packet
            file.write(b'litter')
        os.rename(folder, os.path.join(self.inbox, 'as a folder'))
        self.assertTrue(wait_until(lambda: len(self.actions(action='drop-repeated')) == 3), self.actions(outcome='REPEAT'))
        self.check_log()
        self.assertEqual(len(self.site.lines('list', '--all')), 9)
        daemon.stop()
        self.assert_sound()

    def test_receipt_lists_the_file_and_what_it_holds(self):
        files = self.packet('receipt')
        content = archive(files, inside='x/')
        self.drop_file('one.zip', content, 'ACCEPT')
        self.site.drain()
        receipt = self.receipt('one.zip')
        self.assertEqual(self.files_of(receipt), {None: sha256(content), **{name: sha256(data) for name, data in files}})
        with open(os.path.join(receipt.directory, 'receipt-1.txt')) as file:
            text = file.read()
        self.assertIn('Received as one file', text)
        for digest in [sha256(content)] + [sha256(data) for _, data in files]:
            kept = self.site.at('var', 'vault', digest[:2], digest)
            self.assertTrue(os.path.exists(kept), kept)
            self.assertIn(digest, text)
        self.assert_sound()

    def test_submit_writes_one(self):
        """The same request as a folder and with --zip is one packet."""
        words = whole_request(self.id(), NORTH, 1, self.faces.probe(5).path, name='form') + ['--submitted-at', utc(datetime.now(timezone.utc))]
        for more in ([], ['--zip'], ['--zip', '--name', 'form-2.ZIP']):
            self.site.do('submit', *words, *more)
            self.site.drain()
        self.assertEqual(sorted(event['outcome'] for event in self.actions(role='sender', actor=getpass.getuser())
                                if event['action'].startswith('drop-')), ['ACCEPT', 'REPEAT', 'REPEAT'])
        taken = self.site.call('submit', *words, '--zip', '--image', '/nowhere.jpg', '--no-digests')
        self.assertEqual((taken.returncode, os.listdir(self.inbox)), (EX_NOINPUT, []), taken.stderr)
        self.assert_sound()

    def test_mistakes(self):
        """What honest senders get wrong is refused with its remedy, and the corrected packet is taken."""
        files = self.packet('mistakes')
        whole = archive(files)
        locked = bytearray(archive(files))
        for mark in (b'PK\3\4', b'PK\1\2'):
            locked[locked.index(mark) + (6 if mark == b'PK\3\4' else 8)] |= 1
        self.drop_file('locked.zip', bytes(locked), 'REJECT', {'archive-encrypted'})
        self.drop_file('lzma.zip', archive(files, zipfile.ZIP_LZMA), 'REJECT', {'archive-method'})
        self.drop_file('renamed.zip', b'Rar!\x1a\7\1\0' + b'\xaa' * 300, 'REJECT', {'archive-unreadable'})
        self.drop_file('part.zip', archive(files)[:-18] + struct.pack('<HH', 1, 0) + archive(files)[-14:], 'REJECT',
                       {'archive-unreadable'})
        self.drop_file('old tool.zip', archive(files, inside='request\\', host=0), 'REJECT', {'archive-folders'})
        self.drop_file('deep.zip', archive(files, inside='x/y/'), 'REJECT', {'archive-folders'})
        self.drop_file('two folders.zip', archive([('x/manifest.xml', files[1][1]), ('y/a.jpg', files[0][1])]), 'REJECT',
                       {'archive-folders'})
        self.drop_file('letters.zip', archive(files + [('A.jpg', files[0][1])]), 'REJECT', {'archive-name'})
        self.drop_file('link.zip', raw(self.entries('link', mode=0o120777)), 'REJECT', {'not-a-plain-file'})
        self.drop_file('many.zip', archive(files + [(f'{i}.jpg', b'x') for i in range(220)]), 'REJECT', {'packet-too-large'})
        self.drop_file('flood.zip', archive(files + [(f'{i}.jpg', b'x') for i in range(2000)]), 'REJECT', {'packet-too-large'})
        self.drop_file('large.zip', archive(files + [('b.jpg', os.urandom(8 * KIB) * 6500)], zipfile.ZIP_STORED), 'REJECT',
                       {'packet-too-large'})
        self.drop_file('nothing.zip', end_record(0, 0, 0), 'REJECT', {'manifest-missing'})
        self.drop_file('nested.zip', archive(files + [('more.zip', whole)]), 'REJECT', {'file-not-listed'})
        damaged = bytearray(archive(files, zipfile.ZIP_STORED))
        damaged[200] ^= 1
        self.drop_file('damaged.zip', bytes(damaged), 'REJECT', {'archive-damaged'})
        self.drop_file('unlisted.zip', archive(files + [('b.jpg', files[0][1])]), 'REJECT', {'file-not-listed'})
        daemon = self.run_daemon()
        self.check_answers()
        self.drop_file('corrected.zip', whole, 'ACCEPT')
        self.assertTrue(wait_until(lambda: self.site.receipt_of(NORTH, 'corrected.zip') is not None))
        self.check_answers()
        self.check_log()
        daemon.stop()
        self.assert_sound()


class Harm(ZipCase):
    def hostile(self):
        """(name, bytes, code) of what no tool writes by itself."""
        files, content, text = self.packet('harm'), *(data for _, data in self.packet('harm'))
        plain = archive(files)
        entries = self.entries
        yield 'up.zip', archive(files + [('../../escape', b'x')]), 'archive-path'
        yield 'inside up.zip', archive(files + [('x/../../escape', b'x')]), 'archive-path'
        yield 'top.zip', archive(files + [('/etc/escape', b'x')]), 'archive-path'
        yield 'drive.zip', archive(files + [('C:escape', b'x')]), 'archive-path'
        yield 'windows up.zip', archive(files + [('..\\escape', b'x')]), 'archive-path'
        yield 'control.zip', archive(files + [('a\r\n.jpg', b'x')]), 'archive-path'
        yield 'nul.zip', raw(entries('nul') + [{'name': b'a.jpg\0.xml', 'content': b'x'}]), 'archive-path'
        for name, path, code in (('second name.zip', b'a.jpg', 'archive-inconsistent'), ('second up.zip', b'\x84.jpg', 'archive-path')):
            extra = struct.pack('<BI', 1, zlib.crc32(path)) + b'../escape'
            listed_as = {'name': path, 'extra': struct.pack('<HH', 0x7075, len(extra)) + extra}
            yield name, raw([dict(entries(name)[0], **listed_as), entries(name)[1]]), code
        yield 'overlapping.zip', overlapping(60, b'\0' * 100000), 'archive-bomb'
        yield 'same bytes.zip', raw(entries('same') + [{'name': b'b.jpg', 'content': content, 'at': 0, 'listed_only': True}]), None
        yield 'bursting.zip', archive(files + [('b.png', b'\0' * (40 * MIB))]), 'archive-bomb'
        yield 'lying bomb.zip', raw(entries('lying') + [{'name': b'b.png', 'content': b'\0' * (40 * MIB), 'size': 1000}]), 'archive-bomb'
        yield 'padded.zip', raw(entries('padded') + [{'name': b'b.jpg', 'content': b'', 'data': b'\0\0\0\xff\xff' * 1000 + b'\3\0'}]), 'archive-bomb'
        yield 'smaller.zip', raw(entries('smaller') + [{'name': b'b.jpg', 'content': b'abc', 'size': 30}]), 'archive-inconsistent'
        yield 'hidden stream.zip', raw(entries('stream') + [{'name': b'b.jpg', 'content': b'', 'data': b'\3\0' + b'hidden'}]), 'archive-inconsistent'
        yield 'twice.zip', raw(entries('twice') + entries('twice')[:1]), 'archive-inconsistent'
        yield 'two names.zip', raw(entries('names', local={'name': b'b.jpg'})), 'archive-inconsistent'
        yield 'two sizes.zip', raw(entries('sizes', local={'size': 5})), 'archive-inconsistent'
        yield 'two methods.zip', raw(entries('methods', local={'method': 0})), 'archive-inconsistent'
        yield 'before.zip', b'#!/bin/sh\nexit 1\n' + plain, None
        yield 'before, counted.zip', raw(entries('counted'), before=b'GIF89a'), 'archive-foreign-bytes'
        yield 'between.zip', raw(entries('between'), between=b'hidden'), 'archive-foreign-bytes'
        yield 'behind.zip', plain + b'%PDF-1.7\n', 'archive-foreign-bytes'
        yield 'counts.zip', raw(entries('counts'), end=lambda n, size, at: end_record(n, size, at, here=n + 1)), 'archive-inconsistent'
        yield 'fewer.zip', raw(entries('fewer'), end=lambda n, size, at: end_record(n - 1, size, at)), None
        yield 'more.zip', raw(entries('more'), end=lambda n, size, at: end_record(60000, size, at)), 'archive-inconsistent'
        yield 'far.zip', raw(entries('far'), end=lambda n, size, at: end_record(n, size, 0xFFFFFF00)), 'archive-inconsistent'
        yield 'two ends.zip', raw(entries('ends'), end=lambda n, size, at: large_end(n, size, at, lie=4)), 'archive-inconsistent'
        yield 'no large field.zip', raw(entries('field', size=0xFFFFFFFF)), 'archive-inconsistent'
        yield 'large size.zip', raw(entries('size', size=0xFFFFFFFF, extra=struct.pack('<HHQ', 1, 8, 1 << 63),
                                            local_extra=struct.pack('<HHQ', 1, 8, 1 << 63))), None
        yield 'outside.zip', raw(entries('outside', at=1 << 30)), None
        yield 'folder with bytes.zip', raw(entries('folder') + [{'name': b'x/', 'content': b'hidden', 'mode': 0o40755}]), None
        two = plain[:-22]
        yield 'end in comment.zip', two + end_record(2, *struct.unpack('<II', plain[-10:-2]), comment=plain[-22:]), None

    def test_what_nobody_writes(self):
        hostile = list(self.hostile())
        for name, content, code in hostile:
            self.drop_file(name, content, 'QUARANTINE', {code} if code else ())
        self.good('neighbour')
        daemon = self.run_daemon()
        self.check_answers()
        self.check_log()
        self.assertEqual([name for _, _, names in os.walk(self.path) for name in names if 'escape' in name], [])
        self.assertEqual(len(self.site.lines('list', '--all')), 1)
        # what was sent is kept, what it holds was not unpacked
        for name, content, _ in hostile:
            digest = sha256(content)
            self.assertTrue(os.path.exists(self.site.at('var', 'vault', digest[:2], digest)), name)
        self.assertFalse(os.path.exists(self.site.at('var', 'vault', sha256(b'x')[:2], sha256(b'x'))))
        daemon.stop()
        self.assert_sound()

    def test_a_bomb_costs_little(self):
        """Nothing of what it claims to hold is written anywhere."""
        self.drop_file('bomb.zip', raw(self.entries('bomb') + [
            {'name': b'%d.png' % i, 'content': b'', 'data': b'', 'size': 30 * MIB, 'stored': 0} for i in range(40)]), 'QUARANTINE')
        self.run_daemon()
        self.check_answers()
        kept = sum(os.path.getsize(os.path.join(folder, name))
                   for folder, _, names in os.walk(self.site.at('var', 'vault')) for name in names)
        self.assertLess(kept, 30 * MIB)


class Settling(ZipCase):
    def outcomes(self, name):
        return sorted(receipt.outcome for receipt in self.site.receipts(NORTH) if receipt.drop == name)

    def test_half_a_file_waits(self):
        """One that stops before its end is not answered as damaged: its sender is told, and it is taken when the rest
        has come."""
        self.settings('<settling quietSeconds="1" incompleteSeconds="2"/>')
        content = archive(self.packet('half'), zipfile.ZIP_STORED)
        path = os.path.join(self.inbox, 'half.zip')
        daemon = self.start_daemon()
        with open(path, 'wb') as file:
            file.write(content[:len(content) // 2])
            file.flush()
            self.assertTrue(wait_until(lambda: self.outcomes('half.zip') == ['INCOMPLETE']), self.outcomes('half.zip'))
            self.assertEqual(os.path.getsize(path), len(content) // 2)
            file.write(content[len(content) // 2:])
        self.assertTrue(wait_until(lambda: self.outcomes('half.zip') == ['ACCEPT', 'INCOMPLETE']), self.outcomes('half.zip'))
        daemon.stop()
        self.assert_sound()

    def test_a_whole_one_does_not_wait(self):
        """With a quiet time of minutes: the archive proves itself whole. One beyond the peek, and one that is faulty, wait
        for it."""
        self.settings('<settling quietSeconds="600" incompleteSeconds="3600"/>')
        files = self.packet('whole')
        self.start_daemon()
        with open(os.path.join(self.inbox, 'whole.zip'), 'wb') as file:     # under its own name: no rename says it is there
            for at in range(0, len(content := archive(files)), 4096):
                file.write(content[at:at + 4096])
                file.flush()
        self.assertTrue(wait_until(lambda: self.outcomes('whole.zip') == ['ACCEPT']))

    def test_a_large_one(self):
        """Beyond what is looked at before the claim: taken when it is quiet, each picture within the site's cap."""
        self.settings('<settling quietSeconds="1" incompleteSeconds="600"/>')
        files = [(name, content + b'\0' * (18 * MIB) if name == 'a.jpg' else content) for name, content in self.packet('large')]
        document = manifest(f'{self.id()} large', [('a.jpg',)]).encode()
        content = archive([files[0], ('manifest.xml', document)], zipfile.ZIP_STORED)
        path = os.path.join(self.inbox, 'large.zip')
        self.start_daemon()
        with open(path, 'wb') as file:
            file.write(content[:-1000])
            file.flush()
            time.sleep(3)
            self.assertEqual(self.outcomes('large.zip'), [])
            file.write(content[-1000:])
        self.assertTrue(wait_until(lambda: self.outcomes('large.zip') != []))
        self.assertEqual(self.outcomes('large.zip'), ['ACCEPT'], self.site.receipts(NORTH)[0].faults)


    def test_no_room_to_unpack(self):
        """A disk that is full for a moment is waited for; it is no fault of the packet."""
        self.drop_file('tight.zip', archive(self.packet('tight')), 'ACCEPT')
        full = ['strace', '-f', '-o', self.path + '.trace', '-e', 'trace=fallocate', '-e', 'inject=fallocate:error=ENOSPC:when=1']
        drained = subprocess.run([*full, self.site.program, '-s', self.path, 'drain'], capture_output=True, text=True, timeout=60)
        os.remove(self.path + '.trace')
        self.assertIn('claim-waits', drained.stderr)
        self.assertNotIn('check-failed', drained.stderr)
        self.check_answers()


if __name__ == '__main__':
    unittest.main()
