/*
 * Intake: the basis, the images, the probe made ready, the outcome.
 */
const Intake = (() => {
    'use strict';
    const OUTCOME = [['confirm', _('Confirm: the basis holds and the probe can be searched')],
        ['unsuitable', _('Unsuitable: no image can be compared; the requester is told and may send others')],
        ['refuse', _('Refuse: the request may not be taken on')]];

    const create = () => {
        Basis.create();
        Images.create();
        Prepare.create();
        const help = Fields.text({ name: _('What would help'), label: _('What would help'), rows: 4, hint: _('The requester reads this: which pictures to look for.'),
            get: (state) => state.whatWouldHelp, set: (state, value) => { state.whatWouldHelp = value; } });
        Draft.subscribe((state) => { help.hidden = state.outcome !== 'unsuitable'; });
        Outcome.add({ choices: OUTCOME, faults, right: help,
            hint: _('The requester reads them with “unsuitable” and “refuse”; then name the clause, or what is wrong with the image.') });
        Finish.create(faults);
    };

    const faults = (state) => {
        const found = [];
        const need = (holds, step, words) => { if (!holds) found.push({ step, words }); };
        need(state.outcome, 'outcome', _('Choose an outcome.'));
        if (state.outcome === 'confirm') {
            need(Basis.open(state).length === 0, 'basis', _`Confirm ${Basis.open(state).join(', ')}, or choose another outcome.`);
            Prepare.faults(state).forEach((words) => need(false, state.chosen ? 'prepare' : 'images', words));
        } else if (state.outcome) {
            need(Lock.tidy(state.reasons), 'outcome', _('Give your reasons.'));
        }
        if (state.outcome === 'unsuitable')
            need(Lock.tidy(state.whatWouldHelp), 'outcome', _('Say what would help.'));
        return found;
    };

    return { create };
})();
