"""Compactions are killed at any instant: afterwards the gallery is the old one or the new one, and ends as the new one.

COMPACTION_KILLS says how many random kills (8 unless told), SEED repeats a run's choices (the seed is printed).
"""
import json, os, random, shutil, signal, subprocess, time, unittest

from gallery import drop_order, drop_packet, photo_id
from keeper import descendants
from site_case import GALLERY, PROGRAM, PatientSite, SiteCase

KILLS = int(os.environ.get('COMPACTION_KILLS', '8'))
SEED = int(os.environ.get('SEED', time.time_ns() % 1000000))
WHY = ['--reason', 'a test of compaction']
GONE = 5


class CompactionKills(SiteCase):
    def prepare(self):
        """A search, three segments, a photograph to be destroyed, and the order to compact."""
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('<sealReasons>', '<compaction percent="100" days="3650"/><sealReasons>'))
        for person in (12, 13):
            drop_packet(self.site, [self.faces.gallery(person)], 60 + person)
            self.site.drain()
        drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(GONE))])
        self.site.drain()
        docket = self.send('case', person=3).docket
        self.advance(docket, 'investigation')
        self.assertEqual(len(os.listdir(self.site.at('var', 'gallery'))), 3)
        self.site.do('gallery', 'compact')
        return docket

    def copy(self, name):
        path = f'{self.path}.{name}'
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.path, path, symlinks=True)
        self.addCleanup(shutil.rmtree, path, True)
        return PatientSite(PROGRAM, path)

    def started(self, site):
        return subprocess.Popen([PROGRAM, '-s', site.path, 'drain'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)

    def compacted(self, site):
        """All that can be asked of a gallery, when it is at rest."""
        site.drain()
        stat = site.lines('gallery', 'stat')[0]
        names = [row['segment'] for row in stat['segments']]
        self.assertEqual(sorted(os.listdir(site.at('var', 'gallery'))), names)
        self.assertEqual((len(names), stat['segments'][0]['count'], stat['doomed']), (1, GALLERY + 1, 0))
        with open(site.at('var', 'gallery', names[0]), 'rb') as file:
            self.assertNotIn(photo_id(GONE).encode(), file.read())
        digest = self.faces.gallery(GONE).sha256
        self.assertFalse(os.path.exists(site.at('var', 'vault', digest[:2], digest)))
        site.do('gallery', 'verify')
        events = [event['action'] for event in site.events()]
        self.assertEqual([events.count(action) for action in ('segments-compacted', 'photo-removed', 'photo-destroyed')], [1, 1, 1])
        audit = json.loads(site.do('audit', 'verify', '-j').splitlines()[-1])
        self.assertEqual(audit['disposed'], 1)
        again = json.loads(site.do('rerun', '-j', *WHY, self.docket))
        self.assertEqual(again['outcome'], 'reproduced')
        return [again[member] for member in ('listDigest', 'snapshot')]

    def test_killed_anywhere(self):
        print(f'SEED={SEED} COMPACTION_KILLS={KILLS}', flush=True)
        self.docket, lot, kills = self.prepare(), random.Random(SEED), 0
        calm, start = self.copy('calm'), time.monotonic()
        self.started(calm).wait()
        whole = time.monotonic() - start
        wanted, site = self.compacted(calm), None
        while kills < KILLS:
            # Two kills in one site's life at most: a compaction that is done cannot be killed any more.
            site = self.copy('killed')
            for _ in range(2):
                process = self.started(site)
                time.sleep(lot.uniform(0.02, 0.8 * whole))
                own, workers = descendants(process.pid)
                victims = [process.pid, *own, *workers] if lot.random() < 0.5 else [lot.choice(workers or [process.pid])]
                for victim in victims:
                    try:
                        os.kill(victim, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                time.sleep(0.05)
                process.kill()
                process.wait()
                kills += 1
            self.assertEqual(self.compacted(site), wanted)
        print(f'{kills} kills', flush=True)


if __name__ == '__main__':
    unittest.main()
