"""Filings, requests and receipts for discovery/in, and disclosures for disclosure/in, as the clerks prepare them."""
import os, subprocess, uuid
from datetime import datetime, timezone
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from gallery import sign, utc

ZONE = ZoneInfo('America/New_York')      # of the demonstration's site: a day is its day


def drop(site, folder, name, document, text, signer, approver=None, files=()):
    """Signed under a hidden name, then shown. `files`: (name, bytes) pairs; signer None: unsigned."""
    hidden = site.at(folder, 'in', '.' + name)
    os.mkdir(hidden)
    path = os.path.join(hidden, document)
    with open(path, 'w') as file:
        file.write(text)
    if approver:
        sign(site, approver, path)
        os.rename(path + '.p7s', path + '.approval.p7s')
    if signer:
        sign(site, signer, path)
    for other, content in files:
        with open(os.path.join(hidden, other), 'wb') as file:
            file.write(content)
    os.rename(hidden, site.at(folder, 'in', name))
    return name


def discovery_xml(number, kind, docket, office, by, date=None, volume=None, withhold=()):
    date = date or datetime.now(ZONE).strftime('%Y-%m-%d')
    more = f'<volume>{volume}</volume><receivedBy>A. D. Attorney</receivedBy>' if volume else ''
    if withhold:
        more += '<withhold>' + ''.join(f'<item number="{item}" basis="{escape(basis)}"/>' for item, basis in withhold) + '</withhold>'
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<discovery xmlns="urn:leadspool:discovery:1">'
            f'<discoveryId>{uuid.uuid5(uuid.NAMESPACE_OID, f"discovery {number} {kind} {docket}")}</discoveryId>'
            f'<kind>{kind}</kind><docket>{docket}</docket><office>{office}</office><date>{date}</date><by>{by}</by>'
            f'<caseReference>Ind. {number}/2026</caseReference>{more}</discovery>\n')


def drop_discovery(site, number, kind, docket, office='da-north', by='birch', signer='birch', **more):
    return drop(site, 'discovery', f'discovery-{number:02d}', 'discovery.xml',
                discovery_xml(number, kind, docket, office, by, **more), signer)


def disclosure_xml(number, docket, by, documents, kind='law-enforcement', affiliation='Harbor Police',
                   purpose='criminal-investigation', text='The same person is sought for a theft in the harbour.', condition='D6',
                   identifying=True, verified=True, authorisation=''):
    now = utc(datetime.now(timezone.utc))
    how = f'<verified how="called back through the switchboard" by="{by}" at="{now}"/>' if verified else ''
    under = f'<condition code="{condition}">Complaint 2026-014-00321.</condition>' if condition else ''
    listed = ''.join(f'<document>{name}</document>' for name in documents)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<disclosure xmlns="urn:leadspool:disclosure:1">'
            f'<disclosureId>{uuid.uuid5(uuid.NAMESPACE_OID, f"disclosure {number} {docket}")}</disclosureId>'
            f'<docket>{docket}</docket><by>{by}</by><at>{now}</at><recipient><name>Det. Invented Person</name>'
            f'<affiliation>{escape(affiliation)}</affiliation><kind>{kind}</kind>{how}</recipient>'
            f'<purpose code="{purpose}">{escape(text)}</purpose><identifying>{str(identifying).lower()}</identifying>{under}{authorisation}'
            f'<documents>{listed}</documents></disclosure>\n')


def drop_disclosure(site, number, docket, documents, by='lark', signer='lark', approver=None, certificate=None, files=(), **more):
    files = list(files) + ([('recipient.pem', certificate)] if certificate else [])
    return drop(site, 'disclosure', f'disclosure-{number:02d}', 'disclosure.xml',
                disclosure_xml(number, docket, by, documents, **more), signer, approver, files)


def holder(folder, name):
    """A key and certificate of somebody outside; the certificate's PEM."""
    key, certificate = os.path.join(folder, name + '.key'), os.path.join(folder, name + '.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={name}',
                    '-days', '30', '-keyout', key, '-out', certificate], check=True, capture_output=True)
    with open(certificate, 'rb') as file:
        return file.read()
