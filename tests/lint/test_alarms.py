"""Every alarm of the table has its page and its line in the list, and every page its alarm."""
import os, re, unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


class Alarms(unittest.TestCase):
    def setUp(self):
        self.table = dict(re.findall(r'\{"([a-z-]+)",\s*ALARM_([A-Z]+),', read('spool', 'alarms.c')))

    def test_a_page_each(self):
        pages = {name[:-3] for name in os.listdir(os.path.join(ROOT, 'docs', 'alarms'))} - {'README'}
        self.assertGreater(len(self.table), 20)
        self.assertEqual(pages, set(self.table))
        for code in pages:
            page = read('docs', 'alarms', code + '.md')
            self.assertTrue(page.startswith(f'# {code}\n'), code)
            self.assertIn('\n## What to do\n1. ', page, code)
            self.assertIn('\n## What is safe\n', page, code)

    def test_the_list_has_all(self):
        listed = dict(re.findall(r'^\| \[([a-z-]+)\]\(\1\.md\), (\w+) \|', read('docs', 'alarms', 'README.md'), re.M))
        self.assertEqual(listed, {code: severity.lower() for code, severity in self.table.items()})


if __name__ == '__main__':
    unittest.main()
