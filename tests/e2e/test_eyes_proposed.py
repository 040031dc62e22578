"""Eyes leadspool finds in a submitted picture: shown to the examiner as an offer, taken only by a person's answer."""
import json, os, re, subprocess

from site_case import SiteCase, investigator_of
from test_users import name_of, on_terminal


class EyesProposed(SiteCase):
    def setUp(self):
        super().setUp()
        self.docket = self.send('portrait', image=self.faces.gallery(12).path).docket
        self.own = investigator_of(self.docket)
        self.intake = self.item(self.docket, 'intake')

    def ask(self, *answers):
        shown, code = on_terminal([self.site.program, '-s', self.path, 'decide', name_of(self.intake),
                                   *self.site.as_person(self.own)], answers)
        self.site.drain()
        self.assertEqual(code, 0, shown)
        return shown

    def proposed(self):
        with open(os.path.join(self.intake.directory, 'worksheet.html'), encoding='utf-8') as file:
            data = json.loads(re.search(r'id="data">(.*?)</script>', file.read(), re.S)[1])
        return data['facts']['images'][0]['quality']['eyesProposed']

    def test_shown_and_near_the_eyes(self):
        proposed = self.proposed()
        true = [float(word) for word in self.faces.gallery(12).eyes.split(',')]
        apart = true[2] - true[0]
        for found, there in zip(proposed['eyes'], true):
            self.assertLess(abs(found / 100 - there), 0.1 * apart)
        self.assertGreaterEqual(proposed['confidence'], 50)
        text = subprocess.run(['pdftotext', '-layout', os.path.join(self.intake.directory, 'worksheet.pdf'), '-'],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn('Eyes found', text)
        self.assertIn(f'confidence {proposed["confidence"]} of 100', text)

    def test_taken_by_an_empty_answer(self):
        eyes = ','.join(f'{value / 100:.2f}' for value in self.proposed()['eyes'])
        self.assertIn(eyes, self.ask('confirm', 'R1 R14 R15', ''))
        self.assertEqual(self.state(self.docket), 'QUEUED')
        item = self.advance(self.docket, 'investigation')
        self.assertTrue(item.pictures)

    def test_corrected_by_a_person(self):
        self.ask('confirm', 'R1 R14 R15', self.faces.gallery(12).eyes)
        self.assertEqual(self.state(self.docket), 'QUEUED')

    def test_never_taken_unseen(self):
        """Without a terminal nobody looked: the decision lacks its eyes."""
        self.decide(self.own, self.intake, '--outcome', 'confirm', '--basis', 'R1')
        self.assertIn('eyes', ' '.join(self.answers(self.own).values()))
        self.assertEqual(self.state(self.docket), 'INTAKE')
