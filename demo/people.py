"""The demo people at work: they read their items, look at the pictures, and sign through `leadspool decide`.

Looking at pictures is what a program cannot do here; instead the drawn truth tells whether two pictures show
the same person. Everything else they do as anybody would: by the item's labels, with their own key.
"""
import glob, os, re, shutil
from datetime import datetime, timezone

from gallery import utc
from site_view import write_whole

SUPERVISOR = {'quill': 'harrow', 'finch': 'harrow', 'ochre': 'harrow',
              'marrow': 'vesper', 'tansy': 'vesper', 'umber': 'vesper'}
INVESTIGATORS = ['quill', 'marrow', 'finch']
HOLDS = {'supervisor': 'vesper', 'legal': 'lark', 'chief-of-detectives': 'thorn',
         'deputy-commissioner-intelligence': 'cairn'}
PROBE = ('P', 'S')          # labels of the probe and of submitted pictures; candidates have others
COMPONENTS = ['outline', 'eyebrows', 'eyes', 'nose', 'mouth', 'ears', 'chin-and-jawline']


def investigator_of(docket):
    return INVESTIGATORS[int(docket.rsplit('-', 1)[1]) % len(INVESTIGATORS)]


def peers_of(docket):
    """Everybody else, those of the other supervisor first, so that no two dockets have the same pair."""
    number, own = int(docket.rsplit('-', 1)[1]), investigator_of(docket)
    others = [person for person in SUPERVISOR if person != own]
    return others[number % len(others):] + others[:number % len(others)]


