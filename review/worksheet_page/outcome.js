/*
 * The step in which the outcome is chosen and reasoned, of the stages that end with one.
 */
const Outcome = (() => {
    'use strict';
    const { make } = Dom;

    const set = (member) => (state, value) => { state[member] = value; };

    /** `choices` [[code, words]], `faults(state)` of the stage; `left` and `right` nodes below the choices and the reasons. */
    const add = ({ choices, faults, label = _('Reasons'), hint = '', left = null, right = null, closed = () => '' }) => {
        const outcome = Fields.radios({ name: _('Outcome'), legend: _('Outcome'), choices, get: (state) => state.outcome, set: set('outcome') });
        const reasons = Fields.text({ name: _('Reasons'), label, hint, rows: 7, get: (state) => state.reasons, set: set('reasons') });
        Steps.add({ name: 'outcome', title: _('Outcome'), closed, done: (state) => Boolean(state.outcome) && faults(state).length === 0,
            shown: () => Displays.watch(() => []),
            content: make('div', { class: 'columns' }, make('div', {}, outcome, left), make('div', {}, reasons, right)) });
    };

    return { add };
})();
