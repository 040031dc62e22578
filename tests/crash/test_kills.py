"""kill -9 of the daemon and its children at random instants under traffic: nothing is lost, nothing doubled.

KILLS says how many (25 unless told; `make crash` does 200), SEED repeats a run's choices (the seed is printed).
Waves of the same traffic go on until the kills are used up. An undisturbed wave says what should come of each.
"""
import collections, glob, hashlib, os, re, shutil, subprocess, sys, time, unittest

from keeper import Keeper
from gallery import photo_id
from site_case import BUILD, GALLERY, PLACE, PROGRAM, Faces, Failed, PatientSite, Receipt, prepared_site, wait_until
from traffic import ENROLLED, NEW, Senders, Wave, files_of
from whole_path import copies_left

KILLS = int(os.environ.get('KILLS', '25'))
SEED = int(os.environ.get('SEED', time.time_ns() % 1000000))
WAVES_MOST = 12
ANSWERS = ('drop-accepted', 'drop-held', 'drop-rejected', 'drop-quarantined', 'drop-repeated', 'photos-received',
           'gallery-rejected', 'order-received', 'acknowledgement-received', 'acknowledgement-refused', 'drop-incomplete')
SHOWN = ['out', 'gallery/out', 'review/answers', 'case-management', 'hold', 'quarantine']

assert ENROLLED == GALLERY


