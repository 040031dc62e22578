"""The daemon as a service manager runs it: what it says of itself, and that the rights of its unit are enough."""
import os, re, signal, socket, time

from site_case import NORTH, ROOT, Daemon, SiteCase, wait_until

UNIT = os.path.join(ROOT, 'deploy', 'systemd', 'leadspool@.service')


def unit_value(name):
    with open(UNIT) as file:
        return re.search(rf'^{name}=(.*)$', file.read(), re.M)[1]


class Service(SiteCase):
    def setUp(self):
        super().setUp()
        self.notices, self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC), []
        self.addCleanup(self.notices.close)
        self.notices.bind('\0leadspool-test-%d' % os.getpid())
        self.notices.setblocking(False)

    def said(self, line):
        try:
            while True:
                self.heard += self.notices.recv(4096).decode().split('\n')
        except BlockingIOError:
            return line in self.heard

    def start(self):
        capabilities = ','.join('+' + word[4:].lower() for word in unit_value('CapabilityBoundingSet').split())
        variables = {'NOTIFY_SOCKET': '@leadspool-test-%d' % os.getpid(), 'WATCHDOG_USEC': '1500000'}
        os.environ.update(variables)
        try:
            daemon = Daemon(self.site, before=('setpriv', '--no-new-privs', f'--bounding-set=-all,{capabilities}',
                                               f'--inh-caps=-all,{capabilities}'))
        finally:
            for name in variables:
                del os.environ[name]
        self.daemons.append(daemon)
        return daemon

    def test_ready_alive_and_stopping(self):
        if os.geteuid() != 0:
            self.skipTest('needs root, to take rights away')
        daemon = self.start()
        self.assertTrue(wait_until(lambda: self.said('READY=1')), self.heard)
        self.submit('one', person=1)
        self.assertTrue(wait_until(lambda: self.site.receipts(NORTH)), open(daemon.log.name).read())
        before = self.heard.count('WATCHDOG=1')
        self.assertTrue(wait_until(lambda: self.said('') or self.heard.count('WATCHDOG=1') >= before + 2))
        self.assertNotIn('STOPPING=1', self.heard)
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue(wait_until(lambda: self.said('STOPPING=1')))

    def test_a_daemon_that_hangs_gives_no_sign(self):
        if os.geteuid() != 0:
            self.skipTest('needs root, to take rights away')
        daemon = self.start()
        self.assertTrue(wait_until(lambda: self.said('READY=1')), self.heard)
        os.kill(daemon.process.pid, signal.SIGSTOP)
        try:
            self.said('')
            before = self.heard.count('WATCHDOG=1')
            time.sleep(1.6)
            self.said('')
            self.assertEqual(self.heard.count('WATCHDOG=1'), before)
        finally:
            os.kill(daemon.process.pid, signal.SIGCONT)
        self.assertTrue(wait_until(lambda: self.said('') or self.heard.count('WATCHDOG=1') > before))
