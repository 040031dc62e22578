"""Enrolment packets for gallery/in, as a gallery keeper prepares them.

Ids say nothing about whom a probe shows, and names and dates are plainly invented: what the search finds it
finds by the faces.
"""
import hashlib, os, random, shutil, subprocess, uuid
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

FIRST = ['Alder', 'Bracken', 'Clover', 'Dapple', 'Ember', 'Fennel', 'Gable', 'Hazel', 'Ivory', 'Juniper', 'Kestrel',
         'Linnet', 'Mallow', 'Nettle', 'Osier', 'Plover', 'Quince', 'Rowan', 'Sorrel', 'Teasel', 'Wren', 'Yarrow']
LAST = ['Applecart', 'Brickabrac', 'Cobblewick', 'Dumbleton', 'Elderflask', 'Fiddlewood', 'Gingerlake', 'Hobnail',
        'Inkhorn', 'Jampot', 'Kettledrum', 'Lanternjaw', 'Mothball', 'Nutcracker', 'Oatcake', 'Pennywhistle',
        'Quagmire', 'Rainbarrel', 'Saltcellar', 'Thimblerig', 'Umbrellastand', 'Weathervane']


def utc(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def opaque(*words):
    return hashlib.sha256(' '.join(str(word) for word in words).encode()).hexdigest()[:10].upper()


def photo_id(person):
    return 'P' + opaque('photo', person)


def biography(person):
    lot = random.Random(f'biography {person}')
    born = datetime(1960, 1, 1) + timedelta(days=lot.randrange(16000))
    note = lot.choice(['Keeps bees.', 'Sells kites at the harbour.', 'Plays the tuba.', 'Mends clocks.'])
    return (f'<biography><name>{lot.choice(FIRST)} {lot.choice(LAST)}</name>'
            f'<dateOfBirth>{born:%Y-%m-%d}</dateOfBirth>'
            f'<identifier kind="invented number">X-{lot.randrange(10 ** 6):06d}</identifier>'
            f'<note>Invented for a demonstration. {note}</note></biography>')


def eyes_xml(eyes):
    """Nothing where nobody marked them: leadspool then looks for them."""
    if not eyes:
        return ''
    return '<eyes leftX="{}" leftY="{}" rightX="{}" rightY="{}"/>'.format(*eyes.split(','))


def photo_xml(face):
    lot = random.Random(f'photo {face.person}')
    taken = datetime(2019, 1, 1, tzinfo=timezone.utc) + timedelta(hours=lot.randrange(50000))
    name = photo_id(face.person)
    return (f'<photo><photoId>{name}</photoId><personId>N{opaque("person", face.person)}</personId>'
            f'<file>{name}.jpg</file><sha256>{face.sha256}</sha256><source>arrest</source>'
            f'<capturedAt>{utc(taken)}</capturedAt>'
            f'{eyes_xml(face.eyes)}{biography(face.person)}</photo>\n')


def mark_xml(mark):
    name, eyes = mark
    return f'<mark><photoId>{name}</photoId>{eyes_xml(eyes)}</mark>\n'


def enrolment_xml(faces, keeper, number, marks=()):
    photos = '<photos>\n' + ''.join(photo_xml(face) for face in faces) + '</photos>\n' if faces else ''
    if marks:
        photos += '<marks>\n' + ''.join(mark_xml(mark) for mark in marks) + '</marks>\n'
    seal = f'enrolment {number} {faces[0].sha256 if faces else marks}'
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<enrolment xmlns="urn:leadspool:enrolment:1">\n'
            f'<enrolmentId>{uuid.uuid5(uuid.NAMESPACE_OID, seal)}</enrolmentId>\n'
            f'<preparedAt>{utc(datetime.now(timezone.utc))}</preparedAt>\n'
            f'<preparedBy>{escape(keeper)}</preparedBy>\n{photos}</enrolment>\n')


def sign(site, keeper, document):
    folder = site.at('demo', 'people', keeper)
    subprocess.run(['openssl', 'cms', '-sign', '-binary', '-outform', 'DER', '-md', 'sha256', '-signer',
                    folder + '.pem', '-inkey', folder + '.key', '-in', document, '-out', document + '.p7s'],
                   check=True, capture_output=True)


def drop_packet(site, faces, number, keeper='moss', signer=None, marks=()):
    """One packet with the first pictures of those people, and marks (photo id, eyes) of photographs sent before;
    filled under a hidden name, then shown."""
    name = f'enrolment-{number:02d}'
    hidden = site.at('gallery', 'in', '.' + name)
    os.mkdir(hidden)
    document = os.path.join(hidden, 'enrolment.xml')
    for face in faces:
        shutil.copyfile(face.path, os.path.join(hidden, photo_id(face.person) + '.jpg'))
    with open(document, 'w') as file:
        file.write(enrolment_xml(faces, keeper, number, marks))
    sign(site, signer or keeper, document)
    os.rename(hidden, site.at('gallery', 'in', name))
    return name


def drop_gallery(site, faces, people, packet_size):
    """Packets of everybody, in an order that follows nothing; returns how many packets."""
    order = list(people)
    random.Random('order of the gallery').shuffle(order)
    packets = [order[start:start + packet_size] for start in range(0, len(order), packet_size)]
    for number, packet in enumerate(packets, 1):
        drop_packet(site, [faces.gallery(person) for person in packet], number)
    return len(packets)


def order_xml(kind, reason, targets, keeper, number):
    """`targets`: (element, value) pairs, as photoId, personId, sourceCitation or sha256."""
    listed = ''.join(f'<{name}>{escape(value)}</{name}>' for name, value in targets)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<order xmlns="urn:leadspool:order:1">\n'
            f'<orderId>{uuid.uuid5(uuid.NAMESPACE_OID, f"order {number} {kind} {listed}")}</orderId>\n'
            f'<kind>{kind}</kind><orderedAt>{utc(datetime.now(timezone.utc))}</orderedAt><orderedBy>{escape(keeper)}</orderedBy>\n'
            f'<reason>{reason}</reason><citation>Order of an invented court, part {number}</citation>\n'
            f'<photos>{listed}</photos>\n</order>\n')


def drop_order(site, number, kind, reason, targets, keeper='moss', signer=None):
    """An order to seal, unseal or withdraw photographs; signed, then shown."""
    name = f'order-{number:02d}'
    hidden = site.at('gallery', 'in', '.' + name)
    os.mkdir(hidden)
    document = os.path.join(hidden, 'order.xml')
    with open(document, 'w') as file:
        file.write(order_xml(kind, reason, targets, keeper, number))
    if signer != 'nobody':
        sign(site, signer or keeper, document)
    os.rename(hidden, site.at('gallery', 'in', name))
    return name
