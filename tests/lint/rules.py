#!/usr/bin/python3
"""The rules of the code base that no compiler checks.

    tests/lint/rules.py [DIRECTORY]      prints file:line: rule, one a line; exit code 1 when there is any

Folders may include only folders above them, stages never each other, workers neither casebook nor people; a few
headers and calls have one home; a file opens with a comment and stays below 500 lines; nothing names the machine
it was written on or leaves a note for later.
"""
import os, re, shutil, subprocess, sys

ORDER = ['base', 'schemas', 'casebook', 'people', 'photo', 'page', 'ingest', 'match', 'review', 'report', 'spool', 'command']
STAGES = {'ingest', 'match', 'review', 'report'}
OUTSIDE = {'tests', 'bench', 'demo'}        # may include what they try out
WORKERS_NEVER = {'casebook', 'people'}
HOMES = {'db.h': 'casebook', 'hpdf.h': 'page', 'poppler.h': 'page', 'qpdf/qpdf-c.h': 'page', 'sys/inotify.h': 'spool'}
LIBXML_HOME = 'schemas'
DURABLE = re.compile(r'\b(fsync|fdatasync|syncfs|rename|renameat|renameat2|link|linkat)\s*\(')
DURABLE_HOME = 'base/files.c'
LINES = 500
LATER = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X)\b')
MACHINE = re.compile(r'(?<![\w.])/(work|root)/')
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
TEXTS = ('.c', '.h', '.py', '.sh', '.md', '.xsd', '.txt', '.awk', '.mk', '.js', '.html', '.css', '')


def without_comments(text):
    """C text with comments and string contents blanked, lines kept."""
    def blank(match):
        word = match.group(0)
        return re.sub(r'[^\n]', ' ', word) if word.startswith('/') else word[0] + ' ' * (len(word) - 2) + word[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def check_include(path, folder, opening, name):
    if opening == '<':
        home = LIBXML_HOME if name.startswith('libxml/') else HOMES.get(name)
        if home and folder != home:
            return f'<{name}> is included in {home}/ alone'
        return None
    if '/' not in name:
        return f'"{name}": include by path from the top, "folder/{name}"'
    other = name.split('/')[0]
    if folder not in ORDER:
        return None if folder in OUTSIDE else f'the folder {folder}/ is not in the table of folders'
    if other not in ORDER:
        return f'"{name}": {folder}/ includes only folders of the table of folders'
    if folder in STAGES and other in STAGES and other != folder:
        return f'"{name}": the stages {folder}/ and {other}/ never include each other'
    if ORDER.index(other) > ORDER.index(folder):
        return f'"{name}": {folder}/ may include only folders above it, {other}/ stands below'
    if path.endswith('_worker.c') and other in WORKERS_NEVER:
        return f'"{name}": a worker never includes {other}/'
    return None


def check_c(path, text):
    folder = path.split('/')[0]
    lines = text.split('\n')
    if path.endswith('.c') and not text.startswith('/*'):
        yield 1, 'opens with a comment: what it is for, what it guarantees, what it does not do'
    if len(lines) - 1 > LINES:
        yield len(lines) - 1, f'has {len(lines) - 1} lines: past {LINES}, split it by noun'
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        problem = check_include(path, folder, *found.groups()) if found else None
        if problem:
            yield number, problem
    if folder in ORDER and path != DURABLE_HOME:
        for number, line in enumerate(without_comments(text).split('\n'), 1):
            for call in DURABLE.findall(line):
                yield number, f'{call}() is called in {DURABLE_HOME} alone'


def check_text(text):
    for number, line in enumerate(text.split('\n'), 1):
        if MACHINE.search(line):
            yield number, 'names a path of the machine it was written on'
        if LATER.search(line):
            yield number, 'leaves a note for later: do it, or say what is not done'


def walk(top):
    """Every file below, for a tree that no git keeps or a machine that has none."""
    for at, folders, files in os.walk(top):
        if at == top:
            folders[:] = [folder for folder in folders if folder != '.git' and not folder.startswith('build')]
        for file in files:
            yield os.path.relpath(os.path.join(at, file), top)


def files_of(top):
    names = None
    if shutil.which('git'):
        listed = subprocess.run(['git', '-C', top, 'ls-files', '-co', '--exclude-standard', '-z'], capture_output=True)
        names = listed.stdout.decode().split('\0') if listed.returncode == 0 else None
    if names is None:
        names = list(walk(top))
    return sorted(name for name in names if name and os.path.isfile(os.path.join(top, name)))


def check(top):
    for path in files_of(top):
        if os.path.splitext(path)[1] not in TEXTS or path == 'LICENSE':
            continue
        try:
            with open(os.path.join(top, path), encoding='utf-8') as file:
                text = file.read()
        except UnicodeDecodeError:
            continue
        if path.endswith(('.c', '.h')):
            yield from ((path, *found) for found in check_c(path, text))
        yield from ((path, *found) for found in check_text(text))


def main():
    found = list(check(sys.argv[1] if len(sys.argv) > 1 else '.'))
    for path, line, problem in found:
        print(f'{path}:{line}: {problem}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
