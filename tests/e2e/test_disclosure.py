"""Disclosure (R35, R36, R42 to R46): what leaves is encrypted, bound and recorded; everything else stays."""
import glob, os, shutil, subprocess

from gallery import drop_order, photo_id
from releases import drop_disclosure, holder
from site_case import SiteCase

AGREEMENTS = ('<agreements><agreement agency="Harbor Police" reference="MOU 2026-014" expires="2099-06-30" confidentiality="true" '
              'noOnwardDisclosure="true" noticeOfLegalProcess="true"/></agreements>')


class Disclosure(SiteCase):
    def setUp(self):
        super().setUp()
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        with open(path, 'w') as file:
            file.write(text.replace('</site>', AGREEMENTS + '</site>'))
        self.holders = self.path + '.holders'
        os.makedirs(self.holders, exist_ok=True)
        self.certificate = holder(self.holders, 'harbor')
        self.number = 0

    def tearDown(self):
        super().tearDown()
        subprocess.run(['rm', '-rf', self.holders])

    def put(self, docket, documents=('report-1.pdf',), **more):
        self.number += 1
        more.setdefault('certificate', self.certificate)
        return drop_disclosure(self.site, self.number, docket, documents, **more)

    def drop(self, docket, **more):
        name = self.put(docket, **more)
        self.site.drain()
        return self.receipt(name)

    def receipt(self, name):
        """Its text, on one line, in small letters."""
        path, = glob.glob(self.site.at('disclosure', 'out', name + '-*', 'receipt-1.txt'))
        with open(path) as file:
            return ' '.join(file.read().split()).lower()

    def released(self):
        return sorted(glob.glob(self.site.at('disclosure', 'out', 'FR-*', 'release-*', '*.cms')))

    def test_what_leaves_and_what_does_not(self):
        docket = self.send('case', person=3).docket
        self.finish()
        attempts = (({'signer': None}, 'no signature'), ({'by': 'birch'}, 'somebody else releases'),
                    ({'by': 'quill', 'signer': 'quill'}, 'may release nothing'), ({'verified': False}, 'identity and affiliation'),
                    ({'certificate': None}, 'no certificate of the recipient'), ({'affiliation': 'Airport Police'}, 'no written agreement'),
                    ({'kind': 'news-media'}, 'none for which'), ({'condition': None}, 'one of seven conditions'),
                    ({'condition': 'D2'}, 'written approval of the privacy officer'),
                    ({'condition': 'D3', 'approver': 'birch'}, 'written approval of the privacy officer'),
                    ({'condition': 'D4', 'approver': 'sedge'}, "city's chief privacy officer"),
                    ({'identifying': False, 'condition': None}, 'shows a person'),
                    ({'documents': ('report-2.pdf',)}, 'never published'),
                    ({'text': 'For civil immigration enforcement.'}, 'immigration enforcement'),
                    ({'affiliation': 'Immigration and Customs Enforcement'}, 'immigration enforcement'),
                    ({'purpose': 'immigration-enforcement'}, 'immigration enforcement'))
        names = [self.put(docket, **more) for more, _ in attempts]
        self.site.drain()
        for name, (_, text) in zip(names, attempts):
            with self.subTest(text=text):
                self.assertIn(text, self.receipt(name))
        self.assertEqual(self.released(), [])
        self.assertEqual(len(self.actions(action='disclosure-refused')), len(attempts))
        self.assertEqual(self.actions(action='released'), [])
        incidents = {incident['clause'] for incident in self.actions(action='incident-filed')}
        self.assertTrue({'R43', 'R45', 'R35'} <= incidents, incidents)
        # A lawful one; approved by the privacy officer; recalled.
        self.assertIn('accepted', self.drop(docket))
        package, = self.released()
        self.check_package(package)
        self.assert_history(docket)
        self.assertIn('accepted', self.drop(docket, condition='D3', approver='sedge'))
        self.assertEqual(len(self.released()), 2)
        drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(3))])
        self.site.drain()
        self.assertIn('was recalled', self.drop(docket))
        self.assert_sound()

    def assert_history(self, docket):
        released, = self.actions(action='released', docket=docket)
        self.assertEqual((released['actor'], released['clause'], released['outcome']), ('lark', 'R45', 'D6'))
        record = self.site.lines('show', '--reason', 'test', docket)[0]['docket']
        self.assertEqual(record['releases'][0]['event'], released['sequence'])
        self.assertIn('Harbor Police', record['releases'][0]['what'])

    def check_package(self, package):
        folder = os.path.join(self.holders, 'release')
        shutil.copytree(os.path.dirname(package), folder)
        self.assert_signed(os.path.join(folder, 'release-1.xml'))
        opened = os.path.join(folder, 'opened.tar')
        for words in (['openssl', 'cms', '-decrypt', '-binary', '-inform', 'DER', '-in', package, '-recip', os.path.join(self.holders, 'harbor.pem'),
                       '-inkey', os.path.join(self.holders, 'harbor.key'), '-out', opened], ['tar', '-xf', opened, '-C', folder],
                      ['bash', '-c', f'cd {folder} && sha256sum -c SHA256SUMS']):
            subprocess.run(words, check=True, capture_output=True)
        words = subprocess.run(['pdftotext', '-layout', os.path.join(folder, 'index.pdf'), '-'], check=True, capture_output=True, text=True).stdout
        for text in ('What binds you', 'MOU 2026-014', 'called back', 'D6'):
            self.assertIn(text, words)
        self.assertEqual(os.listdir(os.path.join(folder, 'files')), ['E1-001-report-1.pdf'])
