"""Ten faults, arranged one after the other: what an administrator sees leads to the page that says what to do.

For each: `status`, `check`, the one line for monitoring and the log name the alarm, and docs/alarms has its page. The table
says what is arranged and where it leads; each is mended again, and the alarm ends.
"""
import os, shutil, subprocess, unittest
from datetime import timedelta

from forgery import Authority, Credential
from fuse_share import FuseShare
from site_case import BUILD, EX_CONFIG, NORTH, PROGRAM, ROOT, SOUTH, Daemon, PatientSite, SiteCase, wait_until

# fault: the page it leads to, and the word of its line in the log
FAULTS = {'disk full': ('disk-full', 'disk-full'),
          'directory down': ('directory', 'directory-silent'),
          'expired certificate': ('trust', 'trust-over'),
          'hung mount': ('share-down', 'share-down'),
          'clock jump': ('clock-stepped', 'clock-stepped'),
          'wrong key': ('key', None),                  # no daemon starts: the error is its last line
          'corrupt segment': ('record-corrupt', None),  # found by a check, which prints it
          'stuck run': ('search-stuck', 'search-stuck'),
          'missing supervisor': ('staff', 'staff'),
          'unreadable share': ('share-down', 'share-down')}
# No LDAP server answers: the name service of this machine as it is when nslcd is down.
NO_DIRECTORY = """mount --make-rprivate / && mount -t tmpfs none /run && mount --bind "$1" /etc/nsswitch.conf && shift && exec "$@" """


def bytes_of(path):
    with open(path, 'rb') as file:
        return file.read()


