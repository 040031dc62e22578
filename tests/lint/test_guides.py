"""The guides: every link leads somewhere, every picture is one the build knows how to make."""
import os, subprocess, unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Guides(unittest.TestCase):
    def test_links_and_pictures(self):
        done = subprocess.run([os.path.join(ROOT, 'docs', 'guides', 'build'), '--check'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))


if __name__ == '__main__':
    unittest.main()
