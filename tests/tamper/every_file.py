#!/usr/bin/env python3
"""A byte flipped in each kind of file of a site, and a stranger's file put into each of its folders: who notices, and how?

    tests/tamper/every_file.py BUILD [--encrypted] [WORD]

By hand: some minutes. A site that did all of its work is copied for each trial; then `audit verify`, `check` and a drain look at
it. Prints a line a kind; ends with 1 if nobody noticed something that NOBODY does not name with its reason. WORD: only such paths.
"""
import collections, json, os, re, shutil, sys

BUILD = os.path.abspath(sys.argv[1])
ENCRYPTED = '--encrypted' in sys.argv
WORDS = [word for word in sys.argv[2:] if not word.startswith('--')]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault('LEADSPOOL_BUILD', BUILD)
sys.path[:0] = [os.path.join(ROOT, 'tests', 'support'), os.path.join(ROOT, 'demo')]
import site_case                                                                          # noqa: E402

# Nothing of these is believed by anybody, or somebody else is there to notice.
NOBODY = {
    'demo/': 'keys of the demonstration\'s people, who are not at the site',
    'var/run/': 'made anew at each start',
    'var/casebook/reserve': 'room kept back: its bytes mean nothing',
    'var/casebook/log.': 'behind the last checkpoint: Berkeley DB reads only what comes after it',
    '+.': 'the top of the site: nothing reads a name it does not know',
    '+demo': 'as above', '+demo/people': 'as above', '+var': 'as above',
    '+review/decisions': 'a drop: answered', '+review': 'not looked at by anybody', '+in': 'no command\'s folder',
    'var/casebook/claims.db': 'empty: what is done with leaves bytes nobody reads',
    'var/casebook/queue.db': 'as above', '+var/casebook': 'Berkeley DB opens the files it knows',
    '+var/gallery': 'removed at the next start', '+var/incoming': 'as above', '+var/run': 'nothing reads a name it does not know',
    '+var/vault': 'as above', '+foil/sheets': 'people keep their sheets there',
}


def kind_of(path):
    """One of many of a kind: numbers and digests are the same to us."""
    kind = re.sub(r'FR-\d{4}-\d{6}|FOIL-\d{4}-\d{6}', 'DOCKET', path)
    kind = re.sub(r'[0-9a-f]{64}', 'DIGEST', kind)
    kind = re.sub(r'var/vault/..(?=/|$)', 'var/vault/HH', kind)
    kind = re.sub(r'vault/HH/.*', 'vault/HH/FILE', kind)
    kind = re.sub(r'(receipt|report|notice|segment|confirmation|log\.)[-.]?\d+', r'\1N', kind)
    kind = re.sub(r'[a-z]+(\.(pem|key))$', r'PERSON\1', kind) if kind.startswith('demo/people') else kind
    kind = re.sub(r'(\w+)-\d\d-[0-9a-f]{12}', r'\1', kind)
    return kind.replace('precinct-075', 'precinct-014')


def place_in(path, whole):
    """Of a book in clear a byte of a record, since most of a page is room nobody reads; else the middle. None: no record."""
    if not path.endswith('.db') or ENCRYPTED:
        return len(whole) // 2
    records = [match for match in re.finditer(rb'[ -~]{20,}', whole) if b'"' in match[0]]
    return (records[0].start() + records[0].end()) // 2 if records else None


class Trials(site_case.SiteCase):
    def runTest(self):
        self.work()
        self.kept = self.path + '.kept'
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.path, self.kept, symlinks=True)
        self.unnoticed = []
        self.quiet = self.noticed()
        kinds = collections.OrderedDict()
        for folder, folders, names in os.walk(self.kept):
            folders.sort()
            here = os.path.relpath(folder, self.kept)
            for name in sorted(names):
                path = os.path.normpath(os.path.join(here, name))
                if os.path.getsize(os.path.join(self.kept, path)) > 0 and not os.path.islink(os.path.join(self.kept, path)):
                    kinds.setdefault(kind_of(path), path)
            kinds.setdefault('+' + kind_of(here), '+' + here)
        for kind, path in kinds.items():
            if not WORDS or any(word in kind for word in WORDS):
                self.attempt(kind, path)
        shutil.rmtree(self.kept)
        print(f'{len(kinds)} kinds, {len(self.unnoticed)} noticed by nobody for no reason')
        self.assertEqual(self.unnoticed, [])

    def work(self):
        """A request up to its report, one that is held, one unreadable; packages, a head."""
        if ENCRYPTED:
            self.site.encrypt(self.path + '.key')
        self.send('first')
        self.finish()
        self.send('second', person=5)
        self.send('unreadable', image=__file__)
        self.site.do('audit', 'head')
        self.site.drain()

    def noticed(self):
        found = []
        done = self.site.call('audit', 'verify', '-j')
        for line in done.stdout.splitlines():
            report = json.loads(line)
            found += [f'verify {problem["kind"]}' for problem in report.get('problems', [])]
            found += [f'verify changed {path}' for path in report.get('changed', [])]
        if done.returncode not in (0, 65):
            found.append('verify: ' + ' '.join(done.stderr.split())[-110:])
        done = self.site.call('check', '-j')
        for line in done.stdout.splitlines():
            if line.startswith('UNKNOWN'):
                found.append('check: ' + line[-110:])
                continue
            one = json.loads(line)
            for finding in one.get('findings', [one]):
                found.append(f'check {finding.get("page")} {finding.get("who")}')
        return found

    def drained(self):
        done = self.site.call('drain')
        found = [] if done.returncode == 0 else ['drain: ' + ' '.join(done.stderr.split())[-110:]]
        events = self.site.call('audit', 'export')
        for line in events.stdout.splitlines()[self.events:]:
            event = json.loads(line)
            if event['action'] not in ('daemon-started', 'looked'):
                found.append(f'log {event["action"]} {event["outcome"]}')
        return found

    def attempt(self, kind, path):
        self.events = len(self.site.call('audit', 'export').stdout.splitlines())
        reason = next((reason for start, reason in NOBODY.items()
                       if (kind == start if start.startswith('+') else kind.startswith(start))), None)
        if path.startswith('+'):
            with open(self.site.at(path[1:], 'stranger.pdf'), 'w') as file:
                file.write('guilty')
        else:
            with open(self.site.at(path), 'r+b') as file:
                whole = file.read()
                at = place_in(path, whole)
                if at is None:
                    print(f'{kind:70} holds no record')
                    return
                file.seek(at)
                file.write(bytes([whole[at] ^ 1]))
        found = [one for one in self.noticed() if one not in self.quiet] or self.drained()
        print(f'{kind:70} {"; ".join(found[:2]) if found else f"nobody: {reason}" if reason else "NOBODY"}'[:230], flush=True)
        if not found and reason is None:
            self.unnoticed.append(kind)
        shutil.rmtree(self.path)
        shutil.copytree(self.kept, self.path, symlinks=True)


if __name__ == '__main__':
    import unittest
    result = unittest.TextTestRunner(verbosity=0).run(unittest.TestSuite([Trials()]))
    sys.exit(0 if result.wasSuccessful() else 1)
