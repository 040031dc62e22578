"""A rehearsed night: every request is searched, every part has its time, and the plot is a picture."""
import json, os, shutil, subprocess, unittest
import xml.etree.ElementTree as ElementTree

from site_case import BUILD, PLACE, PROGRAM, ROOT


class Rehearsal(unittest.TestCase):
    def setUp(self):
        # A build folder of its own, so that nobody's rehearsal is overwritten.
        self.build = os.path.join(PLACE, 'rehearsal-build')
        shutil.rmtree(self.build, ignore_errors=True)
        os.makedirs(os.path.join(self.build, 'demo'))
        os.symlink(PROGRAM, os.path.join(self.build, 'leadspool'))
        os.symlink(os.path.join(BUILD, 'demo', 'draw-faces'), os.path.join(self.build, 'demo', 'draw-faces'))
        self.addCleanup(shutil.rmtree, self.build)

    def rehearse(self, *words):
        return subprocess.run([os.path.join(ROOT, 'demo', 'rehearse'), self.build, *words], capture_output=True, text=True, timeout=300)

    def test_a_small_night(self):
        done = self.rehearse('--gallery', '6', '--requests', '4')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('What limits a night of 40: ', done.stdout)
        with open(os.path.join(self.build, 'rehearsal', 'night.json')) as file:
            night = json.load(file)
        self.assertEqual([one['what'] for one in night['nights']], ['1 requests', '4 requests', '40 predicted'])
        for one in night['nights']:
            self.assertEqual(set(one['seconds']), {'receive', 'confirm', 'search', 'worksheets'})
            self.assertGreater(sum(one['seconds'].values()), 0)
        plot = ElementTree.parse(os.path.join(self.build, 'rehearsal', 'night.svg')).getroot()
        self.assertGreaterEqual(len(plot.findall('{*}rect')), 3 * 4)

    def test_too_few_people(self):
        done = self.rehearse('--gallery', '6', '--requests', '8')
        self.assertEqual(done.returncode, 1)
        self.assertIn('--gallery 10', done.stderr)


if __name__ == '__main__':
    unittest.main()
