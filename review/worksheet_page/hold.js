/*
 * A hold: one point, released or refused by the role it names.
 */
const Hold = (() => {
    'use strict';
    const { make, image, pairs } = Dom;
    const OUTCOME = [['release', 'Release the request for intake'], ['refuse', 'Refuse the request']];

    const create = () => {
        const { hold, images } = Data.facts;
        const point = pairs([['Hold', String(hold.number)], ['Rule', hold.clause], ['To be decided by', hold.role], ['Why it is held', hold.reason]]);
        point.classList.add('tall');
        const submitted = images.map((one) => make('li', { class: 'block' }, image(one.label, false, `Submitted image ${one.label}`, ''),
            pairs([['File', one.file], ['Source', Data.words.sources[one.source || '']], ['Captured', Data.time(one.capturedAt)]])));
        const held = make('section', { class: 'block' }, make('h3', {}, 'The point to decide'), point);
        Steps.add({ name: 'point', title: 'The point', done: (state) => Boolean(state.seen), shown: () => {
            Displays.watch(() => []);
            Draft.note((state) => { state.seen = true; });
        }, content: make('div', { class: 'columns wide', tabIndex: 0, role: 'group', 'aria-label': 'What is held' },
            make('div', { class: 'blocks' }, held, Request.block()), make('ul', { class: 'held-images' }, submitted)) });
        Outcome.add({ choices: OUTCOME, faults, left: make('p', { class: 'hint' }, 'Nothing is released by time.') });
        Finish.create(faults);
    };

    const faults = (state) => [...(state.outcome ? [] : [{ step: 'outcome', words: 'Choose an outcome.' }]),
        ...(Lock.tidy(state.reasons) ? [] : [{ step: 'outcome', words: 'Give your reasons.' }])];

    return { create };
})();
