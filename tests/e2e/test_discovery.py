"""Discovery (R41): a filed case becomes encrypted, numbered, verifiable volumes, and nothing leaves without authority."""
import glob, json, os, re, shutil, subprocess

from gallery import drop_order, photo_id
from releases import drop_discovery, holder
from site_case import EX_NOPERM, SiteCase

OFFICES = ('<offices><office name="da-north" title="District Attorney of the North" certificate="da-north.pem" '
           'sealedCertificate="da-north-sealed.pem" days="20"/></offices>')


def tool(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


class Discovery(SiteCase):
    def setUp(self):
        super().setUp()
        self.holders = self.path + '.holders'
        os.makedirs(self.holders, exist_ok=True)
        for name in ('da-north', 'da-north-sealed'):
            with open(self.site.at('keys', name + '.pem'), 'wb') as file:
                file.write(holder(self.holders, name))
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', OFFICES + '</site>'))
        self.number = 0

    def tearDown(self):
        super().tearDown()
        subprocess.run(['rm', '-rf', self.holders])

    def put(self, kind, docket, **more):
        self.number += 1
        return drop_discovery(self.site, self.number, kind, docket, **more)

    def drop(self, kind, docket, **more):
        name = self.put(kind, docket, **more)
        self.site.drain()
        return self.receipt(name)

    def receipt(self, name):
        """Its text, on one line."""
        path, = glob.glob(self.site.at('discovery', 'out', name + '-*', 'receipt-1.txt'))
        with open(path) as file:
            return ' '.join(file.read().split())

    def closed(self, name='case', person=3):
        docket = self.send(name, person=person).docket
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        return docket

    def duty(self, docket):
        return next(row for row in self.site.lines('export', 'discovery') if row['docket'] == docket)

    def open_volume(self, docket, number, edition='core', key='da-north'):
        """As READ-ME.txt says, in a copy; the folder with what was inside."""
        folder = os.path.join(self.holders, docket, f'volume-{number}')
        shutil.copytree(self.site.at('discovery', 'da-north', docket, f'volume-{number}'), folder, dirs_exist_ok=True)
        with open(os.path.join(folder, 'READ-ME.txt')) as file:
            words = file.read()
        commands = [line.strip() for line in re.findall(r'^   ((?:openssl|mkdir|cd|grep)(?:[^\n\\]|\\\n)*)$', words, re.M)]
        commands = [command.replace('ca.pem', self.site.at('ca.pem')).replace('office.', os.path.join(self.holders, key + '.'))
                    .replace('core', edition) for command in commands if 'NAME.p7m' not in command]
        result = subprocess.run(['bash', '-e', '-c', '\n'.join(commands)], cwd=folder, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn('FAILED', result.stdout)
        return os.path.join(folder, edition)

    def bates(self, folder):
        """Every number at a foot, in the order of the parts."""
        found = []
        for name in os.listdir(folder):
            if name.endswith('.pdf'):
                pages = tool('pdftotext', '-layout', os.path.join(folder, name), '-').split('\f')[:-1]
                tool('qpdf', '--check', os.path.join(folder, name))
                for page in pages:
                    number, = set(re.findall(r'FR-\d{4}-\d{6}-[DX](\d{6})', page.strip().splitlines()[-1] + page.strip().splitlines()[-2]))
                    found.append(int(number))
        return sorted(found)

    def words(self, folder):
        return {name: ' '.join(tool('pdftotext', '-layout', os.path.join(folder, name), '-').split())
                for name in os.listdir(folder) if name.endswith('.pdf')}

    def test_a_case_from_filing_to_receipt(self):
        docket = self.closed()
        self.assertIn('ACCEPT', self.drop('case-filed', docket))
        duty = self.duty(docket)
        self.assertEqual((duty['volumes'], duty['delivered'], duty['acknowledged'], duty['overdue']), (1, 1, 0, False))
        core = self.open_volume(docket, 1)
        self.check_core(docket, core)
        self.check_extended(docket, core)
        self.assertIn('ACCEPT', self.drop('acknowledgement', docket, volume=1))
        self.assertEqual(self.duty(docket)['waits'], 'nothing')
        self.assertEqual(len(self.actions(action='discovery-acknowledged', docket=docket)), 1)
        self.assertEqual(len(self.actions(action='released', docket=docket, clause='R41')), 1)
        # Nothing new: nothing more is made, whoever asks.
        refused = self.site.call('export', 'discovery', '--reason', 'test', docket)
        self.assertEqual(refused.returncode, EX_NOPERM, refused.stderr)
        self.assertIn('nothing came', refused.stderr)
        # A recall is: the supplement goes on counting.
        last = self.bates(core)[-1]
        drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(3))])
        self.site.drain()
        self.assertEqual(self.duty(docket)['volumes'], 2)
        supplement = self.open_volume(docket, 2)
        numbers = self.bates(supplement)
        self.assertEqual(numbers, list(range(last + 1, last + 1 + len(numbers))))
        words = self.words(supplement)
        self.assertIn('supplements the earlier ones', words['index.pdf'])
        self.assertIn('recall-1.pdf', words['index.pdf'])
        self.assertNotIn('candidate.jpg', ' '.join(os.listdir(os.path.join(supplement, 'files'))))
        self.assert_sound()

    def test_sealed_on_its_way_out(self):
        """A volume that is made and cannot be delivered is made anew when the photograph it shows is sealed."""
        docket = self.closed()
        with open(self.site.at('discovery', 'da-north'), 'w'):
            pass                                                # where the office's folder would be
        self.put('case-filed', docket)
        self.site.drain()
        made, = self.actions(action='discovery-made', outcome='core')
        self.assertEqual(self.actions(action='released'), [])
        drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(3))])
        self.site.drain()
        os.remove(self.site.at('discovery', 'da-north'))
        self.site.call('retry', '--all')
        self.site.drain()
        gone, = self.actions(action='release-recalled', docket=docket)
        self.assertEqual((gone['clause'], gone['outcome']), ('R17', 'photo-sealed'))
        released = {event['object'] for event in self.actions(action='released', docket=docket)}
        self.assertTrue(released)
        self.assertNotIn(made['object'], released)
        core = self.open_volume(docket, 1)
        self.assertEqual(self.bates(core)[0], 1)
        for folder, _, names in os.walk(core):
            for name in names:
                self.assertNotEqual(tool('sha256sum', os.path.join(folder, name)).split()[0], self.faces.gallery(3).sha256, name)
        self.assert_sound()

    def check_core(self, docket, core):
        files = os.listdir(os.path.join(core, 'files'))
        numbers = self.bates(core)
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        words = self.words(core)
        self.assertIn('The thirteen kinds of item', words['index.pdf'])
        for text in ('13 analysts', 'not held', 'provided', 'masked'):
            self.assertIn(text, words['index.pdf'])
        self.assertIn('supervision, round 1: approve', words['record-1.pdf'])
        self.assertIn('Peer, round 1, blind', words['record-2.pdf'])
        for text in ('Dispositions', 'C01:', 'Limitations', 'Background', 'Marks'):
            self.assertIn(text, words['record-2.pdf'])
        # The originals, byte for byte; the candidate named, and nobody else who was on the list.
        sums = {tool('sha256sum', os.path.join(core, 'files', name)).split()[0] for name in files}
        self.assertIn(self.faces.gallery(3).sha256, sums)
        self.assertIn(tool('sha256sum', self.faces.probe(3).path).split()[0], sums)
        for person in range(12):
            if person != 3:
                self.assertNotIn(self.faces.gallery(person).sha256, sums)
                for folder, _, names in os.walk(core):
                    for name in names:
                        with open(os.path.join(folder, name), 'rb') as file:
                            self.assertNotIn(photo_id(person).encode(), file.read(), name)
        search, = [name for name in files if 'search-1' in name]
        with open(os.path.join(core, 'files', search)) as file:
            rows = json.load(file)['list']
        self.assertEqual([row.get('photo') for row in rows if row.get('photo')], [photo_id(3)])
        self.assertEqual(len(rows), 12)
        decision = next(name for name in files if 'supervision' in name)
        tool('openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', os.path.join(core, 'files', decision),
             '-CAfile', self.site.at('ca.pem'), '-purpose', 'any', '-out', os.devnull)

    def check_extended(self, docket, core):
        folder = os.path.dirname(core)
        wrong = subprocess.run(['openssl', 'cms', '-decrypt', '-binary', '-inform', 'DER', '-in', os.path.join(folder, 'extended.tar.cms'),
                                '-recip', os.path.join(self.holders, 'da-north.pem'), '-inkey', os.path.join(self.holders, 'da-north.key'),
                                '-out', os.devnull], capture_output=True)
        self.assertNotEqual(wrong.returncode, 0)
        extended = self.open_volume(docket, 1, 'extended', 'da-north-sealed')
        # What a defence expert does with it, who has no site: the scores again, to the last digit.
        for volume, computed, masked in ((extended, 12, 0), (core, 1, 11)):
            again = json.loads(self.site.do('rerun', '-j', '--volume', volume, site=False))
            self.assertEqual((again['computed'], again['same'], again['masked']), (computed, computed, masked))
        words = self.words(extended)
        for person in range(12):
            self.assertIn(photo_id(person), words['searches-1.pdf'])
        self.assertIn('Rank 12', words['lists-1.pdf'])

    def test_who_may_ask(self):
        docket = self.send('case', person=3).docket
        attempts = ((('case-filed', docket), {'signer': None}, 'no signature'),
                    (('case-filed', docket), {'signer': 'quill', 'by': 'quill'}, 'no discovery clerk'),
                    (('case-filed', docket), {'by': 'quill'}, 'somebody else'),
                    (('case-filed', docket), {'office': 'da-south'}, 'no such office'),
                    (('case-filed', docket), {'date': '2099-01-01'}, 'has not come'),
                    (('case-filed', 'FR-2026-009999'), {}, 'there is no such docket'),
                    (('acknowledgement', docket), {'volume': 1}, 'no such volume'))
        names = [self.put(*what, **more) for what, more, _ in attempts]
        self.site.drain()
        for name, (_, _, text) in zip(names, attempts):
            with self.subTest(text=text):
                self.assertIn(text, self.receipt(name).lower())
        self.assertEqual(self.site.lines('export', 'discovery'), [])
        refused = self.site.call('export', 'discovery', '--reason', 'test', docket)
        self.assertEqual(refused.returncode, EX_NOPERM)
        self.assertFalse(os.path.exists(self.site.at('discovery', 'da-north')))
        self.assertEqual(len(self.actions(action='discovery-refused')), 7)
        self.assertGreaterEqual(len(self.actions(action='incident-filed')), 2)

    def test_withheld_and_overdue(self):
        docket = self.send('case', person=3).docket
        self.assertIn('when it closes', self.drop('case-filed', docket, date='2026-01-02', withhold=[(8, 'order of an invented court')]))
        duty = self.duty(docket)
        self.assertEqual((duty['due'], duty['overdue'], duty['waits']), ('2026-01-22', True, 'the docket to close'))
        self.assertEqual([row['docket'] for row in self.site.lines('export', 'discovery', '--overdue')], [docket])
        full, public = (self.site.lines('audit', 'figures', *words)[0]['figures'] for words in ((), ('--public',)))
        self.assertIn({'what': 'discovery', 'of': docket, 'since': '2026-01-22'}, full['standing'])
        self.assertIn({'name': 'discovery', 'fewer': True},
                      next(table for table in public['tables'] if table['key'] == 'overdue')['rows'])
        self.finish()
        core = self.open_volume(docket, 1)
        words = self.words(core)['index.pdf']
        self.assertIn('withheld order of an invented court', words)
        self.assertIn('Photograph of the candidate named: withheld, order of an invented court', words)
        self.assertFalse([name for name in os.listdir(os.path.join(core, 'files')) if 'candidate' in name])
