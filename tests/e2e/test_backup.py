"""Backups while the daemon works, restored on a bare folder, and told what was sealed and destroyed since (R17 R38)."""
import glob, json, os, shutil, subprocess

from gallery import drop_order, photo_id
from site_case import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_USAGE, NORTH, PROGRAM, PatientSite, SiteCase, wait_until
from site_view import write_whole


class BackupCase(SiteCase):
    def setUp(self):
        super().setUp()
        self.backups, self.restored, self.key = (self.path + end for end in ('.backups', '.restored', '.key'))
        self.clear()

    def tearDown(self):
        super().tearDown()
        if not self.failed():
            self.clear()

    def clear(self):
        for path in (self.backups, self.restored):
            shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(self.key):
            os.remove(self.key)

    def backup(self, *words):
        """No two in one second: their names would be one."""
        result = None
        self.assertTrue(wait_until(lambda: (result := self.site.call('backup', '-j', *words, self.backups)) and
                                   self.keep(result).returncode != 75, pause=0.2))
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        return json.loads(self.result.stdout)

    def keep(self, result):
        self.result = result
        return result

    def restore(self, *words):
        """The new site, with its key, which no backup holds."""
        result = json.loads(self.site.do('restore', '-j', '--to', self.restored, *words, self.backups, site=False))
        shutil.copy(self.site.at('keys', self.private), os.path.join(self.restored, 'keys'))
        return PatientSite(PROGRAM, self.restored), result

    private = 'site.key'

    def fails(self, code, *words, site=True):
        result = self.site.call(*words, site=site)
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        return ' '.join((result.stderr + result.stdout).split())

    def damaged(self, path, restores=False):
        """One flipped byte of that file is found and named; afterwards it is as it was."""
        whole = open(path, 'rb').read()
        changed = bytearray(whole)
        changed[len(changed) // 2] ^= 1
        with open(path, 'wb') as file:
            file.write(changed)
        told = self.fails(EX_DATAERR, 'backup', '--verify', self.backups)
        if restores:
            self.fails(EX_DATAERR, 'restore', '--to', self.restored, self.backups, site=False)
            shutil.rmtree(self.restored, ignore_errors=True)
        with open(path, 'wb') as file:
            file.write(whole)
        return told


class Tampering(BackupCase):
    def flip(self, path, needle):
        """One bit of these bytes, wherever they lie in the file."""
        data = bytearray(open(path, 'rb').read())
        at = data.find(needle)
        self.assertGreater(at, 0)
        while at >= 0:
            data[at] ^= 1
            at = data.find(needle, at)
        with open(path, 'wb') as file:
            file.write(data)

    def acknowledge(self, person):
        self.site.do('audit', 'acknowledge', *self.site.as_person(person), '--reason', 'the disk was changed')
        self.site.drain()

    def test_what_was_changed_is_named(self):
        """A flipped byte and a missing file of each kind."""
        self.send('first')
        for pattern, kind in (('var/vault/*/*', 'object'), ('var/gallery/*', 'segment')):
            path = sorted(glob.glob(self.site.at(pattern)))[0]
            name = os.path.basename(path)
            os.rename(path, path + '-kept')
            self.assertIn(f'{kind}-missing {name}', self.fails(EX_DATAERR, 'audit', 'verify'))
            data = bytearray(open(path + '-kept', 'rb').read())
            data[len(data) // 2] ^= 4
            with open(path, 'wb') as file:
                file.write(data)
            os.rename(path + '-kept', self.path + '.kept')
            told = self.fails(EX_DATAERR, 'audit', 'verify')
            os.rename(self.path + '.kept', path)
            self.assertIn(f'{kind}-changed {name}', told)
        self.assertIn('The record is whole', self.site.do('audit', 'verify'))
        self.assertNotIn('chain-broken', self.site.do('status'))

    def test_heads_and_a_changed_log(self):
        self.site.do('audit', 'head')
        docket = self.send('first').docket
        head, = glob.glob(self.site.at('audit', 'out', 'heads', 'head-*.json'))
        self.assert_signed(head)
        self.assertIn('as it was on', self.site.do('audit', 'verify', '--head', head))
        # A head that somebody wrote, and one of a later log.
        forged = self.path + '.head'
        for name in (head, head + '.p7s'):
            shutil.copy(name, name.replace(head, forged))
            self.addCleanup(os.remove, name.replace(head, forged))
        self.flip(forged, b'"sequence":')
        self.fails(EX_DATAERR, 'audit', 'verify', '--head', forged)

        event = json.loads(self.site.do('audit', 'export', '--from', '3').splitlines()[0])
        self.flip(self.site.at('var', 'casebook', 'events.db'), event['hash'][:16].encode())
        told = self.fails(EX_DATAERR, 'audit', 'verify')
        self.assertIn('event-changed', told)
        self.assertIn('chain-broken', self.site.do('status'))
        self.assertIn('No document is published', self.site.do('why', docket))
        # Drops are taken in and answered; documents wait.
        self.assertEqual(self.send('second').outcome, 'ACCEPT')
        self.office.work()
        self.site.drain(overnight=True)
        for _ in range(6):
            if self.office.work() + self.clerk.work() == 0:
                break
            self.site.drain(overnight=True)
        self.assertEqual(glob.glob(self.site.at('out', NORTH, '*', 'report-*.pdf')), [])
        self.acknowledge('quill')                       # who is no integrity officer
        self.assertIn('No document is published', self.site.do('why', docket))
        self.acknowledge('slate')
        self.assertNotIn('No document is published', self.site.do('why', docket))
        self.site.drain(overnight=True)
        self.assertNotEqual(glob.glob(self.site.at('out', NORTH, '*', 'report-*.pdf')), [])
        self.fails(EX_DATAERR, 'audit', 'verify')       # the same finding needs no other word
        self.assertNotIn('No document is published', self.site.do('why', docket))


class Backups(BackupCase):
    def test_made_while_it_works(self):
        self.start_daemon()
        first = self.backup()
        for number in range(3):
            self.submit(f'after-{number}')
        second = self.backup()
        self.assertTrue(wait_until(lambda: len(self.site.receipts(NORTH)) == 3))
        third = self.backup()
        self.assertGreater(third['sequence'], first['sequence'])
        self.assertLess(third['copied'], first['copied'], 'what did not change was copied again')
        status = self.site.lines('status')[0]
        self.assertEqual(status['backup']['manifest'], third['manifest'])
        self.assertIn(third['set'], [line.split()[1] for line in self.site.do('status').splitlines()
                                     if line.startswith('backup ')])
        # Anybody verifies it without us, and no private key is in it.
        for made in (first, second, third):
            manifest = os.path.join(self.backups, 'sets', made['set'], 'manifest')
            subprocess.run(['sha256sum', '--quiet', '-c', manifest], cwd=self.backups, check=True)
            self.assert_signed(manifest)
        secret = open(self.site.at('keys', self.private), 'rb').read()
        for folder, _, names in os.walk(self.backups):
            for name in names:
                self.assertNotIn(secret, open(os.path.join(folder, name), 'rb').read())

        site, result = self.restore('--authority', self.site.at('keys', 'ca.pem'))
        self.assertGreaterEqual(result['events'], third['sequence'])
        theirs, ours = site.events(), self.site.events()
        self.assertEqual(theirs[:result['events']], ours[:result['events']])
        self.assertEqual(theirs[-1]['action'], 'record-restored')
        self.assertIn('The record is whole', site.do('audit', 'verify'))
        self.assertEqual(len(site.lines('list', '--all')), 3)
        self.assertIn('is not empty', self.fails(EX_NOPERM, 'restore', '--to', self.restored, self.backups, site=False))
        # Older ones go, with what only they needed; the newest stays whole.
        self.backup('--keep', '1')
        self.assertEqual(len(os.listdir(os.path.join(self.backups, 'sets'))), 1)
        self.assertIn('Signed by the site', self.site.do('backup', '--verify', self.backups))
        self.assertIn('every digest verified', self.site.do('restore', '--rehearse', self.backups, site=False))
        self.assertEqual([name for name in os.listdir(self.backups) if name.startswith('.')], [])

    def test_nothing_to_upgrade(self):
        self.assertIn('nothing to do', self.site.do('upgrade', '--dry-run'))
        self.start_daemon()
        self.assertIn('has the site', self.fails(75, 'upgrade'))

    def test_damage_is_named(self):
        made = self.backup()
        here = os.path.join(self.backups, 'sets', made['set'])
        vault = sorted(glob.glob(os.path.join(self.backups, 'vault', '*', '*')))[0]
        self.assertIn('its bytes are not those', self.damaged(vault, restores=True))
        self.assertIn('gallery/', self.damaged(glob.glob(os.path.join(self.backups, 'gallery', '*'))[0]))
        self.assertIn('casebook/events.db: its bytes', self.damaged(os.path.join(here, 'casebook', 'events.db')))
        self.damaged(os.path.join(here, 'manifest.p7s'), restores=True)
        os.rename(vault, vault + '-gone')
        self.assertIn(os.path.relpath(vault, self.backups) + ': it is missing',
                      self.fails(EX_DATAERR, 'backup', '--verify', self.backups))
        os.rename(vault + '-gone', vault)
        # A manifest that leads elsewhere, even with a digest that fits.
        manifest = os.path.join(here, 'manifest')
        text = open(manifest).read()
        with open(manifest, 'w') as file:
            file.write(text + text.splitlines()[0][:64] + '  vault/../../escaped\n')
        self.assertIn('line', self.fails(EX_DATAERR, 'restore', '--to', self.restored, self.backups, site=False))
        self.assertFalse(os.path.exists(self.restored))
        self.fails(EX_USAGE, 'backup')
        self.fails(EX_NOINPUT, 'backup', '--verify', '--set', 'none', self.backups)

    def test_told_what_was_sealed_since(self):
        made = self.backup()
        photo = photo_id(3)
        drop_order(self.site, 1, 'seal', 'stay', [('photoId', photo)])
        self.submit('first')
        self.site.drain()
        since = self.path + '.since'
        write_whole(since, self.site.do('retention', 'since', str(made['sequence'])).encode())
        self.addCleanup(os.remove, since)
        site, _ = self.restore()
        shutil.copytree(self.path + '/demo', self.restored + '/demo')
        self.site = site                                 # from here on everybody works there
        docket = self.send('second').docket
        self.office.site = self.clerk.site = site
        self.office.work()
        site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'QUEUED')
        self.assertIn('restored from a backup', site.do('why', docket))
        self.assertIn('restored from a backup', site.do('status'))
        self.assertIn('say why', self.fails(EX_USAGE, 'restore', '--nothing-since'))
        # Nothing that was destroyed since is brought back onto the shares.
        self.assertIn('first leadspool restore --since', self.fails(EX_NOPERM, 'site', 'rebuild'))
        site.do('restore', '--since', since)
        lost = os.path.join('gallery', 'out')
        self.assertNotIn('enrolment-01', ' '.join(os.listdir(site.at(lost))))
        site.do('site', 'rebuild')
        self.assertEqual(next(row['status'] for row in site.lines('gallery', 'list') if row['photo'] == photo), 'sealed')
        site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        self.assertNotIn(photo, self.item(docket, 'investigation').pictures.values())
        self.assertEqual(len(glob.glob(site.at(lost, 'enrolment-01-*', 'receipt-1.xml'))), 1)
        self.assertEqual([event['outcome'] for event in site.events() if event['action'] == 'restore-completed'], ['list'])
        self.fails(EX_NOPERM, 'restore', '--nothing-since', '--reason', 'again')

    def test_encrypted(self):
        self.site.encrypt(self.key)
        self.send('words', basis='A shop was robbed; Ottoline Quillfeather of the shop saw who took the money.')
        self.backup()
        for folder, _, names in os.walk(self.backups):
            for name in names:
                self.assertNotIn(b'Ottoline', open(os.path.join(folder, name), 'rb').read(), name)
        os.rename(self.key, self.key + '2')
        self.assertNotEqual(self.site.call('restore', '--to', self.restored, self.backups, site=False).returncode, 0)
        shutil.rmtree(self.restored)
        os.rename(self.key + '2', self.key)
        site, _ = self.restore()
        self.assertIn('The record is whole', site.do('audit', 'verify'))
        self.assertIn('key opens the record', site.do('key', 'check'))
