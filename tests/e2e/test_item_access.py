"""Who can read an item's folder, with real accounts: those who may still take it."""
import os, pwd, subprocess, unittest

from site_case import SiteCase, investigator_of, open_to

ACCOUNTS = ['daemon', 'bin', 'nobody']


class ItemAccess(SiteCase):
    def setUp(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest('needs root, to act as other accounts')
        for account in ACCOUNTS:
            if not open_to(pwd.getpwnam(account).pw_uid, pwd.getpwnam(account).pw_gid):
                raise unittest.SkipTest('the build folder is closed to other accounts')
        super().setUp()
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<review minPeers', '<review itemAccess="acl" minPeers'))

    def account(self, person, account):
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        self.assertIn(f'<account>{person}</account>', text)
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(text.replace(f'<account>{person}</account>', f'<account>{account}</account>'))

    def may(self, account, *command, group=None):
        entry = pwd.getpwnam(account)
        return subprocess.run(['setpriv', f'--reuid={entry.pw_uid}', f'--regid={entry.pw_gid if group is None else group}', '--clear-groups',
                               *command], capture_output=True).returncode == 0

    def reads(self, account, item):
        return self.may(account, 'cat', os.path.join(item.directory, 'worksheet.html'))

    def test_readers_follow_who_may_take_it(self):
        docket = 'FR-2026-000001'
        own = investigator_of(docket)
        peer = next(person for person in ('ochre', 'tansy', 'umber') if person != own)
        self.account(own, 'daemon')
        self.account(peer, 'bin')
        self.account('moss', 'nobody')
        self.assertEqual(self.send('case', person=3).docket, docket)
        item = self.item(docket, 'intake')
        self.assertTrue(self.reads('daemon', item))
        self.assertTrue(self.reads('bin', item), 'every investigator may take it')
        self.assertFalse(self.reads('nobody', item), 'the gallery keeper')
        self.assertFalse(self.may('nobody', 'ls', self.site.at('review', 'intake')))
        self.assertTrue(self.may('daemon', 'cat', self.site.at('review', 'intake', 'index.html')))
        self.assertFalse(self.may('nobody', 'ls', item.directory, group=0), 'not by the group either')
        item = self.advance(docket, 'peer')
        self.assertFalse(self.reads('daemon', item), 'whoever investigated reads no peer\'s item')
        self.assertTrue(self.reads('bin', item))
        self.site.do('desk', 'recuse', docket, '--as', peer, '--reason', 'Knows them.')
        self.site.drain()
        self.assertFalse(self.reads('bin', item), 'recused')

    def test_nobody_lists_decisions(self):
        drop = self.site.at('review', 'decisions')
        self.assertFalse(self.may('daemon', 'ls', drop, group=0))
        self.assertTrue(self.may('daemon', 'cp', '/etc/hostname', os.path.join(drop, 'decision.p7m'), group=0))
        self.assertFalse(self.may('bin', 'rm', '-f', os.path.join(drop, 'decision.p7m'), group=0))
