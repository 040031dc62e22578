"""Every fixed text comes from the catalogue: the main job in a language of brackets and accents (po/pseudo)."""
import ast, glob, html, os, re, subprocess
import xml.etree.ElementTree as ElementTree

from foil import answer_request
from releases import drop_discovery, holder
from site_case import BUILD, EX_CONFIG, GALLERY, NORTH, ROOT, SiteCase
from test_discovery import OFFICES

PROGRAM = os.path.join(BUILD, 'tests', 'leadspool')     # beside it lies the made language
# Words of programs, not of a language.
CODES = set('''leadspool index html xml pdf json png jpg sha txt worksheet request out review answers decisions acknowledgement
    discovery foil sign-off answer core tar volume iii'''.split())


def plain(path):
    """What a reader sees of a file."""
    if path.endswith('.pdf'):
        return subprocess.run(['pdftotext', '-raw', path, '-'], check=True, capture_output=True, text=True).stdout
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if os.path.basename(path) == 'READ-ME.txt':         # of a command: the example of a manifest, names of elements and values
        text = re.sub(r'^ {4,}(?:<[^⟦⟧\n]*>|[\w./-]+(?:, \w+)?(?= *⟦| *$))', '', text, flags=re.M)
    if not path.endswith('.html'):
        return re.sub(r'^ {3,}(?:openssl|grep|mkdir|cd|-).*$', '', text, flags=re.M)         # commands to type
    text = re.sub(r'<(script|style)\b.*?</\1>', ' ', text, flags=re.S)
    shown = re.findall(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    return html.unescape('\n'.join([re.sub(r'<[^>]*>', '\n', text), *shown]))


def unmarked(text):
    """(what stands outside of all brackets, brackets left open)"""
    outside, depth = [], 0
    for letter in text:
        depth += (letter == '⟦') - (letter == '⟧')
        outside.append(letter if depth == 0 and letter != '⟧' else ' ')
    return ''.join(outside), depth


def values(path):
    """Texts of elements and attributes: what people and settings brought, and codes."""
    for node in ElementTree.parse(path).getroot().iter():
        yield from (value for value in [node.text or '', *node.attrib.values()] if '⟦' not in value)


def literals(path):
    """What the people of the demonstration say."""
    with open(path) as file:
        return [part for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Constant) and isinstance(node.value, str)
                for part in [node.value, *node.value.split(':')[1:]]]


class Languages(SiteCase):
    def setUp(self):
        super().setUp()
        self.site.program = PROGRAM
        self.desk = self.office.desk = self.path + '.desk'
        self.office.hold = lambda item: self.office.sign('harrow', item, '--hold', item.slot, '--reasons', 'The basis is sound.')
        os.makedirs(self.desk, exist_ok=True)
        for name in ('da-north', 'da-north-sealed'):
            with open(self.site.at('keys', name + '.pem'), 'wb') as file:
                file.write(holder(self.desk, name))
        self.configure('</site>', OFFICES + '<language>qps</language></site>')

    def tearDown(self):
        super().tearDown()
        if not self.failed():
            subprocess.run(['rm', '-rf', self.desk])

    def configure(self, before, after):
        path = self.site.at('site.xml')
        with open(path) as file:
            settings = file.read()
        with open(path, 'w') as file:
            file.write(settings.replace(before, after))

    def data(self):
        """Phrases that are no fixed text, the longest first."""
        found = {text for name in ('people', 'sent_requests', 'foil', 'gallery')
                 for text in literals(os.path.join(ROOT, 'demo', name + '.py'))}
        found.update(re.findall(r'[A-Za-z]+', ' '.join(literals(os.path.join(ROOT, 'demo', 'gallery.py')))))       # of the people drawn
        for path in [self.site.at('site.xml'), self.site.at('roster.xml'), *glob.glob(self.site.at('out', '**', '*.xml'), recursive=True),
                     *glob.glob(self.site.at('*', '**', 'item.xml'), recursive=True)]:
            found.update(values(path))
        return sorted({' '.join(phrase.split()) for phrase in found if re.search('[a-z]{3}', phrase)}, key=len, reverse=True)

    def leftovers(self, paths):
        """{file: words in no brackets}"""
        data, found = re.compile('|'.join(rf'(?<![A-Za-z]){re.escape(phrase)}(?![A-Za-z])' for phrase in self.data())), {}
        for path in paths:
            outside, depth = unmarked(plain(path))
            outside = re.sub(r'\S*\d\S*', ' ', data.sub(' ', ' '.join(outside.split())))          # numbers, digests, names of files
            words = [word for word in re.findall(r"[A-Za-z][a-z'-]{2,}(?![A-Za-z])", outside) if word.lower() not in CODES]
            if words or depth:
                found[os.path.relpath(path, self.path)] = ' '.join(words) + (' UNBALANCED' if depth else '')
        return found

    def outbound(self, *folders):
        return [path for folder in folders for path in glob.glob(self.site.at(folder, '**'), recursive=True)
                if path.endswith(('.txt', '.pdf', '.html'))]

    def test_the_main_job_in_another_language(self):
        docket = self.send('case', person=3).docket
        self.send('refused', person=4, use='U9')
        self.send('held', person=GALLERY, discussed=False)              # of whom the gallery has no photo
        found = self.leftovers(self.outbound('hold'))         # an item goes when it is decided
        self.finish()
        self.assertEqual(self.state(docket), 'CLOSED')
        drop_discovery(self.site, 1, 'case-filed', docket)
        self.site.drain()
        answer_request(self.site, docket)
        names = {re.sub(r'[0-9]+', 'N', os.path.basename(path)) for path in self.outbound('out', 'foil', 'discovery')}
        for wanted in ('receipt-N.txt', 'report-N.pdf', 'index.html', 'request.html', 'READ-ME.txt', 'records-N.pdf',
                       'letter-N-acknowledgement.pdf', 'letter-N-partial.pdf', 'confirmation-N.txt'):
            self.assertIn(wanted, names)
        paths = self.outbound('out', 'hold', 'review', 'gallery/out', 'case-management', 'discovery', 'foil', 'quarantine')
        paths += glob.glob(os.path.join(self.desk, docket + '-*.pdf'))
        old = glob.glob(self.site.at('gallery', 'out', 'enrolment-01-*', '*'))       # of the English site that was copied
        found.update(self.leftovers([path for path in paths if path not in old]))
        self.assertEqual(found, {})

    def test_a_language_that_is_not_installed(self):
        self.configure('<language>qps</language>', '<language>tlh</language>')
        refused = self.site.call('drain')
        self.assertEqual(refused.returncode, EX_CONFIG, refused.stderr)
        self.assertIn('there is no translation "tlh"', refused.stderr)
