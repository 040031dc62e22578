"""The command line as programs use it: JSON lines, exit codes, messages that name the place."""
import json, os, re, subprocess

from site_case import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_USAGE, NORTH, SiteCase


class Command(SiteCase):
    def output(self, *words, code=0):
        done = self.site.call(*words)
        self.assertEqual(done.returncode, code, f'{words}: {done.stdout}{done.stderr}')
        return done.stdout if code == 0 else done.stderr

    def test_json_lines(self):
        """Every line parses, says its schema, and holds what a program needs."""
        receipt = self.send('case', person=3)
        docket = receipt.docket
        wanted = {('status',): {'states', 'queue', 'outbox', 'claims', 'head'},
                  ('list', '--all'): {'docket', 'state', 'since', 'command', 'requestId', 'lane', 'round'},
                  ('list', '--items'): {'item', 'stage', 'round', 'opened', 'directory'},
                  ('show', '--reason', 'test', docket): {'docket', 'items', 'holds', 'searches', 'outbox'},
                  ('why', docket): {'text'},
                  ('gallery', 'stat'): {'photos', 'segments'},
                  ('gallery', 'list'): {'photo', 'person', 'status', 'source'},
                  ('gallery', 'verify'): {'segment', 'whole'},
                  ('audit', 'verify'): {'events', 'objects', 'head', 'problems'}}
        for words, members in wanted.items():
            with self.subTest(words):
                lines = self.output(*words, '-j').splitlines()
                self.assertTrue(lines)
                for line in lines:
                    row = json.loads(line)
                    self.assertEqual(row['schema'], 1)
                    self.assertLessEqual(members, set(row))
        self.assertEqual(json.loads(self.output('-j', 'list'))['docket'], docket, '-j before the command')

    def test_ids_from_standard_input(self):
        dockets = [self.send(name, person=person).docket for name, person in (('one', 1), ('two', 2))]
        listed = self.output('list')
        words = [self.site.program, '-s', self.site.path, 'why', '-j', '-']
        table = ''.join(line + '\n' for line in listed.splitlines() if line.startswith('FR-'))
        done = subprocess.run(words, input=table, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for docket in dockets:
            self.assertIn(docket, done.stdout)

    def test_tables_for_people(self):
        receipt = self.send('case', person=3)
        self.assertRegex(self.output('list'), rf'(?m)^DOCKET.*\n{receipt.docket} +INTAKE ')
        self.assertIn(f'{receipt.docket}-intake-1-1', self.output('list', '--items'))
        self.assertIn('quill', self.output('why', receipt.docket))
        self.assertIn('The record is whole.', self.output('audit', 'verify'))

    def test_exit_codes(self):
        self.assertIn('there is no command', self.output('frobnicate', code=EX_USAGE))
        for words in (['show'], ['list', '--state', 'LOST'], ['list', '--bogus'], ['submit'], ['decide'], ['run', 'extra'],
                      ['gallery'], ['decide', 'x', '--rating', '9']):
            with self.subTest(words):
                self.assertEqual(self.site.call(*words).returncode, EX_USAGE)
        for words in (['show', 'FR-2026-000001'], ['why', 'FR-2026-000001'], ['decide', 'FR-2026-000001-intake-1-1',
                      *self.site.as_person('quill'), '--outcome', 'confirm']):
            with self.subTest(words):
                self.assertEqual(self.site.call(*words).returncode, EX_NOINPUT)
        self.assertEqual(self.site.call('status', site=False, env={'PATH': '/bin', 'LEADSPOOL_SITE': '/nowhere'}).returncode, EX_NOINPUT)

    def test_help_names_every_option(self):
        """--help works for every command and costs nothing."""
        commands = re.findall(r'(?m)^  (\w+) ', self.output('--help'))
        for name in ('init', 'run', 'drain', 'submit', 'status', 'list', 'show', 'why', 'decide', 'release', 'refuse', 'gallery', 'audit'):
            self.assertIn(name, commands)
        for name in commands:
            with self.subTest(name):
                text = self.output(name, '--help')
                self.assertTrue(text.startswith('Usage: leadspool'))
                for line in text.splitlines()[1:]:
                    self.assertLessEqual(len(line), 110)

    def break_document(self, name, pattern, replacement):
        with open(self.site.at(name)) as file:
            text = file.read()
        changed, count = re.subn(pattern, replacement, text, count=1)
        self.assertEqual(count, 1, pattern)
        line = changed[:re.search(re.escape(replacement), changed).start()].count('\n') + 1
        with open(self.site.at(name), 'w') as file:
            file.write(changed)
        return text, line

    def test_a_broken_site_names_file_line_element_and_rule(self):
        rows = [('site.xml', 'minPeers="2"', 'minPeers="0"', '/site/review/@minPeers', 'less than 1'),
                ('site.xml', 'listLength="20"', 'listLength="5000"', '/site/search/@listLength', '50'),
                ('site.xml', '<identity>signature', '<identity>trust me', '/site/identity', 'signature'),
                ('roster.xml', '<role>peer</role>', '<role>pear</role>', 'role', 'peer'),
                ('roster.xml', '<rank>30', '<rank>high', 'rank', 'high')]
        for name, pattern, replacement, place, rule in rows:
            with self.subTest(replacement):
                text, line = self.break_document(name, pattern, replacement)
                for command in ('status', 'drain', 'run'):
                    message = self.output(command, code=EX_DATAERR)
                    self.assertIn(name, message)
                    self.assertRegex(message, rf'line {line}\b')
                    self.assertIn(place, message)
                    self.assertIn(rule, message)
                with open(self.site.at(name), 'w') as file:
                    file.write(text)
        self.output('status')

    def test_what_only_the_whole_shows(self):
        """A supervisor who is nobody, a zone this system does not have."""
        text, _ = self.break_document('roster.xml', '<supervisor>harrow', '<supervisor>nobody')
        self.assertRegex(self.output('status', code=EX_DATAERR), r'roster\.xml: line \d+: "nobody"')
        with open(self.site.at('roster.xml'), 'w') as file:
            file.write(text)
        self.break_document('site.xml', '<zone>[^<]*', '<zone>Mars/Olympus')
        for command in ('status', 'drain'):
            message = self.output(command, code=EX_CONFIG)
            self.assertIn('site.xml', message)
            self.assertIn('/site/zone', message)

    def test_looking_is_recorded(self):
        """Showing a docket one is not assigned to asks the reason; every look is an event."""
        docket = self.send('case', person=3).docket
        self.output('show', '--reason', 'Asked by the prosecutor.', docket)
        looked = self.actions(action='looked', docket=docket)
        self.assertEqual(len(looked), 1)
        self.assertNotIn('prosecutor', json.dumps(looked))

    def test_init_touches_nothing_that_is_there(self):
        before = sorted(os.listdir(self.path))
        done = self.site.call('init', '--demo', self.path, site=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('not empty', done.stderr)
        self.assertEqual(sorted(os.listdir(self.path)), before)

    def test_output_that_cannot_be_written_is_an_error(self):
        with open('/dev/full', 'w') as full:
            done = subprocess.run([self.site.program, '-s', self.site.path, 'audit', 'export'], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('space', done.stderr)

    def test_submit_makes_valid_packets_or_none(self):
        self.site.call('submit', '--command', NORTH, '--image', '/nowhere.jpg')
        self.site.call('submit', '--command', NORTH, '--name', '../escape')
        self.site.call('submit', '--command', 'precinct-999', '--name', 'x')
        self.assertEqual(os.listdir(self.site.at('in', NORTH)), [])
