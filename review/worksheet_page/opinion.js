/*
 * Step 4 of the comparison: the opinion. Nothing here is computed from the grid.
 */
const Opinion = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;
    const OUTCOME = [['candidate', _('Name one candidate, to be checked and reviewed by others')],
        ['none', _('Nobody: no candidate is put forward')], ['search-again', _('Search again')]];

    const create = () => {
        const id = uniqueId('named');
        const select = make('select', { id });
        select.addEventListener('change', () => Draft.change(_`Named: ${select.value || 'nobody'}`, (state) => { state.named = select.value; }));
        Draft.subscribe((state) => {
            const possible = Screening.possible(state);
            select.replaceChildren(make('option', { value: '' }, possible.length > 0 ? _('Choose') : _('No candidate is “possible”')),
                ...possible.map((label) => make('option', { value: label }, label)));
            select.value = possible.includes(state.named) ? state.named : '';
        });
        const named = make('div', { class: 'field choose' }, make('label', { for: id }, _('Candidate named')), select);
        const rating = Fields.radios({ name: _('Opinion'), legend: _('Opinion on the candidate named, from −3 to +3'), className: 'rating',
            choices: Words.RATING.map(([code, words]) => [code, `${Words.signed(code)}  ${words}`]), get: (state) => state.rating,
            set: (state, value) => { state.rating = value; } });
        const candidate = make('div', { class: 'when-candidate' }, named, rating);
        const again = make('div', { class: 'when-again' }, make('p', {},
            _('The same probe is searched once more, unless you choose another image, other edits or other eyes:')),
            button(_('The same probe'), () => Draft.change(_('The same probe'), (state) => { state.chosen = ''; })),
            button(_('Another image, edits or eyes'), () => Steps.go('images')));
        Draft.subscribe((state) => {
            candidate.hidden = state.outcome !== 'candidate';
            again.hidden = state.outcome !== 'search-again';
            again.children[1].setAttribute('aria-pressed', String(!state.chosen));
            again.children[2].setAttribute('aria-pressed', String(Boolean(state.chosen)));
        });
        const outcome = Fields.radios({ name: _('Outcome'), legend: _('Outcome'), choices: OUTCOME, get: (state) => state.outcome,
            set: (state, value) => { state.outcome = value; } });
        const limitations = Fields.text({ name: _('Limitations'), label: _('Limitations of this comparison'), rows: 4,
            hint: _('“None seen” is an answer. The report prints this.'), get: (state) => state.limitations,
            set: (state, value) => { state.limitations = value; } });
        const reasons = Fields.text({ name: _('Reasons'), label: _('Reasons'), rows: 6, hint: _('What you see, and what else could explain it. A match is a lead, never more.'),
            get: (state) => state.reasons, set: (state, value) => { state.reasons = value; } });
        Steps.add({ name: 'opinion', title: _('Opinion'), done: (state) => faults(state).length === 0 && Boolean(state.outcome),
            closed: (state) => (state.lock ? '' : _('Describe the probe alone and lock it first: that comes before any candidate.')),
            shown: () => Displays.watch(() => []),
            content: make('div', { class: 'columns' }, make('div', {}, outcome, candidate, again), make('div', {}, limitations, reasons)) });
    };

    /** What is missing, each with the step where it is. */
    const faults = (state) => {
        const found = [];
        const need = (holds, step, words) => { if (!holds) found.push({ step, words }); };
        need(state.outcome, 'opinion', _('Choose an outcome.'));
        if (state.outcome === 'candidate') {
            need(Screening.possible(state).includes(state.named), 'opinion', _('Name a candidate whose disposition is “possible”.'));
            need(state.rating !== null, 'opinion', _('Give your opinion, from −3 to +3.'));
            need(state.rating === null || state.rating > 0, 'opinion', _('An opinion of 0 or less does not support naming anybody: name nobody, or judge again.'));
            need(Lock.tidy(state.limitations), 'opinion', _('Say what limits the comparison.'));
            if (state.named) {
                need(state.searched[state.named], 'one', _`Close the search for dissimilarities of ${state.named}.`);
                need(Grid.open(state, state.named) === 0, 'one', _`${Grid.open(state, state.named)} components of ${state.named} have no finding.`);
            }
        }
        need(Lock.tidy(state.reasons), 'opinion', _('Give your reasons.'));
        return found;
    };

    return { create, faults };
})();
