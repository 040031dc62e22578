"""A part of the crash sweep (sweep.py), spread over the whole of it, and its teeth: programs with one planted fault each.

SWEEP_KILLS says how many trials (14 unless told; `make crash` does 150).
"""
import glob, os, re, shutil, unittest

import sweep
from site_case import BUILD, PLACE, PROGRAM, PatientSite
from points import Points, adopt_orphans, passed
from trial import ENDINGS, Trials, Wrong
from whole_path import DRAIN, copy_site

KILLS = int(os.environ.get('SWEEP_KILLS', '14'))
LIBRARY = os.path.join(BUILD, 'tests', 'crash', 'points.so')
MUTANTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mutants')
POINTS_MOST = 24        # tried for one mutant


class Sweep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = os.path.join(PLACE, 'sweep')
        shutil.rmtree(cls.place, ignore_errors=True)
        cls.phases = sweep.make_phases(cls.place, LIBRARY, PROGRAM)

    def test_every_point_matters(self):
        """The points are those that a crash is about, of all processes."""
        labels = {sweep.plain(label) for phase in self.phases for label in phase.labels}
        for wanted in (r'^create /var/incoming/', r'^rename /in/precinct-N/\.claim-', r'^fsync /var/vault', r'^rename /var/vault/hh/',
                       r'^fdatasync /var/casebook/log\.N', r'^fsync /in/precinct-N', r'^unlink /in/precinct-N/\.claim-',
                       r'^rename /out/precinct-N/.*\.pNs', r'^rename /var/gallery/', r'^unlink /var/vault/hh/',
                       r'^rename /case-management/', r'^rename /discovery/da-north/'):
            self.assertTrue(any(re.search(wanted, label) for label in labels), wanted)

    def test_a_sample(self):
        trials = sweep.plan(self.phases, ENDINGS)[:KILLS]
        found = sweep.run(self.place, LIBRARY, PROGRAM, self.phases, trials, 2)
        self.assertEqual([f'{sweep.words(self.phases, trial)}: {wrong}' for trial, _, wrong in found if wrong], [])
        self.assertEqual(len(found), KILLS)

    def test_teeth(self):
        """Each planted fault is noticed, and without it the same points are passed in order."""
        adopt_orphans()
        names = sorted(os.path.basename(path)[:-6] for path in glob.glob(os.path.join(MUTANTS, '*.patch')))
        self.assertEqual(len(names), 4)
        phase = next(phase for phase in self.phases if phase.name == 'requests')
        for name in names:
            with self.subTest(name):
                self.assertRegex(self.caught(name, phase), r'\S', f'{name} was not noticed')

    def caught(self, name, phase):
        """What the sweep says of that mutant; '' when it says nothing."""
        with open(os.path.join(MUTANTS, name + '.patch')) as file:
            about = dict(line.split(': ', 1) for line in file.read().split('\n\n')[0].splitlines()[1:])
        program, place = os.path.join(BUILD, 'tests', 'crash', 'mutants', name), os.path.join(self.place, name)
        site = PatientSite(program, os.path.join(place, 'site'))
        points = Points(LIBRARY, place)
        copy_site(phase.ready, site.path)
        labels = passed(points.run(site, *DRAIN, labelled=True).journal)
        near = [number for number, label in enumerate(labels, 1) if re.search(about['points'], sweep.plain(label))]
        self.assertNotEqual(near, [], f'{name} passes no point like {about["points"]}')
        trials = Trials(place, LIBRARY, program)
        for number in [near[0] - 1, *near, near[-1] + 1][:POINTS_MOST]:
            try:
                trials.run(phase, number, 0, about['ending'])
            except Wrong as wrong:
                print(f'{name}: noticed at {sweep.plain(trials.label)}: {str(wrong)[:160]}', flush=True)
                return str(wrong)
        return ''


if __name__ == '__main__':
    unittest.main()
