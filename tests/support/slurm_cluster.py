"""A Slurm of one node on the loopback interface, started by hand below a folder and stopped by its process numbers.

Needs no systemd and no account of its own: munged, slurmctld and slurmd run as whoever runs the test.
"""
import os, shutil, signal, socket, subprocess, tempfile, time

PROGRAMS = ('munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'scontrol')


def lacking():
    """The programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]


PATH = os.environ['PATH'] + ':/usr/sbin:/sbin'


def free_port():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ('state', 'spool', 'munge', 'shared'):
            os.makedirs(os.path.join(folder, name), 0o700)
        # The path of a Unix socket is short, that of a build folder need not be.
        self.socket_folder = tempfile.mkdtemp(prefix='leadspool-munge-')
        self.processes = {}
        self.host = socket.gethostname().split('.')[0]
        self.configure()
        self.environment = dict(os.environ, PATH=PATH, SLURM_CONF=self.at('slurm.conf'))

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def configure(self):
        with open(self.at('munge', 'key'), 'wb') as file:
            file.write(os.urandom(128))
        os.chmod(self.at('munge', 'key'), 0o600)
        user = subprocess.run(['id', '-un'], capture_output=True, text=True, check=True).stdout.strip()
        with open(self.at('slurm.conf'), 'w') as file:
            file.write(f'''ClusterName=leadspool
SlurmctldHost={self.host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={self.socket_folder}/socket
CryptoType=crypto/munge
CredType=cred/munge
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
StateSaveLocation={self.at('state')}
SlurmdSpoolDir={self.at('spool')}
SlurmctldPidFile={self.at('slurmctld.pid')}
SlurmdPidFile={self.at('slurmd.pid')}
SlurmctldLogFile={self.at('slurmctld.log')}
SlurmdLogFile={self.at('slurmd.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0,defer_batch
SlurmdTimeout=10
MinJobAge=10
JobRequeue=1
PropagateResourceLimits=NONE
NodeName={self.host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes={self.host} Default=YES MaxTime=INFINITE State=UP
''')

    def start(self, name, *words):
        with open(self.at(name + '.out'), 'ab') as out:
            self.processes[name] = subprocess.Popen([name, *words], env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                                    stderr=out, start_new_session=True)

    def start_munged(self):
        self.start('munged', '--foreground', '--force', '--socket', self.socket_folder + '/socket', '--key-file',
                   self.at('munge', 'key'), '--pid-file', self.at('munge', 'pid'), '--log-file', self.at('munge', 'log'),
                   '--seed-file', self.at('munge', 'seed'), '--num-threads=2')

    def start_slurmctld(self):
        self.start('slurmctld', '-D')

    def start_slurmd(self):
        self.start('slurmd', '-D', '-N', self.host)

    def up(self, seconds=60):
        """Start all three; does the node say it is idle in time?"""
        self.start_munged()
        time.sleep(0.5)
        self.start_slurmctld()
        self.start_slurmd()
        return self.ready(seconds)

    def ready(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.ask('sinfo', '--noheader', '--format=%t').strip() in ('idle', 'alloc', 'mix', 'comp'):
                return True
            time.sleep(0.5)
        return False

    def ask(self, *words):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=60)
        return done.stdout

    def jobs(self):
        return self.ask('squeue', '--noheader', '--array', '--format=%i').split()

    def admit(self, whether):
        """May the node begin with what is submitted?"""
        self.ask('scontrol', 'update', f'NodeName={self.host}', *(['State=RESUME'] if whether else ['State=DRAIN', 'Reason=a test']))

    def kill(self, name):
        """As when a machine loses its power; a task's processes belong to sessions of their own."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def steps(self):
        """Processes that slurmd left: step daemons and tasks, known by the folder in their environment."""
        found = []
        for name in os.listdir('/proc'):
            if name.isdigit() and int(name) != os.getpid():
                try:
                    with open(f'/proc/{name}/cmdline', 'rb') as file:
                        words = file.read()
                    with open(f'/proc/{name}/environ', 'rb') as file:
                        around = file.read()
                except OSError:
                    continue
                own = self.folder.encode()
                if (own in around or own in words) and (b'slurmstepd' in words or b'match-shard' in words):
                    found.append(int(name))
        return found

    def down(self):
        if 'slurmctld' in self.processes:
            self.ask('scancel', '--user', str(os.getuid()))
            time.sleep(0.5)
        for name in ('slurmd', 'slurmctld', 'munged'):
            if name in self.processes:
                process = self.processes.pop(name)
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        for process in self.steps():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(self.socket_folder, ignore_errors=True)
