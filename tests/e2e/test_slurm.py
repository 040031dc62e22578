"""Searches computed by a real Slurm on the loopback interface are those of this machine, whatever is killed meanwhile."""
import json, os, re, shutil, signal, subprocess, time, unittest

from gallery import drop_order, photo_id
from site_case import PROGRAM, PatientSite, SiteCase, wait_until
from slurm_cluster import PATH, Cluster, lacking

SEARCHES = 5
WHY = ['--reason', 'a test of executors']
WANTING = lacking()


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

    def copy(self, name, slurm=True):
        path = f'{self.path}.{name}'
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.path, path, symlinks=True)
        self.addCleanup(shutil.rmtree, path, True)
        if slurm:
            with open(os.path.join(path, 'site.xml')) as file:
                text = file.read()
            executor = f'<executor kind="slurm" folder="{self.cluster.at("shared")}" probesPerTask="1" taskMinutes="5"/>'
            with open(os.path.join(path, 'site.xml'), 'w') as file:
                file.write(re.sub(r'(<overnight [^>]*/>)', r'\1\n  ' + executor, text))
        return PatientSite(PROGRAM, path)

    def lists(self, site):
        """Docket → list and photos. `rerun` holds the whole record against a search made on this machine."""
        lines = [json.loads(line) for line in site.do('rerun', '-j', *WHY, *self.dockets).splitlines()]
        self.assertEqual({line['outcome'] for line in lines}, {'reproduced'})
        recorded = [event['docket'] for event in site.events() if event['action'] == 'search-recorded']
        self.assertEqual(sorted(recorded), sorted(self.dockets))
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

    def disturbed(self, name, disturb):
        """A run during which something is killed; what its daemon said."""
        site = self.copy(name)
        process = self.drain(site)
        try:
            self.assertTrue(wait_until(lambda: self.cluster.jobs() or self.results(), 40, 0.02), 'no job was submitted')
            disturb(process)
            said = process.communicate(timeout=150)[1]
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:         # the daemon was the one to be killed
            again = site.call('drain', '--overnight', '-v', timeout=150)
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
            self.assertIn('is gone without all its results: submitted again', said)
        with self.subTest('the node with its tasks'):
            self.disturbed('node', self.kill_node)
        with self.subTest('tasks'):
            said = self.disturbed('tasks', self.kill_tasks)
            self.assertGreater(self.killed, 0, 'no task was there to be killed')
            self.assertRegex(said, r'slurm: job \d+: 5 tasks')
            self.assertIn('is gone without all its results: submitted again', said)
        with self.subTest('the daemon, stopped and killed; what is compacted away is not left with Slurm'):
            self.stopped()

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
        site.do('drain', '--overnight', timeout=150)
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
