"""Every fixed text comes from the catalogue: the main job in a language of brackets and accents (po/pseudo)."""
import glob, html, os, re, subprocess

from foil import drop_foil, request_xml
from releases import drop_discovery, holder
from site_case import BUILD, EX_CONFIG, NORTH, PatientSite, SiteCase
from test_discovery import OFFICES

PROGRAM = os.path.join(BUILD, 'tests', 'leadspool')     # beside it lies the made language
# Words of programs, not of a language: codes of the manifest and of decisions, states, units.
CODES = set('''new routine none sha leadspool index html xml pdf json png jpg jpeg docket committed private cctv case true false
    txt openssl cms pem tar mkdir cd'''.split())


def plain(path):
    """What a reader sees of a file."""
    if path.endswith('.pdf'):
        return subprocess.run(['pdftotext', '-raw', path, '-'], check=True, capture_output=True, text=True).stdout
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if not path.endswith('.html'):
        return text
    text = re.sub(r'<(script|style)\b.*?</\1>', ' ', text, flags=re.S)
    shown = re.findall(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    return html.unescape('\n'.join([re.sub(r'<[^>]*>', '\n', text), *shown]))


def unmarked(text):
    """(what stands outside of all brackets, brackets that were not closed)"""
    outside, depth = [], 0
    for letter in text:
        depth += (letter == '⟦') - (letter == '⟧')
        outside.append(letter if depth == 0 and letter != '⟧' else ' ')
    return ''.join(outside), depth


class Languages(SiteCase):
    def setUp(self):
        super().setUp()
        self.site.program = PROGRAM
        self.configure('<language>qps</language>' + OFFICES)

    def configure(self, text):
        path = self.site.at('site.xml')
        with open(path) as file:
            settings = file.read()
        with open(path, 'w') as file:
            file.write(settings.replace('</site>', text + '</site>'))

    def data_words(self):
        """Words that people and settings brought."""
        words = set(CODES)
        paths = [self.site.at('site.xml'), self.site.at('roster.xml'), *glob.glob(self.site.at('out', '*', '*', 'receipt-*.xml')), *self.sent]
        for path in paths:
            with open(path, errors='replace') as file:
                words.update(word.lower() for word in re.findall(r'[A-Za-z]+', file.read()))
        return words

    def leftovers(self, paths):
        """{file: [words in no brackets]}"""
        known, found = self.data_words(), {}
        for path in paths:
            outside, depth = unmarked(plain(path))
            words = [word for word in re.findall(r"[A-Za-z][A-Za-z'-]{2,}", outside)
                     if word.lower() not in known and not re.fullmatch(r'[a-f0-9]+|[A-Z0-9_-]+', word)]
            if words or depth:
                found[os.path.relpath(path, self.path)] = words + ['unbalanced'] * (depth != 0)
        return found

    sent = []

    def test_the_main_job_in_another_language(self):
        docket = self.send('case', person=3).docket
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        paths = [path for path in glob.glob(self.site.at('out', NORTH, '**'), recursive=True) if path.endswith(('.txt', '.pdf', '.html'))]
        self.assertEqual(self.leftovers(paths), {})

    def test_a_language_that_is_not_installed(self):
        self.configure('')
        path = self.site.at('site.xml')
        with open(path) as file:
            settings = file.read()
        with open(path, 'w') as file:
            file.write(settings.replace('<language>qps</language>', '<language>tlh</language>'))
        refused = self.site.call('drain')
        self.assertEqual(refused.returncode, EX_CONFIG, refused.stderr)
        self.assertIn('there is no translation "tlh"', refused.stderr)
