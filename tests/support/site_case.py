"""Tests of the real program, each on a site of its own below the build folder.

A site with a dozen enrolled people is made once for each build of the program and copied for each test. The
people of the demonstration (demo/people.py) do the parts of a path that a test is not about.
"""
import contextlib, datetime, fcntl, glob, os, re, shutil, signal, subprocess, sys, time, unittest, zoneinfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'demo'))

from faces import Faces                                                         # noqa: E402
from gallery import drop_gallery                                                # noqa: E402
from people import SUPERVISOR, CaseManagement, Office, investigator_of, peers_of         # noqa: E402
from sent_requests import NORTH, SOUTH, request_id, sender_words, whole_request, image_words   # noqa: E402
from site_view import Failed, Item, Receipt, Site, write_whole                  # noqa: E402

BUILD = os.environ['LEADSPOOL_BUILD']
PROGRAM = os.environ.get('LEADSPOOL', os.path.join(BUILD, 'leadspool'))
PLACE = os.path.join(BUILD, 'tests', 'sites')
GALLERY, STRANGERS = 12, 2
EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 64, 65, 66, 75, 77, 78

__all__ = [name for name in dir() if not name.startswith('_')]         # tests import from here


def night(settings, hours=12):
    """The text of a site.xml with a short night in so many hours. Far away, whenever this runs, what waits for it stays
    queued until it is called, as by day."""
    now = datetime.datetime.now(zoneinfo.ZoneInfo(re.search('<zone>(.*?)</zone>', settings)[1]))
    start, end = ((now + datetime.timedelta(minutes=minutes)).strftime('%H:%M') for minutes in (60 * hours - 2, 60 * hours + 2))
    return re.sub('<overnight [^>]*/>', f'<overnight start="{start}" end="{end}"/>', settings)


class PatientSite(Site):
    """Nothing a test calls takes minutes: a hang is a failure, not a wait. A site that is made has its night far away."""

    def call(self, *words, **options):
        options.setdefault('timeout', 60)
        done = super().call(*words, **options)
        if words[0] == 'init' and done.returncode == 0:
            with open(self.at('site.xml')) as file:
                settings = file.read()
            with open(self.at('site.xml'), 'w') as file:        # in place: it keeps its owner and mode
                file.write(night(settings))
        return done

    def name_key(self, path, kind='none'):
        """In site.xml, instead of any that was named."""
        with open(self.at('site.xml')) as file:
            text = re.sub(r'\s*<encryption.*</encryption>', '', file.read())
        named = text.replace('  <demonstration>', f'  <encryption key="{path}">{kind}</encryption>\n  <demonstration>')
        write_whole(self.at('site.xml'), named.encode())

    def encrypt(self, key):
        """With a new key in that file, which is none of the site's."""
        if os.path.exists(key):
            os.remove(key)
        self.do('key', 'new', key, site=False)
        self.name_key(key)
        return self.do('key', 'encrypt')


def open_to(account, group):
    """Can another account reach the build folder? Not below a home of mode 0700. (Asked through a program from
    elsewhere: setpriv itself still reaches what it starts.)"""
    reach = subprocess.run(['setpriv', f'--reuid={account}', f'--regid={group}', '--clear-groups', '/usr/bin/test', '-x', PROGRAM],
                           capture_output=True)
    return reach.returncode == 0


