/*
 * Step 2 of the comparison: the whole list, each candidate disposed of; the order in which that was done is kept.
 */
const Screening = (() => {
    'use strict';
    const set = (state, label, disposition) => {
        const before = state.dispositions[label];
        const places = Object.values(state.dispositions).map((one) => one.position);
        state.dispositions[label] = { disposition, at: Moment.now(), position: before ? before.position : Math.max(0, ...places) + 1 };
    };
    const get = (state, label) => (state.dispositions[label] || {}).disposition || '';
    const open = (state) => Data.candidates.filter((label) => !get(state, label));
    const possible = (state) => Data.candidates.filter((label) => get(state, label) === 'possible');

    const create = () => {
        const judging = Judging.create({ step: 'screening', legend: _('Candidates'), choices: Words.DISPOSITION, get, set });
        Steps.add({ name: 'screening', title: _('Screening'), content: judging.node, shown: judging.shown, left: judging.view.stop,
            done: (state) => Boolean(state.lock) && open(state).length === 0,
            closed: (state) => (state.lock ? '' : _('Describe the probe alone and lock it first: that comes before any candidate.')) });
    };

    return { create, open, possible, get };
})();
