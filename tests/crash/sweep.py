#!/usr/bin/python3
"""The crash sweep: the program is killed at every point of the whole path, or the power is cut there.

    sweep.py BUILD            (make crash-sweep)

Every call that changes a file or a folder, in every process, is a point (points.c). Each trial takes the site as it was
before a phase (whole_path.py), ends all processes at one point, half of the time the recovery at another one, lets the
program finish, and looks at everything (trial.py). Beside that one call of each kind fails, with EIO and with ENOSPC. It
goes on where it was interrupted.

    KILLS=n   so many trials, spread over the whole range (all unless told)
    FROM=n    from the n-th on      EVERY=n  each n-th
    JOBS=n    side by side (2)      ONLY=phase:point:again:ending  that one, and keep its site
    SITE=encrypted    the record has keys
"""
import collections, concurrent.futures, errno, itertools, json, multiprocessing, os, pickle, random, re, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))
LONG = 8            # a longer row of equal points is one call made many times: a few of it are tried
PLACES = {'plain': 'sweep', 'encrypted': 'sweep-encrypted'}
ERRORS = ('EIO', 'ENOSPC')      # one call of each kind fails once


def set_up(build):
    os.environ.setdefault('LEADSPOOL_BUILD', build)
    for folder in ('../../demo', '../support', '.'):
        sys.path.insert(0, os.path.join(HERE, folder))


