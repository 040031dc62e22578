"""Inspections of tours (R50) through the real program: filed, refused for each reason, and missed."""
import json, os, subprocess
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from site_case import BUILD, ROOT, SUPERVISOR, Failed, SiteCase

DAY = 24 * 3600 * 1000


def utc(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


class Tours(SiteCase):
    def setUp(self):
        super().setUp()
        # One tour that runs now and one that does not, in the site's own zone.
        self.now = datetime.now(timezone.utc)
        here = self.now.astimezone(ZoneInfo('America/New_York'))
        start = (here - timedelta(hours=2)).replace(minute=0)
        self.date = start.strftime('%Y-%m-%d')
        hour = lambda shift: (start + timedelta(hours=shift)).strftime('%H:%M')
        self.configure(f'<tours filingHours="2" since="{(start - timedelta(days=3)).strftime("%Y-%m-%d")}">'
                       f'<tour name="now" start="{hour(0)}" end="{hour(8)}"/><tour name="other" start="{hour(9)}" end="{hour(20)}"/></tours>')

    def configure(self, tours):
        path = self.site.at('site.xml')
        with open(path) as file:
            text = file.read()
        start, end = text.index('<tours'), text.index('</tours>') + len('</tours>')
        with open(path, 'w') as file:
            file.write(text[:start] + tours + text[end:])

    def inspect(self, person, *words, finding='in-order'):
        """Filed and judged: the text of its answer."""
        done = self.site.lines('inspect', '--finding', finding, *self.site.as_person(person), *words)[0]
        self.site.drain()
        return self.answers(person)[done['file'] + '.txt']

    def later(self, shift, *words):
        done = subprocess.run([os.path.join(BUILD, 'tests', 'leadspool'), '-s', self.path, *words], capture_output=True, text=True,
                              env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(shift)), timeout=60, check=True)
        return done.stdout

    def report(self):
        return self.site.lines('audit', 'tours')[0]

    def test_inspections(self):
        self.assertIn('Recorded: inspection of the now tour', self.inspect('harrow'))
        self.assertIn(f'{self.date}/now/in-order', [event['outcome'] for event in self.actions(action='inspection-recorded', clause='R50')])
        self.assertIn('tour-twice', self.inspect('harrow', '--reasons', 'again'))
        # Each refusal is its own, and leaves nothing but itself.
        early = (datetime.fromisoformat(self.date) - timedelta(days=1)).strftime('%Y-%m-%d')
        for person, words, code in (
                ('quill', [], 'role-missing'),                                       # an investigator
                ('harrow', ['--tour', 'late', '--date', self.date], 'tour-unknown'),
                ('harrow', ['--tour', 'other', '--date', self.date], 'tour-other-time'),
                ('harrow', ['--tour', 'now', '--date', early], 'tour-other-time'),
                ('harrow', ['--tour', 'now', '--date', early, '--at', utc(self.now - timedelta(days=1))], 'tour-filed-late'),
                ('harrow', ['--tour', 'now', '--date', self.date, '--at', utc(self.now + timedelta(hours=1))], 'signed-too-late')):
            self.assertIn(f'{code})', self.inspect(person, *words), code)
        self.assertIn('inspection-incomplete', self.inspect(self.second(), finding='deficient'))
        self.assertIn('Recorded', self.inspect(self.second(), '--reasons', 'A door stood open.', finding='deficient'))
        self.assertEqual(len(self.actions(action='inspection-recorded')), 2)
        self.assertEqual(len(self.actions(action='inspection-refused')), 8)
        # The report: text, JSON and XML say the same.
        tours = {(tour['date'], tour['tour']): tour for tour in self.report()['tours']}
        self.assertEqual(tours[self.date, 'now']['state'], 'inspected')
        self.assertEqual([one['person'] for one in tours[self.date, 'now']['inspections']], sorted(['harrow', self.second()]))
        self.assertEqual(tours[early, 'now']['state'], 'missing')
        self.assertIn('MISSING', self.site.do('audit', 'tours'))
        xml = self.site.do('audit', 'tours', '--xml')
        checked = subprocess.run(['xmllint', '--noout', '--nonet', '--schema', os.path.join(ROOT, 'schemas', 'tours.xsd'), '-'],
                                 input=xml, capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(xml.count('state="missing"'), self.report()['missing'])
        figures = self.site.lines('audit', 'figures')[0]['figures']
        counted = {row['name']: row['count'] for table in figures['tables'] if table['key'] == 'tour' for row in table['rows']}
        self.assertEqual((counted['missing'], counted['inspected']), (self.report()['missing'], 1))
        self.assertEqual(sum(row['what'] == 'tour' for row in figures['standing']), counted['missing'])
        self.assertRegex(self.site.do('status'), r'tours +\d+ not inspected in the last 7 days')
        with self.assertRaises(Failed):
            self.site.do('audit', 'tours', '--from', '2026-02-30')
        # What was inspected stays so, what was not goes missing with time.
        missing = self.report()['missing']
        self.assertGreater(int(json.loads(self.later(DAY, 'audit', 'tours', '-j'))['missing']), missing)
        self.assert_sound()

    def second(self):
        return next(person for person in sorted(set(SUPERVISOR.values())) if person != 'harrow')
