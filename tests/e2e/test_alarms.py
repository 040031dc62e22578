"""What an administrator or a monitoring system is told when something is wrong, and which page explains it."""
import os, re, shutil, subprocess, unittest
from datetime import timedelta

from forgery import Authority, Credential
from site_case import NORTH, ROOT, SOUTH, SiteCase, wait_until


class Alarms(SiteCase):
    def pages(self, *words):
        """Exit code of check, and the pages its findings lead to: each is there."""
        done = self.site.call('check', *words)
        found = set(re.findall(r'\[([a-z-]+)\]$', done.stdout, re.M))
        for page in found:
            self.assertTrue(os.path.exists(os.path.join(ROOT, 'docs', 'alarms', page + '.md')), page)
        return done.returncode, found

    def codes(self):
        return {alarm['code'] for alarm in self.site.lines('status')[0]['alarms']}

    def monitor(self, *words):
        done = self.site.call('check', '--monitor', *words)
        self.assertEqual(done.stdout.count('\n'), 1, done.stdout)
        self.assertRegex(done.stdout, r'^LEADSPOOL (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| critical=\d+ warning=\d+ dockets=')
        return done.returncode, done.stdout

    def test_nothing_wrong(self):
        self.assertEqual(self.pages(), (0, set()))
        self.assertEqual(self.monitor()[0], 0)
        self.assertNotIn('ALARMS', self.site.do('status'))
        self.assertEqual(self.pages('--daemon'), (2, {'daemon-down'}))
        code, line = self.monitor('--daemon')
        self.assertEqual(code, 2)
        self.assertIn('[daemon-down] no daemon runs', line)

    def test_rights(self):
        """What is open that should not be, each with the command that closes it; running it closes it."""
        os.chmod(self.site.at('var', 'vault'), 0o755)
        os.chmod(self.site.at('keys', 'site.key'), 0o640)
        os.chmod(self.site.at('review', 'decisions'), 0o732)
        os.chmod(self.site.at('out', NORTH), 0o755)
        os.chmod(self.site.at('in', SOUTH), 0o720)               # a group's rights are the administrator's
        done = self.site.call('check')
        self.assertEqual(done.returncode, 1, done.stdout)
        mend = dict(re.findall(r'^WARNING folder (\S+): .*: (chmod \d+) \[shares\]$', done.stdout, re.M))
        self.assertEqual(set(mend), {'var/vault', 'keys/site.key', 'review/decisions', f'out/{NORTH}'})
        for path, command in mend.items():
            subprocess.run([*command.split(), self.site.at(path)], check=True)
        os.chmod(self.site.at('in', SOUTH), 0o770)
        self.assertEqual(self.pages(), (0, set()))

    def test_people_and_trust(self):
        keys = self.site.at('keys')
        authority = Authority(os.path.join(self.path, 'authority'), Credential(os.path.join(keys, 'ca.key'), os.path.join(keys, 'ca.pem')))
        authority.revocations(os.path.join(keys, 'crl.pem'), timedelta(days=-9), timedelta(days=-1))
        self.replace('roster.xml', r'<role>supervisor</role>', '<role>peer</role>')
        code, pages = self.pages()
        self.assertEqual((code, pages & {'trust', 'staff'}), (2, {'trust', 'staff'}))
        self.assertLessEqual({'trust', 'staff'}, self.codes())
        self.assertRegex(self.site.do('status'), r'ALARMS +critical (trust|staff): ')

    def test_while_it_works(self):
        """An unreadable share, a roster that is not valid, a document that is stuck; and the file of figures."""
        self.replace('site.xml', r'</site>', '<watching metricsSeconds="1"/></site>')
        self.start_daemon()
        os.rename(self.site.at('in', SOUTH), self.site.at('in', '.away'))
        self.replace('roster.xml', r'<rank>', '<grade>')
        self.assertTrue(wait_until(lambda: {'share-down', 'roster'} <= self.codes()), self.codes())
        code, pages = self.pages('--daemon')
        self.assertEqual((code, pages & {'share-down', 'roster'}), (2, {'share-down', 'roster'}))
        code, line = self.monitor('--daemon')
        self.assertIn(f'[share-down] in/{SOUTH}', line)
        figures = self.site.at('var', 'run', 'metrics.prom')
        down = f'leadspool_share_up{{share="in/{SOUTH}"}} 0'
        self.assertTrue(wait_until(lambda: os.path.exists(figures) and down in open(figures).read()))
        with open(figures, 'rb') as file:
            written = file.read()
        self.assertIn(b'leadspool_alarm{code="share-down",severity="critical"} 1', written)
        done = subprocess.run(['promtool', 'check', 'metrics'], input=written, capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b'', b''))
        os.rename(self.site.at('in', '.away'), self.site.at('in', SOUTH))
        self.assertTrue(wait_until(lambda: 'share-down' not in self.codes()))
        self.replace('roster.xml', r'<grade>', '<rank>')
        self.assertTrue(wait_until(lambda: 'roster' not in self.codes()))
        self.assertEqual(self.daemons[0].stop(), 0)
        self.assertFalse(os.path.exists(figures))
        # A site that cannot be asked: the code of plugins, and a page.
        shutil.move(self.site.at('site.xml'), self.site.at('site.gone'))
        self.assertEqual(self.pages(), (3, {'site'}))
        code, line = self.monitor()
        self.assertEqual(code, 3)


if __name__ == '__main__':
    unittest.main()
