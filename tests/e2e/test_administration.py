"""What an administrator changes by command: another command, people, certificates, another disk."""
import os, shutil, subprocess, unittest

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

    SHARES = ('in', 'out', 'review', 'gallery', 'case-management', 'discovery', 'disclosure', 'foil', 'audit', 'retention', 'hold',
              'quarantine')

    def shares(self):
        """Every file of the shares with its bytes; of pages only that they are there."""
        found = {}
        for top in self.SHARES:
            for folder, _, names in os.walk(self.site.at(top)):
                for name in names:
                    path = os.path.join(folder, name)
                    with open(path, 'rb') as file:
                        found[os.path.relpath(path, self.site.path)] = file.read() if not name.endswith(('index.html', 'request.html', 'READ-ME.txt')) else b''
        return found

    def rebuilt(self):
        """What `site rebuild` says is missing, and that it is not after a drain."""
        said = self.site.do('site', 'rebuild')
        self.site.drain()
        self.assertIn('Everything the record says is there lies there.', self.site.do('site', 'rebuild'))
        return int(next(line for line in said.splitlines() if line.startswith('in all')).split()[-1])

    def test_shares_lost(self):
        self.send('mate')
        self.finish()
        case = self.send('open', person=5).docket
        # What was taken away before stays away: the items of stages that are over, and what case management has.
        before, events = self.shares(), len(self.site.events())
        reports = [path for path in before if path.endswith('report-1.pdf')]
        self.assertTrue(any(path.startswith('out/') for path in reports), sorted(before))
        self.assertTrue(any(path.startswith('review/intake/') for path in before))
        taken = {path for path in before if path.startswith('case-management/FR-')}
        self.start_daemon()
        self.refused(EX_TEMPFAIL, 'site', 'rebuild')
        self.assertEqual(self.daemons[0].stop(), 0)
        for top in self.SHARES:
            shutil.rmtree(self.site.at(top))
        said = self.site.do('site', 'rebuild', '--dry-run')
        self.assertIn('Nothing was done', said)
        self.assertFalse(os.path.exists(self.site.at('out')))
        self.assertGreater(self.rebuilt(), 20)
        after = self.shares()
        self.assertEqual(sorted(before.keys() - taken), sorted(after))
        self.assertEqual([path for path in after if after[path] != before[path]], [])
        self.assertTrue(taken)
        self.assertEqual(self.actions(action='spools-rebuilt')[0]['role'], 'administrator')
        # Nothing happened twice: no docket moved, and no document was published as a new one.
        self.assertEqual(self.state(case), 'INTAKE')
        again = [event for event in self.site.events()[events:] if event['action'] == 'document-published']
        self.assertEqual({event['outcome'] for event in again}, {'again'})
        # One file alone, and one whose bytes were spoilt; the others are left as they are.
        receipt, spoilt = (next(path for path in after if path.endswith(end)) for end in ('receipt-1.xml', 'report-1.pdf.p7s'))
        os.remove(self.site.at(receipt))
        with open(self.site.at(spoilt), 'wb') as file:
            file.write(b'?')
        self.assertIn('in all', self.site.do('site', '-n', 'rebuild', 'out/', 'review/intake'))
        self.assertNotIn('review/intake', self.site.do('site', '-n', 'rebuild', 'out'))
        self.assertEqual(self.rebuilt(), 2)
        self.assertEqual(self.shares(), after)
        self.assert_sound()


if __name__ == '__main__':
    unittest.main()
