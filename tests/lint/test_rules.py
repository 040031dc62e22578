"""The checks of the code base find what they are for: each violation is planted in a tree of its own."""
import os, subprocess, sys, tempfile, unittest

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, 'rules.py')
NAMED = '/' + 'work/main'                   # not spelled out: this file is checked too
LATER = 'TO' + 'DO'

PLANTED = [
    ('base/a.c', '/* x */\n#include "casebook/book.h"\n', 'may include only folders above'),
    ('photo/a.c', '/* x */\n#include "page/grid.h"\n', 'may include only folders above'),
    ('match/a.c', '/* x */\n#include "review/states.h"\n', 'never include each other'),
    ('report/a.h', '#include "ingest/manifest.h"\n', 'never include each other'),
    ('match/search_worker.c', '/* x */\n#include "casebook/book.h"\n', 'a worker never includes casebook/'),
    ('review/decision_worker.c', '/* x */\n#include "people/roster.h"\n', 'a worker never includes people/'),
    ('spool/a.c', '/* x */\n#include <db.h>\n', 'in casebook/ alone'),
    ('report/a.c', '/* x */\n#include <hpdf.h>\n', 'in page/ alone'),
    ('ingest/a.c', '/* x */\n#include <libxml/parser.h>\n', 'in schemas/ alone'),
    ('casebook/a.c', '/* x */\n#include <sys/inotify.h>\n', 'in spool/ alone'),
    ('tests/unit/a.c', '/* x */\n#include <db.h>\n', 'in casebook/ alone'),
    ('spool/a.c', '/* x */\nint f(void)\n{\n    return fsync(3);\n}\n', 'fsync() is called in base/files.c alone'),
    ('spool/a.c', '/* x */\nint f(void)\n{\n    return renameat (1, "a", 2, "b");\n}\n', 'renameat() is called'),
    ('base/a.c', '#include <stdio.h>\n', 'opens with a comment'),
    ('base/a.c', '/* x */\n' + 'int x;\n' * 501, 'split it by noun'),
    ('base/a.c', '/* x */\n#include "error.h"\n', 'include by path from the top'),
    ('engine/a.c', '/* x */\n#include "base/error.h"\n', 'not in the table of folders'),
    ('base/a.c', f'/* see {NAMED}/x */\n', 'a path of the machine'),
    ('docs/a.md', f'{LATER}: write this\n', 'a note for later'),
]
FINE = [
    ('base/files.c', '/* x */\nint f(void)\n{\n    return fsync(3);\n}\n'),
    ('spool/a.c', '/* fsync(1) in a comment */\n#include "base/files.h"\nstatic const char *s = "rename(a)";\n'),
    ('spool/b.c', '/* x */\nint f(void)\n{\n    return file_rename(1, "a") + unlink("b") + symlink("a", "b");\n}\n'),
    ('casebook/a.c', '/* x */\n#include <db.h>\n#include "base/error.h"\n'),
    ('spool/c.c', '/* x */\n#include "match/engine.h"\n#include "report/render.h"\n'),
    ('tests/unit/a.c', '/* x */\n#include "spool/settle.h"\n#include "match/engine.h"\n'),
    ('base/b.c', '/* x */\n' + 'int x;\n' * 499),
]


def rules(*files):
    with tempfile.TemporaryDirectory() as top:
        for path, text in files:
            os.makedirs(os.path.dirname(os.path.join(top, path)), exist_ok=True)
            with open(os.path.join(top, path), 'w', encoding='utf-8') as file:
                file.write(text)
        return subprocess.run([sys.executable, RULES, top], capture_output=True, text=True)


class Rules(unittest.TestCase):
    def test_planted_violations_are_found(self):
        for path, text, expected in PLANTED:
            with self.subTest(expected, path=path):
                done = rules((path, text))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(expected, done.stdout)
                self.assertTrue(done.stdout.startswith(path + ':'))

    def test_good_files_pass(self):
        done = rules(*FINE)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_every_violation_is_listed(self):
        done = rules(*[(f'{path.rsplit(".", 1)[0]}{n}.{path.rsplit(".", 1)[1]}', text)
                       for n, (path, text, _) in enumerate(PLANTED) if 'worker' not in path])
        self.assertGreaterEqual(len(done.stdout.splitlines()), len(PLANTED) - 2)


if __name__ == '__main__':
    unittest.main()
