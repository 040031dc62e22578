"""docs/verify.md is true: every command of it is run on a site whose docket went the whole path."""
import os, subprocess

from site_case import NORTH, ROOT, SiteCase


def commands():
    """The indented lines of the document, but for the way into the demonstration's site."""
    with open(os.path.join(ROOT, 'docs', 'verify.md')) as file:
        lines = [line.strip() for line in file if line.startswith('    ')]
    return [line for line in lines if not line.startswith('cd build/demo')]


class Verify(SiteCase):
    def walk(self, docket):
        """A script of the document's commands that stops at the first that fails; its result."""
        script = [f'DOCS={os.path.join(ROOT, "docs")}']
        for number, line in enumerate(commands(), 1):
            # The document names a docket of the demonstration, and an event so late that a short test has none.
            line = line.replace('FR-2026-000004', docket).replace('precinct-014', NORTH)
            line = line.replace('":100}', '":10}').replace('+101', '+11').replace("'100s", "'10s")
            line = line.replace('/path/to/what/was/sent/*', self.faces.probe(3).path)
            if 'grep -c' in line:
                line = f'[ "$({line.split("#")[0]})" = 0 ]'
            script.append(f'{line}\n[ $? = 0 ] || {{ echo "command {number} failed" >&2; exit 1; }}')
        return subprocess.run(['bash', '-uo', 'pipefail', '-c', '\n'.join(script)], cwd=self.path, capture_output=True,
                              text=True)

    def test_every_command_of_the_walk_through(self):
        docket = self.send('case-1', person=3).docket
        self.finish()
        self.site.do('audit', 'head')
        self.site.drain()
        with open(self.site.at('events.jsonl'), 'w') as file:
            file.write(self.site.do('audit', 'export'))
        done = self.walk(docket)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreaterEqual(done.stderr.count('CMS Verification successful'), 6)
        self.assertIn(self.faces.probe(3).sha256, done.stdout)
        self.assertIn('report-1.pdf: OK', done.stdout)
        packet = [line for line in done.stdout.splitlines() if line.startswith('<packet>')][0].split('>')[1]
        self.assertIn(f'\n{packet}  -\n', '\n' + done.stdout)
        people = [line.split()[0] for line in done.stdout.splitlines() if line.endswith((' peer-complete', ' supervision-approve'))]
        self.assertEqual(len(people), len(set(people)))
        self.assertGreaterEqual(len(people), 3)

        # A changed report is found, and the walk stops there.
        with open(self.site.at('case-management', docket, 'report-1.xml'), 'a') as file:
            file.write('<!-- -->')
        done = self.walk(docket)
        self.assertEqual(done.returncode, 1)
        self.assertIn('report-1.xml: FAILED', done.stdout)


if __name__ == '__main__':
    import unittest
    unittest.main()
