"""A vendor's engine: conformance, a site that runs one, and what becomes of an answer nobody should rely on."""
import json, os, shutil, subprocess, unittest

import engines
from site_case import EX_DATAERR, NORTH, PROGRAM, SiteCase, drop_gallery

# Everything that a faulty engine may do to the conformance test, and the check that finds it.
FOUND_BY = [
    ('load-network', 'loads and describes itself', 'forbidden system call'),
    ('load-crash', 'loads and describes itself', 'ended by signal'),
    ('load-file', 'loads and describes itself', 'its process ended'),
    ('table-abi', 'loads and describes itself', 'version 99 of the interface'),
    ('network', 'stays within its walls', 'forbidden system call'),
    ('process', 'stays within its walls', 'forbidden system call'),
    ('program', 'stays within its walls', 'forbidden system call'),
    ('write', 'stays within its walls', 'forbidden system call'),
    ('template-beyond', 'templates', 'writes beyond its template'),
    ('template-differs', 'templates whole', 'two different templates'),
    ('template-status', 'templates', 'status 77'),
    ('compare-forge', 'stays within its walls', 'an answer of its own'),
    ('compare-exit', 'stays within its walls', 'without an answer'),
    ('compare-nan', 'scores', 'no number'),
    ('asymmetric', 'symmetric, as promised', 'pairs'),
]


