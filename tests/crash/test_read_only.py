"""A volume that the kernel makes read-only under the running program, after an error of its disk.

The record's own: the daemon ends at the first change it cannot make, says so, does not start before the volume can be
written, and then goes on with what was waiting. A command's: its drops wait, others go on. As root, on a loop device.
"""
import os, shutil, subprocess, unittest

from loop_disk import LoopDisk, mounts_possible, own_mounts
from site_case import EX_TEMPFAIL, NORTH, SOUTH, SiteCase, wait_until

EX_IOERR = 74
CRITICAL = 2
SIZE = 600 << 20            # with the room that the site asks for below var/
READ_ONLY = 'can only be read'


@unittest.skipUnless(mounts_possible(), 'a loop device is mounted by root')
class ReadOnly(SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own_mounts()

    def setUp(self):
        super().setUp()
        self.disk = None

    def tearDown(self):
        super().tearDown()
        if self.disk is not None:
            self.disk.remove()
        shutil.rmtree(self.path, ignore_errors=True)

    def on_a_disk(self, name):
        """That folder of the site moves to a disk of its own."""
        folder, kept = self.site.at(name), self.path + '.kept'
        shutil.move(folder, kept)
        self.disk = LoopDisk(self.path + '.image', folder, SIZE, options='errors=remount-ro')
        self.disk.mount()
        subprocess.run(['cp', '-a', kept + '/.', folder], check=True)
        os.sync()
        shutil.rmtree(kept)

    def answered(self, name, command=NORTH):
        return any(receipt.drop == name for receipt in self.site.receipts(command))

    def log(self, daemon):
        with open(daemon.log.name) as file:
            return file.read()

    def test_record(self):
        self.on_a_disk('var')
        daemon = self.start_daemon()
        self.submit('before')
        self.assertTrue(wait_until(lambda: self.answered('before')))
        told = self.outbound()
        self.disk.fail()
        # Nobody has to wait for the next change: a monitoring system hears of it while the daemon has nothing to do.
        checked = self.site.call('check')
        self.assertEqual(checked.returncode, CRITICAL, checked.stdout + checked.stderr)
        self.assertRegex(checked.stdout, f'CRITICAL sync-failed: .*{READ_ONLY}')
        self.submit('meanwhile', person=4)
        self.assertEqual(daemon.process.wait(30), EX_IOERR)
        self.assertIn('sync-failed: ', self.log(daemon))
        for words in (['status'], ['run']):
            done = self.site.call(*words)
            self.assertEqual((done.returncode, READ_ONLY in done.stderr), (EX_TEMPFAIL, True), done.stderr)
        self.disk.repair()
        daemon = self.start_daemon()
        self.assertTrue(wait_until(lambda: self.answered('meanwhile')), self.log(daemon))
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual([name for name in told if name not in self.outbound()], [])
        self.assertEqual(len([receipt for receipt in self.site.receipts(NORTH) if receipt.drop == 'before']), 1)
        self.assert_sound()

    def test_share(self):
        self.on_a_disk(os.path.join('in', NORTH))
        daemon = self.start_daemon()
        self.submit('before')
        self.assertTrue(wait_until(lambda: self.answered('before')))
        self.assertTrue(wait_until(lambda: 'drops     none' in self.site.call('status').stdout))
        self.assertEqual(daemon.stop(), 0)
        self.submit('meanwhile', person=4)
        os.sync()
        self.disk.fail()
        daemon = self.start_daemon()
        self.submit('elsewhere', command=SOUTH, person=5)
        self.assertTrue(wait_until(lambda: self.answered('elsewhere', SOUTH)), self.log(daemon))
        self.assertTrue(wait_until(lambda: 'Read-only' in self.site.call('status').stdout), self.site.call('status').stdout)
        self.assertFalse(self.answered('meanwhile'))
        self.assertIsNone(daemon.process.poll(), 'a share that cannot be written ended the daemon')
        self.disk.repair()
        self.assertTrue(wait_until(lambda: self.answered('meanwhile'), 60), self.site.call('status').stdout)
        self.assertEqual(daemon.stop(), 0)
        self.assert_sound()


if __name__ == '__main__':
    unittest.main()
