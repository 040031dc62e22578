/*
 * The comparison: probe alone, screening, one to one, opinion.
 */
const Investigation = (() => {
    'use strict';
    const faults = (state) => {
        const found = [];
        if (!state.lock)
            found.push({ step: 'probe', words: 'Describe the probe alone, and lock it.' });
        const open = Screening.open(state);
        if (open.length > 0 && state.outcome !== 'search-again')
            found.push({ step: 'screening', words: `${open.length} candidates have no disposition: ${open.slice(0, 6).join(', ')}${open.length > 6 ? ' …' : ''}` });
        return [...found, ...Opinion.faults(state)];
    };

    const create = () => {
        ProbeAlone.create();
        Screening.create();
        OneToOne.create();
        Opinion.create();
        Finish.create(faults);
    };

    return { create };
})();