class Conformance(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = os.path.join(os.path.dirname(engines.FAULTY), self._testMethodName)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.addCleanup(shutil.rmtree, self.folder)

    def check(self, path, *words):
        return subprocess.run([PROGRAM, 'engine', 'check', *words, path], capture_output=True, text=True, timeout=60)

    def test_the_example_passes(self):
        shown = self.check(engines.EXAMPLE)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        self.assertIn(f'SHA-256 {engines.digest_of(engines.EXAMPLE)}\n', shown.stdout)
        self.assertRegex(shown.stdout, r'(?m)^threads, as promised +pass +four at once score as one$')
        self.assertNotIn('FAIL', shown.stdout)

    def test_faults_are_found(self):
        for fault, check, words in FOUND_BY:
            with self.subTest(fault):
                done = self.check(engines.faulty(self.folder, fault), '-j')
                failed = [line for line in map(json.loads, done.stdout.splitlines()) if not line['passed']]
                self.assertEqual(done.returncode, EX_DATAERR, done.stdout + done.stderr)
                self.assertIn(check, [line['check'] for line in failed], failed)
                self.assertIn(words, ' '.join(line['text'] for line in failed))

    def test_no_engine_at_all(self):
        path = os.path.join(self.folder, 'text.so')
        with open(path, 'w') as file:
            file.write('no engine')
        done = self.check(path)
        self.assertEqual(done.returncode, EX_DATAERR)
        self.assertIn('cannot be loaded', done.stdout)


class AtASite(SiteCase):
    def setUp(self):
        super().setUp()
        self.folder = self.path + '.engines'
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder)

    def use(self, path, name, **attributes):
        engines.use(self.site, path, name, **attributes)

    def engine(self):
        return json.loads(self.site.do('engine', 'list', '-j'))

    def text_of(self, path):
        return subprocess.run(['pdftotext', '-layout', path, '-'], capture_output=True, text=True).stdout

    def segments(self):
        return [(row['engine'].split('+')[0], row['count']) for row in self.site.lines('gallery', 'stat')[0]['segments']]

    def test_from_enrolment_to_report(self):
        """A site changes its engine: the gallery is enrolled anew, searched with it, and every document names it."""
        digest = engines.digest_of(engines.EXAMPLE)
        version = '1+' + digest[:12]
        shutil.copy(engines.EXAMPLE, os.path.join(self.folder, 'engine.so'))
        self.use(os.path.join(self.folder, 'engine.so'), 'example-histogram')
        self.site.drain()
        self.assertEqual(self.segments(), [('example-histogram 1', 12)])
        self.site.do('gallery', 'verify')
        card = self.engine()['engine']['card']
        self.assertEqual((card['id'], card['version'], card['digest']), ('example-histogram', version, digest))
        drop_gallery(self.site, self.faces, range(12, 13), 14)
        docket = self.send('req-vendor').docket
        sheet = os.path.join(self.advance(docket, 'investigation').directory, 'worksheet.pdf')
        self.assertIn(f'Found by example-histogram, version {version}.', self.text_of(sheet))
        self.assertEqual(sorted(self.segments()), [('example-histogram 1', 1), ('example-histogram 1', 12)])
        again = json.loads(self.site.do('rerun', '-j', '--reason', 'an audit', docket))
        self.assertEqual((again['outcome'], again['photos'], again['engine']['version']), ('reproduced', 13, version))
        self.finish()
        report = self.site.at('out', NORTH, docket, 'report-1.pdf')
        text = self.text_of(report)
        self.assertIn('example-histogram', text)
        self.assertIn(digest[:12], text.replace('\n', '').replace(' ', ''))
        # Back to the engine built in; what the other found is not made again by this one.
        self.use(None, None)
        self.site.drain()
        self.assertEqual(self.segments(), [('leadspool-elastic 3', 13)])
        again = json.loads(self.site.do('rerun', '-j', '--reason', 'an audit', docket))
        self.assertEqual(again['outcome'], 'engine-differs')
        self.assert_sound()

    def test_refused(self):
        """An engine that is not the one of site.xml, or that the policy refuses, searches nothing and stops nothing else."""
        good, learned = engines.faulty(self.folder, 'none'), engines.faulty(self.folder, 'learned')
        for path, attributes, words in [(good, {'sha256': '0' * 64}, 'its SHA-256|SHA-256 of'),
                                        (os.path.join(self.folder, 'missing.so'), {'sha256': '0' * 64}, 'No such file'),
                                        (good, {'name': 'other'}, 'calls itself test-faulty'),
                                        (engines.faulty(self.folder, 'load-crash'), {}, 'ended by signal'),
                                        (learned, {}, r'learned weights .*R12')]:
            with self.subTest(words):
                self.use(path, attributes.pop('name', 'test-faulty'), **attributes)
                self.assertIn('engine-refused', self.site.call('drain').stderr)
                self.assertRegex(self.engine()['engine']['reason'], words)
        docket = self.send('req-waits').docket
        self.office.work()
        self.site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'QUEUED')
        self.assertIn('(R12)', self.site.do('why', '--reason', 'a test', docket))
        self.use(learned, 'test-faulty', learnedWeights='allow')
        self.site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'INVESTIGATION')
        self.assertEqual([event['action'] for event in self.actions() if event['action'].startswith('engine-')][-2:],
                         ['engine-refused', 'engine-admitted'])

    def test_quarantine(self):
        """A malformed answer, a crash, a forged answer or none at all: the probe is back in the queue, nothing is searched until a
        person has looked, and the daemon goes on."""
        docket = None
        faults = [('search-unsorted', 'malformed'), ('compare-forge', 'malformed'), ('compare-crash', 'crashed'),
                  ('compare-hang', 'late'), ('compare-memory', 'crashed'), ('compare-insult', 'malformed')]
        for fault, code in faults:
            with self.subTest(fault):
                self.use(engines.faulty(self.folder, fault), 'test-faulty', seconds=1, mebibytes=64)
                if docket is None:
                    docket = self.send('req-quarantined').docket
                    self.office.work()
                log = self.site.call('drain', '--overnight')
                self.assertEqual(log.returncode, 0)
                self.assertIn('run-quarantined', log.stderr)
                self.assertNotIn('\033', log.stderr)
                self.assertEqual(self.state(docket), 'QUEUED')
                self.assertEqual(self.actions(action='run-quarantined')[-1]['outcome'], code)
                self.assertIn('quarantined', self.site.do('why', '--reason', 'a test', docket))
                self.assertIn('quarantined', self.site.lines('status')[0]['searchesWait'])
                # Another start, and another drop, change nothing about it.
                if fault == 'search-unsorted':
                    self.send('req-meanwhile', person=4)
                    self.site.drain(overnight=True)
                    self.assertEqual(len(self.actions(action='run-quarantined')), 1)
                    refused = self.site.call('engine', 'clear')
                    self.assertIn('-r REASON', refused.stderr)
                self.assertIn('searches go on', self.site.do('engine', 'clear', '-r', 'a test'))
        self.assertEqual(len(self.actions(action='quarantine-cleared')), len(faults))
        self.assertIn('nothing is quarantined', self.site.do('engine', 'clear', '-r', 'a test'))
        # No attempt was counted: the probe is searched at once.
        self.use(None, None)
        self.site.drain(overnight=True)
        self.assertEqual(self.state(docket), 'INVESTIGATION')

    def test_enrolment_is_quarantined(self):
        """A crash over photographs marks none of them faulty."""
        self.use(engines.faulty(self.folder, 'template-crash'), 'test-faulty')
        self.assertIn('run-quarantined', self.site.call('drain').stderr)
        self.assertEqual(self.site.lines('gallery', 'stat')[0]['photos'], {'enrolled': 12})
        self.assertEqual(self.segments(), [('leadspool-elastic 3', 12)])
        found = self.site.call('check')
        self.assertEqual(found.returncode, 1)
        self.assertRegex(found.stdout, r'WARNING engine: .* engine test-faulty .*9 photographs one by one, the last of them \S+: it was ended')
        self.use(None, None)
        self.site.do('engine', 'clear', '-r', 'a test')
        docket = self.send('req-after').docket
        self.advance(docket, 'investigation')


    def test_photographs_the_engine_cannot_bear(self):
        """An engine that crashes over a few photographs: these are faulty and say why, the others are enrolled."""
        self.use(engines.faulty(self.folder, 'template-crash-some'), 'test-faulty')
        said = self.site.call('drain').stderr
        self.assertIn('go one by one now', said)
        self.assertNotIn('run-quarantined', said)
        photos = self.site.lines('gallery', 'stat')[0]['photos']
        self.assertEqual(sum(photos.values()), 12, photos)
        self.assertEqual(self.segments(), [('test-faulty 1.0', photos['enrolled'])])
        faulty = self.site.lines('gallery', 'list', '--status', 'faulty')
        self.assertEqual(len(faulty), photos['faulty'])
        for row in faulty:
            self.assertRegex(json.dumps(row), r'could not bear this photograph \(crashed\): it was ended by signal')
        docket = self.send('req-after', person=4).docket    # whose probe it can bear
        self.advance(docket, 'investigation')


if __name__ == '__main__':
    unittest.main()
