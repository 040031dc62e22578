"""Starts the program with points.c preloaded: counts its points, stops and kills it at one, or lets one call fail."""
import ctypes, errno, mmap, os, shutil, signal, struct, subprocess, time

ONLY_COUNT, STOP_THERE, FAIL_THERE, FAIL_READS = range(4)
JOURNAL, SIZE = 4096, 16 << 20
HEAD = struct.Struct('=QQIiIIQQQQ64s400s')       # struct points of points.h
PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 90


def adopt_orphans():
    """A killed daemon's children become ours, so that we know when the last one is gone."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Ended:
    """`code` (None: killed at its point), number of points passed, the label of the point reached, journal lines."""

    def __init__(self, code, count, label, journal, output):
        self.code, self.count, self.label, self.journal, self.output = code, count, label, journal, output


class Points:
    """`place` is a folder of our own on the site's volume."""

    def __init__(self, library, place):
        self.library, self.path = library, os.path.join(place, 'points')
        os.makedirs(place, exist_ok=True)
        with open(self.path, 'wb') as file:
            file.truncate(SIZE)
        with open(self.path, 'r+b') as file:
            self.map = mmap.mmap(file.fileno(), SIZE)
        self.output = os.path.join(place, 'output')

    def field(self, index):
        return HEAD.unpack_from(self.map)[index]

    def run(self, site, *words, target=0, action=STOP_THERE, error=0, calls='', labelled=False, after=False, unreadable=None):
        """One run of the program until it ends, or stands at its point and is killed there. `after`: what the run
        before took away is kept, for a power cut that takes back both. `unreadable`: the path of a file of the site that
        cannot be read."""
        if not after:
            shutil.rmtree(self.path + '.grave', ignore_errors=True)
            os.mkdir(self.path + '.grave')
        device = os.stat(site.path).st_dev
        inode = os.stat(unreadable).st_ino if unreadable else 0
        if unreadable:
            action, error = FAIL_READS, errno.EIO
        HEAD.pack_into(self.map, 0, 0, target, action if target or unreadable else ONLY_COUNT, error, 0, labelled, JOURNAL,
                       SIZE, device, inode, calls.encode(), b'')
        environment = dict(os.environ, LD_PRELOAD=self.library, LEADSPOOL_POINTS=self.path)
        with open(self.output, 'wb') as output:
            process = subprocess.Popen([site.program, '-s', site.path, *words], stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=output, env=environment, start_new_session=True)
            try:
                code = self.await_end(process)
            finally:
                self.kill(process)
        with open(self.output, errors='replace') as output:
            said = output.read()
        count, _, _, _, reached, _, end, _, _, _, _, label = HEAD.unpack_from(self.map)
        lines = self.map[JOURNAL:min(end, SIZE)].decode(errors='replace').splitlines()
        return Ended(code, count, label.rstrip(b'\0').decode(errors='replace') if reached else '', lines, said)

    def await_end(self, process):
        end, pause = time.monotonic() + PATIENCE, 0.002
        while True:
            if self.field(4) == 1:
                return None
            code = process.poll()
            if code is not None:
                return code
            if time.monotonic() > end:
                raise AssertionError(f'the program did not end within {PATIENCE} s: {process.args}')
            time.sleep(pause)

    def kill(self, process):
        """The whole group at once; back when nobody of it is left."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return


def passed(lines):
    """The labels of all points of a labelled run, in their order."""
    return [line[2:] for line in lines if line.startswith('P ')]