class Run:
    """A site of its own with its senders, disturbed by `kills` kills."""

    def __init__(self, prepared, faces, name, kills):
        self.path, self.faces, self.kills = os.path.join(PLACE, name), faces, kills
        self.desk = self.path + '.desk'
        for path in (self.path, self.desk):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(prepared, self.path, symlinks=True)
        self.always_night()
        self.site = PatientSite(PROGRAM, self.path)
        # What the preparation of the site left is not this run's.
        self.rows_before = len(self.rows())
        self.events_before = len(self.site.events())
        self.files_before = set(self.files())
        self.senders = Senders(self.site, faces, self.desk)
        self.waves = []

    def always_night(self):
        """Routine searches at once, whatever the hour."""
        settings = os.path.join(self.path, 'site.xml')
        with open(settings) as file:
            text = file.read()
        hour = int(subprocess.run(['date', '+%H'], env=dict(os.environ, TZ='America/New_York'), capture_output=True,
                                  text=True, check=True).stdout)
        window = f'<overnight start="{(hour - 1) % 24:02d}:00" end="{(hour + 20) % 24:02d}:00"/>'
        with open(settings, 'w') as file:
            text = re.sub('<overnight [^>]*/>', window + '<compaction segments="2" days="0"/>', text)
            file.write(text.replace('</sealReasons>', '<reason code="resting" effect="search" citation="a rule"/></sealReasons>'))

    def rows(self):
        return self.site.lines('list', '--outbox', '--all')

    def run(self):
        with open(self.path + '.log', 'wb') as log:
            self.keeper = Keeper(self.site, self.kills, SEED, log)
            self.keeper.start()
            try:
                while not self.waves or (not self.keeper.worn_out and len(self.waves) < WAVES_MOST):
                    wave = Wave(self.site, self.faces, self.senders, len(self.waves))
                    self.waves.append(wave)
                    wave.run()
                self.settled = wait_until(self.at_rest, 60, 0.2)
            finally:
                self.keeper.stop()

    def at_rest(self):
        """Nothing on the shares, nothing to publish, every docket of a wave closed."""
        lying = [name for folder in ('in/*', 'review/decisions', 'gallery/in', 'case-management/acks')
                 for name in glob.glob(self.site.at(folder, '*'))]
        self.senders.administer()
        if lying:
            return False
        try:
            return not self.site.lines('list', '--outbox') and self.site.lines('gallery', 'stat')[0]['doomed'] == 0 and \
                {row['state'] for row in self.site.lines('list', '--all')} == {'CLOSED'}
        except Failed:
            return False

    def names(self):
        """What is random or numbered in a path → what it means."""
        names = {}
        for wave in self.waves:
            for key, receipt in wave.receipts.items():
                if receipt.docket is not None:
                    names[receipt.docket] = key
        for sent in self.senders.list:
            names[sent.digest[:12]] = 'DIGEST'
        for path in glob.glob(self.site.at('quarantine', '*')):
            names['quarantine/' + os.path.basename(path)] = 'quarantine/CLAIM'
        return names

    def files(self):
        return sorted(os.path.relpath(os.path.join(folder, name), self.path) for top in SHOWN
                      for folder, _, names in os.walk(self.site.at(top)) for name in names)

    def published(self):
        """Wave → sorted names of files, with dockets and digests named. Files of no wave are in wave None."""
        names = self.names()
        pattern = re.compile('|'.join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
        waves = collections.defaultdict(list)
        for path in self.files():
            if path in self.files_before:
                continue
            plain = pattern.sub(lambda found: names[found[0]], path)
            plain = re.sub('-[0-9a-f]{12}(?=[./])', '-DIGEST', plain)
            plain = re.sub('^review/answers/[^/]*', 'review/answers/PERSON', plain)
            wave = re.search(r'-w(\d+)', plain)
            waves[wave and int(wave[1])].append(re.sub(r'-w\d+', '', plain))
        return {wave: sorted(files) for wave, files in waves.items()}

    def outcomes(self):
        """Wave → request → outcome, faults, state."""
        states = {row['docket']: (row['state'], row['round']) for row in self.site.lines('list', '--all')}
        found = collections.defaultdict(dict)
        for sent in self.senders.list:
            if sent.kind == 'request':
                receipt = self.site.receipt_of(sent.command, sent.name)
                key, wave = sent.key.rsplit('-w', 1)
                found[int(wave)][key] = (receipt.outcome, receipt.codes, states.get(receipt.docket))
        return found


class Kills(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        people = NEW + 2 * WAVES_MOST
        cls.faces = Faces(os.path.join(BUILD, 'demo', 'draw-faces'), os.path.join(BUILD, 'tests', 'faces-crash'), people)
        cls.prepared = prepared_site(cls.faces)

    def test_kills(self):
        print(f'SEED={SEED} KILLS={KILLS}', flush=True)
        start = time.monotonic()
        calm = Run(self.prepared, self.faces, 'crash-calm', 0)
        calm.run()
        self.assert_sound(calm)
        print(f'undisturbed: {self.counts(calm)}, {time.monotonic() - start:.0f} s', flush=True)
        start = time.monotonic()
        killed = Run(self.prepared, self.faces, 'crash-killed', KILLS)
        killed.run()
        kills = ', '.join(f'{count} {what}' for what, count in sorted(killed.keeper.done.items()))
        print(f'kills: {kills}; {killed.keeper.starts} starts; {self.counts(killed)}, {time.monotonic() - start:.0f} s',
              flush=True)
        self.assert_sound(killed)
        self.assertGreaterEqual(sum(killed.keeper.done.values()), KILLS, 'the traffic ended before the kills')
        self.assert_same(calm, killed)
        for run in (calm, killed):          # what failed stays to be looked at
            shutil.rmtree(run.path)
            shutil.rmtree(run.desk)

    def counts(self, run):
        kinds = collections.Counter(sent.kind for sent in run.senders.list)
        return f'{len(run.waves)} waves, {len(run.senders.list)} drops (' + \
            ', '.join(f'{count} {kind}' for kind, count in kinds.items()) + \
            f'), {run.senders.decisions} decisions, {run.senders.freed} freed when stuck'

    def assert_sound(self, run):
        self.assertEqual(run.keeper.trouble, [])
        self.assertTrue(run.settled, f'{run.path} never came to rest')
        self.assert_answered_once(run)
        self.assert_decided_once(run)
        self.assert_nothing_left(run)
        self.assert_verifies(run)

    def assert_answered_once(self, run):
        events = run.site.events()[run.events_before:]
        answered = collections.Counter(event['object'] for event in events if event['action'] in ANSWERS)
        self.assertEqual(answered, collections.Counter(sent.digest for sent in run.senders.list))
        receipts = [row for row in run.rows()[run.rows_before:] if row['kind'] == 'receipt']
        self.assertEqual(len(receipts), len(run.senders.list), 'outbox rows of receipts')
        self.assertEqual({row['state'] for row in receipts}, {'delivered'})
        # A repeated drop is answered with the first receipt, so it has a row and no files of its own.
        files = {os.path.join(row['directory'], name) for row in receipts for name in row['files']}
        repeats = sum(sent.kind == 'repeat' for sent in run.senders.list)
        documents = {path for path in files if path.endswith('.xml')}
        self.assertEqual(len(documents), len(run.senders.list) - repeats)
        shown = {path for path in run.files() if re.search(r'/receipt-\d+\.(xml|txt)$', path)} - run.files_before
        self.assertEqual(shown, files)
        named = collections.Counter(Receipt(run.site.at(path)).drop for path in documents)
        self.assertEqual(named, collections.Counter(sent.name for sent in run.senders.list if sent.kind != 'repeat'))

    def assert_decided_once(self, run):
        events = run.site.events()[run.events_before:]
        self.assertEqual([event for event in events if event['action'] == 'decision-refused'], [])
        applied = collections.Counter(event['object'] for event in events if event['action'] == 'decision-applied')
        self.assertEqual(sum(applied.values()), run.senders.decisions)
        self.assertEqual([digest for digest, count in applied.items() if count > 1], [])

    def assert_nothing_left(self, run):
        left = [os.path.join(folder, name) for folder, folders, files in os.walk(run.path) for name in folders + files
                if name.startswith(('.claim-', '.tmp-', '.part-', '.sending-'))]
        self.assertEqual(left, [])
        self.assertEqual(copies_left(run.site), [])
        self.assertEqual(run.site.lines('list', '--items'), [])

    def assert_verifies(self, run):
        run.site.do('audit', 'verify')
        checked = 0
        for path in run.files():
            if path.endswith('.p7s'):
                self.assert_signed(run.site, path)
                checked += 1
        self.assertGreater(checked, len(run.senders.list))
        for sent in run.senders.list:       # every byte received is kept
            if sent.kind == 'request':
                path = run.senders.desk.at('in', sent.command, sent.name)
                kept = files_of(path, opened=not sent.key.startswith('crate'))
                if os.path.isfile(path):
                    kept |= files_of(path, opened=False)
                for name, content in kept.items():
                    digest = hashlib.sha256(content).hexdigest()
                    self.assertTrue(os.path.exists(run.site.at('var', 'vault', digest[:2], digest)), f'{path}: {name}')

    def assert_signed(self, site, signature):
        checked = subprocess.run(['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', site.at(signature),
                                  '-content', site.at(signature[:-4]), '-CAfile', site.at('ca.pem'), '-purpose', 'any',
                                  '-out', os.devnull], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, f'{signature}: {checked.stderr}')

    def assert_same(self, calm, killed):
        outcomes, files = calm.outcomes()[0], calm.published()
        for wave, found in killed.outcomes().items():
            self.assertEqual(found, outcomes, f'wave {wave}')
        found = killed.published()
        self.assertEqual(sorted(key for key in found if key is not None), list(range(len(killed.waves))))
        self.assertEqual(found.pop(None, []), len(killed.waves) * files.get(None, []))
        for wave, names in found.items():
            self.assertEqual(names, files[0], f'wave {wave}')
        enrolled = killed.site.lines('gallery', 'stat')[0]['photos']
        self.assertEqual(enrolled, {'enrolled': GALLERY + len(killed.waves), 'withdrawn': len(killed.waves)})
        for run in (calm, killed):
            self.assert_compacted(run)

    def assert_compacted(self, run):
        """The gallery is what the record says, and what was withdrawn is nowhere in it."""
        run.site.do('gallery', 'verify')
        names = {row['segment'] for row in run.site.lines('gallery', 'stat')[0]['segments']}
        self.assertEqual(set(os.listdir(run.site.at('var', 'gallery'))), names)
        self.assertLessEqual(len(names), 2)
        for name in names:
            with open(run.site.at('var', 'gallery', name), 'rb') as file:
                held = file.read()
            self.assertEqual([wave.number for wave in run.waves if photo_id(wave.withdrawn).encode() in held], [])
        self.assertEqual(len([event for event in run.site.events() if event['action'] == 'photo-withdrawn']), len(run.waves))


if __name__ == '__main__':
    sys.exit(unittest.main())
