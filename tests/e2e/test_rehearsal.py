"""A rehearsed night: every request is searched, every part has its time, and the plot is a picture."""
import json, os, shutil, subprocess, unittest
import xml.etree.ElementTree as ElementTree

from site_case import BUILD, NORTH, PLACE, PROGRAM, ROOT, Site


class Rehearsal(unittest.TestCase):
    def setUp(self):
        # A build folder of its own, so that nobody's rehearsal is overwritten.
        self.build = os.path.join(PLACE, 'rehearsal-build')
        shutil.rmtree(self.build, ignore_errors=True)
        self.addCleanup(shutil.rmtree, self.build, ignore_errors=True)
        self.installed = [os.path.join(ROOT, 'demo', 'rehearse'), '--program', PROGRAM, '--draw', os.path.join(BUILD, 'demo', 'draw-faces')]

    def rehearse(self, *words):
        return subprocess.run([*self.installed, *words], capture_output=True, text=True, timeout=300)

    def test_a_small_night(self):
        done = self.rehearse('--gallery', '6', '--requests', '4', self.build)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('What limits a night of 40: ', done.stdout)
        with open(os.path.join(self.build, 'night.json')) as file:
            night = json.load(file)
        self.assertEqual([one['what'] for one in night['nights']], ['1 requests', '4 requests', '40 predicted'])
        for one in night['nights']:
            self.assertEqual(set(one['seconds']), {'receive', 'confirm', 'search', 'worksheets'})
            self.assertGreater(sum(one['seconds'].values()), 0)
        plot = ElementTree.parse(os.path.join(self.build, 'night.svg')).getroot()
        self.assertGreaterEqual(len(plot.findall('{*}rect')), 3 * 4)

    def test_too_few_people(self):
        done = self.rehearse('--gallery', '6', '--requests', '8', self.build)
        self.assertEqual(done.returncode, 1)
        self.assertIn('--gallery 10', done.stderr)

    def test_a_folder_with_something_else_in_it(self):
        os.makedirs(os.path.join(self.build, 'mine'))
        done = self.rehearse('--gallery', '6', '--requests', '1', self.build)
        self.assertEqual(done.returncode, 1)
        self.assertIn('holds something else', done.stderr)
        self.assertEqual(os.listdir(self.build), ['mine'])

    def test_people_for_a_share(self):
        """Enrolled, a packet sent as a command would, and everybody decides: a report."""
        site, packets = Site(PROGRAM, os.path.join(self.build, 'site')), os.path.join(self.build, 'packets')
        os.makedirs(self.build)
        site.init()
        done = self.rehearse('--site', site.path, '--decide')
        self.assertIn('nobody was enrolled', done.stderr)
        done = self.rehearse('--site', site.path, '--enrol', '6', packets)
        self.assertEqual(done.returncode, 0, done.stderr)
        site.drain()
        shutil.move(os.path.join(packets, 'request-1.zip'), site.at('in', NORTH))
        site.drain()
        done = self.rehearse('--site', site.path, '--decide')
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r'out/precinct-014/FR-\d{4}-000001/report-1.pdf')
        self.assertEqual([row['state'] for row in site.lines('list', '--all')], ['CLOSED'])
        os.rename(site.at('demo'), site.at('gone'))
        self.assertIn('is no demonstration', self.rehearse('--site', site.path, '--decide').stderr)


if __name__ == '__main__':
    unittest.main()
