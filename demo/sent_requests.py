"""The requests of the demonstration: what is sent, by whom, and what should become of it.

Each is sent through `leadspool submit`, as a command would; `later` is what its sender does once the receipt
(or a notice) has come.
"""
import os, shutil, uuid
from datetime import datetime, timedelta, timezone

from gallery import utc

NORTH, SOUTH = 'precinct-014', 'precinct-075'
SENDERS = {NORTH: ('Imogen Fairweather', '3114', 'ifairweather', 'Lt. Barnaby Stoat'),
           SOUTH: ('Leopold Quaintly', '3175', 'lquaintly', 'Sgt. Winifred Marl')}


def request_id(key):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f'request {key}'))


def sender_words(command):
    name, shield, account, _ = SENDERS[command]
    return ['--command', command, '--requester', name, '--shield', shield, '--account', account]


def whole_request(key, command, number, image=None, use=('U1', 'committed'), basis=None, discussed=True,
                  priority=('routine',), name=None):
    """The options of a complete request; what a scenario leaves out or spoils is its point."""
    now = datetime.now(timezone.utc)
    words = sender_words(command) + [
        '--request-id', request_id(key), '--name', name or key,
        '--case', f'2026-{command[-3:]}-{number:06d}', '--use', use[0], '--basis',
        basis or 'A shop was robbed on Friday; the camera above the till shows the person who took the money.',
        '--priority', priority[0], '--event', 'none', '--political', 'no', '--prior', 'none']
    if use[1:]:
        words += ['--sub-use', use[1]]
    if priority[1:]:
        words += ['--ground', priority[1]]
    if discussed:
        words += ['--discussed-with', SENDERS[command][3], '--discussed-at', utc(now - timedelta(hours=2))]
    if image is not None:
        words += image_words(image)
    return words


def image_words(path):
    return ['--image', path, '--source', 'cctv-private', '--unknown-person', 'yes',
            '--captured-at', utc(datetime.now(timezone.utc) - timedelta(days=2)),
            '--recording', os.path.splitext(os.path.basename(path))[0].upper()]


class Request:
    def __init__(self, key, title, command, words, expected, later=None):
        self.key, self.title, self.command, self.words = key, title, command, words
        self.expected, self.later = expected, later
        self.docket = None


def spoiled_files(folder):
    os.makedirs(folder, exist_ok=True)
    broken, letter = os.path.join(folder, 'manifest.xml'), os.path.join(folder, 'still.jpg')
    with open(broken, 'w') as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<request xmlns="urn:leadspool:request:1">\n'
                   '  <requestKind>new</requestKind>\n  <requestId>written in a hurry\n</request>\n')
    with open(letter, 'w') as file:
        file.write('The picture is attached to the other mail.\n')
    return broken, letter


def supplement(site, request, path):
    site.do('submit', *sender_words(request.command), '--kind', 'supplement', '--docket', request.docket,
            '--name', f'{request.key}-supplement', '--request-id', request_id(f'{request.key} supplement'),
            *image_words(path))
    return 'sends a better still'


def withdrawal(site, request):
    site.do('submit', *sender_words(request.command), '--kind', 'withdrawal', '--docket', request.docket,
            '--name', f'{request.key}-withdrawal', '--request-id', request_id(f'{request.key} withdrawal'),
            '--reason', 'The person came to the station on their own.')
    return 'withdraws the request'


def demo_requests(faces, folder, strangers):
    """`strangers` are drawn people who are not in the gallery."""
    broken, letter = spoiled_files(folder)

    def still(name, face):
        """A copy under a name that says nothing about who it shows."""
        path = os.path.join(folder, name + '.jpg')
        shutil.copyfile(face.path, path)
        return path

    def probe(name, person):
        return still(name, faces.probe(person))

    better = probe('garage-gate', 211)
    return [
        Request('till-robbery', 'routine; a mate is in the gallery', NORTH,
                whole_request('till-robbery', NORTH, 1, probe('till-camera', 17)), 'REPORT'),
        Request('threat-to-school', 'imminent threat: searched at once', SOUTH,
                whole_request('threat-to-school', SOUTH, 1, probe('school-gate', 142), use=('U6',),
                              basis='A caller on a street camera announced an attack on a school for this afternoon.',
                              priority=('imminent', 'The attack was announced for this afternoon.')), 'REPORT'),
        Request('bicycle-theft', 'nobody like that in the gallery', NORTH,
                whole_request('bicycle-theft', NORTH, 2, probe('station-stairs', strangers[0])), 'NEGATIVE'),
        Request('curious-neighbour', 'a use nobody authorised', SOUTH,
                whole_request('curious-neighbour', SOUTH, 2, probe('door-bell', 60), use=('U9', 'committed'),
                              basis='A neighbour would like to know who rings at the door.'), 'REJECT'),
        Request('hasty-export', 'a manifest that is no XML', NORTH,
                ['--command', NORTH, '--name', 'hasty-export', '--manifest', broken], 'QUARANTINE'),
        Request('letter-for-a-picture', 'an image that is no image', SOUTH,
                whole_request('letter-for-a-picture', SOUTH, 3, letter), 'REJECT'),
        Request('parking-garage', 'unusable still; a better one follows', NORTH,
                whole_request('parking-garage', NORTH, 3, still('garage-ceiling', faces.unusable(211))), 'REPORT',
                later=('quality-notice-*.pdf', lambda site, request: supplement(site, request, better))),
        Request('pharmacy-burglary', 'a peer disagrees; a second round', SOUTH,
                whole_request('pharmacy-burglary', SOUTH, 4, probe('pharmacy-counter', 88)), 'REPORT'),
        Request('market-pickpocket', 'not discussed with a supervisor: held', NORTH,
                whole_request('market-pickpocket', NORTH, 4, probe('market-stall', 255), discussed=False), 'REPORT'),
        Request('lost-patience', 'withdrawn by its sender', SOUTH,
                whole_request('lost-patience', SOUTH, 5, probe('bus-stop', 199)), 'WITHDRAWN',
                later=('receipt-1.xml', withdrawal)),
    ]
