/*
 * Going through pictures one after the other against the probe, and saying one thing about each.
 *
 * Screening and the peer's review are this with other words.
 */
const Judging = (() => {
    'use strict';
    const { make, button } = Dom;

    /** `get(state, label)` the code said, `set(state, label, code)`; `extra(current)` more fields below. */
    const create = ({ step, legend, choices, get, set, extra = () => null }) => {
        const labels = Data.candidates;
        const view = Compare.create({ left: { label: 'P01', words: _('Probe') }, step });
        const progress = make('p', { class: 'progress' });
        let current = labels[0] || '';

        const words = (label) => `${Data.stage === 'peer' ? _('Photo') : _('Candidate')} ${label}`;
        const open = (state) => labels.filter((label) => !get(state, label));
        const go = (label) => {
            current = label;
            view.setRight(label ? { label, words: words(label) } : null);
            strip.mark(label);
            refresh(Draft.state);
            onGo.forEach((listener) => listener(label));
            Dom.announce(words(label));
        };
        const onGo = [];
        const shift = (by) => go(labels[(labels.indexOf(current) + by + labels.length) % labels.length]);
        const nextOpen = () => {
            const left = open(Draft.state);
            if (left.length > 0)
                go(left.find((label) => labels.indexOf(label) > labels.indexOf(current)) || left[0]);
        };

        const say = (code) => {
            Draft.change(`${current}: ${Words.of(choices, code)}`, (state) => set(state, current, code));
            Dom.announce(`${current} ${Words.of(choices, code)}. ${progress.textContent}`);
        };
        const buttons = choices.map(([code, text, key]) => {
            const node = button([text, make('kbd', { 'aria-hidden': 'true' }, key)], () => say(code), { value: code, class: `say say-${code}` });
            Keys.add(key.toLowerCase(), _`${text}, and on to the next open one`, () => { say(code); nextOpen(); }, step);
            return node;
        });
        Keys.add('ArrowRight', _('Next picture'), () => shift(1), step);
        Keys.add('ArrowLeft', _('Picture before'), () => shift(-1), step);

        const strip = Strip.create({ labels, legend, choose: go, said: (state, label) => Words.of(choices, get(state, label)) });
        const refresh = (state) => {
            const said = get(state, current);
            buttons.forEach((node) => node.setAttribute('aria-pressed', String(node.value === said)));
            const left = open(state).length;
            progress.textContent = left === 0 ? _`All ${labels.length} are judged.` : _`${left} of ${labels.length} open`;
        };
        Draft.subscribe(refresh);

        const node = make('div', { class: 'split judging' }, make('div', { class: 'left' }, view.node,
            make('div', { class: 'verdict', role: 'group', 'aria-label': _`${legend}: what is said of the picture shown` },
                button('‹', () => shift(-1), { 'aria-label': _('Picture before') }), buttons,
                button('›', () => shift(1), { 'aria-label': _('Next picture') }), button(_('Next open'), nextOpen)),
            extra(() => current)), make('div', { class: 'right scroll' }, progress, strip.node));
        return { node, view, go, nextOpen, onGo: (listener) => onGo.push(listener), open, get current() { return current; },
            shown: () => { if (!view.showing()[1] && current) go(current); Displays.watch(view.showing); view.draw(); } };
    };

    return { create };
})();
