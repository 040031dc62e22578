"""Accounts and groups of a real LDAP server decide who has power: slapd, nslcd and the name service of the machine.

All of it in a name space of mounts of its own, so that the machine's nsswitch.conf stays as it is: slapd listens on
loopback, nslcd asks it, and leadspool runs where "passwd: files ldap" holds.
"""
import os, re, shutil, signal, socket, subprocess, unittest, xml.etree.ElementTree as ElementTree

from other_accounts import as_numbers
from site_case import PLACE, PROGRAM, PatientSite, SiteCase, investigator_of, open_to, wait_until

BASE = 'dc=leadspool,dc=example'
ROOT_NAME, ROOT_SECRET = f'cn=root,{BASE}', 'only-for-this-test'
UIDS, GIDS = 62100, 62900
SLAPD = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
suffix {base}
rootdn {root}
rootpw {secret}
directory {folder}/data
maxsize 10485760
dbnosync
"""
NSLCD = """uid root
gid root
uri ldap://127.0.0.1:{port}
base {base}
bind_timelimit 2
timelimit 30
reconnect_sleeptime 0
reconnect_retrytime 0
nss_initgroups_ignoreusers ALLLOCAL
"""
SET_UP = """set -e
mount -t tmpfs none /run
mkdir /run/nslcd
mount --bind {folder}/nsswitch.conf /etc/nsswitch.conf
mount --bind {folder}/nslcd.conf /etc/nslcd.conf
exec sleep 300
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Ldap:
    """slapd and nslcd, and a name space of mounts in which the name service asks them."""

    def __init__(self, folder):
        self.folder, self.port, self.place, self.servers = folder, free_port(), None, {}
        os.makedirs(os.path.join(folder, 'data'))
        for name, text in (('slapd.conf', SLAPD.format(folder=folder, base=BASE, root=ROOT_NAME, secret=ROOT_SECRET)),
                           ('nslcd.conf', NSLCD.format(port=self.port, base=BASE)),
                           ('nsswitch.conf', 'passwd: files ldap\ngroup: files ldap\nshadow: files ldap\nhosts: files\n')):
            with open(os.path.join(folder, name), 'w') as file:
                file.write(text)
        os.chmod(os.path.join(folder, 'nslcd.conf'), 0o600)

    def enter(self, people):
        """Make the name space and start both servers in it."""
        self.place = subprocess.Popen(['unshare', '--mount', '--propagation', 'private', 'bash', '-c',
                                       SET_UP.format(folder=self.folder)], start_new_session=True)
        assert wait_until(lambda: self.inside('test', '-d', '/run/nslcd').returncode == 0 and self.inside(
            'grep', '-q', 'ldap', '/etc/nsswitch.conf').returncode == 0)
        self.start('slapd', '-h', f'ldap://127.0.0.1:{self.port}', '-f', os.path.join(self.folder, 'slapd.conf'), '-d', '0')
        assert wait_until(self.answers, seconds=10)
        self.change('add', '\n\n'.join(
            [f'dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: test\ndc: leadspool'] +
            [f'dn: uid={name},{BASE}\nobjectClass: account\nobjectClass: posixAccount\nobjectClass: shadowAccount\ncn: {name}\n'
             f'uid: {name}\nuidNumber: {UIDS + number}\ngidNumber: {GIDS}\nhomeDirectory: /nonexistent'
             for number, name in enumerate(people)] +
            [f'dn: cn=fis-investigators,{BASE}\nobjectClass: posixGroup\ncn: fis-investigators\ngidNumber: {GIDS + 1}']) + '\n')
        self.start('nslcd', '--nofork')
        assert wait_until(lambda: self.inside('getent', 'passwd', people[0]).returncode == 0, seconds=10)

    def inside(self, *words):
        return subprocess.run(['nsenter', '-m', '-t', str(self.place.pid), '--', *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30)

    def start(self, *words):
        self.servers[words[0]] = subprocess.Popen(
            ['nsenter', '-m', '-t', str(self.place.pid), '--', *words], stdin=subprocess.DEVNULL, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=open(os.path.join(self.folder, words[0] + '.log'), 'w'))

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(('127.0.0.1', self.port)) == 0

    def signal(self, server, sign):
        self.servers[server].send_signal(sign)

    def change(self, what, text):
        subprocess.run([f'ldap{what}', '-x', '-H', f'ldap://127.0.0.1:{self.port}', '-D', ROOT_NAME, '-w', ROOT_SECRET],
                       input=text, stdout=subprocess.DEVNULL, text=True, check=True, timeout=20)

    def member(self, name, how):
        self.change('modify', f'dn: cn=fis-investigators,{BASE}\nchangetype: modify\n{how}: memberUid\nmemberUid: {name}\n')

    def ends(self, name, day):
        """The account ended on that day, counted from 1970; None: it has no end."""
        self.change('modify', f'dn: uid={name},{BASE}\nchangetype: modify\nreplace: shadowExpire\n' +
                    (f'shadowExpire: {day}\n' if day is not None else ''))

    def stop(self):
        for process in (*self.servers.values(), self.place):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


class Directory(SiteCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest('needs root: a name service of its own')
        if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode != 0:
            raise unittest.SkipTest('no name space of mounts can be made here')
        if not open_to(UIDS, GIDS):
            raise unittest.SkipTest('the build folder is closed to other accounts')
        super().setUpClass()

    def setUp(self):
        super().setUp()
        folder = os.path.join(PLACE, 'directory')
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.ldap = Ldap(folder)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.addCleanup(self.ldap.stop)
        with open(self.site.at('roster.xml')) as file:
            self.people = [node.text for node in ElementTree.parse(file).getroot().iter('{urn:leadspool:roster:1}account')]

    def follow_directory(self):
        """From now on investigators are who is in that group, and items are open to who may take them."""
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<review minPeers', '<review itemAccess="acl" minPeers'))
        with open(self.site.at('roster.xml')) as file:
            text = file.read()
        made = re.sub(r'(<roster\b[^>]*>)', r'\1\n  <directory deadlineSeconds="1"><group role="investigator">fis-investigators'
                      r'</group></directory>', text, count=1)
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(made)
        inside = os.path.join(self.ldap.folder, 'leadspool')
        with open(inside, 'w') as file:
            file.write(f'#!/bin/sh\nexec nsenter -m -t {self.ldap.place.pid} -- {PROGRAM} "$@"\n')
        os.chmod(inside, 0o755)
        self.site = PatientSite(inside, self.path)

    def confirm(self, docket):
        """Its investigator confirms the intake of that docket; the answer once there is one."""
        signer, item = investigator_of(docket), self.item(docket, 'intake')
        before = set(self.answers(signer))
        self.office.site = self.site
        self.office.intake(item)
        return lambda: [text for name, text in self.answers(signer).items() if name not in before]

    def answer(self, docket):
        answers = self.confirm(docket)
        self.assertTrue(wait_until(answers), f'{docket} has no answer')
        return answers()[0]

    def test_power_follows_the_directory(self):
        for number in range(6):
            self.submit(f'case-{number}', person=number)
        self.site.drain()
        dockets = sorted(row['docket'] for row in self.site.lines('list', '--all') if row['state'] == 'INTAKE')
        self.assertEqual(len(dockets), 6)
        signers = [investigator_of(docket) for docket in dockets]
        self.ldap.enter(self.people)
        for name in sorted(set(signers)):
            self.ldap.member(name, 'add')
        self.follow_directory()
        daemon = self.start_daemon()

        with self.subTest('who is in the group holds the role'):
            self.assertNotIn('Refused', self.answer(dockets[0]))
            self.assertNotEqual(self.state(dockets[0]), 'INTAKE')
        with self.subTest('items are open to the number the directory gives, and to nobody who may not take them'):
            self.assertTrue(wait_until(lambda: self.reads(signers[1], dockets[1])))
            self.assertFalse(self.reads('vesper', dockets[1]))
        with self.subTest('who left it does not'):
            self.ldap.member(signers[1], 'delete')
            self.assertIn('role-missing', self.answer(dockets[1]))
            self.assertEqual(self.state(dockets[1]), 'INTAKE')
        with self.subTest('who came back does'):
            self.ldap.member(signers[1], 'add')
            self.assertNotIn('Refused', self.answer(dockets[1]))
        with self.subTest('a disabled account has no power at the next decision'):
            self.ldap.ends(signers[2], 1)
            self.assertIn('account-disabled', self.answer(dockets[2]))
            self.ldap.ends(signers[2], None)
            self.assertNotIn('Refused', self.answer(dockets[2]))
        with self.subTest('nor has one that was removed'):
            self.ldap.change('modify', f'dn: uid={signers[3]},{BASE}\nchangetype: delete\n')
            self.assertIn('account-disabled', self.answer(dockets[3]))
        with self.subTest('a slow directory delays, and says so'):
            self.ldap.signal('slapd', signal.SIGSTOP)
            answers = self.confirm(dockets[4])
            self.assertTrue(wait_until(lambda: self.alarmed('did not answer within 1 s')))
            self.assertEqual((answers(), self.state(dockets[4])), ([], 'INTAKE'))
            self.ldap.signal('slapd', signal.SIGCONT)
            self.assertTrue(wait_until(answers), 'no answer after the directory came back')
            self.assertNotIn('Refused', answers()[0])
            self.assertEqual(self.alarmed(''), [])
        with self.subTest('so does one that is absent'):
            self.ldap.signal('nslcd', signal.SIGKILL)
            self.ldap.servers['nslcd'].wait()
            answers = self.confirm(dockets[5])
            self.assertTrue(wait_until(lambda: self.alarmed('cannot be asked')))
            self.assertEqual((answers(), self.state(dockets[5])), ([], 'INTAKE'))
            self.ldap.start('nslcd', '--nofork')
            self.assertTrue(wait_until(answers), 'no answer after the directory came back')
        changes = {event['outcome'] for event in self.actions(action='roster-changed')}
        self.assertTrue({f'{signers[1]}:roles', f'{signers[2]}:disabled', f'{signers[3]}:disabled'} <= changes, changes)
        self.assertEqual(daemon.stop(), 0)
        self.site.do('audit', 'verify')

    def reads(self, name, docket):
        item = os.path.join(self.item(docket, 'intake').directory, 'item.xml')
        return as_numbers(UIDS + self.people.index(name), GIDS, 'cat', item).returncode == 0

    def alarmed(self, words):
        status = self.site.lines('status')[0]
        return [alarm for alarm in status['alarms'] if alarm['code'] == 'directory' and words in alarm['text']]