def worth_trying(labels):
    """Numbers of the points, without the inside of long rows (Berkeley DB fills its log with zeros)."""
    chosen, number = [], 0
    for _, row in itertools.groupby(labels):
        length = sum(1 for _ in row)
        inside = range(length) if length <= LONG else sorted({0, 1, length // 3, 2 * length // 3, length - 2, length - 1})
        chosen += [number + 1 + at for at in inside]
        number += length
    return chosen


def plan(phases, endings):
    """Every trial as (phase, point, again, ending), in a lot's order: first one of each kind of point with each ending, then
    a second of each, and so on. Whatever part of it is run has been at as many kinds as that many trials can."""
    lot, trials = random.Random('sweep'), []
    for index, phase in enumerate(phases):
        numbers = worth_trying(phase.labels)
        for ending in endings:
            for number in numbers:
                trials.append((index, number, lot.choice(numbers) if lot.random() < 0.5 else 0, ending))
        first = {plain(label): number for number, label in reversed(list(enumerate(phase.labels, 1)))}
        trials += [(index, number, 0, error) for number in sorted(first.values()) for error in ERRORS]
    lot.shuffle(trials)
    before, turns = collections.Counter(), {}
    for trial in trials:
        index, number, _, ending = trial
        kind = plain(phases[index].labels[number - 1]), ending
        turns[trial] = before[kind]
        before[kind] += 1
    return sorted(trials, key=turns.get)


def stamp(program, library):
    return [[path, os.stat(path).st_size, os.stat(path).st_mtime_ns] for path in (program, library)]


def make_phases(place, library, program, encrypted=False):
    """The phases, made once for this very program; its trials are forgotten with them."""
    from points import Points, adopt_orphans
    from whole_path import WholePath
    kept = os.path.join(place, 'phases')
    wanted = stamp(program, library)
    if os.path.exists(kept):
        with open(kept, 'rb') as file:
            made_for, phases = pickle.load(file)
        if made_for == wanted:
            return phases
    adopt_orphans()
    os.makedirs(place, exist_ok=True)
    for old in ('phases', 'done'):
        if os.path.exists(os.path.join(place, old)):
            os.remove(os.path.join(place, old))
    phases = WholePath(place, Points(library, os.path.join(place, 'counting')), program, encrypted).make()
    with open(kept, 'wb') as file:
        pickle.dump((wanted, phases), file)
    return phases


own = None          # in a process of the pool: its trials


def begin(place, library, program, numbers):
    global own
    from trial import Trials
    own = Trials(os.path.join(place, f'job-{numbers.get()}'), library, program)


def attempt(trial, phase):
    """(trial, labels, what is wrong)"""
    index, number, again, ending = trial
    try:
        done = own.fail(phase, number, getattr(errno, ending)) if ending in ERRORS else own.run(phase, number, again, ending)
        return trial, done, None
    except Exception as error:          # whatever it is, this trial did not end as it should
        return trial, [own.label], f'{type(error).__name__}: {error}'


def words(phases, trial):
    index, number, again, ending = trial
    return f'{phases[index].name}:{number}:{again}:{ending}'


class Progress:
    """A line at a terminal every moment, elsewhere now and then."""

    def __init__(self, total, done):
        self.total, self.before, self.done, self.failed = total, done, 0, 0
        self.start = self.said = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def step(self, failed):
        self.done += 1
        self.failed += failed
        now = time.monotonic()
        if now < self.said + (0.5 if self.terminal else 60):
            return
        self.said = now
        rate = self.done / (now - self.start)
        left = (self.total - self.before - self.done) / rate
        print(f'\r{self.before + self.done} of {self.total} trials, {self.failed} failed, {rate:.1f} a second, '
              f'{left / 60:.0f} min left', end='\x1b[K' if self.terminal else '\n', file=sys.stderr, flush=True)


def run(place, library, program, phases, trials, jobs, kept=None):
    """All those trials; the list of (trial, labels, wrong). `kept`: a file of what was done before, and is now."""
    done = {}
    if kept is not None and os.path.exists(kept):
        with open(kept) as file:
            for line in file:
                trial, labels, wrong = json.loads(line)
                if wrong is None:
                    done[tuple(trial)] = (tuple(trial), labels, None)
    left = [trial for trial in trials if trial not in done]
    progress = Progress(len(trials), len(trials) - len(left))
    numbers = multiprocessing.Queue()
    for number in range(jobs):
        numbers.put(number)
    with concurrent.futures.ProcessPoolExecutor(jobs, initializer=begin, initargs=(place, library, program, numbers)) as pool:
        for trial, labels, wrong in pool.map(attempt, left, [phases[trial[0]] for trial in left]):
            done[trial] = (trial, labels, wrong)
            progress.step(wrong is not None)
            if kept is not None:
                with open(kept, 'a') as file:
                    file.write(json.dumps((trial, labels, wrong)) + '\n')
            if wrong is not None:
                print(f'\nFAILED {words(phases, trial)} at {labels}\n  {wrong}', flush=True)
    return [done[trial] for trial in trials if trial in done]


def plain(label):
    """A point's name without what differs from trial to trial."""
    call, _, path = label.partition('\t')
    path = re.sub(r'^.*?/(?:calm|site)(?=/|$)', '', path)
    path = re.sub(r'[0-9a-f]{64}', 'DIGEST', path)
    path = re.sub(r'[0-9a-f]{12,16}', 'DIGEST', path)
    return call + ' ' + re.sub(r'\d+', 'N', re.sub(r'/vault/..(?=/|$)', '/vault/hh', path))


def main():
    build = os.path.abspath(sys.argv[1])
    set_up(build)
    from site_case import PROGRAM
    from trial import ENDINGS
    kind = os.environ.get('SITE') or 'plain'
    if kind not in PLACES:
        sys.exit(f'SITE={kind}: it is one of {", ".join(PLACES)}')
    place, library = os.path.join(build, 'tests', PLACES[kind]), os.path.join(build, 'tests', 'crash', 'points.so')
    phases = make_phases(place, library, PROGRAM, kind == 'encrypted')
    trials = plan(phases, ENDINGS)
    setting = lambda name, otherwise: int(os.environ.get(name) or otherwise)
    if os.environ.get('ONLY'):
        name, number, again, ending = os.environ['ONLY'].split(':')
        index = [phase.name for phase in phases].index(name)
        trials = [(index, int(number), int(again), ending)]
    trials = trials[setting('FROM', 1) - 1::setting('EVERY', 1)]
    trials = trials[:setting('KILLS', len(trials))]
    print(f'{sum(len(phase.labels) for phase in phases)} points in {len(phases)} phases, {len(trials)} trials', flush=True)
    found = run(place, library, PROGRAM, phases, trials, setting('JOBS', 2),
                None if os.environ.get('ONLY') else os.path.join(place, 'done'))
    failed = [trial for trial, _, wrong in found if wrong is not None]
    known = collections.Counter(plain(label) for phase in phases for label in phase.labels)
    hit = {plain(label) for _, labels, _ in found for label in labels if label}
    print(f'kinds of points ended at: {len(hit & set(known))} of {len(known)}'
          + (f' ({len(hit - set(known))} more in recoveries)' if hit - set(known) else ''))
    for trial in failed:
        print(f'FAIL: sweep/{words(phases, trial)}')
    print(f'{len(found) - len(failed)} passed, {len(failed)} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
