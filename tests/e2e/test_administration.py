"""What an administrator changes by command: another command, people, certificates, another disk."""
import os, subprocess, unittest

from forgery import Authority, Credential
from site_case import EX_DATAERR, EX_NOPERM, EX_TEMPFAIL, EX_USAGE, NORTH, SiteCase, wait_until


class Administration(SiteCase):
    def read(self, name):
        with open(self.site.at(name)) as file:
            return file.read()

    def refused(self, code, *words):
        before = self.read('site.xml') + self.read('roster.xml')
        done = self.site.call(*words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(self.read('site.xml') + self.read('roster.xml'), before)
        return done.stderr

    def test_another_command(self):
        before = self.read('site.xml')
        self.site.do('site', '--dry-run', 'add-command', 'precinct-101')
        self.assertEqual(self.read('site.xml'), before)
        self.assertFalse(os.path.exists(self.site.at('in', 'precinct-101')))
        self.site.do('site', 'add-command', 'precinct-101')
        self.assertEqual(self.read('site.xml').replace('    <command>precinct-101</command>\n', ''), before)
        self.assertEqual(os.stat(self.site.at('in', 'precinct-101')).st_mode, os.stat(self.site.at('in', NORTH)).st_mode)
        os.mkdir(self.site.at('in', 'precinct-101', 'hello'))
        with open(self.site.at('in', 'precinct-101', 'hello', 'manifest.xml'), 'w') as file:
            file.write('<request/>')
        self.site.drain()
        self.assertEqual(len(self.site.receipts('precinct-101')), 1)
        self.assertIn('already', self.refused(EX_NOPERM, 'site', 'add-command', NORTH))
        self.refused(EX_DATAERR, 'site', 'add-command', '../out')

    def test_people(self):
        words = ['--name', 'Hazel <& Co>', '--account', 'hazel', '--rank', '30', '--role', 'peer', '--trained-until', '2035-01-01']
        before = self.read('roster.xml')
        self.site.do('roster', 'add', 'hazel', *words, '--dry-run')
        self.assertEqual(self.read('roster.xml'), before)
        self.site.do('roster', 'add', 'hazel', *words, '-c', self.site.at('keys', 'ca.pem'))
        self.assertIn('<name>Hazel &lt;&amp; Co&gt;</name>', self.read('roster.xml'))
        self.refused(EX_NOPERM, 'roster', 'add', 'hazel', *words)
        self.refused(EX_DATAERR, 'roster', 'add', 'rowan', *words)              # the account is taken
        self.refused(EX_USAGE, 'roster', 'add', 'rowan', '--name', 'R')
        # An investigator without a supervisor would be a problem more.
        self.assertIn('no-supervisor', self.refused(EX_NOPERM, 'roster', 'add', 'rowan', '--name', 'R', '--account', 'rowan', '--rank',
                                                    '3', '--role', 'investigator', '--trained-until', '2035-01-01'))
        self.site.do('roster', 'retire', 'hazel')
        self.assertIn('is suspended and nobody acts', self.refused(EX_NOPERM, 'roster', 'retire', 'harrow'))
        self.site.drain()
        outcomes = [event['outcome'] for event in self.actions(action='roster-changed')]
        self.assertIn('hazel:added', ' '.join(outcomes) or self.site.do('audit', 'export'))

    def test_the_sites_own_certificate(self):
        keys = self.site.at('keys')
        authority = Authority(os.path.join(self.path, 'authority'), Credential(os.path.join(keys, 'ca.key'), os.path.join(keys, 'ca.pem')))
        new = authority.issue('renewed')
        stranger = Authority.strange(os.path.join(self.path, 'stranger'), 'Stranger').issue('other')
        self.refused(EX_DATAERR, 'site', 'certificate', stranger.certificate, stranger.key)
        self.assertNotEqual(self.site.call('site', 'certificate', new.certificate, stranger.key).returncode, 0)
        old = self.send('before')
        self.site.do('site', 'certificate', new.certificate, new.key)
        after = self.send('after', person=4)
        for receipt, name in ((old, 'site'), (after, 'renewed')):
            path = os.path.join(receipt.directory, 'receipt-1.xml')
            done = subprocess.run(['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', path + '.p7s', '-content', path,
                                   '-CAfile', self.site.at('ca.pem'), '-purpose', 'any', '-out', '/dev/null', '-signer', path + '.who'],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            shown = subprocess.run(['openssl', 'x509', '-in', path + '.who', '-noout', '-subject'], capture_output=True, text=True).stdout
            os.remove(path + '.who')
            self.assertEqual('renewed' in shown, name == 'renewed', shown)

    def test_another_disk(self):
        target = self.path + '-moved'
        docket = self.send('case').docket
        self.start_daemon()
        self.refused(EX_TEMPFAIL, 'site', 'move', target)
        self.assertEqual(self.daemons[0].stop(), 0)
        self.refused(EX_USAGE, 'site', 'move', self.site.at('within'))
        self.site.do('site', 'move', target)
        self.addCleanup(subprocess.run, ['rm', '-rf', target])
        done = subprocess.run([self.site.program, '-s', target, 'why', docket], capture_output=True, text=True)
        self.assertIn('INTAKE', done.stdout)
        self.assertNotEqual(self.site.call('drain').returncode, 0)


if __name__ == '__main__':
    unittest.main()