@contextlib.contextmanager
def one_at_a_time():
    """What several test programs share is made by one of them while the others wait."""
    os.makedirs(PLACE, exist_ok=True)
    with open(os.path.join(PLACE, 'lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@one_at_a_time()
def faces():
    return Faces(os.path.join(BUILD, 'demo', 'draw-faces'), os.path.join(BUILD, 'tests', 'faces'), GALLERY + STRANGERS)


@one_at_a_time()
def prepared_site(drawn):
    """A site with an enrolled gallery, made once for this very program."""
    path, stamp = os.path.join(PLACE, 'prepared'), os.path.join(PLACE, 'prepared.for')
    status = os.stat(PROGRAM)
    wanted = f'{PROGRAM} {status.st_size} {status.st_mtime_ns}'
    if os.path.exists(stamp) and open(stamp).read() == wanted and os.path.isdir(path):
        return path
    shutil.rmtree(path, ignore_errors=True)
    site = PatientSite(PROGRAM, path)
    site.init()
    drop_gallery(site, drawn, range(GALLERY), GALLERY)
    site.drain()
    enrolled = site.lines('gallery', 'stat')[0]['photos'].get('enrolled', 0)
    if enrolled != GALLERY:
        raise Failed(f'{enrolled} of {GALLERY} photos were enrolled in {path}')
    with open(stamp, 'w') as file:
        file.write(wanted)
    return path


class Daemon:
    """`leadspool run` in a process group of its own."""

    def __init__(self, site, *words, before=()):
        self.log = open(os.path.join(os.path.dirname(site.path), os.path.basename(site.path) + '.log'), 'ab')
        self.process = subprocess.Popen([*before, site.program, '-s', site.path, 'run', *words], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, start_new_session=True)

    def started(self):
        """Does it answer? Asking earlier could take the site's lock away from it."""
        with open(self.log.name, 'rb') as log:
            return f'process {self.process.pid}\n'.encode() in log.read()

    def kill(self):
        """The daemon and all its children at once, as when the power goes."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.log.close()

    def stop(self, seconds=20):
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        finally:
            self.kill()


def wait_until(condition, seconds=30, pause=0.05):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


class SiteCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.faces = faces()
        cls.prepared = prepared_site(cls.faces)

    def setUp(self):
        self.path = os.path.join(PLACE, self.id().split('.', 1)[-1])
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(self.prepared, self.path, symlinks=True)
        self.site = PatientSite(PROGRAM, self.path)
        self.office, self.clerk = Office(self.site, self.faces), CaseManagement(self.site)
        self.daemons = []

    def tearDown(self):
        for daemon in self.daemons:
            daemon.kill()
        if not self.failed():               # what failed stays to be looked at
            shutil.rmtree(self.path, ignore_errors=True)
            if os.path.exists(self.path + '.log'):
                os.remove(self.path + '.log')

    def failed(self):
        result = self._outcome.result
        return any(getattr(test, 'test_case', test) is self for test, _ in result.failures + result.errors)

    def start_daemon(self):
        daemon = Daemon(self.site)
        self.daemons.append(daemon)
        self.assertTrue(wait_until(daemon.started), f'the daemon did not start: {daemon.log.name}')
        return daemon

    def replace(self, name, pattern, replacement):
        """In a file of the site, as an editor does: another file takes its name."""
        with open(self.site.at(name)) as file:
            text = file.read()
        changed = re.sub(pattern, replacement, text)
        self.assertNotEqual(changed, text)
        with open(self.site.at('.new'), 'w') as file:
            file.write(changed)
        os.rename(self.site.at('.new'), self.site.at(name))

    def submit(self, name, command=NORTH, person=3, **changes):
        """Drop a whole request about that drawn person; `changes` as of whole_request."""
        image = changes.pop('image', self.faces.probe(person).path)
        self.site.do('submit', *whole_request(f'{self.id()} {name}', command, 1, image, name=name, **changes))

    def send(self, name, command=NORTH, **changes):
        """submit, drain; its receipt."""
        self.submit(name, command, **changes)
        self.site.drain()
        receipt = self.site.receipt_of(command, name)
        self.assertIsNotNone(receipt, f'{name} has no receipt')
        return receipt

    def item(self, docket, stage, slot=None):
        for item in self.site.items():
            if item.docket == docket and item.stage == stage and slot in (None, item.slot):
                return item
        self.fail(f'{docket} has no open item at {stage}: {[item.key for item in self.site.items()]}')

    def state(self, docket):
        return next(row['state'] for row in self.site.lines('list', '--all') if row['docket'] == docket)

    def advance(self, docket, stage):
        """Let people work until an item of that stage is open; returns it."""
        for _ in range(12):
            items = [item for item in self.site.items() if item.docket == docket]
            for item in items:
                if item.stage == stage:
                    return item
            if self.office.work() + self.clerk.work() == 0 and self.state(docket) != 'QUEUED':
                break
            self.site.drain(overnight=True)
        self.fail(f'{docket} never came to {stage}; it is {self.state(docket)}')

    def finish(self):
        """Let people work until nobody has anything to do."""
        for _ in range(30):
            if self.office.work() + self.clerk.work() == 0 and not self.site.lines('list', '--state', 'QUEUED'):
                return
            self.site.drain(overnight=True)
        self.fail('the people never came to an end')

    def decide(self, person, item, *words, check=True):
        """One decision through the real command, then a drain; the text of its answer."""
        self.site.do('decide', item.directory, *self.site.as_person(person), *words)
        self.site.drain()

    def answers(self, person):
        """The answer texts of a person, by file name."""
        found = {}
        for path in glob.glob(self.site.at('review', 'answers', person, '*.txt')):
            with open(path) as file:
                found[os.path.basename(path)] = file.read()
        return found

    def outbound(self, command=NORTH):
        """Every visible file below a command's outbound folder, relative to it."""
        top = self.site.at('out', command)
        return sorted(os.path.relpath(os.path.join(folder, name), top)
                      for folder, _, names in os.walk(top) for name in names)

    def assert_signed(self, path):
        checked = subprocess.run(['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', path + '.p7s',
                                  '-content', path, '-CAfile', self.site.at('ca.pem'), '-purpose', 'any',
                                  '-out', os.devnull], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, f'{path}: {checked.stderr}')

    def actions(self, **wanted):
        """Events whose members are as wanted."""
        return [event for event in self.site.events() if all(event.get(name) == value for name, value in wanted.items())]

    def assert_sound(self):
        self.site.do('audit', 'verify')
        left = [os.path.join(folder, name) for folder, folders, files in os.walk(self.path) for name in folders + files
                if name.startswith(('.claim-', '.tmp-', '.part-', '.sending-'))]
        self.assertEqual(left, [])
