"""A daemon whose search is stopped in the middle, so that something can happen meanwhile."""
import contextlib, os, signal, subprocess, time


def parent_of(process):
    try:
        with open(f'/proc/{process}/stat') as file:
            return int(file.read().rsplit(')', 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


def workers_of(daemon, known):
    """Its children's children that are not `known`: only young processes are looked at, so that none is missed."""
    young = [int(name) for name in os.listdir('/proc') if name.isdigit() and int(name) > daemon and int(name) not in known]
    found = [process for process in young if parent_of(parent_of(process)) == daemon]
    known.update(set(young) - set(found))
    return found


def listed(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def searches(worker):
    """Does this process hold a gallery segment open, and no other a file to fill?"""
    names = []
    for name in listed(f'/proc/{worker}/fd'):
        try:
            names.append(os.readlink(f'/proc/{worker}/fd/{name}'))
        except OSError:
            pass
    return any('/var/gallery/segment-' in name for name in names) and not any('/var/gallery/.tmp-' in name for name in names)


class Held:
    def __init__(self, worker):
        self.worker = worker

    def go_on(self):
        try:
            os.kill(self.worker, signal.SIGCONT)
        except ProcessLookupError:
            pass


@contextlib.contextmanager
def held_search(program, site, *words, seconds=30):
    """`leadspool` with those words (run, or drain), until its search was stopped; it ends with the block."""
    daemon = subprocess.Popen([program, '-s', site, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True)
    end, held, known = time.monotonic() + seconds, None, set()
    try:
        while held is None and time.monotonic() < end:
            for worker in workers_of(daemon.pid, known):
                if searches(worker):
                    os.kill(worker, signal.SIGSTOP)
                    held = Held(worker)
        if held is None:
            raise AssertionError('no search was seen')
        yield held
    finally:
        if held is not None:
            held.go_on()
        daemon.terminate()
        try:
            daemon.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()
