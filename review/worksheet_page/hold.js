/*
 * A hold: one point, released or refused by the role it names.
 */
const Hold = (() => {
    'use strict';
    const { make, image, pairs } = Dom;
    const OUTCOME = [['release', _('Release the request for intake')], ['refuse', _('Refuse the request')]];

    const create = () => {
        const { hold, images } = Data.facts;
        const point = pairs([[_('Hold'), String(hold.number)], [_('Rule'), hold.clause], [_('To be decided by'), hold.role], [_('Why it is held'), hold.reason]]);
        point.classList.add('tall');
        const submitted = images.map((one) => make('li', { class: 'block' }, image(one.label, false, _`Submitted image ${one.label}`, ''),
            pairs([[_('File'), one.file], [_('Source'), Data.words.sources[one.source || '']], [_('Captured'), Data.time(one.capturedAt)]])));
        const held = make('section', { class: 'block' }, make('h3', {}, _('The point to decide')), point);
        Steps.add({ name: 'point', title: _('The point'), done: (state) => Boolean(state.seen), shown: () => {
            Displays.watch(() => []);
            Draft.note((state) => { state.seen = true; });
        }, content: make('div', { class: 'columns wide', tabIndex: 0, role: 'group', 'aria-label': _('What is held') },
            make('div', { class: 'blocks' }, held, Request.block()), make('ul', { class: 'held-images' }, submitted)) });
        Outcome.add({ choices: OUTCOME, faults, left: make('p', { class: 'hint' }, _('Nothing is released by time.')) });
        Finish.create(faults);
    };

    const faults = (state) => [...(state.outcome ? [] : [{ step: 'outcome', words: _('Choose an outcome.') }]),
        ...(Lock.tidy(state.reasons) ? [] : [{ step: 'outcome', words: _('Give your reasons.') }])];

    return { create };
})();
