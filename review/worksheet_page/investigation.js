/*
 * The comparison: probe alone, screening, one to one, opinion.
 */
const Investigation = (() => {
    'use strict';
    const faults = (state) => {
        const found = [];
        if (!state.lock)
            found.push({ step: 'probe', words: _('Describe the probe alone, and lock it.') });
        const open = Screening.open(state);
        if (open.length > 0 && state.outcome !== 'search-again')
            found.push({ step: 'screening',
                words: _`${open.length} candidates have no disposition: ${open.slice(0, 6).join(', ')}${open.length > 6 ? ' …' : ''}` });
        const again = state.outcome === 'search-again' && state.chosen ? Prepare.faults(state).map((words) => ({ step: 'prepare', words })) : [];
        return [...found, ...Opinion.faults(state), ...again];
    };

    /** Another probe is made ready only for another search. */
    const notAgain = (state) => state.outcome !== 'search-again';

    const create = () => {
        ProbeAlone.create();
        Screening.create();
        OneToOne.create();
        Opinion.create();
        Images.create(notAgain);
        Prepare.create(notAgain);
        Finish.create(faults);
    };

    return { create };
})();
