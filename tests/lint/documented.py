#!/usr/bin/python3
"""What the code says to people stands in a document.

    tests/lint/documented.py [DIRECTORY]     prints what is missing, one a line; exit code 1 when anything is

Log words in leadspool-log.5, actions of events in events.md, codes of faults and refusals in the pages of formats, long
options in the manual page of their command, kinds of workers in leadspool-workers.7, and every link between documents.
"""
import glob, os, re, sys

WORD = r'"([a-z]+(?:-[a-z]+)*)"'


def read(*paths):
    return '\n'.join(open(path, encoding='utf-8').read() for path in paths)


def sources(*folders):
    return {path: read(path) for folder in folders for path in sorted(glob.glob(os.path.join(folder, '*.c')))}


def log_words(text):
    """The second argument of log_line: a word, or two to choose from."""
    for call in re.findall(r'log_line\((?:LOG_LEVEL_\w+|[^,;"]*\?[^,;"]*),([^,;]*),', text):
        yield from re.findall(WORD, call)


def actions(text):
    for value in re.findall(r'\.action\s*=\s*((?:[^,;}(]|\([^)]*\))*)', text):
        yield from re.findall(WORD, value)
    for call in re.findall(r'\banswer_event\(([^;]*)\)', text):
        yield from re.findall(WORD, call)


def refusals(text):
    return re.findall(r'\brefusal_(?:set|security)\([^,;]*,\s*' + WORD, text)


def fault_codes(text):
    found = re.findall(r'\badmission_fault\(\s*\w+,\s*' + WORD, text) + re.findall(r'\breject\(\s*\w+,\s*' + WORD, text)
    return found + re.findall(r'\.code\s*=\s*' + WORD, text) + re.findall(r'^    \{"([a-z]+(?:-[a-z]+)+)", (?:"[A-Z]\d+"|NULL),', text, re.M)


def release_faults(text):
    return re.findall(r'\b(?:refuse|release_fault|add_fault)\(\s*&?\w+,\s*' + WORD, text)


def options(text):
    return re.findall(r'\{(?:\'.\'|KEY_\w+|\d+), "([a-z-]+)", (?:NULL|")', text)


def said(document, word):
    return re.search(r'(?<![\w-])' + re.escape(word) + r'(?![\w-])', document) is not None


def missing_words():
    spoken = [('spool base', log_words, 'docs/man/leadspool-log.5', 'log word'),
              ('casebook ingest match review report spool command', actions, 'docs/formats/events.md', 'action of an event'),
              ('review', refusals, 'docs/formats/decision.md', 'code of a refusal'),
              ('ingest', fault_codes, 'docs/formats/manifest.md docs/formats/enrolment.md docs/formats/acknowledgement.md docs/formats/order.md '
               'docs/formats/figures.md docs/formats/retention.md',
               'code of a fault'),
              ('report', release_faults, 'docs/formats/discovery.md docs/formats/disclosure.md docs/formats/foil.md docs/formats/retention.md', 'code of a fault')]
    for folders, find, documents, what in spoken:
        document = read(*documents.split()).replace('\\-', '-')
        document = re.sub(r'`([a-z-]+)-([a-z]+)` · `-([a-z]+)` · `-([a-z]+)`', r'`\1-\2` `\1-\3` `\1-\4`', document)
        for path, text in sources(*folders.split()).items():
            for word in find(text):
                if not said(document, word):
                    yield f'{path}: {what} "{word}" is not in {documents}'


def missing_options():
    for path, text in sources('command').items():
        names = [name.replace('_', '-') for name in re.findall(r'^const struct command command_(\w+)', text, re.M)]
        pages = [page for page in (f'docs/man/leadspool-{name}.1' for name in names) if os.path.exists(page)]
        document = read(*pages)
        for word in options(text) if pages else []:
            if not re.search(r'Fl -?(?:\w , Fl )?-' + re.escape(word) + r'\b|, -' + re.escape(word) + r'\b', document):
                yield f'{path}: --{word} is not in {" or ".join(pages)}'
    commands = [name.replace('_', '-') for name in re.findall(r'&command_(\w+)', read('command/main.c'))]
    for name in commands:
        if not os.path.exists(f'docs/man/leadspool-{name}.1'):
            yield f'command/main.c: leadspool {name} has no manual page docs/man/leadspool-{name}.1'


def missing_links():
    for path in sorted(glob.glob('*.md') + glob.glob('docs/**/*.md', recursive=True) + glob.glob('spool/*.md')):
        for target in re.findall(r'\]\(([^)#\s]+)\)', read(path)):
            if target.startswith('pictures/') and path.startswith('docs/guides/'):
                continue                    # pictures are made by the build, which knows them all: test_guides.py
            if '://' not in target and not os.path.exists(os.path.join(os.path.dirname(path), target)):
                yield f'{path}: the link to {target} leads nowhere'
    for path in sorted(glob.glob('docs/man/*.[1-8]')):
        for name, section in re.findall(r'^\.Xr (leadspool\S*) (\d)', read(path), re.M):
            if not os.path.exists(f'docs/man/{name}.{section}'):
                yield f'{path}: there is no page {name}({section})'


def main():
    if len(sys.argv) > 1:
        os.chdir(sys.argv[1])
    found = sorted(set([*missing_words(), *missing_options(), *missing_links()]))
    print('\n'.join(found), end='\n' if found else '')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
