"""Texts that miss the catalogue are found, in a tree of a few lines."""
import os, subprocess, sys, tempfile, unittest

HERE = os.path.dirname(os.path.abspath(__file__))

CASES = [('document_heading(document, "The request");', 1),
         ('document_heading(document, _("The request"));', 0),
         ('document_paragraph(document, TYPE_BODY, seen ? "It was seen." : _("It was not."));', 1),
         ('document_paragraph(document, TYPE_BODY, json_text(facts, "reason"));', 0),
         ('document_bullet(document, "\\xE2\\x98\\x90");', 0),
         ('const struct pair pairs[] = {{"Received", at}, {_("By"), by}};', 1),
         ('static const struct column columns[] = {{N_("Page"), 1, TYPE_SMALL},\n {"What it is", 2, TYPE_SMALL}};', 1),
         ('const struct pair pairs[] = {{"SHA-256", digest}};', 0),
         ('/* document_heading(document, "The request"); */', 0)]


class Texts(unittest.TestCase):
    def test_bare_texts(self):
        for code, count in CASES:
            with self.subTest(code=code), tempfile.TemporaryDirectory() as top:
                os.mkdir(os.path.join(top, 'report'))
                with open(os.path.join(top, 'report', 'one.c'), 'w') as file:
                    file.write(f'void draw(void)\n{{\n    {code}\n}}\n')
                done = subprocess.run([sys.executable, os.path.join(HERE, 'texts.py'), top], capture_output=True, text=True)
                self.assertEqual((done.stdout.count('\n'), done.returncode), (count, bool(count)), done.stdout + done.stderr)

    def test_the_tree_has_none(self):
        done = subprocess.run([sys.executable, os.path.join(HERE, 'texts.py'), os.path.join(HERE, '..', '..')], capture_output=True, text=True)
        self.assertEqual(done.stdout + done.stderr, '')
