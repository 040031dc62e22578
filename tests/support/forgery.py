"""Decisions made by hand, with openssl alone: what an honest program would never write or sign."""
import hashlib, os, subprocess
from datetime import datetime, timedelta, timezone

SPACE = 'urn:leadspool:decision:1'


def openssl(*words, **options):
    return subprocess.run(['openssl', *words], check=True, capture_output=True, **options).stdout


def utc(moment):
    return moment.strftime('%Y-%m-%dT%H:%M:%SZ')


def now():
    return datetime.now(timezone.utc)


def digest_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def decision(work, signer, outcome, body='', reasons=None, **changes):
    """The XML of a decision on an item; `changes` replace its common elements, None leaves one out."""
    common = {'docket': work.docket, 'stage': work.stage, 'round': work.round, 'slot': work.slot,
              'item': digest_of(os.path.join(work.directory, 'item.xml')) if 'item' not in changes else changes['item'],
              'signer': signer, 'at': utc(now()), 'outcome': outcome, 'reasons': reasons}
    common.update(changes)
    lines = [f'  <{name}>{value}</{name}>' for name, value in common.items() if value is not None]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<decision xmlns="{SPACE}">\n' + '\n'.join(lines) + body + '\n</decision>\n'


class Credential:
    def __init__(self, key, certificate):
        self.key, self.certificate = key, certificate

    @property
    def fingerprint(self):
        return hashlib.sha256(openssl('x509', '-in', self.certificate, '-outform', 'DER')).hexdigest()

    @property
    def serial(self):
        return openssl('x509', '-noout', '-serial', '-in', self.certificate).decode().strip().split('=')[1]


class Authority:
    """An authority on openssl's terms: that of a site, whose key is given, or a stranger's of the same name."""

    def __init__(self, folder, credential):
        self.folder, self.credential, self.revoked = folder, credential, []
        os.makedirs(os.path.join(folder, 'new'), exist_ok=True)
        with open(self.at('openssl.cnf'), 'w') as file:
            file.write(f'[ca]\ndefault_ca=a\n[a]\ndatabase={self.at("index.txt")}\nnew_certs_dir={self.at("new")}\nrand_serial=yes\n'
                       'default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n')
        open(self.at('index.txt'), 'w').close()

    def at(self, name):
        return os.path.join(self.folder, name)

    @classmethod
    def strange(cls, folder, name):
        os.makedirs(folder)
        own = Credential(os.path.join(folder, 'ca.key'), os.path.join(folder, 'ca.pem'))
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '900', '-subj', f'/CN={name}',
                '-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-keyout', own.key, '-out', own.certificate)
        return cls(folder, own)

    def signer_words(self):
        return ['-config', self.at('openssl.cnf'), '-keyfile', self.credential.key, '-cert', self.credential.certificate]

    def issue(self, name, start=timedelta(hours=-2), end=timedelta(days=90), usage='digitalSignature,nonRepudiation'):
        made = Credential(self.at(name + '.key'), self.at(name + '.pem'))
        openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={name}',
                '-keyout', made.key, '-out', self.at(name + '.csr'))
        with open(self.at(name + '.ext'), 'w') as file:
            file.write(f'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,{usage}\nextendedKeyUsage=emailProtection\n')
        stamp = '%Y%m%d%H%M%SZ'
        openssl('ca', '-batch', '-notext', *self.signer_words(), '-startdate', (now() + start).strftime(stamp),
                '-enddate', (now() + end).strftime(stamp), '-extfile', self.at(name + '.ext'), '-in', self.at(name + '.csr'),
                '-out', made.certificate)
        return made

    def revoke(self, credential):
        openssl('ca', *self.signer_words(), '-revoke', credential.certificate)

    def revocations(self, path, since=timedelta(hours=-1), until=timedelta(days=30)):
        stamp = '%Y%m%d%H%M%SZ'
        openssl('ca', '-gencrl', *self.signer_words(), '-crl_lastupdate', (now() + since).strftime(stamp),
                '-crl_nextupdate', (now() + until).strftime(stamp), '-out', path)


def sign(content, *credentials, options=(), digest='sha256'):
    """CMS in DER over the bytes, by openssl; a detached or unattributed one through `options`."""
    signers = [word for one in credentials for word in ('-signer', one.certificate, '-inkey', one.key)]
    kind = [] if '-detached' in options else ['-nodetach']
    return openssl('cms', '-sign', '-binary', '-outform', 'DER', '-md', digest, *kind,
                   *[word for word in options if word != '-detached'], *signers,
                   input=content if isinstance(content, bytes) else content.encode())


PERSON = '''  <person id="{id}">
    <name>Invented {id}</name>
    <account>{account}</account>
    <rank>{rank}</rank>
    <roles>{roles}</roles>
{more}    <certificate>{certificate}</certificate>
{training}  </person>
'''


def add_person(site, name, credential, roles, rank=30, account=None, more='', trained='2030-01-01T00:00:00Z'):
    """One more entry of the roster."""
    entry = PERSON.format(id=name, account=account or name, rank=rank, roles=''.join(f'<role>{role}</role>' for role in roles.split()),
                          more=more, certificate=credential.fingerprint,
                          training=f'    <trainingUntil>{trained}</trainingUntil>\n' if trained else '')
    with open(site.at('roster.xml')) as file:
        text = file.read()
    with open(site.at('roster.xml'), 'w') as file:
        file.write(text.replace('</roster>', entry + '</roster>'))
