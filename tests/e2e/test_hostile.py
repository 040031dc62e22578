"""Whatever lies in a drop folder is answered once, in words, and the daemon goes on.

Every test starts one daemon and drops many things at once: hostile ones, clumsy ones, and one good packet that
must be accepted among them.
"""
import hashlib, os, stat

from hostile_case import MIB, HostileCase, content_of, listed, manifest
from site_case import NORTH, SOUTH, wait_until


class Hostile(HostileCase):
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
        self.drop('empty-manifest', {'manifest.xml': ''}, 'QUARANTINE', ('malformed-xml',))
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
        # What desktops leave: in a packet it is passed over, beside packets it lies unanswered.
        desktop = {'Thumbs.db': b'x', 'desktop.ini': b'x', '~$nifest.docx': b'x', 'a.jpg:Zone.Identifier': b'x'}
        unseen = {'.DS_Store': b'x', '._a.jpg': b'x', '.~lock.notes.odt#': b'x'}
        self.packet = 'desktop'
        self.drop('desktop', {'manifest.xml': made(('a.jpg',)), 'a.jpg': content_of(self.faces.probe(6).path), **desktop, **unseen,
                              '__MACOSX': os.mkdir}, 'ACCEPT')
        for name in (*desktop, *unseen):
            with open(os.path.join(self.inbox, name), 'wb') as file:
                file.write(b'x')
        os.mkdir(os.path.join(self.inbox, '__MACOSX'))
        self.packet = 'Desktop.INI'                      # a folder is a packet, whatever it is called
        self.drop('Desktop.INI', {'manifest.xml': made(('a.jpg',), basis=''), 'a.jpg': body}, 'REJECT', ('basis-missing',))
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
        self.packet = 'stated'                           # nobody waits for what would be refused when it came
        self.drop('stated', {'manifest.xml': made(('a.jpg', '<size>3000000000</size>')), 'a.jpg': body}, 'REJECT',
                  ('packet-too-large',))
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
        self.check_answers((*waiting, *desktop, '__MACOSX', *self.hidden()))
        self.assertLessEqual({*desktop, *unseen}, {*os.listdir(self.inbox)})
        # What was missing comes.
        with open(os.path.join(self.inbox, 'missing', 'b.jpg'), 'wb') as file:
            file.write(content_of(self.faces.probe(5).path))
        os.rename(os.path.join(self.inbox, 'case', 'Manifest.XML'), os.path.join(self.inbox, 'case', 'manifest.xml'))

        def accepted():
            return {'missing', 'case'} <= {receipt.drop for receipt in self.site.receipts(NORTH) if receipt.outcome == 'ACCEPT'}
        self.assertTrue(wait_until(accepted), 'completed packets were not accepted')
        self.check_log()

    def memory(self, daemon):
        """Resident KiB of the daemon and its children."""
        total = 0
        for entry in os.listdir('/proc'):
            try:
                if entry.isdigit() and os.getpgid(int(entry)) == daemon.process.pid:
                    total += int(content_of(f'/proc/{entry}/status').decode().split('VmRSS:')[1].split()[0])
            except (OSError, IndexError):
                pass                    # ended meanwhile
        return total

    def test_thousands_at_once(self):
        """A flood is answered to the last drop in bounded memory, and another command does not wait for it."""
        flood = int(os.environ.get('LEADSPOOL_FLOOD', 400))
        self.settings('<settling quietSeconds="1" incompleteSeconds="60"/>')
        daemon = self.start_daemon()
        before = self.memory(daemon)
        for number in range(flood):
            self.drop(f'tiny-{number:04d}', {'manifest.xml': f'<r>{number}</r>'}, 'REJECT', ('not-as-the-schema-says',))
        content = content_of(self.faces.probe(4).path)
        self.drop('south', {'manifest.xml': manifest('south', [listed('a.jpg', content)], SOUTH), 'a.jpg': content},
                  folder=self.site.at('in', SOUTH))
        del self.expected['south']
        self.assertTrue(wait_until(lambda: self.site.receipt_of(SOUTH, 'south'), 60, 0.1))
        left = len(os.listdir(self.inbox))
        self.assertGreater(left, flood // 4, 'the flood was over before the other command was answered')
        answers = self.site.at('out', NORTH, 'unreadable')
        most = 0

        def answered():
            nonlocal most
            most = max(most, self.memory(daemon))
            return os.path.isdir(answers) and len(os.listdir(answers)) >= flood and not os.listdir(self.inbox)
        self.assertTrue(wait_until(answered, 120, 0.5), f'{len(os.listdir(self.inbox))} drops are left')
        self.assertLess(most - before, 96 << 10, f'{before} KiB became {most}')
        self.assertEqual(daemon.stop(), 0)
        self.site.drain()
        self.check_answers()
        self.check_log()

    def test_what_the_record_refuses_for_good(self):
        """A drop about a docket whose record is damaged ends in quarantine, with its bytes; the others go on."""
        docket = self.send('first', person=3).docket
        path = self.site.at('var', 'casebook', 'dockets.db')
        content = content_of(path)
        self.assertIn(b'"docket":"' + docket.encode(), content)
        with open(path, 'wb') as file:
            file.write(content.replace(b'"round":1', b'"round":7'))
        key = f'{self.id()} withdrawal'
        text = manifest(key, requestKind='withdrawal', docket=docket, reason='Not needed any more.', caseNumber='', use='',
                        subUse='', basis='', priority='', eventContext='', politicalActivity='', priorSearches='',
                        supervisorDiscussion='', images='')
        self.drop('withdrawal', {'manifest.xml': text}, 'QUARANTINE', ('check-gave-up',))
        self.good()
        self.run_daemon()
        self.check_answers()
        notes = self.site.at('quarantine')
        self.assertTrue(wait_until(lambda: any('reason.txt' in names for _, _, names in os.walk(notes))))
        digest = hashlib.sha256(text.encode()).hexdigest()
        kept = [name for _, _, names in os.walk(self.site.at('var', 'vault')) for name in names if digest.endswith(name[-40:])]
        self.assertTrue(kept, 'the bytes are not kept')
