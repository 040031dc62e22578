/*
 * The peer's review: every photo possible, not, or cannot say, with a reason. Which photo another person named is
 * not in this file.
 */
const Peer = (() => {
    'use strict';
    const { make } = Dom;
    const entry = (state, label) => state.marks[label] || (state.marks[label] = {});
    const get = (state, label) => (state.marks[label] || {}).mark || '';
    const open = (state) => Data.candidates.filter((label) => !get(state, label));

    const create = () => {
        let current = () => '';
        const note = make('div', { class: 'reason' });
        const judging = Judging.create({ step: 'photos', legend: _('Photos'), choices: Words.MARK, get,
            set: (state, label, mark) => { entry(state, label).mark = mark; },
            extra: (which) => {
                current = which;
                note.append(Fields.text({ name: _('Reason'), label: _('Reason: dissimilarities first'), rows: 2, most: 2000,
                    get: (state) => (state.marks[current()] || {}).reason, set: (state, value) => { entry(state, current()).reason = value; } }));
                return note;
            } });
        const area = note.querySelector('textarea');
        judging.onGo((label) => {
            area.value = (Draft.state.marks[label] || {}).reason || '';
            note.querySelector('label').textContent = _`Reason for ${label}: dissimilarities first`;
        });
        Steps.add({ name: 'photos', title: _('Photos'), content: judging.node, shown: judging.shown, left: judging.view.stop,
            done: (state) => open(state).length === 0 });
        const facts = Data.facts;
        Steps.add({ name: 'reasons', title: _('Reasons'), done: (state) => Boolean(Lock.tidy(state.reasons)), shown: () => Displays.watch(() => []),
            content: make('div', { class: 'columns' }, make('div', {}, facts.note ? make('p', {}, facts.note) : null,
                make('p', {}, _('More than one photo may be possible, and none may be. Do not talk about the item with anybody before you have signed.')),
                Fields.text({ name: _('Reasons'), label: _('Reasons for the whole'), rows: 8, hint: _('What you see, and what else could explain it.'),
                    get: (state) => state.reasons, set: (state, value) => { state.reasons = value; } })), summary()) });
        Draft.change('', (state) => { state.outcome = 'complete'; });
        Draft.seal();
        Finish.create(faults);
    };

    const summary = () => {
        const body = make('tbody', {});
        Draft.subscribe((state) => body.replaceChildren(...Data.candidates.map((label) => make('tr', {}, make('th', { scope: 'row' }, label),
            make('td', {}, Words.of(Words.MARK, get(state, label)) || 'open'), make('td', {}, (state.marks[label] || {}).reason || '')))));
        return make('div', {}, make('table', { class: 'plain' }, make('caption', {}, _('Your marks')), make('thead', {}, make('tr', {},
            [_('Photo'), _('Mark'), _('Reason')].map((words) => make('th', { scope: 'col' }, words)))), body));
    };

    const faults = (state) => {
        const found = [];
        const left = open(state);
        if (left.length > 0)
            found.push({ step: 'photos', words: _`Mark ${left.join(', ')}: every photo needs one.` });
        const bare = Data.candidates.filter((label) => get(state, label) && !Lock.tidy((state.marks[label] || {}).reason));
        if (bare.length > 0)
            found.push({ step: 'photos', words: _`Give a reason for ${bare.join(', ')}.` });
        if (!Lock.tidy(state.reasons))
            found.push({ step: 'reasons', words: _('Give your reasons for the whole.') });
        return found;
    };

    return { create };
})();
