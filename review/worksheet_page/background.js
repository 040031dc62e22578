/*
 * The background check: who the named candidate is, what was looked at, and what speaks against.
 */
const Background = (() => {
    'use strict';
    const { make, button, pairs } = Dom;
    // Offered to be answered; one without a finding is not part of the decision.
    const USUAL = ['Custody, hospital or travel at the time of the event', 'Age at the time of the event, against the person in the probe',
        'Height and build, against the scene', 'Scars, marks and tattoos that should be visible and are not, or the reverse',
        'Hair, beard and weight in photos taken nearest to the event', 'A close relative or twin who resembles the candidate',
        'Earlier searches of this case with another result', 'Deceased before the event'];
    const OUTCOME = [['proceed', 'Proceed to peer review'], ['return', 'Return to the comparison: a conflict needs another look at the list'],
        ['none', 'Nobody: the candidate is dropped, and no other is put forward']];

    const items = (state) => [...USUAL.map((what, i) => ({ what, finding: (state.checks || {})[i] })), ...state.items]
        .filter((one) => Lock.tidy(one.what) && Lock.tidy(one.finding));
    const conflicts = (state) => state.conflicts.filter((one) => Lock.tidy(one));

    const biography = (one) => {
        if (!one)
            return make('p', {}, 'The repository holds no biographical data for this photo.');
        const list = pairs([['Name', one.name], ['Born', one.dateOfBirth], ['Also known as', (one.aliases || []).join(', ')],
            ...(one.identifiers || []).map((id) => [id.kind, id.value]), ['Note', one.note]]);
        list.classList.add('tall');
        return list;
    };

    const who = () => {
        const candidate = Data.facts.candidate, comparison = Data.facts.comparison || {};
        const view = Compare.create({ left: { label: 'P01', words: 'Probe' }, step: 'who' });
        const photo = pairs([['Photo', candidate.photo], ['Captured', Data.time(candidate.capturedAt)],
            ['Lawful source', Data.words.sources[candidate.source || '']], ['Citation', candidate.sourceCitation]]);
        const signed = pairs([['Your opinion', comparison.rating === undefined ? '' : Words.signed(comparison.rating)], ['Signed', Data.time(comparison.at)],
            ['Limitations', comparison.limitations], ...(comparison.amended || []).map((one) => [`Before, ${Data.time(one.at)}`,
                `${Words.signed(one.rating)}; ${one.limitations}`])]);
        photo.classList.add('tall');
        signed.classList.add('tall');
        Steps.add({ name: 'who', title: 'Who it is', left: view.stop, done: (state) => Boolean(state.seen), shown: () => {
            view.setRight({ label: candidate.label, words: `Candidate ${candidate.label}` });
            Displays.watch(view.showing);
            view.draw();
            Draft.note((state) => { state.seen = true; });
        }, content: make('div', { class: 'split' }, make('div', { class: 'left' }, view.node),
            make('div', { class: 'right scroll blocks', tabIndex: 0, role: 'group', 'aria-label': 'What is known' }, make('section', { class: 'block' }, make('h3', {}, 'What the repository holds'), biography(candidate.biography)),
            make('section', { class: 'block' }, make('h3', {}, 'The photo'), photo),
            make('section', { class: 'block' }, make('h3', {}, 'Your comparison, as signed'), signed), Request.block())) });
    };

    /** Rows that can be added and removed, of `count` texts each. */
    const growing = ({ words, empty, columns, of }) => {
        const list = make('ul', { class: 'growing' });
        let shown = -1;
        const build = (rows) => list.replaceChildren(...rows.map((_, index) => make('li', {}, columns.map(({ label, get, set }) =>
            Fields.cell({ name: label, label: `${label} ${index + 1}`, placeholder: label, get: (state) => get(of(state)[index]),
                set: (state, value) => set(of(state), index, value) })),
        button('Remove', () => Draft.change(`Remove ${words}`, (state) => of(state).splice(index, 1)), { 'aria-label': `Remove ${words} ${index + 1}` }))));
        const add = button(`Add ${words}`, () => {
            Draft.change(`Add ${words}`, (state) => of(state).push(empty()));
            list.querySelector('li:last-child input').focus();
        });
        Draft.subscribe((state) => {
            if (of(state).length !== shown) {
                shown = of(state).length;
                build(of(state));
            }
        });
        return make('div', {}, list, add);
    };

    const checks = () => {
        const body = make('tbody', {}, USUAL.map((what, i) => make('tr', {}, make('th', { scope: 'row' }, what), make('td', {}, Fields.cell({
            name: what, label: `Finding: ${what}`, get: (state) => (state.checks || {})[i],
            set: (state, value) => { state.checks = { ...(state.checks || {}), [i]: value }; } })))));
        const none = Fields.check({ name: 'No conflict', label: 'I looked for conflicts and found none', get: (state) => state.noConflicts,
            set: (state, value) => { state.noConflicts = value; } });
        Steps.add({ name: 'checks', title: 'Conflicts', shown: () => Displays.watch(() => []),
            done: (state) => items(state).length > 0 && (state.noConflicts || conflicts(state).length > 0),
            content: make('div', { class: 'columns wide' }, make('div', {}, make('h3', {}, 'What you looked at, and what it gave'),
                make('table', { class: 'plain checks' }, make('thead', { class: 'unseen' }, make('tr', {}, make('th', { scope: 'col' }, 'Looked at'),
                    make('th', { scope: 'col' }, 'Finding'))), body),
                growing({ words: 'something else', empty: () => ({ what: '', finding: '' }), of: (state) => state.items, columns: [
                    { label: 'Looked at', get: (one) => (one || {}).what, set: (all, i, value) => { all[i].what = value.slice(0, 200); } },
                    { label: 'Finding', get: (one) => (one || {}).finding, set: (all, i, value) => { all[i].finding = value; } }] })),
            make('div', {}, make('h3', {}, 'What speaks against the candidate'),
                make('p', { class: 'hint' }, 'A conflict is not explained away here; it is written down.'),
                growing({ words: 'conflict', empty: () => '', of: (state) => state.conflicts, columns: [
                    { label: 'Conflict', get: (one) => one, set: (all, i, value) => { all[i] = value; } }] }), none)) });
    };

    const create = () => {
        who();
        checks();
        Outcome.add({ choices: OUTCOME, faults, hint: 'Needed unless you proceed without a conflict.' });
        Finish.create(faults);
    };

    const faults = (state) => {
        const found = [];
        const need = (holds, step, words) => { if (!holds) found.push({ step, words }); };
        need(state.outcome, 'outcome', 'Choose an outcome.');
        if (state.outcome === 'proceed') {
            need(items(state).length > 0, 'checks', 'Write down at least one thing you looked at, with its finding.');
            need(state.noConflicts || conflicts(state).length > 0, 'checks', 'Write down what speaks against the candidate, or that you found nothing.');
        }
        need(!(state.noConflicts && conflicts(state).length > 0), 'checks', 'You wrote down a conflict, and that there is none.');
        if (state.outcome && (state.outcome !== 'proceed' || conflicts(state).length > 0))
            need(Lock.tidy(state.reasons), 'outcome', 'Give your reasons.');
        return found;
    };

    return { create, items, conflicts };
})();
