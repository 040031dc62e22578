"""Searches computed by a real Slurm on the loopback interface are those of this machine, whatever is killed meanwhile."""
import json, os, re, shutil, signal, subprocess, time, unittest

import engines
from gallery import drop_order, photo_id
from site_case import NORTH, PROGRAM, PatientSite, SiteCase, request_id, sender_words, wait_until
from slurm_cluster import PATH, Cluster, lacking

SEARCHES = 5
WHY = ['--reason', 'a test of executors']
WANTING = lacking()
# How a search of this gallery is shared out: a task for each probe, or for two probes and a part of the gallery.
WHOLE, PARTS = 'probesPerTask="1"', 'probesPerTask="3" photosPerTask="4"'


@unittest.skipIf(WANTING, f'Slurm is not installed: {", ".join(WANTING)}')
class Slurm(SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = dict(os.environ)

    def setUp(self):
        if not any(line.split()[4].startswith('/sys/fs/cgroup') for line in open('/proc/self/mountinfo')):
            self.skipTest('slurmd needs control groups, and none are mounted here')
        super().setUp()
        self.cluster = Cluster(self.path + '.cluster')
        os.environ.update(PATH=PATH, SLURM_CONF=self.cluster.at('slurm.conf'))
        self.addCleanup(self.take_down)
        self.assertTrue(self.cluster.up(), 'Slurm did not come up: ' + self.cluster.folder)
        for person in range(SEARCHES):
            self.submit(f'req-{person}', person=person)
        self.site.drain()
        while self.office.work() > 0:
            self.site.drain()
        self.dockets = [row['docket'] for row in self.site.lines('list', '--state', 'QUEUED')]
        self.assertEqual(len(self.dockets), SEARCHES)

    def take_down(self):
        self.cluster.down()
        left = self.cluster.steps()
        if not self.failed():
            shutil.rmtree(self.cluster.folder, ignore_errors=True)
        os.environ.clear()
        os.environ.update(self.before)
        self.assertEqual(left, [], 'processes of Slurm are left')

    def copy(self, name, cut=WHOLE, slurm=True):
        path = f'{self.path}.{name}'
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.path, path, symlinks=True)
        self.addCleanup(shutil.rmtree, path, True)
        with open(os.path.join(path, 'site.xml')) as file:
            text = file.read()
        executor = f'<executor kind="slurm" folder="{self.cluster.at("shared")}" taskMinutes="5" {cut}/>' if slurm else ''
        with open(os.path.join(path, 'site.xml'), 'w') as file:
            text = re.sub(r'(<overnight [^>]*/>)', rf'\1\n  {executor}', text)
            file.write(re.sub(r'<search ', '<search fullBelow="1" share="500" ', text))
        return PatientSite(PROGRAM, path)

    def lists(self, site, dockets=None):
        """Docket → list and photos. `rerun` holds the whole record against a search made on this machine."""
        dockets = dockets or self.dockets
        lines = [json.loads(line) for line in site.do('rerun', '-j', *WHY, *dockets).splitlines()]
        self.assertEqual({line['outcome'] for line in lines}, {'reproduced'})
        recorded = [event['docket'] for event in site.events() if event['action'] == 'search-recorded']
        self.assertEqual(sorted(recorded), sorted(dockets))
        return {line['docket']: (line['listDigest'], line['snapshot'], line['listed']) for line in lines}

    def drain(self, site):
        return subprocess.Popen([PROGRAM, '-s', site.path, 'drain', '--overnight', '-v'], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def tasks(self):
        """Processes that compute a task now."""
        return [process for process in self.cluster.steps()
                if b'match-shard' in open(f'/proc/{process}/cmdline', 'rb').read().replace(b'/bin/sh', b'')]

    def results(self):
        folder = self.cluster.at('shared', 'tasks')
        return [name for name in os.listdir(folder) if name.endswith('.result')] if os.path.isdir(folder) else []

    def shared(self):
        return sorted(name for folder in ('tasks', 'probes') for name in os.listdir(self.cluster.at('shared', folder)))

    def disturbed(self, name, disturb, cut=WHOLE):
        """A run during which something is killed; what its daemon said."""
        site = self.copy(name, cut)
        process = self.drain(site)
        try:
            self.assertTrue(wait_until(lambda: self.cluster.jobs() or self.results(), 40, 0.02), 'no job was submitted')
            disturb(process)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:         # the daemon was the one to be killed
            again = site.call('drain', '--overnight', '-v', timeout=60)
            self.assertEqual(again.returncode, 0, again.stderr)
            said += again.stderr
        self.assertEqual(self.lists(site), self.wanted, said)
        self.assertEqual(self.shared(), [])
        return said

    def test_the_same_as_here(self):
        here = self.copy('here', slurm=False)
        here.drain(overnight=True)
        self.wanted = self.lists(here)
        with self.subTest('the controller, which forgets the job'):
            said = self.disturbed('controller', self.kill_controller)
            self.assertIn('are gone without results: submitted again', said)
        with self.subTest('the node with its tasks, of parts of the gallery'):
            said = self.disturbed('node', self.kill_node, PARTS)
            # Two groups of probes by three parts, which count and then compare.
            self.assertGreaterEqual(len(re.findall(r'slurm: job \d+: 6 tasks', said)), 2, said)
        with self.subTest('tasks, and a request taken back'):
            self.taken_back()
        with self.subTest('the daemon, stopped and killed; what is compacted away is not left with Slurm'):
            self.stopped()

    def test_an_engine_of_a_vendor(self):
        """Its tasks find what it finds here; one that crashes in a task is quarantined, and the daemon goes on."""
        folder = self.path + '.engines'
        os.makedirs(folder, exist_ok=True)
        self.addCleanup(shutil.rmtree, folder, True)
        crashes = engines.faulty(folder, 'compare-crash')
        here, there = self.copy('here', slurm=False), self.copy('there', PARTS)
        for site in (here, there):
            engines.use(site, engines.EXAMPLE, 'example-histogram')
        here.drain(overnight=True)
        said = there.call('drain', '--overnight', '-v').stderr
        # Two groups of probes; the gallery is not cut.
        self.assertRegex(said, r'slurm: job \d+: 2 tasks')
        self.assertEqual(self.lists(there), self.lists(here), said)
        self.assertEqual(self.shared(), [])
        broken = self.copy('broken')
        engines.use(broken, crashes, 'test-faulty')
        said = broken.call('drain', '--overnight', '-v').stderr
        self.assertIn('run-quarantined', said)
        self.assertIn('it was ended by signal', said)
        self.assertEqual([row['docket'] for row in broken.lines('list', '--state', 'QUEUED')], self.dockets)

    def taken_back(self):
        """One docket is withdrawn while its task waits, and some of the others' tasks are killed."""
        site = self.copy('taken-back')
        self.cluster.admit(False)
        process = self.drain(site)
        self.addCleanup(process.kill)
        try:
            self.assertTrue(wait_until(lambda: len(self.cluster.jobs()) == SEARCHES, 40, 0.1), 'no job was submitted')
            site.do('submit', *sender_words(NORTH), '--kind', 'withdrawal', '--docket', self.dockets[1], '--name', 'back',
                    '--request-id', request_id(f'{self.id()} back'), '--reason', 'The person came by.')
            self.assertTrue(wait_until(lambda: len(self.cluster.jobs()) == SEARCHES - 1, 20, 0.1), 'its task was left')
        finally:
            self.cluster.admit(True)
        self.kill_tasks(process)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 0, said)
        self.assertRegex(said, r'slurm: job \d+: 5 tasks')
        self.assertIn('cancelled: its dockets were withdrawn', said)
        self.assertGreater(self.killed, 0, 'no task was there to be killed')
        self.assertIn('are gone without results: submitted again', said)
        others = [docket for docket in self.dockets if docket != self.dockets[1]]
        self.assertEqual(self.lists(site, others), {docket: self.wanted[docket] for docket in others}, said)
        self.assertIn(self.dockets[1], [row['docket'] for row in site.lines('list', '--state', 'CLOSED')])
        self.assertEqual(self.shared(), [])

    def stopped(self):
        site = self.copy('stopped')
        process = self.drain(site)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(self.cluster.jobs, 40, 0.02), 'no job was submitted')
        process.terminate()
        process.communicate(timeout=60)
        self.assertTrue(wait_until(lambda: not self.cluster.jobs(), 30, 0.2), 'the job was left')
        process = self.drain(site)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(lambda: self.cluster.jobs() or self.results(), 40, 0.02), 'no job was submitted')
        process.kill()
        process.communicate()
        site.do('drain', '--overnight', timeout=60)
        self.assertEqual(self.lists(site), self.wanted)
        self.assertEqual(self.shared(), [])
        copies = os.listdir(self.cluster.at('shared', 'gallery'))
        self.assertEqual(len(copies), 1)
        drop_order(site, 1, 'withdraw', 'stay', [('photoId', photo_id(1))])
        site.drain()
        site.do('gallery', 'compact')
        site.drain()
        self.assertTrue(wait_until(lambda: os.listdir(self.cluster.at('shared', 'gallery')) == [], 10), copies)

    def kill_controller(self, process):
        self.cluster.kill('slurmctld')
        shutil.rmtree(self.cluster.at('state'))
        os.mkdir(self.cluster.at('state'), 0o700)
        time.sleep(1)
        self.cluster.start_slurmctld()

    def kill_node(self, process):
        self.cluster.kill('slurmd')
        for step in self.cluster.steps():
            self.end(step)
        time.sleep(1)
        self.cluster.start_slurmd()

    def kill_tasks(self, process):
        wait_until(self.tasks, 20, 0.01)
        tasks = self.tasks()
        for task in tasks:
            self.end(task)
        self.killed = len(tasks)

    @staticmethod
    def end(process):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


if __name__ == '__main__':
    unittest.main()