class Office:
    """`dissent` holds dockets whose second peer of round 1 does not see the likeness, `left` those nobody touches."""

    def __init__(self, site, faces, dissent=(), left=()):
        self.site, self.faces, self.dissent, self.left = site, faces, set(dissent), set(left)
        self.decided, self.disagreed, self.answers_read = set(), set(), set()
        self.tell = lambda person, item, what: None
        self.desk = None        # a folder for copies of their worksheets, on paper and for the browser

    def sign(self, person, item, *words):
        command = 'decide' if item.stage != 'hold' else 'release'
        operand = item.directory if item.stage != 'hold' else item.docket
        self.site.do(command, operand, *self.site.as_person(person), *words)
        self.tell(person, item, words[words.index('--outcome') + 1] if '--outcome' in words else 'release')

    def shown(self, item):
        """The person the probe shows, None when nobody could tell."""
        for label, digest in sorted(item.pictures.items()):
            face = self.faces.by_digest.get(digest)
            if label.startswith(PROBE) and face is not None and face.usable:
                return face.person
        return None

    def mate(self, item, person):
        """The label under which that person stands among the candidates, or None."""
        for label, digest in sorted(item.pictures.items()):
            face = self.faces.by_digest.get(digest)
            if not label.startswith(PROBE) and face is not None and face.person == person:
                return label
        return None

    def hold(self, item):
        with open(os.path.join(item.directory, 'reason.txt')) as file:
            role = re.search(r'Who decides: (\S+)', file.read())[1]
        self.sign(HOLDS[role], item, '--hold', item.slot, '--reasons',
                  'Discussed with the requester by telephone this morning; the basis is sound.')

    def intake(self, item):
        for label, digest in sorted(item.pictures.items(), reverse=True):
            face = self.faces.by_digest.get(digest)
            if face is not None and face.usable:
                self.sign(investigator_of(item.docket), item, '--outcome', 'confirm', '--basis', 'R1,R14,R15,R29',
                          '--probe', label, '--eyes', face.eyes)
                return
        self.sign(investigator_of(item.docket), item, '--outcome', 'unsuitable',
                  '--reasons', 'The face is a few pixels wide, dark and blurred; nothing can be compared.',
                  '--would-help', 'A still with the face turned to the camera, eyes at least 60 pixels apart.')

    def investigation(self, item):
        person, signer = self.shown(item), investigator_of(item.docket)
        label = self.mate(item, person)
        if label is None:
            self.sign(signer, item, '--outcome', 'none', '--others', 'excluded',
                      '--reasons', 'Every candidate differs from the probe in eyes, nose and outline.')
            return
        features = [word for name in COMPONENTS for word in ('--feature', f'{name}=similar')]
        self.sign(signer, item, '--outcome', 'candidate', '--named', label, '--disposition', f'{label}=possible',
                  '--others', 'excluded', *features, '--feature', 'skin=not-comparable:other lighting', '--rating', '2',
                  '--limitations', 'Other lighting and expression; compression of the recording.',
                  '--reasons', f'The shapes of eyes, nose and outline of {label} agree with the probe; no difference '
                               'that lighting and expression do not explain.')

    def background(self, item):
        self.sign(investigator_of(item.docket), item, '--outcome', 'proceed',
                  '--check', 'at liberty on the day=yes', '--check', 'age on the day=fits the description', '--conflict', 'none')

    def peer(self, item):
        able = peers_of(item.docket)
        # One of each round has to be new: slot 1 stays with the same peer, slot 2 moves on.
        signer = able[0] if item.slot == 1 else able[item.round + item.slot - 2]
        label = self.mate(item, self.shown(item))
        blind = item.docket in self.dissent and item.round == 1 and item.slot == 2
        if blind:
            self.disagreed.add(item.docket)
        marks = ['--mark', f'{label}=possible'] if label is not None and not blind else []
        self.sign(signer, item, '--outcome', 'complete', *marks, '--others', 'not', '--reasons',
                  'The outline of the jaw differs in every picture.' if blind else
                  'Eyes, brows and nose agree in one picture; the others differ.')

    def supervision(self, item):
        again = item.docket in self.disagreed and item.round == 1
        self.sign(SUPERVISOR[investigator_of(item.docket)], item, '--outcome', 'continue' if again else 'approve',
                  '--reasons', 'A peer saw another jaw: compare the outline again, at equal scale.' if again else
                  'Comparison, background and peers agree.')

    def refusals(self):
        """Texts of the answers that say no, each once."""
        found = []
        for path in sorted(glob.glob(self.site.at('review', 'answers', '*', '*.txt'))):
            with open(path) as file:
                text = file.read()
            if path not in self.answers_read and text.startswith('Refused'):
                found.append(text)
            self.answers_read.add(path)
        return found

    def work(self):
        """Decide every item not decided yet; how many."""
        count = 0
        for item in self.site.items():
            if item.key in self.decided or item.docket in self.left:
                continue
            if self.desk is not None:
                for ending in ('.pdf', '.html'):
                    shutil.copyfile(os.path.join(item.directory, 'worksheet' + ending),
                                    os.path.join(self.desk, '-'.join(str(word) for word in item.key) + ending))
            getattr(self, item.stage)(item)
            self.decided.add(item.key)
            count += 1
        return count


class CaseManagement:
    """Files what arrives and returns the reference (R18, R27)."""

    def __init__(self, site):
        self.site, self.answered = site, set()

    def acknowledge(self, docket, subject):
        write_whole(self.site.at('case-management', 'acks', f'{docket}-{subject}.xml'),
                    '<?xml version="1.0" encoding="UTF-8"?>\n<acknowledgement xmlns="urn:leadspool:acknowledgement:1">\n'
                    f'  <docket>{docket}</docket>\n  <subject>{subject}</subject>\n'
                    f'  <cmsRef>CMS-{docket[3:]}/{subject}</cmsRef>\n'
                    f'  <at>{utc(datetime.now(timezone.utc))}</at>\n  <by>case management (demonstration)</by>\n'
                    '</acknowledgement>\n')

    def work(self):
        count = 0
        waiting = [(path.split('/')[-2], 'intake') for path in glob.glob(self.site.at('out', '*', 'FR-*', 'confirmation-*.txt'))]
        waiting += [(path.split('/')[-2], 'report') for path in glob.glob(self.site.at('case-management', 'FR-*', 'attach.xml'))]
        for docket, subject in sorted(set(waiting) - self.answered):
            self.acknowledge(docket, subject)
            self.answered.add((docket, subject))
            count += 1
        return count
