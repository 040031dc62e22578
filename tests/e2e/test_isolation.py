"""One daemon owns the record; others ask it, and without it only the service account may act."""
import fcntl, os, subprocess, threading, time, unittest

from site_case import EX_TEMPFAIL, PROGRAM, SiteCase, open_to, wait_until

NOBODY = 65534


class Isolation(SiteCase):
    def as_nobody(self, *words):
        return subprocess.run(['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups', PROGRAM, '-s', self.path, *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)

    def need_another_account(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest('needs root, to act as another account')
        if not open_to(NOBODY, NOBODY):
            raise unittest.SkipTest('the build folder is closed to other accounts')

    def test_others_wait_for_a_daemon(self):
        self.need_another_account()
        for words in (['status'], ['list'], ['audit', 'verify']):
            done = self.as_nobody(*words)
            self.assertEqual(done.returncode, EX_TEMPFAIL, f'{words}: {done.stdout}{done.stderr}')
            self.assertIn('daemon', done.stderr)
        self.assertNotEqual(self.as_nobody('drain').returncode, 0)

    def test_a_running_daemon_answers_by_who_asks(self):
        self.need_another_account()
        docket = self.send('case', person=3).docket
        self.start_daemon()
        self.assertEqual(self.site.call('list').returncode, 0)
        refused = self.as_nobody('show', '--reason', 'curious', docket)
        self.assertNotEqual(refused.returncode, 0, refused.stdout)
        self.assertNotIn('Imogen', refused.stdout)
        self.assertNotEqual(self.as_nobody('audit', 'export').returncode, 0)

    def test_which_dockets_show_a_photograph_is_not_for_everybody(self):
        self.need_another_account()
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(text.replace('<account>moss</account>', '<account>nobody</account>'))    # the gallery keeper
        self.start_daemon()
        self.assertEqual(self.as_nobody('list').returncode, 0)
        refused = self.as_nobody('list', '--photo', 'P1')
        self.assertNotEqual(refused.returncode, 0, refused.stdout)
        self.assertIn('may not ask which dockets show a photograph', refused.stderr)

    def test_a_second_daemon_is_refused(self):
        first = self.start_daemon()
        for command in ('run', 'drain'):
            done = self.site.call(command, timeout=20)
            self.assertEqual(done.returncode, EX_TEMPFAIL, f'{command}: {done.stderr}')
        self.assertIsNone(first.process.poll(), 'the first daemon was disturbed')
        self.assertEqual(first.stop(), 0)

    def test_a_command_at_work_does_not_keep_a_daemon_from_starting(self):
        with open(self.site.at('var', 'run', 'lock'), 'w') as lock:
            lock.write(f'{os.getpid()}\n')
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            threading.Timer(0.5, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
            daemon = self.start_daemon()
        self.assertEqual(daemon.stop(), 0)

    def test_the_daemon_works_as_it_goes(self):
        """Without drain: a drop is answered, an item appears, a decision is applied."""
        daemon = self.start_daemon()
        self.submit('live', person=3, use=('U6',), priority=('imminent', 'An attack is announced for today.'))
        self.assertTrue(wait_until(lambda: self.site.receipt_of('precinct-014', 'live')), 'no receipt')
        docket = self.site.receipt_of('precinct-014', 'live').docket

        def closed():
            self.office.work()
            self.clerk.work()
            return self.state(docket) == 'CLOSED'

        self.assertTrue(wait_until(closed, pause=0.3), self.state(docket))
        self.assertEqual(daemon.stop(), 0)
        self.assert_sound()

    def test_nothing_is_left_running(self):
        daemon = self.start_daemon()
        group = daemon.process.pid
        self.assertEqual(daemon.stop(), 0)
        time.sleep(0.2)
        listed = subprocess.run(['ps', '-o', 'pid=', '-s', str(group)], capture_output=True, text=True).stdout.split()
        self.assertEqual(listed, [])

    def test_secrets_are_closed_to_others(self):
        for path in ('keys', 'var/casebook', 'var/vault', 'demo/people'):
            self.assertEqual(os.stat(self.site.at(path)).st_mode & 0o077, 0, path)
        for folder, _, names in os.walk(self.path):
            for name in names:
                if name.endswith('.key'):
                    self.assertEqual(os.stat(os.path.join(folder, name)).st_mode & 0o077, 0, name)
