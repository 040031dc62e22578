"""The power goes under load: an ext4 on a loop device is shut down without writing anything back, again and again.

CUTS says how many (3 unless told; `make powercut` does 200), SEED repeats a run's choices. What a sender was told before
a cut has to be so after it: the receipt with the same bytes, the packet in the record and its files in the vault.
Needs root and a loop device; leaves neither mount nor device behind.
"""
import collections, fcntl, hashlib, glob, os, random, struct, subprocess, threading, time, unittest

from loop_disk import LoopDisk, mounts_possible, own_mounts
from site_case import NORTH, PROGRAM, PatientSite, Receipt, SiteCase, Daemon, wait_until
from whole_path import left_over

CUTS = int(os.environ.get('CUTS') or 3)
SEED = int(os.environ.get('SEED') or time.time_ns() % 1000000)
LOOK_EVERY = 10 if CUTS > 10 else 1
SHUTDOWN, NOTHING_WRITTEN = 0x8004587D, 2       # EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
PATIENCE = 600           # thousands of files, read from a disk just mounted, on a busy machine
ANSWERS = ('drop-accepted', 'drop-held', 'drop-rejected', 'drop-quarantined', 'drop-repeated')


@unittest.skipUnless(mounts_possible(), 'a loop device is mounted by root')
class PowerCut(SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own_mounts()

    def setUp(self):
        super().setUp()
        # Room for all that is sent.
        self.disk = LoopDisk(self.path + '.image', self.path + '.disk', (1 + CUTS // 25) << 30, '-N', str(20000 + 500 * CUTS))
        self.disk.mount()
        path = os.path.join(self.disk.folder, 'site')
        subprocess.run(['cp', '-a', self.path, path], check=True)
        os.sync()
        self.site = PatientSite(PROGRAM, path)
        self.receipts, self.sent, self.number = {}, 0, 0
        self.lot = random.Random(SEED)

    def tearDown(self):
        super().tearDown()
        if self.failed():               # what failed stays to be looked at
            self.disk.unmount()
        else:
            self.disk.remove()
        os.rmdir(self.disk.folder)

    def load(self, ending):
        """Senders, until the disk goes from under them."""
        while not ending.is_set():
            self.number += 1
            try:
                self.submit(f'packet-{self.number}', person=self.number % 12)
            except Exception:           # the disk is gone, or nearly
                return
            self.sent += 1

    def seen(self):
        """What senders can read now: receipt → its digest."""
        found = {}
        for path in glob.glob(self.site.at('out', NORTH, '**', 'receipt-*.xml'), recursive=True):
            try:
                with open(path, 'rb') as file:
                    found[os.path.relpath(path, self.site.path)] = hashlib.sha256(file.read()).hexdigest()
            except OSError:
                pass
        return found

    def cut(self):
        daemon, ending = Daemon(self.site), threading.Event()
        self.daemons.append(daemon)
        sender = threading.Thread(target=self.load, args=(ending,))
        sender.start()
        time.sleep(self.lot.uniform(0.3, 2.0))
        told = self.seen()
        disk = os.open(self.disk.folder, os.O_RDONLY)
        fcntl.ioctl(disk, SHUTDOWN, struct.pack('I', NOTHING_WRITTEN))
        os.close(disk)
        daemon.kill()
        self.daemons.remove(daemon)
        ending.set()
        sender.join()
        self.receipts.update(told)
        self.disk.unmount()
        self.disk.mount()

    def assert_all_there(self):
        self.site.do('drain', timeout=PATIENCE)
        now = self.seen()
        self.assertEqual({path: now.get(path) for path in self.receipts}, self.receipts)
        answered = collections.Counter(event['object'] for event in self.site.events() if event['action'] in ANSWERS)
        self.assertEqual([packet for packet, count in answered.items() if count != 1], [])
        told = {Receipt(self.site.at(path)).packet for path in self.receipts}
        self.assertEqual(told - set(answered), set())
        self.site.do('audit', 'verify', timeout=PATIENCE)
        # A sender who lost its power too leaves what it was about to send: that is no claim of ours.
        self.assertEqual([path for path in left_over(self.site) if '/in/' not in path or '/.claim-' in path], [])

    def test_cuts(self):
        print(f'SEED={SEED} CUTS={CUTS}', flush=True)
        start = said = time.monotonic()
        for number in range(1, CUTS + 1):
            self.cut()
            # Between two looks the next cut hits the recovery from the last one, too.
            if number % LOOK_EVERY == 0 or number == CUTS:
                self.assert_all_there()
            if time.monotonic() > said + 30:
                said = time.monotonic()
                print(f'{number} of {CUTS} cuts, {len(self.receipts)} receipts read before one, '
                      f'{(said - start) / number * (CUTS - number) / 60:.0f} min left', flush=True)
        print(f'{CUTS} cuts, {self.sent} packets sent, {len(self.receipts)} receipts read before a cut, all there', flush=True)
        self.assertGreater(len(self.receipts), 0)


if __name__ == '__main__':
    unittest.main()
