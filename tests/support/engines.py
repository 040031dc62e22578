"""Engines of vendors, for tests: the example, and one that breaks the contract in a chosen way."""
import hashlib, os

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