class TenFaults(SiteCase):
    def log(self):
        with open(self.path + '.log') as file:
            return file.read()

    def codes(self):
        return {alarm['code'] for alarm in self.site.lines('status')[0]['alarms']}

    def leads(self, fault, says, status=True):
        """Each view names the page, the line says what is wrong, and the page says what to do."""
        page, word = FAULTS[fault]
        with self.subTest(fault):
            if status:
                self.assertTrue(wait_until(lambda: page in self.codes()), self.codes())
                self.assertRegex(self.site.do('status'), rf'(?m)^(ALARMS)? +critical {page}: .*{says}' if page != 'clock-stepped'
                                 else rf'(?m)^(ALARMS)? +{page}: .*{says}')
            done = self.site.call('check', '--daemon')
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertRegex(done.stdout, rf'(?m)^(CRITICAL|WARNING) .*{says}.* \[{page}\]$')
            line = self.site.call('check', '--daemon', '--monitor')
            self.assertEqual((line.returncode, line.stdout.count('\n')), (2, 1))
            self.assertRegex(line.stdout, rf'^LEADSPOOL CRITICAL - .*\[{page}\] [^|]*{says}')
            if word:
                self.assertTrue(wait_until(lambda: f' {word}: ' in self.log()), self.log())
            with open(os.path.join(ROOT, 'docs', 'alarms', page + '.md')) as file:
                text = file.read()
            self.assertIn('## What to do', text)
            self.assertIn('## What is safe', text)
            self.assertTrue(word in (None, page) or f'In the log: `{word}`' in text)

    def ends(self, page):
        self.assertTrue(wait_until(lambda: page not in self.codes()), self.codes())

    def begin(self, *before, **environment):
        os.environ.update(environment)
        try:
            daemon = Daemon(self.site, before=before)
        finally:
            for name in environment:
                del os.environ[name]
        self.daemons.append(daemon)
        self.assertTrue(wait_until(daemon.started), self.log())
        return daemon

    def credentials(self):
        keys = self.site.at('keys')
        return Authority(os.path.join(self.path, 'authority'), Credential(os.path.join(keys, 'ca.key'), os.path.join(keys, 'ca.pem')))

    @unittest.skipUnless(os.geteuid() == 0, 'needs root: a mount that hangs, a name service that does not answer')
    def test_beside_a_daemon(self):
        if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode != 0:
            raise unittest.SkipTest('no name space of mounts can be made here')
        spent = self.credentials().issue('spent', timedelta(days=-90), timedelta(days=-1))
        good = {name: bytes_of(self.site.at('keys', name)) for name in ('site.pem', 'site.key')}
        shutil.copy(spent.certificate, self.site.at('keys', 'site.pem'))
        shutil.copy(spent.key, self.site.at('keys', 'site.key'))
        self.replace('site.xml', '</site>', '<disk freeMegabytes="1048576" freeFiles="10"/></site>')
        try:
            mount = FuseShare(self.site.at('in', SOUTH))
        except OSError as problem:
            self.skipTest(f'no FUSE: {problem}')
        self.addCleanup(mount.close)
        switch = self.path + '.nsswitch'
        with open(switch, 'w') as file:
            file.write('passwd: files ldap\ngroup: files ldap\nshadow: files ldap\n')
        self.addCleanup(os.remove, switch)
        with open(self.site.at('in', NORTH, 'waits'), 'w') as file:
            file.write('what does not fit stays where it is')
        self.begin('unshare', '--mount', 'sh', '-c', NO_DIRECTORY, 'sh', switch)
        self.leads('expired certificate', r'keys/site\.pem: it held until .*leadspool site certificate')
        for name, text in good.items():
            with open(self.site.at('keys', name), 'wb') as file:
                file.write(text)
        self.ends('trust')
        self.leads('disk full', 'MiB free and needs 1048576: drops stay on their shares')
        self.assertNotIn('Remove', self.site.do('status'))                  # nothing below var/ is to go
        self.replace('roster.xml', '<role>supervisor</role>', '<role>requester</role>')
        self.leads('missing supervisor', 'no-holder-of-role: nobody is supervisor')
        self.replace('roster.xml', '<role>requester</role>', '<role>supervisor</role>')
        self.ends('staff')
        os.rename(self.site.at('foil', 'in'), self.site.at('foil', 'away'))
        self.leads('unreadable share', 'foil/in: .*No such file')
        os.rename(self.site.at('foil', 'away'), self.site.at('foil', 'in'))
        mount.hang()
        # Whoever asks is answered, though nobody noticed yet; a moment later the daemon did.
        self.assertRegex(self.site.call('check', timeout=30).stdout, rf'CRITICAL folder in/{SOUTH}: does not answer within .*\[share-down\]')
        self.leads('hung mount', f'in/{SOUTH}: .*does not answer')
        mount.go_on()
        self.ends('share-down')
        self.replace('roster.xml', r'(<roster\b[^>]*>)', r'\1<directory deadlineSeconds="1"><group role="peer">peers</group></directory>')
        self.leads('directory down', r'the directory of accounts \(getent passwd\)')

    def test_at_the_start(self):
        key = self.path + '.key'
        self.addCleanup(lambda: os.path.exists(key) and os.remove(key))
        self.site.encrypt(key)
        right = bytes_of(key)
        os.remove(key)
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o400), 'w') as file:
            file.write('0' * 64 + '\n')
        self.assertEqual(self.site.call('run').returncode, EX_CONFIG)
        self.leads('wrong key', "is not this site's key: it is key", status=False)
        self.assertIn("is not this site's key", self.site.call('status').stderr)
        os.remove(key)
        with open(os.open(key, os.O_CREAT | os.O_WRONLY, 0o400), 'w') as file:
            file.write(right.decode())
        # The machine's clock fell back by years while it was off.
        slow = {'LEADSPOOL_TEST_CLOCK': str(-700 * 24 * 3600 * 1000)}
        self.site = PatientSite(os.path.join(BUILD, 'tests', 'leadspool'), self.path)
        daemon = self.begin(**slow)
        os.environ.update(slow)
        try:
            self.leads('clock jump', r'it stands \d+ s before the last event of the record')
            # What looks spent then is not to be replaced.
            self.assertRegex(self.site.call('check').stdout, r"CRITICAL site's certificate .* clock stands before that.*Look at this machine's clock")
        finally:
            del os.environ['LEADSPOOL_TEST_CLOCK']
        self.assertEqual(daemon.stop(), 0)
        self.site = PatientSite(PROGRAM, self.path)

    def test_a_damaged_gallery(self):
        docket = self.send('case', use=('U6',), priority=('imminent', 'announced for this afternoon')).docket
        self.office.work()
        segment = self.site.at('var', 'gallery', 'segment-000001')
        whole = bytes_of(segment)
        os.chmod(segment, 0o600)
        with open(segment, 'r+b') as file:
            file.seek(5000)
            file.write(b'\xff\xff\xff')
        self.begin()
        self.leads('stuck run', f'the first, {docket}: .* is damaged in the gallery')
        self.assertNotEqual(self.site.call('audit', 'verify').returncode, 0)
        self.leads('corrupt segment', 'segment-000001: its bytes')
        # As the page says: put back, looked at again, tried again.
        with open(segment, 'wb') as file:
            file.write(whole)
        self.site.do('gallery', 'verify')
        self.site.do('audit', 'verify')
        self.ends('record-corrupt')
        self.site.do('retry', '--all')
        self.ends('search-stuck')
        self.assertTrue(wait_until(lambda: self.state(docket) == 'INVESTIGATION'))
        self.assertEqual(self.site.call('check', '--daemon').returncode, 0)


if __name__ == '__main__':
    unittest.main()
