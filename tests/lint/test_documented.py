"""What is said and not documented is found: each lack is planted in a copy of the tree."""
import os, shutil, subprocess, sys, tempfile, unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FOLDERS = ['base', 'casebook', 'command', 'demo', 'deploy', 'docs', 'ingest', 'match', 'report', 'review', 'spool']

PLANTED = [
    ('spool/planted.c', 'log_line(LOG_LEVEL_ERROR, "never-explained", "%s", text);', 'log word "never-explained"'),
    ('spool/planted.c', 'log_line(bad ? LOG_LEVEL_ALARM : LOG_LEVEL_NOTICE, bad ? "gone-bad" : "started", "x");', '"gone-bad"'),
    ('review/planted.c', 'struct event event = {.action = done ? "decision-applied" : "decision-eaten"};', '"decision-eaten"'),
    ('review/planted.c', 'return refusal_set(refusal, "no-such-code", "R1", "text");', 'code of a refusal "no-such-code"'),
    ('ingest/planted.c', 'return reject(admission, "no-such-fault", "R1", "remedy", text, error);', 'code of a fault "no-such-fault"'),
    ('docs/planted.md', 'See [there](nowhere.md).', 'the link to nowhere.md leads nowhere'),
    ('docs/man/planted.7', '.Xr leadspool-unwritten 9', 'there is no page leadspool-unwritten(9)'),
]


class Documented(unittest.TestCase):
    def setUp(self):
        self.top = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.top)
        for folder in FOLDERS:
            shutil.copytree(os.path.join(ROOT, folder), os.path.join(self.top, folder))

    def run_in(self, top):
        return subprocess.run([sys.executable, os.path.join(HERE, 'documented.py'), top], capture_output=True, text=True)

    def test_the_tree_is_documented(self):
        done = self.run_in(ROOT)
        self.assertEqual((done.returncode, done.stdout), (0, ''), done.stderr)

    def test_what_is_planted_is_found(self):
        for path, text, expected in PLANTED:
            with self.subTest(expected):
                full = os.path.join(self.top, path)
                with open(full, 'w', encoding='utf-8') as file:
                    file.write(text + '\n')
                done = self.run_in(self.top)
                os.remove(full)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(expected, done.stdout)
                self.assertIn(os.path.basename(path), done.stdout)


if __name__ == '__main__':
    unittest.main()
