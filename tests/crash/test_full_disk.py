"""A volume that fills up or cannot be written: work waits and says so, and goes on by itself when there is room.

Needs root, for small file systems in memory below the build folder.
"""
import os, shutil, subprocess, unittest

from site_case import PLACE, PROGRAM, Daemon, PatientSite, SiteCase, wait_until

MEBIBYTE = 1 << 20


@unittest.skipUnless(os.geteuid() == 0, 'file systems are mounted by root')
class FullDisk(SiteCase):
    def setUp(self):
        super().setUp()
        self.volume = self.path + '.volume'
        self.mounts = []

    def tearDown(self):
        super().tearDown()
        for path in reversed(self.mounts):
            subprocess.run(['umount', '-l', path], check=True)
        shutil.rmtree(self.volume, ignore_errors=True)

    def mount(self, path, options):
        os.makedirs(path, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path], check=True)
        self.mounts.append(path)

    def on_small_volume(self, options):
        """The site moves to a volume of its own, its floors low enough for it."""
        self.mount(self.volume, options)
        path = os.path.join(self.volume, 'site')
        shutil.copytree(self.path, path, symlinks=True)
        settings = os.path.join(path, 'site.xml')
        with open(settings) as file:
            text = file.read()
        with open(settings, 'w') as file:
            file.write(text.replace('<sealReasons>', '<disk freeMegabytes="12" freeFiles="40"/><sealReasons>'))
        self.site = PatientSite(PROGRAM, path)
        return self.start_daemon()

    def words(self):
        return self.site.call('status').stdout

    def answered(self, name):
        return any(receipt.drop == name for receipt in self.site.receipts('precinct-014'))

    def shows(self, words):
        return wait_until(lambda: words in self.words(), 20, 0.2)

    def free(self):
        volume = os.statvfs(self.volume)
        return volume.f_bavail * volume.f_frsize

    def fill(self, left):
        """Somebody else's file takes what is free, but for that many bytes."""
        with open(os.path.join(self.volume, 'filler'), 'wb') as file:
            os.posix_fallocate(file.fileno(), 0, self.free() - left)
        return file.name

    def test_bytes(self):
        daemon = self.on_small_volume('size=200m')
        self.submit('before')
        self.assertTrue(wait_until(lambda: self.answered('before')), self.words())
        reserve = self.site.at('var', 'casebook', 'reserve')
        self.assertTrue(os.path.exists(reserve))
        filler = self.fill(3 * MEBIBYTE)
        self.submit('meanwhile', person=4)
        self.assertTrue(self.shows('MiB free'), self.words())
        self.assertIsNone(daemon.process.poll(), 'a full disk ended the daemon')
        self.assertFalse(self.answered('meanwhile'))
        self.assertFalse(os.path.exists(reserve), 'the reserve is kept on a full disk')
        # The reserve is used up as well: nothing is written any more, and still it is no failure of the disk.
        more = os.path.join(self.volume, 'more')
        with open(more, 'wb') as file:
            os.posix_fallocate(file.fileno(), 0, self.free() - MEBIBYTE)
        self.site.call('gallery', 'compact')
        self.assertIsNone(daemon.process.poll(), 'without its reserve the daemon ended')
        self.assertIn('waiting', self.words())
        os.remove(more)
        os.remove(filler)
        self.assertTrue(wait_until(lambda: self.answered('meanwhile'), 60), self.words())
        self.assertNotIn('MiB free', self.words())
        self.assertTrue(os.path.exists(reserve), 'the reserve was not taken again')
        self.assertEqual(daemon.stop(), 0)
        self.assert_sound()

    def test_inodes(self):
        site = sum(1 + len(files) for _, _, files in os.walk(self.path))
        daemon = self.on_small_volume(f'size=200m,nr_inodes={site + 200}')
        fillers = [os.path.join(self.volume, f'filler-{number}') for number in range(os.statvfs(self.volume).f_favail - 30)]
        for path in fillers:
            open(path, 'x').close()
        self.submit('meanwhile')
        self.assertTrue(self.shows('inodes free'), self.words())
        self.assertIsNone(daemon.process.poll(), 'a volume without inodes ended the daemon')
        for path in fillers:
            os.remove(path)
        self.assertTrue(wait_until(lambda: self.answered('meanwhile'), 60), self.words())
        self.assertEqual(daemon.stop(), 0)

    def test_share_cannot_be_written(self):
        """What is to be published waits, and is shown."""
        outside = self.site.at('out', 'precinct-014')
        kept = self.path + '.out'
        shutil.copytree(outside, kept)
        self.mount(outside, 'size=8m')
        shutil.copytree(kept, outside, dirs_exist_ok=True)
        shutil.rmtree(kept)
        daemon = self.start_daemon()
        subprocess.run(['mount', '-o', 'remount,ro', outside], check=True)
        self.submit('meanwhile', person=4)
        self.assertTrue(wait_until(lambda: 'Read-only file system' in self.site.call('list', '--outbox').stdout, 20, 0.2),
                        self.site.call('list', '--outbox').stdout)
        self.assertIsNone(daemon.process.poll(), 'a share that cannot be written ended the daemon')
        subprocess.run(['mount', '-o', 'remount,rw', outside], check=True)
        self.assertTrue(wait_until(lambda: self.answered('meanwhile'), 90), self.words())
        self.assertEqual(daemon.stop(), 0)


if __name__ == '__main__':
    unittest.main()
