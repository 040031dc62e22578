"""One trial of the sweep: a phase killed at a point (perhaps its recovery too), what lies there looked at, then finished."""
import os, subprocess

from points import FAIL_THERE, Points, adopt_orphans
from power_cut import Disk
from site_case import PROGRAM, Failed, PatientSite
from whole_path import DRAIN, RETOLD, copy_site, digest_of, left_over, shown, summary, vault_objects

# How a trial ends the processes: as they stand, or with what a power cut takes besides.
AT_THE_END = 'kill, then cut at the end'
ENDINGS = {'kill': (False, False), 'cut, names kept': (False, True), 'cut, names lost': (True, True), AT_THE_END: (False, False)}


SYNCS = ('fsync', 'fdatasync', 'syncfs')
EX_IOERR, EX_TEMPFAIL, EX_CONFIG = 74, 75, 78
# Nothing is wrong but this one call: the work goes on, or ends as a service manager starts it anew.
SURVIVED = (0, EX_IOERR, EX_TEMPFAIL, EX_CONFIG)


ENCRYPTED, HEADER, CHUNK, TAG = b'LSVAULT1', 1024, 65536, 16      # docs/formats/vault.md


def whole(path, name):
    """Has an object of the vault its bytes? Without the keys only whether an encrypted one can be whole: what was not synced
    is not there; its tags are compared in the end."""
    with open(path, 'rb') as file:
        encrypted = file.read(len(ENCRYPTED)) == ENCRYPTED
    chunks = os.path.getsize(path) - HEADER
    return chunks >= TAG and not 0 < chunks % (CHUNK + TAG) < TAG if encrypted else digest_of(path) == name


class Wrong(Exception):
    pass


class Trials:
    """One at a time, in a folder of its own."""

    def __init__(self, place, library, program=PROGRAM):
        adopt_orphans()
        self.place, self.program = place, program
        self.points = Points(library, place)
        self.site = PatientSite(program, os.path.join(place, 'site'))

    def require(self, holds, what):
        if not holds:
            raise Wrong(what)

    def stop(self, number, ending):
        """Killed at that point, unless it ended before; the journal."""
        ended = self.points.run(self.site, *DRAIN, target=number)
        if ended.code is None:
            names, data = ENDINGS[ending]
            if names or data:
                Disk(ended.journal).undo(self.site.path, names, data)
            self.label = ended.label
            self.look_at_crash()
        else:
            self.require(ended.code == 0, f'exit code {ended.code} without a kill: {ended.output}')
        return ended.journal

    def cut_at_end(self, journal):
        """The recovery did all it had to, then the power goes: what it said is done has to stay done."""
        ended = self.points.run(self.site, *DRAIN, after=True)
        self.require(ended.code == 0, f'the recovery ended with exit code {ended.code}: {ended.output}')
        Disk(journal + ended.journal).undo(self.site.path, True, True)
        self.look_at_crash()

    def run(self, phase, number, again=0, ending='kill'):
        """Kill at that point of the phase, then at point `again` of the recovery (0: not); the points' labels."""
        self.phase, self.label = phase, ''
        copy_site(phase.ready, self.site.path)
        self.before = set(vault_objects(self.site))
        journal = self.stop(number, ending)
        labels = [self.label]
        if ending == AT_THE_END:
            self.cut_at_end(journal)
        elif again:
            self.label = ''
            self.stop(again, ending)
            labels.append(self.label)
        seen = shown(self.site)
        self.finish()
        self.look_at_end(seen)
        return labels

    def fail(self, phase, number, error):
        """The call at that point fails once: a sync ends the daemon (before it is ready, as any failure there does),
        anything else is survived or ends it as told."""
        self.phase, self.label = phase, ''
        copy_site(phase.ready, self.site.path)
        self.before = set(vault_objects(self.site))
        ended = self.points.run(self.site, *DRAIN, target=number, action=FAIL_THERE, error=error)
        self.label = ended.label
        self.look_at_crash()
        call = ended.label.partition('\t')[0]
        if call in SYNCS:
            self.require(ended.code in (EX_IOERR, EX_TEMPFAIL), f'{call} failed and the exit code is {ended.code}: {ended.output}')
        else:
            self.require(ended.code in SURVIVED, f'{call} failed and the exit code is {ended.code}: {ended.output}')
        seen = shown(self.site)
        self.finish()
        self.look_at_end(seen)
        return [self.label]

    def finish(self):
        ended = self.points.run(self.site, *DRAIN)
        self.require(ended.code == 0, f'the recovery ended with exit code {ended.code}: {ended.output}')

    def look_at_crash(self):
        """Nothing is half there: a final name in the vault has its bytes, a document its signature."""
        for name, path in vault_objects(self.site).items():
            if name not in self.before:
                self.require(whole(path, name), f'{path} has a final name and not its bytes')
        files = shown(self.site)
        for path in files:
            if path + '.p7s' in self.phase.files:
                self.require(path + '.p7s' in files, f'{path} is visible and its signature is not')

    def look_at_end(self, seen):
        try:
            self.compare(seen)
        except Failed as failed:        # a command about the record
            raise Wrong(str(failed)) from failed

    def compare(self, seen):
        files = shown(self.site)
        for path, digest in seen.items():
            if os.path.basename(path) not in RETOLD and path in files:
                self.require(files[path] == digest, f'{path} was visible before it was whole')
        self.require(left_over(self.site) == [], f'left over: {left_over(self.site)}')
        for path in files:
            if path.endswith('.p7s') and path not in self.phase.signed_before:
                self.check_signature(path)
        found = summary(self.site, files)
        for what, wanted in self.phase.wanted.items():
            self.require(found[what] == wanted, f'{what}: {difference(wanted, found[what])}')

    def check_signature(self, path):
        at = self.site.at(path)
        done = subprocess.run(['openssl', 'cms', '-verify', '-binary', '-inform', 'DER', '-in', at, '-content', at[:-4],
                               '-CAfile', self.site.at('ca.pem'), '-purpose', 'any', '-out', os.devnull], capture_output=True,
                              text=True)
        self.require(done.returncode == 0, f'{path}: {done.stderr}')


def difference(wanted, found):
    if isinstance(wanted, dict):
        return ', '.join(f'{key}: {found.get(key)} instead of {wanted.get(key)}' for key in {**wanted, **found}
                         if found.get(key) != wanted.get(key))
    if isinstance(wanted, list):
        return f'missing {[one for one in wanted if one not in found]}, more {[one for one in found if one not in wanted]}'
    return f'{found} instead of {wanted}'
