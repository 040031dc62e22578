#!/usr/bin/python3
"""Fixed texts that miss the catalogue.

    tests/lint/texts.py [DIRECTORY]      prints file:line: what, one a line; exit code 1 when there is any

What goes to a writer of documents or of what people read is _("…"), never a bare literal (base/language.h). The catalogue
itself is made from the sources whenever it is wanted, so it is never out of date.
"""
import glob, os, re, sys

# Writers, and which of their arguments are texts for people (from 0).
WRITERS = {'document_title': (1, 2), 'document_heading': (1,), 'document_subheading': (1,), 'document_paragraph': (2,), 'document_bullet': (1,),
           'document_check': (1,), 'document_notice': (1, 2), 'document_field': (1,), 'document_signature': (1,), 'document_subject': (1,),
           'worksheet_opening': (2, 3), 'admission_fault': (5,), 'puts': (0,)}
FOLDERS = ('page', 'ingest', 'review', 'report', 'command')
# Tables whose members are marked for the catalogue and looked up where they are read.
TABLES = re.compile(r'\bstruct (?:column|pair)\b[^;={]*=\s*\{')
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\S', re.S)
WORDS = re.compile(r'[A-Za-z]{2}')


def literals_of_calls(text):
    """(offset, function, argument, literal) of bare literals among the arguments of calls."""
    calls, before = [], ''
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.startswith(('/*', '//')):
            continue
        if token in '([{':
            calls.append([before if token == '(' and re.fullmatch(r'[A-Za-z_]\w*', before) else '', 0])
        elif token in ')]}' and calls:
            calls.pop()
        elif token == ',' and calls:
            calls[-1][1] += 1
        elif token.startswith('"') and calls:
            yield match.start(), *calls[-1], token
        before = token


def bare_texts(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    line = lambda offset: text.count('\n', 0, offset) + 1
    for offset, function, argument, literal in literals_of_calls(text):
        if argument in WRITERS.get(function, ()) and WORDS.search(re.sub(r'\\x..|%[a-z]+', '', literal)):
            yield f'{path}:{line(offset)}: {literal[:60]} goes to {function}() and is in no catalogue: _({literal[:12]}…")'
    for table in TABLES.finditer(text):
        end = text.find('};', table.end())
        for row in re.finditer(r'\{\s*("(?:\\.|[^"\\])*")', text[table.end():end]):
            if re.search('[A-Z][a-z]|[a-z] [a-z]', row[1]) and 'SHA' not in row[1]:
                yield f'{path}:{line(table.end() + row.start(1))}: {row[1][:60]} heads a column or row and is in no catalogue'


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else '.'
    found = [problem for folder in FOLDERS for path in sorted(glob.glob(os.path.join(top, folder, '*.c'))) for problem in bare_texts(path)]
    print('\n'.join(found), end='\n' if found else '')
    return bool(found)


sys.exit(main())
