"""Steps of records requests for foil/in, as records, privacy officers and legal prepare them."""
import json, uuid
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from releases import drop

ZONE = ZoneInfo('America/New_York')         # of the demonstration
REASON = 'It would tell who a private person is.'


def box_xml(box):
    """A box of the sheet's, with the reason of whoever keeps or draws it."""
    place = ''.join(f' {name}="{box[name]}"' for name in ('document', 'page', 'x', 'y', 'width', 'height'))
    return (f'<box number="{box["number"]}"{place} exemption={quoteattr(box["exemption"])} '
            f'proposed="{box.get("proposed", "program")}">{escape(box.get("reason") or REASON)}</box>')


def lifted_xml(box, reason='It is public already.'):
    place = ''.join(f' {name}="{box[name]}"' for name in ('document', 'page', 'x', 'y', 'width', 'height'))
    return f'<box{place}>{escape(reason)}</box>'


def request_xml(dockets=(), text='All reports of facial identification in this matter.', received=None, scope=None, about=False):
    """The members of a new request."""
    scope = scope or ''.join(f'<docket>{docket}</docket>' for docket in dockets)
    received = received or datetime.now(ZONE).strftime('%Y-%m-%d')
    return (f'<received>{received}</received><requester name="Wilhelmina Ashgrove" contact="w.ashgrove@example.org">'
            f'<line>Harbor Gazette</line><line>4 Pier Street</line></requester><scope>{scope}</scope>'
            f'<aboutPerson>{str(about).lower()}</aboutPerson><text>{escape(text)}</text>')


def foil_xml(number, kind, by, members='', request=None, part=None, sheet=None, date=None):
    """`members` in the order of schemas/foil.xsd; `number` makes the id."""
    date = date or datetime.now(ZONE).strftime('%Y-%m-%d')
    before = ''.join(f'<{name}>{value}</{name}>' for name, value in (('request', request), ('part', part), ('sheet', sheet)) if value is not None)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<foil xmlns="urn:leadspool:foil:1">'
            f'<foilId>{uuid.uuid5(uuid.NAMESPACE_OID, f"foil {number}")}</foilId><kind>{kind}</kind>{before}<date>{date}</date><by>{by}</by>'
            f'{members}</foil>\n')


def drop_foil(site, number, kind, by, members='', signer='', **more):
    """`signer` None: unsigned; left out: `by`."""
    return drop(site, 'foil', f'foil-{number:03d}', 'foil.xml', foil_xml(number, kind, by, members, **more),
                by if signer == '' else signer)


def sheet_of(site, number, part=1):
    """The digest that the newest sheet prints, and the facts it is drawn from."""
    digest = site.lines('show', '--reason', 'reading its sheet', number)[0]['parts'][part - 1]['sheet']
    with open(site.at('var', 'vault', digest[:2], digest)) as file:
        return digest, json.load(file)


def answer_request(site, docket):
    """One request, from its receipt to a partial answer, every proposed box kept; its number."""
    site.do('foil', 'request', '--received', datetime.now(ZONE).strftime('%Y-%m-%d'), '--name', 'Wilhelmina Ashgrove', '--contact', 'w@example.org',
            '--docket', docket, '--text', 'All reports of facial identification in this matter.', *site.as_person('fern'))
    site.drain()
    number = site.lines('list', '--foil')[-1]['request']
    digest, facts = sheet_of(site, number)
    drop_foil(site, 1, 'redactions', 'fern', f'<boxes>{"".join(map(box_xml, facts["boxes"]))}</boxes>', request=number, part=1, sheet=digest)
    site.drain()
    digest, facts = sheet_of(site, number)
    drop_foil(site, 2, 'reading', 'sage', f'<redactions>{facts["redactions"]}</redactions><outcome>agree</outcome>', request=number, part=1, sheet=digest)
    site.drain()
    site.do('foil', 'sign-off', number, '--outcome', 'approve', *site.as_person('sage'))
    site.drain()
    site.do('foil', 'answer', number, '--outcome', 'partial', *site.as_person('fern'))
    site.drain()
    return number
