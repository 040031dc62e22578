"""Shares as they are: slow, hung, crowded, unwatched, on a volume that is full."""
import os, re, shutil, subprocess, time, unittest

from fuse_share import FuseShare
from site_case import EX_CONFIG, NORTH, SOUTH, Daemon, SiteCase, wait_until


class Watching(SiteCase):
    def setUp(self):
        super().setUp()
        self.mounts = []

    def tearDown(self):
        for daemon in self.daemons:
            daemon.kill()
        for mount in self.mounts:
            mount.close()
        super().tearDown()

    def setting(self, element):
        """Add a member to site.xml."""
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        name = re.match(r'<(\w+)', element)[1]
        text = re.sub(rf'<{name}\b[^>]*/>', '', text)
        with open(path, 'w') as file:
            file.write(text.replace('</site>', element + '</site>'))

    def share(self, path):
        shares = self.site.lines('status')[0]['live']['shares']
        return next(share for share in shares if share['share'] == path)

    def log(self):
        with open(self.path + '.log') as file:
            return file.read()

    def answered(self, command=NORTH):
        return {receipt.drop for receipt in self.site.receipts(command)}

    def note(self, name, command=NORTH):
        """A drop that is no packet: answered, with little work."""
        with open(self.site.at('in', command, name), 'w') as file:
            file.write('please search this')

    def test_each_share_says_how_it_is_looked_at(self):
        self.setting(f'<watching rescanSeconds="7"><share path="in/{SOUTH}" rescanSeconds="2"/></watching>')
        self.start_daemon()
        self.assertTrue(wait_until(lambda: 'looked' in self.share(f'in/{NORTH}')))
        north, south = self.share(f'in/{NORTH}'), self.share(f'in/{SOUTH}')
        self.assertEqual((north['looks'], north['interval'], north['waiting']), ('watched', 7000, 0))
        self.assertEqual(south['interval'], 2000)
        os.mkdir(self.site.at('in', NORTH, 'unfinished'))
        self.assertTrue(wait_until(lambda: self.share(f'in/{NORTH}')['waiting'] == 1))
        text = self.site.do('status')
        self.assertRegex(text, rf'in/{NORTH}: watched every 7 s, looked at .*, 1 waiting')

    def test_a_share_that_is_gone_and_comes_back(self):
        self.start_daemon()
        place = self.site.at('in', SOUTH)
        os.rename(place, place + '.away')
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}')['state'] == 'down'))
        self.assertRegex(self.site.do('status'), rf'in/{SOUTH}: down since .*: ')
        self.submit('meanwhile', person=3)
        self.assertTrue(wait_until(lambda: 'meanwhile' in self.answered()))
        os.rename(place + '.away', place)
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}')['state'] == 'up'))
        self.note('back', SOUTH)
        self.assertTrue(wait_until(lambda: 'back' in self.answered(SOUTH)))

    def limited(self, limit, value):
        """A daemon whose user namespace may have so many inotify watches or instances."""
        words = ['unshare', '-Ur', 'sh', '-c', f'echo {value} >/proc/sys/user/{limit} && exec "$@"', 'sh']
        if subprocess.run([*words, 'true'], capture_output=True).returncode != 0:
            raise unittest.SkipTest('needs user namespaces')
        daemon = Daemon(self.site, before=words)
        self.daemons.append(daemon)
        self.assertTrue(wait_until(daemon.started), self.log())
        self.assertTrue(wait_until(lambda: 'share-polled' in self.log()), 'nobody was told')
        self.submit('polled', person=3)
        self.assertTrue(wait_until(lambda: 'polled' in self.answered()))

    def test_no_watches_left(self):
        self.limited('max_inotify_watches', 1)
        self.assertIn('fs.inotify.max_user_watches', self.log())
        self.assertIn('fs.inotify.max_user_watches', self.site.do('status'))
        looks = [share['looks'] for share in self.site.lines('status')[0]['live']['shares']]
        self.assertEqual(looks.count('watched'), 1, looks)

    def test_no_instances_left(self):
        self.limited('max_inotify_instances', 0)
        self.assertIn('fs.inotify.max_user_instances', self.log())
        self.assertIn('fs.inotify.max_user_instances', self.site.do('status'))

    def fuse(self, path):
        try:
            mount = FuseShare(path)
        except OSError as problem:
            raise unittest.SkipTest(f'cannot mount: {problem}')
        self.mounts.append(mount)
        return mount

    def test_a_hung_share_delays_no_other(self):
        mount = self.fuse(self.site.at('in', SOUTH))
        self.start_daemon()
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}').get('fileSystem') == 'FUSE'))
        self.assertEqual(self.share(f'in/{SOUTH}')['looks'], 'polled')
        mount.hang()
        self.submit('meanwhile', person=3)
        self.assertTrue(wait_until(lambda: 'meanwhile' in self.answered()))
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}')['state'] == 'down'), 'it never showed as down')
        self.assertIn('does not answer', self.share(f'in/{SOUTH}')['reason'])
        self.submit('still', person=4)
        self.assertTrue(wait_until(lambda: 'still' in self.answered()))
        mount.go_on()
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}')['state'] == 'up'), 'it did not recover')

    def test_a_hung_outbound_share_delays_no_other(self):
        """Its answers wait; those of others, and new drops, do not."""
        mount = self.fuse(self.site.at('out', SOUTH))
        self.start_daemon()
        mount.hang()
        for i in range(20):
            self.note(f'stuck-{i}', SOUTH)
        time.sleep(1)                       # its answers come first
        for i in range(10):
            self.note(f'free-{i}')
        self.assertTrue(wait_until(lambda: len(self.answered()) == 10, 60), self.answered())
        mount.go_on()

    def test_starts_and_stops_beside_a_hung_share(self):
        mount = self.fuse(self.site.at('in', SOUTH))
        mount.hang()
        daemon = self.start_daemon()
        self.submit('meanwhile', person=3)
        self.assertTrue(wait_until(lambda: 'meanwhile' in self.answered()))
        self.assertTrue(wait_until(lambda: self.share(f'in/{SOUTH}')['state'] == 'down'))
        self.assertEqual(daemon.stop(30), 0)

    def test_thousands_at_once(self):
        """The many that are never finished do not hide those that come after them."""
        inbox = self.site.at('in', NORTH)
        for i in range(1500):
            os.mkdir(os.path.join(inbox, f'a-unfinished-{i}'))
        self.start_daemon()
        self.assertTrue(wait_until(lambda: self.share(f'in/{NORTH}')['waiting'] == 1500))
        for i in range(1600):
            self.note(f'b-{i}')
        self.assertTrue(wait_until(lambda: len(os.listdir(inbox)) == 1500, 400, 1), len(os.listdir(inbox)))
        self.assertTrue(wait_until(lambda: len(self.answered()) == 1600, 200, 5), len(self.answered()))
        os.mkdir(os.path.join(inbox, 'c-last'))
        shutil.copy(self.faces.probe(3).path, os.path.join(inbox, 'a-unfinished-700', 'photo.jpg'))
        self.assertTrue(wait_until(lambda: self.share(f'in/{NORTH}')['waiting'] == 1501))

    def small_volume(self, options, *below):
        """Move var/ (or a folder below it) to a volume of its own."""
        class Mount:
            def close(mount):
                subprocess.run(['umount', '-l', path], check=False, capture_output=True)
        path, aside = self.site.at('var', *below), self.path + '.var'
        shutil.copytree(path, aside, ignore=shutil.ignore_patterns('socket'))
        self.addCleanup(shutil.rmtree, aside)
        done = subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'test', path], capture_output=True)
        if done.returncode != 0:
            raise unittest.SkipTest('cannot mount')
        self.mounts.append(Mount())
        subprocess.run(['cp', '-a', aside + '/.', path], check=True)
        return os.statvfs(path)

    def test_two_volumes_below_var(self):
        """No drop is half taken: nothing starts, and both the start and `check` say what to mend."""
        self.small_volume('size=50m,mode=700', 'vault')
        for command, code in (('run', EX_CONFIG), ('drain', EX_CONFIG), ('check', 2)):
            done = self.site.call(command)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn('var/incoming and var/vault lie on different volumes', done.stderr + done.stdout)
            self.assertIn('mount one volume at var', done.stderr + done.stdout)

    def test_bytes_at_the_floor(self):
        self.setting('<disk freeMegabytes="40" freeFiles="10"/>')
        free = self.small_volume('size=200m,mode=711').f_bavail * 4096
        filler = self.site.at('var', 'filler')
        with open(filler, 'wb') as file:
            os.posix_fallocate(file.fileno(), 0, free - (30 << 20))
        self.submit('waits', person=3)
        self.site.drain()                   # ends, with the drop where it was
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['waits'])
        daemon = self.start_daemon()
        self.assertTrue(wait_until(lambda: 'disk-full' in self.log()))
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['waits'])
        self.assertRegex(self.site.do('status'), r'disk +the volume of var/incoming has \d+ MiB free and needs 40: ')
        self.assertEqual(self.site.lines('status')[0]['live']['room']['short'], 'bytes')
        os.remove(filler)
        self.assertTrue(wait_until(lambda: 'waits' in self.answered()))
        self.assertIsNone(self.site.lines('status')[0]['live']['room'])
        self.assertEqual(daemon.stop(), 0)

    def test_a_drop_that_does_not_fit(self):
        """It alone waits; smaller ones are taken."""
        self.setting('<disk freeMegabytes="40" freeFiles="10"/>')
        free = self.small_volume('size=200m,mode=711').f_bavail * 4096
        with open(self.site.at('var', 'filler'), 'wb') as file:
            os.posix_fallocate(file.fileno(), 0, free - (60 << 20))
        with open(self.site.at('in', NORTH, 'giant'), 'wb') as file:
            file.truncate(49 << 20)
        self.note('small')
        self.site.drain()
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['giant'])
        self.assertEqual(self.answered(), {'small'})

    def test_inodes_at_the_floor(self):
        self.setting('<disk freeMegabytes="1" freeFiles="50"/>')
        free = self.small_volume('size=400m,nr_inodes=3000,mode=711').f_favail
        fillers = [self.site.at('var', f'filler-{i}') for i in range(free - 20)]
        for filler in fillers:
            open(filler, 'w').close()
        self.submit('waits', person=3)
        self.start_daemon()
        self.assertTrue(wait_until(lambda: 'inodes free and needs 50' in self.site.do('status')))
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['waits'])
        for filler in fillers:
            os.remove(filler)
        self.assertTrue(wait_until(lambda: 'waits' in self.answered()))

    def test_told_once_that_it_is_incomplete(self):
        """By drain too, and by a restart no second time."""
        self.setting('<settling quietSeconds="1" incompleteSeconds="3"/>')
        folder = self.site.at('in', NORTH, 'half')
        os.mkdir(folder)
        self.site.drain()
        self.assertEqual(self.actions(action='drop-incomplete'), [])
        time.sleep(3.1)
        for _ in range(2):
            self.site.drain()
            self.assertEqual(len(self.actions(action='drop-incomplete')), 1)
        receipt = next(receipt for receipt in self.site.receipts(NORTH) if receipt.drop == 'half')
        self.assertEqual(receipt.outcome, 'INCOMPLETE')
        with open(os.path.join(folder, 'photo.jpg'), 'w') as file:
            file.write('x')
        time.sleep(3.1)
        self.site.drain()
        self.assertEqual(len(self.actions(action='drop-incomplete')), 2)
        self.assertTrue(os.path.isdir(folder))

    def test_files_under_other_names(self):
        """A packet that will never be complete by waiting is told of soon, with what looks like the missing file; renamed
        where it lies it is taken."""
        self.setting('<settling quietSeconds="1" incompleteSeconds="3600"/>')
        spoilt = {'ending-hidden': ('manifest.xml', 'manifest.xml.txt'), 'downloaded': ('manifest.xml', 'Manifest (1).xml'),
                  'capitals': (None, None), 'in-a-folder': ('', 'packet')}
        for name, (old, new) in spoilt.items():
            folder, files = self.packet(name)
            old, new = (files[1], files[1].upper()) if old is None else (old, new)
            spoilt[name] = old, new
            place = os.path.join(folder, old) if old else folder
            os.makedirs(self.site.at('in', NORTH, name))
            if old:
                os.rename(place, os.path.join(folder, new))
                for file in os.listdir(folder):
                    os.rename(os.path.join(folder, file), self.site.at('in', NORTH, name, file))
            else:
                os.rename(folder, self.site.at('in', NORTH, name, new))
        self.site.drain()
        found = {receipt.drop: receipt for receipt in self.site.receipts(NORTH)}
        self.assertEqual({name: found[name].outcome for name in spoilt}, dict.fromkeys(spoilt, 'INCOMPLETE'))
        for name, (old, new) in spoilt.items():
            self.assertIn(f'"{new}"', ' '.join(fault['text'] for fault in found[name].faults))
            if old:
                os.rename(self.site.at('in', NORTH, name, new), self.site.at('in', NORTH, name, old))
        self.site.drain()
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), ['in-a-folder'])
        accepted = [event for event in self.actions(action='drop-accepted')]
        self.assertEqual(len(accepted), 3)

    def packet(self, name, person=3):
        """A whole packet of its own, made aside: its folder and its files, the manifest first."""
        aside = self.path + '.aside'
        if not os.path.isdir(aside):
            os.mkdir(aside)
            self.addCleanup(shutil.rmtree, aside)
        self.submit(name, person=person)
        folder = os.path.join(aside, name)
        os.rename(self.site.at('in', NORTH, name), folder)
        return folder, sorted(os.listdir(folder), key=lambda file: file != 'manifest.xml')

    def test_however_it_is_put_there(self):
        kinds = ['moved', 'manifest-first', 'manifest-last', 'linked', 'mac', 'odd', 'bytes']
        packets = {name: self.packet(name, person) for person, name in enumerate(kinds, 1)}
        inbox = self.site.at('in', NORTH)
        folder, (manifest, image) = packets['mac']          # the document says é in one character, the disk in two
        with open(os.path.join(folder, manifest)) as file:
            text = file.read()
        with open(os.path.join(folder, manifest), 'w') as file:
            file.write(text.replace(f'>{image}<', '>caf\u00e9.jpg<'))
        os.rename(os.path.join(folder, image), os.path.join(folder, 'cafe\u0301.jpg'))
        self.start_daemon()
        os.rename(packets['moved'][0], os.path.join(inbox, 'moved'))
        os.rename(packets['mac'][0], os.path.join(inbox, 'mac'))
        os.rename(packets['odd'][0], os.path.join(inbox, 'two words\nand a line'))
        os.rename(packets['bytes'][0], os.path.join(inbox.encode(), b'latin-\xe9'))
        os.mkdir(os.path.join(inbox, 'linked'))
        for name in packets['linked'][1]:
            os.link(os.path.join(packets['linked'][0], name), os.path.join(inbox, 'linked', name))
        for kind, order in (('manifest-first', 1), ('manifest-last', -1)):
            folder, names = packets[kind]
            os.mkdir(os.path.join(inbox, kind))
            for name in names[::order]:
                with open(os.path.join(folder, name), 'rb') as whole, open(os.path.join(inbox, kind, name), 'wb', 0) as part:
                    if name != 'manifest.xml':
                        part.write(whole.read(700))
                        time.sleep(6)       # longer than the quiet time
                    part.write(whole.read())
        wanted = {'moved', 'mac', 'linked', 'manifest-first', 'manifest-last', 'two words%0Aand a line', 'latin-%E9'}
        self.assertTrue(wait_until(lambda: self.answered() >= wanted), wanted - self.answered())
        outcomes = {receipt.drop: (receipt.outcome, receipt.codes) for receipt in self.site.receipts(NORTH)}
        self.assertEqual(outcomes, {name: ('ACCEPT', []) for name in wanted})
        self.assertEqual(os.listdir(inbox), [])
