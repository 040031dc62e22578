"""Reports as they leave: read back before they are signed."""
import contextlib, os, re, subprocess, time

from site_case import BUILD, NORTH, ROOT, PatientSite, SiteCase, request_id, sender_words


class Reports(SiteCase):
    def later(self, name, kind, docket, *words):
        self.site.do('submit', *sender_words(NORTH), '--kind', kind, '--docket', docket, '--name', name,
                     '--request-id', request_id(f'{self.id()} {name}'), *words)
        self.site.drain()
        return self.site.receipt_of(NORTH, name)

    @contextlib.contextmanager
    def unreadable(self):
        """A library that cannot be loaded stands for every fault the reading back finds."""
        folder = self.path + '-libraries'
        library = os.path.join(folder, 'libqpdf.so.29')
        os.makedirs(folder, exist_ok=True)
        open(library, 'w').close()
        os.environ['LD_LIBRARY_PATH'] = folder
        try:
            yield
        finally:
            del os.environ['LD_LIBRARY_PATH']
            os.remove(library)
            os.rmdir(folder)

    def overdue(self, *words):
        return [row['overdue'] for row in self.site.lines('list', '--overdue', *words)]

    def test_held_back_asked_anew_and_followed_up(self):
        """Held back until it can be read; by then what it said of a seal is two hours old, so it is asked again (R17);
        what outsiders owe is listed until they gave it, the corroboration last (R4 R18 R27)."""
        docket = self.send('case', person=3).docket
        folder = self.site.receipt_of(NORTH, 'case').directory
        self.clerk.work = lambda: 0
        self.advance(docket, 'supervision')
        self.assertEqual(self.overdue(), ['intake-acknowledgement'])
        with self.unreadable():
            self.office.work()
            self.site.drain()
            checked = self.site.call('check')
            self.assertEqual(checked.returncode, 2)
            self.assertIn('libqpdf29', checked.stdout)
        self.assertEqual([name for name in os.listdir(folder) if name.startswith('report')], [])
        self.assertEqual(self.state(docket), 'APPROVED')
        self.assertIn('libqpdf29', self.site.do('why', docket))

        self.site.do('retry', docket)
        later = PatientSite(os.path.join(BUILD, 'tests', 'leadspool'), self.path)
        done = later.call('drain', env=dict(os.environ, LEADSPOOL_TEST_CLOCK=str(2 * 3600 * 1000)))
        self.assertEqual(done.returncode, 0, done.stderr)
        report = os.path.join(folder, 'report-1')
        self.assert_signed(report + '.pdf')
        self.assert_signed(report + '.xml')
        with open(report + '.xml') as file:
            twin = file.read()
        issued, checked = (re.search(f'<{name}>(.*?)</{name}>', twin)[1] for name in ('issued', 'sealCheckedAt'))
        self.assertGreater(checked, issued)
        text = subprocess.run(['pdftotext', '-layout', report + '.pdf', '-'], capture_output=True, text=True).stdout
        self.assertIn('Not sealed; checked', text)

        self.assertEqual(self.overdue(), ['intake-acknowledgement', 'corroboration'])
        del self.clerk.work
        self.clerk.work()
        self.site.drain()
        self.assertIn(self.overdue(), (['report-acknowledgement', 'corroboration'], []))
        self.finish()
        for schema, path in (('report', report + '.xml'), ('attach', self.site.at('case-management', docket, 'attach.xml'))):
            checked = subprocess.run(['xmllint', '--noout', '--schema', os.path.join(ROOT, 'schemas', schema + '.xsd'), path],
                                     capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual((self.state(docket), self.overdue(), self.overdue('--all')), ('CLOSED', [], ['corroboration']))
        answer = self.later('came-of-it', 'corroboration', docket, '--outcome', 'corroborated', '--evidence', 'A latent print.',
                            '--outcome-by', 'Det. Fairweather', '--outcome-at', time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()))
        self.assertEqual((answer.outcome, answer.faults, self.overdue('--all')), ('ACCEPT', [], []))
        self.assert_sound()

