"""The roster as it changes, through the real program: noticed, noted, and a bad one kept out."""
import os, re, subprocess
from datetime import timedelta

from forgery import Authority, Credential
from site_case import BUILD, SiteCase, wait_until

CONFIRM = ['--outcome', 'confirm', '--basis', 'R1,R14']


class Roster(SiteCase):
    def roster(self):
        with open(self.site.at('roster.xml')) as file:
            return file.read()

    def write(self, text):
        """As an editor does it: a new file in the place of the old."""
        with open(self.site.at('.roster.new'), 'w') as file:
            file.write(text)
        os.rename(self.site.at('.roster.new'), self.site.at('roster.xml'))

    def change(self, person, pattern, replacement):
        text = self.roster()
        start = text.index(f'<person id="{person}">')
        end = text.index('</person>', start)
        changed = re.sub(pattern, replacement, text[start:end])
        self.assertNotEqual(changed, text[start:end])
        self.write(text[:start] + changed + text[end:])

    def changes(self):
        return [event['outcome'] for event in self.actions(action='roster-changed')]

    def test_each_change_is_an_event(self):
        """Also those made while nobody looked; none says a name or an account."""
        self.site.drain()
        self.assertEqual(len(self.actions(action='roster-read')), 1)
        self.assertEqual(self.changes(), [])
        self.change('quill', r'<trainingUntil>[^<]*', '<trainingUntil>2026-01-01T00:00:00Z')
        self.change('moss', r'<name>[^<]*', '<name>Octavia Otherwise')
        self.change('reed', r'<role>administrator</role>', '<role>administrator</role><role>records</role>')
        text = self.roster()
        self.write(text.replace('"fern"', '"bracken"'))
        self.site.drain()
        self.assertEqual(self.changes(), ['bracken:added', 'fern:removed', 'moss:name', 'quill:training', 'reed:roles'])
        self.site.drain()
        self.assertEqual(len(self.changes()), 5)
        self.assertNotIn('Otherwise', self.site.do('audit', 'export'))
        self.assert_sound()

    def test_a_running_daemon_takes_the_new_one(self):
        item = self.item(self.send('case', person=3).docket, 'intake')
        self.start_daemon()
        self.change('quill', r'<trainingUntil>[^<]*', '<trainingUntil>2026-01-01T00:00:00Z')
        self.assertTrue(wait_until(lambda: self.changes() == ['quill:training']))
        words = [*self.site.as_person('quill'), '--outcome', 'refuse', '--reasons', 'No basis.', '--wait', '20']
        self.assertIn('training-expired', self.site.call('decide', item.directory, *words).stderr + ''.join(self.answers('quill').values()))
        self.assertNotIn('quill', self.page())
        # A bad one changes nothing and is said, in the log and in the record.
        good = self.roster()
        self.write(good.replace('<rank>', '<grade>', 1))
        self.assertTrue(wait_until(lambda: self.actions(action='roster-refused')))
        with open(self.daemons[0].log.name) as log:
            self.assertIn('roster-refused: ', log.read())
        self.assertEqual(self.site.lines('desk', '--as', 'marrow')[0]['may'], True)
        # Without a daemon nobody acts on a bad one.
        self.assertEqual(self.daemons[0].stop(), 0)
        done = self.site.call('drain')
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn('roster.xml: line', done.stderr)
        self.write(good)
        self.start_daemon()
        self.write(good.replace('<trainingUntil>2026-01-01', '<trainingUntil>2030-01-01'))
        self.assertTrue(wait_until(lambda: self.changes() == ['quill:training'] * 2))
        done = self.site.call('decide', item.directory, *words[:-4], '--reasons', 'No basis at all.', *words[-2:])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.daemons[1].stop(), 0)
        self.assert_sound()

    def page(self):
        with open(self.site.at('review', 'intake', 'index.html')) as file:
            return file.read()

    def test_what_runs_out(self):
        def expiring(days):
            return {(row['what'], row['who']): row['over'] for row in self.site.lines('roster', '--expiring', days)}
        self.assertEqual(expiring(1), {})
        self.change('quill', r'<trainingUntil>[^<]*', '<trainingUntil>2026-01-01T00:00:00Z')
        keys = self.site.at('keys')
        authority = Authority(os.path.join(self.path, 'authority'), Credential(os.path.join(keys, 'ca.key'), os.path.join(keys, 'ca.pem')))
        authority.revocations(os.path.join(keys, 'crl.pem'), until=timedelta(days=5))
        self.assertEqual(expiring(10), {('training', 'quill'): True, ('revocation list', 'keys/crl.pem'): False})
        self.assertEqual(self.site.call('check').returncode, 1, 'a warning')
        self.assertRegex(self.site.do('status'), r'people +1 ran out, 1 run out within 30 days')
        with open(self.site.at('site.xml')) as file:
            settings = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(settings.replace('</site>', '<thresholds warnDays="3"/></site>'))
        self.assertRegex(self.site.do('status'), r'people +1 ran out \(leadspool roster --expiring 3\)')
        authority.revocations(os.path.join(keys, 'crl.pem'), timedelta(days=-9), timedelta(days=-1))
        done = self.site.call('drain')
        self.assertIn('trust-over: revocation list', done.stderr)
        done = self.site.call('check')
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn('CRITICAL', done.stdout)
        # A person's certificate is known once it signed.
        self.assertIsNone(self.person('marrow').get('certificateUntil'))
        authority.revocations(os.path.join(keys, 'crl.pem'))
        self.decide('marrow', self.item(self.send('case', person=3).docket, 'intake'), '--outcome', 'refuse', '--reasons', 'No basis.')
        self.assertGreater(self.person('marrow')['certificateUntil'], '2030')

    def person(self, name):
        return next(person for person in self.site.lines('roster')[0]['people'] if person['person'] == name)

    def test_who_may_do_what(self):
        self.assertEqual(self.site.call('check').returncode, 0, 'a new demonstration')
        self.assertEqual(self.person('quill')['signs'], ['intake', 'investigation', 'background', 'peer'])
        self.assertEqual(self.person('reed')['signs'], [])
        self.change('moss', r'<role>gallery-keeper</role>', '<role>vendor</role><role>peer</role>')
        report = self.site.lines('roster')[0]
        self.assertIn('gallery-keeper', report['vacant'])
        self.assertEqual(self.person('moss')['signs'], [])
        self.assertTrue(any('moss is a vendor' in problem for problem in report['problems']))
        text = self.site.do('roster')
        self.assertIn('NOBODY HOLDS', text)
        self.assertIn('no-holder-of-role: nobody is gallery-keeper', text)
        self.assertEqual(self.site.call('check').returncode, 2)
