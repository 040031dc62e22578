"""Keeps the daemon running, and kills it: one of four ways, at random instants after each start."""
import collections, os, random, signal, subprocess, threading, time

EX_TEMPFAIL = 75
PATIENCE = 20           # seconds for a daemon that lost a child to end by itself
# Mostly so soon that start-up, recovery and the first steps are hit; sometimes late enough for work to get on.
SOON, LATE, LATE_SHARE = (0., 0.6), (0.6, 2.5), 0.3


def children_of():
    """Process number → children, of all processes."""
    children = collections.defaultdict(list)
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/stat') as file:
                    parent = int(file.read().rsplit(')', 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children[parent].append(int(name))
    return children


def descendants(process):
    """(own children, their children) of a process."""
    children = children_of()
    own = children[process]
    return own, [child for parent in own for child in children[parent]]


class Keeper(threading.Thread):
    """Runs `leadspool run`, kills it `kills` times, then leaves it running until stop()."""

    def __init__(self, site, kills, seed, log):
        super().__init__(daemon=True)
        self.site, self.kills, self.log = site, kills, log
        self.lot = random.Random(seed)
        self.done, self.trouble = collections.Counter(), []
        self.ending, self.process = threading.Event(), None
        self.starts = 0

    def start_daemon(self):
        self.starts += 1
        self.worker_killed = False
        self.process = subprocess.Popen([self.site.program, '-s', self.site.path, 'run'], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def send(self, process):
        try:
            os.kill(process, signal.SIGKILL)
            return True
        except ProcessLookupError:
            return False

    def kill_one(self):
        """Kill; true when the daemon has to be started again."""
        own, workers = descendants(self.process.pid)
        what = self.lot.choices(['daemon', 'all', 'child'], [4, 3, 3])[0]
        if what == 'child' and own:
            # Three checks of one drop killed would be quarantine, as they should: one in a daemon's life.
            among = workers if workers and not self.worker_killed and self.lot.random() < 0.5 else own
            if self.send(self.lot.choice(sorted(among))):
                self.done['worker' if among is workers else 'child'] += 1
            self.worker_killed = among is workers
            return among is own and self.await_end()
        self.send(self.process.pid)
        if what == 'all':
            for process in own + workers:
                self.send(process)
        self.process.wait()
        self.done['all' if what == 'all' else 'daemon'] += 1
        return True

    def await_end(self):
        """A daemon without one of its children ends, with a code that makes a service manager start it anew."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.trouble.append(f'the daemon {self.process.pid} did not end {PATIENCE} s after it lost a child')
            self.send(self.process.pid)
            self.process.wait()
            return True
        if code != EX_TEMPFAIL:
            self.trouble.append(f'the daemon ended with code {code} after it lost a child')
        return True

    def pause(self):
        bounds = LATE if self.lot.random() < LATE_SHARE else SOON
        self.ending.wait(self.lot.uniform(*bounds))

    def run(self):
        self.start_daemon()
        while not self.ending.is_set():
            if sum(self.done.values()) < self.kills:
                self.pause()
                again = self.process.poll() is None and not self.ending.is_set() and self.kill_one()
            else:
                self.ending.wait(0.1)
                again = False
            code = self.process.poll()
            if code is not None and not self.ending.is_set():
                # Somebody asked the record while no daemon was there, and has the site for a moment.
                if not again and code != EX_TEMPFAIL:
                    self.trouble.append(f'the daemon ended by itself with code {code}')
                if not again:
                    time.sleep(0.05)
                self.start_daemon()

    @property
    def worn_out(self):
        return sum(self.done.values()) >= self.kills

    def stop(self):
        """End with a last kill, as found."""
        self.ending.set()
        self.join(PATIENCE + 10)
        if self.process is not None:
            self.send(self.process.pid)
            self.process.wait()
