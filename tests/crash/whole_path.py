"""The whole path in phases: what is dropped before each, one `drain` that answers it, and what that comes to.

A phase is a site made ready (a folder to copy) and what an undisturbed drain makes of it, so that a kill in any phase
costs two drains and no more.
"""
import collections, glob, hashlib, json, os, re, shutil, subprocess

from gallery import drop_order, drop_packet, photo_id
from points import passed
from releases import drop_discovery, holder
from sent_requests import spoiled_files
from site_case import (GALLERY, NORTH, PROGRAM, SOUTH, CaseManagement, Office, PatientSite, faces, prepared_site,
                       whole_request)

SHOWN = ['out', 'gallery/out', 'review', 'case-management', 'hold', 'quarantine', 'discovery']
HIDDEN = ('.claim-', '.tmp-', '.part-', '.sending-')
DRAIN = ('drain', '--overnight')
# A start is no outcome, and a search that was killed is begun again: its docket goes back to the queue.
REPEATED = {('daemon-started', 'done'), ('state-changed', 'QUEUED'), ('state-changed', 'MATCHING')}
OFFICES = ('<offices><office name="da-north" title="District Attorney of the North" certificate="da-north.pem" '
           'sealedCertificate="da-north-sealed.pem" days="20"/></offices>')
RETOLD = ('index.html', 'request.html', 'READ-ME.txt')     # made anew whenever there is news


def copy_site(source, target):
    """With times and owners; quick."""
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(['cp', '-a', source, target], check=True)


def digest_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def shown(site):
    """Every visible file of the shares that people read → its digest."""
    found = {}
    for top in SHOWN:
        for folder, folders, names in os.walk(site.at(top)):
            folders[:] = [name for name in folders if not name.startswith('.')]
            for name in names:
                path = os.path.join(folder, name)
                if not name.startswith('.') and '/decisions/' not in path and '/in/' not in path and '/acks/' not in path:
                    found[os.path.relpath(path, site.path)] = digest_of(path)
    return found


def vault_objects(site):
    return {os.path.basename(path): path for path in glob.glob(site.at('var', 'vault', '??', '*'))}


def left_over(site):
    found = [os.path.join(folder, name) for folder, folders, files in os.walk(site.path) for name in folders + files
             if name.startswith(HIDDEN)]
    return found + copies_left(site)


def copies_left(site):
    """Folders for copies that are empty wait for their next use, or for the next start."""
    paths = [site.at('var', 'incoming', name) for name in os.listdir(site.at('var', 'incoming'))]
    return [path for path in paths if not os.path.basename(path).startswith('early-') or os.listdir(path)]


def summary(site, files):
    """All that must be the same, however often the way there was interrupted."""
    # A segment begun before a kill used up a number.
    events = collections.Counter((event['action'], event['role'], re.sub(r'-\d+$', '', event['outcome']), event.get('docket', ''))
                                 for event in site.events() if (event['action'], event['outcome']) not in REPEATED)
    rows = collections.Counter((row['kind'], row.get('what', ''), plain(row['directory']), row['state'], tuple(row['files']))
                               for row in site.lines('list', '--outbox', '--all'))
    dockets = {row['docket']: (row['state'], row['round']) for row in site.lines('list', '--all')}
    gallery = site.lines('gallery', 'stat')[0]
    return {'events': events, 'rows': rows, 'dockets': dockets, 'photos': gallery['photos'], 'doomed': gallery['doomed'],
            'segments': sorted(row['count'] for row in gallery['segments']), 'files': sorted(map(plain, files)),
            'objects': json.loads(site.do('audit', 'verify', '-j').splitlines()[-1])['objects']}


def plain(path):
    """Without the number of the claim, which the order of arrivals decides."""
    return re.sub(r'^quarantine/\d+', 'quarantine/CLAIM', path)


class Phase:
    def __init__(self, name, ready, wanted, files, labels, signed_before):
        self.name, self.ready, self.wanted, self.files = name, ready, wanted, files
        self.labels, self.signed_before = labels, signed_before


class WholePath:
    """`place` is a folder below the build; `points` counts the undisturbed drains. `encrypted`: with keys of the record."""

    def __init__(self, place, points, program=PROGRAM, encrypted=False):
        self.place, self.points, self.program = place, points, program
        self.faces = faces()
        self.site = PatientSite(program, os.path.join(place, 'calm'))
        copy_site(prepared_site(self.faces), self.site.path)
        self.holders = os.path.join(place, 'holders')
        os.makedirs(self.holders, exist_ok=True)
        for name in ('da-north', 'da-north-sealed'):
            with open(self.site.at('keys', name + '.pem'), 'wb') as file:
                file.write(holder(self.holders, name))
        with open(self.site.at('site.xml')) as file:
            text = file.read()
        with open(self.site.at('site.xml'), 'w') as file:
            file.write(text.replace('</site>', OFFICES + '</site>')
                       .replace('<sealReasons>', '<compaction percent="1" days="0"/><sealReasons>'))
        if encrypted:
            self.site.encrypt(os.path.join(place, 'record.key'))
        self.office, self.clerk = Office(self.site, self.faces), CaseManagement(self.site)
        self.phases = []

    def make(self):
        """All phases, first to last."""
        self.phase('enrolment', lambda: drop_packet(self.site, [self.faces.gallery(GALLERY)], 60))
        self.phase('requests', self.drop_requests)
        number = 0
        while self.phase(f'people-{number + 1}', lambda: self.office.work() + self.clerk.work()):
            number += 1
            assert number < 12, 'the people never came to an end'
        docket, = (row['docket'] for row in self.site.lines('list', '--all') if row['state'] == 'CLOSED')
        self.phase('release', lambda: drop_discovery(self.site, 1, 'case-filed', docket))
        self.phase('destruction', lambda: drop_order(self.site, 1, 'seal', 'dismissed', [('photoId', photo_id(5))]))
        return self.phases

    def drop_requests(self):
        """One that becomes a case, one that is refused, one that nobody can read."""
        word = self.faces.probe(3).path
        self.site.do('submit', *whole_request('till', NORTH, 1, word, name='till'))
        broken, letter = spoiled_files(os.path.join(self.place, 'spoiled'))
        self.site.do('submit', *whole_request('letter', SOUTH, 1, letter, name='letter'), '--zip')
        self.site.do('submit', '--command', NORTH, '--name', 'hasty', '--manifest', broken)
        return 3

    def phase(self, name, drop):
        """Drop, keep the site as it is, drain. False when nothing was dropped."""
        if not drop():
            return False
        ready = os.path.join(self.place, name)
        copy_site(self.site.path, ready)
        before = {path for path in shown(self.site) if path.endswith('.p7s')}
        ended = self.points.run(self.site, *DRAIN, labelled=True)
        assert ended.code == 0, f'{name}: exit code {ended.code}\n{ended.output}'
        assert left_over(self.site) == [], f'{name}: {left_over(self.site)}'
        files = shown(self.site)
        # Listing the record comes last: it is no part of the phase.
        kept = os.path.join(self.place, 'asked')
        copy_site(self.site.path, kept)
        wanted = summary(PatientSite(self.program, kept), files)
        shutil.rmtree(kept)
        self.phases.append(Phase(name, ready, wanted, files, passed(ended.journal), before))
        return True
