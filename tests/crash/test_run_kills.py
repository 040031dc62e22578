"""Searches are killed at any instant, in both stages and while the gallery is compacted: every docket ends with one
search and the list of an undisturbed run.

RUN_KILLS says how many random kills (12 unless told), SEED repeats a run's choices (the seed is printed).
"""
import contextlib, json, os, pty, random, select, shutil, signal, subprocess, time, unittest

from gallery import drop_packet
from keeper import descendants
from site_case import PROGRAM, PatientSite, SiteCase

KILLS = int(os.environ.get('RUN_KILLS', '12'))
SEED = int(os.environ.get('SEED', time.time_ns() % 1000000))
SEARCHES = 6
WHY = ['--reason', 'a test of runs']


class RunKills(SiteCase):
    def queued(self):
        """A site whose dockets wait for the night."""
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<search ', '<search fullBelow="5" share="500" ', 1))
        for person in range(SEARCHES):
            self.submit(f'req-{person}', person=person)
        self.site.drain()
        while self.office.work() > 0:
            self.site.drain()
        dockets = [row['docket'] for row in self.site.lines('list', '--state', 'QUEUED')]
        self.assertEqual(len(dockets), SEARCHES)
        # Three files, to become one meanwhile.
        for person in (12, 13):
            drop_packet(self.site, [self.faces.gallery(person)], 60 + person)
            self.site.drain()
        self.site.do('gallery', 'compact')
        return dockets

    def copy(self, name):
        path = f'{self.path}.{name}'
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.path, path, symlinks=True)
        self.addCleanup(shutil.rmtree, path, True)
        return PatientSite(PROGRAM, path)

    def lists(self, site, dockets):
        """Docket → digest of its list; each was searched once, and the search gives the same again."""
        lines = [json.loads(line) for line in site.do('rerun', '-j', *WHY, *dockets).splitlines()]
        self.assertEqual([(line['search'], line['outcome']) for line in lines],
                         [(docket + '/1', 'reproduced') for docket in dockets])
        recorded = [event['docket'] for event in site.events() if event['action'] == 'search-recorded']
        self.assertEqual(sorted(recorded), sorted(dockets), 'a search was made twice, or not at all')
        site.do('audit', 'verify')
        site.do('gallery', 'verify')
        self.assertEqual(len(os.listdir(site.at('var', 'gallery'))), 1, 'the gallery was not compacted')
        return {line['docket']: (line['listDigest'], line['snapshot'], line['listed']) for line in lines}

    def started(self, site, log):
        return subprocess.Popen([PROGRAM, '-s', site.path, 'drain', '--overnight', '-v'], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log, start_new_session=True)

    def time_of_a_run(self, site):
        """Drain; the seconds from the start to the end of its run."""
        start = time.monotonic()
        with open(site.path + '.log', 'wb') as log:
            process = self.started(site, log)
            self.addCleanup(os.remove, site.path + '.log')
            while process.poll() is None:
                with open(site.path + '.log', 'rb') as said:
                    if b'run-finished' in said.read():
                        break
                time.sleep(0.02)
            whole = time.monotonic() - start
            self.assertEqual(process.wait(120), 0)
        return whole

    def test_killed_anywhere(self):
        print(f'SEED={SEED} RUN_KILLS={KILLS}', flush=True)
        dockets, lot, kills, rounds = self.queued(), random.Random(SEED), 0, 0
        calm = self.copy('calm')
        whole = self.time_of_a_run(calm)
        wanted = self.lists(calm, dockets)
        while kills < KILLS:
            site, rounds, spent = self.copy('killed'), rounds + 1, False
            for _ in range(min(KILLS - kills, 10)):
                with open(site.path + '.log', 'ab') as log:
                    process = self.started(site, log)
                    time.sleep(lot.uniform(0, 1.2 * whole))
                    own, workers = descendants(process.pid)
                    # A worker's death is an attempt, and three are one too many: one in a site's life.
                    worker = bool(workers) and not spent and lot.random() < 0.3
                    victim = lot.choice(workers) if worker else process.pid
                    spent = spent or worker
                    if process.poll() is None:
                        with contextlib.suppress(ProcessLookupError):       # a worker may have ended by itself
                            os.kill(victim, signal.SIGKILL)
                            kills += 1
                    if worker:
                        time.sleep(0.2)
                        process.kill()
                    process.wait()
            site.drain(overnight=True)
            self.assertEqual(self.lists(site, dockets), wanted)
            os.remove(site.path + '.log')
        print(f'{kills} kills in {rounds} sites of {SEARCHES} searches each', flush=True)


class Progress(SiteCase):
    """What a person at a terminal sees of a search, and others do not."""

    def drawn(self, terminal, person=3):
        """What the terminal showed; None when the search was over before it could be held."""
        self.submit(f'req-progress-{person}', person=person)
        self.site.drain()
        while self.office.work() > 0:
            self.site.drain()
        if not terminal:
            return self.site.call('drain', '--overnight').stderr
        leader, follower = pty.openpty()
        process = subprocess.Popen([PROGRAM, '-s', self.site.path, 'drain', '--overnight'], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=follower)
        os.close(follower)
        shown, held = b'', 0
        while True:
            # Held for a while, so that a small gallery takes long enough to be looked at.
            if held == 0 and process.poll() is None:
                own, workers = descendants(process.pid)
                searching = [worker for worker in workers if self.searches(worker)]
                if searching:
                    os.kill(searching[0], signal.SIGSTOP)
                    held = searching[0]
                    until = time.monotonic() + 1
            if held > 0 and time.monotonic() > until:
                try:
                    os.kill(held, signal.SIGCONT)
                except ProcessLookupError:
                    pass
                held = -1
            ready, _, _ = select.select([leader], [], [], 0.002)
            if ready:
                try:
                    part = os.read(leader, 65536)
                except OSError:
                    break
                if not part:
                    break
                shown += part
        process.wait()
        os.close(leader)
        return shown.decode() if held != 0 else None

    @staticmethod
    def searches(worker):
        """Does this process hold a gallery segment open?"""
        try:
            return any('/var/gallery/' in os.readlink(f'/proc/{worker}/fd/{name}') for name in os.listdir(f'/proc/{worker}/fd'))
        except OSError:
            return False

    def test_on_a_terminal(self):
        # A small gallery is searched in milliseconds: on a busy machine it takes another try to be there in time.
        shown = next((shown for shown in (self.drawn(True, person) for person in (3, 4, 5, 6, 7)) if shown is not None), None)
        self.assertIsNotNone(shown, 'no search was seen')
        self.assertRegex(shown, r'\rsearching  \[[#.]{30}\] \d+ %')
        self.assertTrue(shown.rstrip().endswith('\x1b[K') or '\r\x1b[K' in shown, repr(shown[-80:]))    # and taken away

    def test_not_in_a_file(self):
        self.assertNotIn('searching', self.drawn(False))


if __name__ == '__main__':
    unittest.main()
