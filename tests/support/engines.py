"""Engines of vendors, for tests: the example, and one that breaks the contract in a chosen way."""
import hashlib, os, re

BUILD = os.environ['LEADSPOOL_BUILD']
EXAMPLE = os.path.join(BUILD, 'demo', 'engine', 'histogram.so')
FAULTY = os.path.join(BUILD, 'tests', 'engines', 'faulty.so')


def faulty(folder, fault):
    """The path of a copy that has this fault (tests/engines/faulty.c)."""
    with open(FAULTY, 'rb') as file:
        code = file.read()
    place, word = code.index(b'FAULT=none'), b'FAULT=' + fault.encode()
    path = os.path.join(folder, fault + '.so')
    with open(path, 'wb') as file:
        file.write(code[:place] + word + bytes(40 - len(word)) + code[place + 40:])
    os.chmod(path, 0o755)
    return path


def digest_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def use(site, path, name, **attributes):
    """Have the site compare with that engine from its next start on; path None: with the one built in."""
    with open(site.at('site.xml')) as file:
        words = re.sub(r'\s*<engine [^>]*/>', '', file.read())
    if path is not None:
        sha256 = attributes.pop('sha256', None) or digest_of(path)
        more = ''.join(f' {key}="{value}"' for key, value in attributes.items())
        words = words.replace('</site>', f'  <engine name="{name}" object="{path}" sha256="{sha256}"{more}/>\n</site>')
    with open(site.at('site.xml'), 'w') as file:
        file.write(words)
