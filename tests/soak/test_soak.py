"""Does anything grow? Traffic against one daemon for SOAK seconds (600; `make soak`): packets of both commands, one in seven
broken, questions over the socket, some of them cut off in the middle.

Memory of the daemon and of its children, descriptors, processes, disk for each packet and the time until a receipt are
looked at over and over, and printed as a table; the last third has to be like the second. The first third does not count:
caches fill, workers start.
"""
import glob, json, os, socket, statistics, time, unittest

from site_case import NORTH, SOUTH, SiteCase, wait_until

SOAK = int(os.environ.get('SOAK') or 600)
LOOKS = 12
CHECKPOINT = 8 << 10           # KiB of books that may not be in their files yet
MEMORY_MORE, LATENCY_MORE, DISK_MORE = 1.10, 1.5, 1.25     # as much as it may be of what it was


def family(process):
    """A process and all below it."""
    found = [process]
    for path in glob.glob(f'/proc/{process}/task/*/children'):
        try:
            with open(path) as file:
                for child in file.read().split():
                    found += family(int(child))
        except OSError:
            pass
    return found


def written_memory(processes):
    """KiB that these wrote, each page once, whoever forked whom. What was only read of files (5 MiB of poppler and qpdf in
    the nursery from the first report on) goes whenever the machine wants that memory."""
    total = 0
    for process in processes:
        try:
            with open(f'/proc/{process}/smaps_rollup') as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith('Pss_Dirty'))
        except OSError:
            pass
    return total


def descriptors(process):
    try:
        return len(os.listdir(f'/proc/{process}/fd'))
    except OSError:
        return 0


def bytes_below(folder):
    """What lies there, without the log of the casebook: that grows to one file's size and is cut again."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            if name.startswith('log.'):
                continue
            try:
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
            except OSError:
                pass
    return total


class Soak(SiteCase):
    def look(self, daemon, packets, waits):
        everybody = self.at_rest(daemon)
        return {'packets': packets, 'daemon': written_memory(everybody[:1]),
                'children': written_memory(everybody[1:]), 'processes': len(everybody),
                'descriptors': descriptors(daemon.process.pid), 'disk': bytes_below(self.site.path),
                'books': sum(os.path.getsize(path) for path in glob.glob(self.site.at('var', 'casebook', '*.db'))) / 1024,
                'wait': statistics.median(waits) if waits else 0.0}

    @staticmethod
    def at_rest(daemon):
        """All processes while the fewest are at work, within a second."""
        seen = []
        for _ in range(10):
            time.sleep(0.1)
            seen.append(family(daemon.process.pid))
        return min(reversed(seen), key=len)

    def packet(self, number):
        """Drop one and wait for its receipt; how long that took."""
        command, name = (NORTH, SOUTH)[number % 2], f'packet-{number}'
        start = time.monotonic()
        if number % 7 == 0:
            folder = self.site.at('in', command, name)
            os.mkdir(folder)
            with open(os.path.join(folder, 'manifest.xml'), 'w') as file:
                file.write('<request xmlns="urn:leadspool:request:1"><broken>')
        else:
            self.submit(name, command, person=number % 12)
        self.assertTrue(wait_until(lambda: self.answer(command), 60), f'{name} was never answered')
        return time.monotonic() - start

    def folders(self, command):
        """Of answers. Whatever looks into all of them would itself get slower."""
        out = self.site.at('out', command)
        return {os.path.join(folder, name) for folder in (out, os.path.join(out, 'unreadable')) if os.path.isdir(folder)
                for name in os.listdir(folder) if '.' not in name and name != 'unreadable'}

    def answer(self, command):
        for folder in self.folders(command) - self.answered:
            if glob.glob(os.path.join(folder, 'receipt-*.xml')):
                self.answered.add(folder)
                return True
        return False

    def questions(self):
        for bytes_sent in (b'{"schema":1,"command":"status","arguments":{}}\n', b'{"schema":1,"comm', b'\xff\xfe\n'):
            with socket.socket(socket.AF_UNIX) as asking:
                asking.settimeout(20)
                asking.connect(self.site.at('var', 'run', 'socket'))
                asking.sendall(bytes_sent)
                answer = b''
                while bytes_sent.endswith(b'\n') and not answer.endswith(b'\n'):
                    more = asking.recv(65536)
                    if not more:
                        break
                    answer += more
            if bytes_sent.startswith(b'{"schema":1,"command"'):
                self.assertTrue(json.loads(answer)['ok'])

    def test_nothing_grows(self):
        daemon, looks, waits, number = self.start_daemon(), [], [], 0
        self.answered = self.folders(NORTH) | self.folders(SOUTH)
        start = time.monotonic()
        while time.monotonic() - start < SOAK:
            number += 1
            waits.append(self.packet(number))
            self.questions()
            if time.monotonic() - start >= SOAK * (len(looks) + 1) / LOOKS:
                looks.append(self.look(daemon, number, waits))
                waits = []
        self.show(looks)
        self.judge(looks)
        self.assertEqual(daemon.stop(), 0)
        self.site.do('audit', 'verify')

    def show(self, looks):
        print('packets  daemon MiB  books MiB  children MiB  processes  descriptors  disk MiB  median wait s')
        for look in looks:
            print(f'{look["packets"]:7}  {look["daemon"] / 1024:10.1f}  {look["books"] / 1024:9.1f}  {look["children"] / 1024:12.1f}  {look["processes"]:9}  '
                  f'{look["descriptors"]:11}  {look["disk"] / 2**20:8.1f}  {look["wait"]:13.2f}', flush=True)

    def judge(self, looks):
        third = len(looks) // 3
        middle, last = looks[third:2 * third], looks[-third:]
        # Pages of the books stay in the daemon's memory until their cache (64 MiB) is full; the files grow by checkpoints.
        books = max(look['books'] for look in last) - min(look['books'] for look in middle) + CHECKPOINT
        for what, of, more in (('daemon', statistics.median, books), ('children', statistics.median, 0), ('wait', statistics.median, 0)):
            before, after = (of(look[what] for look in part) for part in (middle, last))
            with self.subTest(what):
                self.assertLessEqual(after, before * (LATENCY_MORE if what == 'wait' else MEMORY_MORE) + more)
        for what in ('processes', 'descriptors'):
            with self.subTest(what):
                self.assertLessEqual(min(look[what] for look in last), max(look[what] for look in middle))
        with self.subTest('disk for each packet'):
            grown = [(part[-1]['disk'] - part[0]['disk']) / max(1, part[-1]['packets'] - part[0]['packets']) for part in (middle, last)]
            print(f'disk for each packet: {grown[0] / 1024:.0f} KiB, then {grown[1] / 1024:.0f} KiB')
            self.assertLessEqual(grown[1], grown[0] * DISK_MORE)


if __name__ == '__main__':
    unittest.main()
