"""Invented people on a demonstration's site, so that an administrator can try shares, accounts and documents with real packets.

Nothing here is for casework: it refuses a site that is no demonstration.
"""
import glob, os, shutil, tempfile, time

from faces import Faces
from gallery import drop_gallery
from people import CaseManagement, Office
from sent_requests import NORTH, whole_request
from site_view import Failed, Site

PACKET, PACKETS = 400, 3
DONE = {'intake': 'confirmed the basis', 'investigation': 'compared', 'background': 'checked the background', 'peer': 'reviewed blind',
        'supervision': 'made the final review', 'hold': 'released the hold'}


def demonstration(program, path):
    site = Site(program, path)
    if not os.path.isdir(site.at('demo', 'people')):
        raise Failed(f'{path} is no demonstration: make one with leadspool init --demo')
    return site


def drawn(draw, site, people=None):
    """Kept with the site: whoever decides later knows the same faces."""
    folder = site.at('demo', 'faces')
    if people is None:
        try:
            with open(os.path.join(folder, 'drawn')) as stamp:
                people = int(stamp.read().split()[0])
        except FileNotFoundError:
            raise Failed(f'nobody was enrolled in {site.path} yet: leadspool rehearse --enrol') from None
    return Faces(draw, folder, people)


def runs(site):
    return isinstance(site.lines('status')[0].get('live'), dict)


def enrol(program, draw, path, people, folder):
    site = demonstration(program, path)
    if people < PACKETS + 2:
        raise Failed(f'enrol at least {PACKETS + 2} people')
    faces = drawn(draw, site, people)
    drop_gallery(site, faces, range(people), PACKET)
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        office = Site(program, os.path.join(scratch, 'site'))
        office.init()
        for number in range(1, PACKETS + 1):
            picture = os.path.join(scratch, f'camera-{number}.jpg')
            shutil.copyfile(faces.probe(number).path, picture)
            # Imminent: searched at once, whatever the hour.
            words = whole_request(f'{path} {number}', NORTH, number, picture, use=('U6',), name=f'request-{number}',
                                  priority=('imminent', 'A rehearsal: it is to be searched at once.'),
                                  basis='A rehearsal of the shares: an invented threat against an invented school.')
            office.do('submit', *words, '--zip')
            shutil.move(office.at('in', NORTH, f'request-{number}.zip'), os.path.join(folder, f'request-{number}.zip'))
    print(f'{people} invented people lie in gallery/in to be enrolled. To be sent by {NORTH}, each searched at once:')
    for packet in sorted(glob.glob(os.path.join(folder, 'request-*.zip'))):
        print(f'    {packet}')


def decide(program, draw, path, patience=120):
    site = demonstration(program, path)
    faces = drawn(draw, site)
    office, clerk = Office(site, faces), CaseManagement(site)
    office.tell = lambda person, item, what: print(f'{item.docket}  {person:8} {DONE[item.stage]}: {what}', flush=True)
    daemon, end = runs(site), time.monotonic() + patience
    while time.monotonic() < end:
        acted = office.work() + clerk.work()
        for refusal in office.refusals():
            raise Failed('a decision was refused:\n' + refusal)
        if not daemon:
            site.drain()
        under_way = [row for row in site.lines('list') if row['state'] != 'QUEUED']
        if acted == 0 and not under_way and not site.items():
            break
        if daemon:
            time.sleep(0.5)
    else:
        raise Failed('not done after two minutes; leadspool list and leadspool why DOCKET say what waits')
    waiting = len(site.lines('list', '--state', 'QUEUED'))
    if waiting:
        print(f'{waiting} wait for the night; leadspool drain --overnight, with the daemon stopped, does not wait for it')
    reports = sorted(glob.glob(site.at('out', '*', 'FR-*', '*-[0-9].pdf')))
    print('Documents:' if reports else 'No document yet.')
    for report in reports:
        print(f'    {report}')
