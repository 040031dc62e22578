/*
 * The background check: who the named candidate is, what was looked at, and what speaks against.
 */
const Background = (() => {
    'use strict';
    const { make, button, pairs } = Dom;
    // Offered to be answered; one without a finding is not part of the decision.
    const USUAL = [_('Custody, hospital or travel at the time of the event'), _('Age at the time of the event, against the person in the probe'),
        _('Height and build, against the scene'), _('Scars, marks and tattoos that should be visible and are not, or the reverse'),
        _('Hair, beard and weight in photos taken nearest to the event'), _('A close relative or twin who resembles the candidate'),
        _('Earlier searches of this case with another result'), _('Deceased before the event')];
    const OUTCOME = [['proceed', _('Proceed to peer review')], ['return', _('Return to the comparison: a conflict needs another look at the list')],
        ['none', _('Nobody: the candidate is dropped, and no other is put forward')]];

    const items = (state) => [...USUAL.map((what, i) => ({ what, finding: (state.checks || {})[i] })), ...state.items]
        .filter((one) => Lock.tidy(one.what) && Lock.tidy(one.finding));
    const conflicts = (state) => state.conflicts.filter((one) => Lock.tidy(one));

    const biography = (one) => {
        if (!one)
            return make('p', {}, _('The repository holds no biographical data for this photo.'));
        const list = pairs([[_('Name'), one.name], [_('Born'), one.dateOfBirth], [_('Also known as'), (one.aliases || []).join(', ')],
            ...(one.identifiers || []).map((id) => [id.kind, id.value]), [_('Note'), one.note]]);
        list.classList.add('tall');
        return list;
    };

    const who = () => {
        const candidate = Data.facts.candidate, comparison = Data.facts.comparison || {};
        const view = Compare.create({ left: { label: 'P01', words: _('Probe') }, step: 'who' });
        const photo = pairs([[_('Photo'), candidate.photo], [_('Captured'), Data.time(candidate.capturedAt)],
            [_('Lawful source'), Data.words.sources[candidate.source || '']], [_('Citation'), candidate.sourceCitation]]);
        const signed = pairs([[_('Your opinion'), comparison.rating === undefined ? '' : Words.signed(comparison.rating)], [_('Signed'), Data.time(comparison.at)],
            [_('Limitations'), comparison.limitations], ...(comparison.amended || []).map((one) => [_`Before, ${Data.time(one.at)}`,
                `${Words.signed(one.rating)}; ${one.limitations}`])]);
        photo.classList.add('tall');
        signed.classList.add('tall');
        Steps.add({ name: 'who', title: _('Who it is'), left: view.stop, done: (state) => Boolean(state.seen), shown: () => {
            view.setRight({ label: candidate.label, words: _`Candidate ${candidate.label}` });
            Displays.watch(view.showing);
            view.draw();
            Draft.note((state) => { state.seen = true; });
        }, content: make('div', { class: 'split' }, make('div', { class: 'left' }, view.node),
            make('div', { class: 'right scroll blocks', tabIndex: 0, role: 'group', 'aria-label': _('What is known') }, make('section', { class: 'block' }, make('h3', {}, _('What the repository holds')), biography(candidate.biography)),
            make('section', { class: 'block' }, make('h3', {}, _('The photo')), photo),
            make('section', { class: 'block' }, make('h3', {}, _('Your comparison, as signed')), signed), Request.block())) });
    };

    /** Rows that can be added and removed, of `count` texts each. */
    const growing = ({ words, empty, columns, of }) => {
        const list = make('ul', { class: 'growing' });
        let shown = -1;
        const build = (rows) => list.replaceChildren(...rows.map((row, index) => make('li', {}, columns.map(({ label, get, set }) =>
            Fields.cell({ name: label, label: `${label} ${index + 1}`, placeholder: label, get: (state) => get(of(state)[index]),
                set: (state, value) => set(of(state), index, value) })),
        button(_('Remove'), () => Draft.change(_`Remove ${words}`, (state) => of(state).splice(index, 1)), { 'aria-label': _`Remove ${words} ${index + 1}` }))));
        const add = button(_`Add ${words}`, () => {
            Draft.change(_`Add ${words}`, (state) => of(state).push(empty()));
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
            name: what, label: _`Finding: ${what}`, get: (state) => (state.checks || {})[i],
            set: (state, value) => { state.checks = { ...(state.checks || {}), [i]: value }; } })))));
        const none = Fields.check({ name: _('No conflict'), label: _('I looked for conflicts and found none'), get: (state) => state.noConflicts,
            set: (state, value) => { state.noConflicts = value; } });
        Steps.add({ name: 'checks', title: _('Conflicts'), shown: () => Displays.watch(() => []),
            done: (state) => items(state).length > 0 && (state.noConflicts || conflicts(state).length > 0),
            content: make('div', { class: 'columns wide' }, make('div', {}, make('h3', {}, _('What you looked at, and what it gave')),
                make('table', { class: 'plain checks' }, make('thead', { class: 'unseen' }, make('tr', {}, make('th', { scope: 'col' }, _('Looked at')),
                    make('th', { scope: 'col' }, _('Finding')))), body),
                growing({ words: _('something else'), empty: () => ({ what: '', finding: '' }), of: (state) => state.items, columns: [
                    { label: _('Looked at'), get: (one) => (one || {}).what, set: (all, i, value) => { all[i].what = value.slice(0, 200); } },
                    { label: _('Finding'), get: (one) => (one || {}).finding, set: (all, i, value) => { all[i].finding = value; } }] })),
            make('div', {}, make('h3', {}, _('What speaks against the candidate')),
                make('p', { class: 'hint' }, _('A conflict is not explained away here; it is written down.')),
                growing({ words: 'conflict', empty: () => '', of: (state) => state.conflicts, columns: [
                    { label: _('Conflict'), get: (one) => one, set: (all, i, value) => { all[i] = value; } }] }), none)) });
    };

    const create = () => {
        who();
        checks();
        Outcome.add({ choices: OUTCOME, faults, hint: _('Needed unless you proceed without a conflict.') });
        Finish.create(faults);
    };

    const faults = (state) => {
        const found = [];
        const need = (holds, step, words) => { if (!holds) found.push({ step, words }); };
        need(state.outcome, 'outcome', _('Choose an outcome.'));
        if (state.outcome === 'proceed') {
            need(items(state).length > 0, 'checks', _('Write down at least one thing you looked at, with its finding.'));
            need(state.noConflicts || conflicts(state).length > 0, 'checks', _('Write down what speaks against the candidate, or that you found nothing.'));
        }
        need(!(state.noConflicts && conflicts(state).length > 0), 'checks', _('You wrote down a conflict, and that there is none.'));
        if (state.outcome && (state.outcome !== 'proceed' || conflicts(state).length > 0))
            need(Lock.tidy(state.reasons), 'outcome', _('Give your reasons.'));
        return found;
    };

    return { create, items, conflicts };
})();
