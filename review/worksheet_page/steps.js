/*
 * The steps of a worksheet: one is shown at a time, all are printed.
 *
 * A step may be closed until another is done; it then says why. Its mark (done, open) is in words too.
 */
const Steps = (() => {
    'use strict';
    const { make, button, hidden } = Dom;
    const steps = [];   // {name, title, section, tab, mark, done(state), closed(state), shown()}
    let current = '', open = null;

    const find = (name) => steps.find((step) => step.name === name);

    /** `done(state)` true when nothing is missing, `closed(state)` why it cannot be opened yet ('' when it can), `away(state)`
     *  whether it plays no part. */
    const add = ({ name, title, content, done = () => false, closed = () => '', away = () => false, shown = () => {}, left = () => {} }) => {
        const section = make('section', { class: `step step-${name}`, 'aria-labelledby': `title-${name}`, hidden: true },
            make('h2', { id: `title-${name}`, class: 'step-title', tabIndex: -1 }, title), content);
        const mark = make('span', { class: 'mark', 'aria-hidden': 'true' });
        const words = hidden('');
        const tab = make('li', {}, button([mark, make('span', {}, title), words], () => go(name), { class: 'step-tab' }));
        steps.push({ name, title, section, tab, mark, words, done, closed, away, shown, left });
    };

    const go = (name, focus = true) => {
        const step = find(name);
        const why = step.away(Draft.state) ? _('This step plays no part with the outcome chosen.') : step.closed(Draft.state);
        if (why) {
            Dom.announce(why);
            Header.say(why);
            return;
        }
        if (open && open !== step)
            open.left();
        steps.forEach((one) => { one.section.hidden = one !== step; });
        current = name;
        open = step;
        refresh(Draft.state);
        step.shown();
        window.scrollTo(0, 0);
        if (focus)
            document.getElementById(`title-${name}`).focus({ preventScroll: true });
    };

    /** Those that play a part, in their order: what the numbers stand for. */
    const present = (state) => steps.filter((step) => !step.away(state));

    const refresh = (state) => steps.forEach((step) => {
        const done = step.done(state), why = step.closed(state);
        const tab = step.tab.firstChild;
        step.tab.hidden = step.away(state);
        step.section.classList.toggle('away', step.away(state));
        step.mark.textContent = done ? '✓' : why ? '–' : String(present(state).indexOf(step) + 1);
        step.words.textContent = done ? ' (done)' : why ? _(' (not open yet)') : '';
        tab.classList.toggle('done', done);
        tab.setAttribute('aria-disabled', why ? 'true' : 'false');
        if (step.name === current)
            tab.setAttribute('aria-current', 'step');
        else
            tab.removeAttribute('aria-current');
    });

    const goNumber = (number) => {
        const step = present(Draft.state)[number - 1];
        return step ? go(step.name) : false;
    };

    const start = () => {
        const main = make('main', {}, steps.map((step) => step.section));
        document.body.append(main);
        Draft.subscribe(refresh);
        go((steps.find((step) => !step.done(Draft.state) && !step.closed(Draft.state) && !step.away(Draft.state)) || steps[0]).name, false);
    };

    return { add, go, goNumber, start, get current() { return current; }, names: () => steps.map((step) => step.name),
        title: (name) => find(name).title, tabs: () => steps.map((step) => step.tab) };
})();
