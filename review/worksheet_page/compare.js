/*
 * Two pictures against each other: side by side, one over the other, with a curtain, or by turns.
 *
 * Both move together. Turns are at the person's own pace, or at most three a second; where the system asks for
 * less motion, only by hand.
 */
const Compare = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;
    const VIEWS = [['side-by-side', _('Side by side')], ['overlay', _('Overlay')], ['curtain', _('Curtain')], ['flicker', _('Flicker')]];
    const RATES = [1, 2, 3];
    const still = window.matchMedia(_('(prefers-reduced-motion: reduce)'));

    /** `left` and `right` are {label, words}; `right` may be null (a picture alone). `step`: where its keys work. */
    const create = ({ left, step, views = true }) => {
        const shared = Pane.view();
        const first = Pane.create(shared, _('Picture: arrow keys move, plus and minus zoom'));
        const second = Pane.create(shared, _('Second picture: arrow keys move, plus and minus zoom'));
        let right = null, mode = 'side-by-side', face = true, opacity = 50, curtain = 50, top = true, timer = 0, rate = 2;

        const captions = [make('p', { class: 'caption' }), make('p', { class: 'caption' })];
        const stage = make('div', { class: 'stage' }, make('figure', {}, first.node, captions[0]), make('figure', {}, second.node, captions[1]));
        const zoomWords = make('output', { class: 'zoom' }, '100 %');
        const extra = make('div', { class: 'extra' });
        const fall = (label) => (face && Data.hasFace(label) ? Data.picture(label, true) : Data.picture(label, false));
        const entry = (one) => ({ ...fall(one.label), alt: one.words });

        const apply = () => {
            const [a, b] = mode === 'side-by-side' ? [first.images[0], second.images[0]] : first.images;
            if (a)
                a.style.filter = Displays.filter(left.label);
            if (!b)
                return;
            b.style.filter = right ? Displays.filter(right.label) : '';
            b.style.opacity = mode === 'overlay' ? String(opacity / 100) : mode === 'flicker' && !top ? '0' : '1';
            b.style.clipPath = mode === 'curtain' ? clip(b) : '';
            if (mode === 'flicker')
                captions[0].textContent = top ? right.words : left.words;
        };
        /* The curtain is a line of the pane, so that it stays where it is while the picture moves below it. */
        const clip = (image) => {
            const box = first.node, offset = parseFloat(image.style.left) || 0, width = parseFloat(image.style.width) || 1;
            const line = (box.clientWidth * curtain / 100 - offset) / width * 100;
            return `inset(0 0 0 ${Math.min(100, Math.max(0, line))}%)`;
        };

        const stop = () => { window.clearInterval(timer); timer = 0; };

        const show = () => {
            const two = right && mode === 'side-by-side';
            stage.className = `stage ${right ? mode : 'alone'}`;
            captions[1].parentNode.hidden = !two;
            first.set(two || !right ? [entry(left)] : [entry(left), entry(right)]);
            second.set(two ? [entry(right)] : []);
            captions[0].textContent = two || !right ? left.words : mode === 'overlay' ? _`${right.words} over ${left.words}`
                : mode === 'curtain' ? `${left.words} | ${right.words}` : '';
            captions[1].textContent = two ? right.words : '';
            if (mode !== 'flicker')
                stop();
            apply();
            extras();
        };

        const swap = () => { top = !top; apply(); };
        const run = (on) => {
            stop();
            if (on && !still.matches)
                timer = window.setInterval(swap, 1000 / rate);
            extras();
        };

        const extras = () => {
            if (extra.dataset.mode === `${mode}${timer ? 'on' : ''}` && right)
                return;
            extra.dataset.mode = `${mode}${timer ? 'on' : ''}`;
            const had = extra.contains(document.activeElement);
            if (!right || mode === 'side-by-side')
                extra.replaceChildren();
            else if (mode === 'overlay')
                extra.replaceChildren(Fields.slider({ label: _('Opacity'), least: 0, most: 100, step: 5, value: opacity,
                    words: (value) => `${value} %`, act: (value) => { opacity = value; apply(); } }).node);
            else if (mode === 'curtain')
                extra.replaceChildren(Fields.slider({ label: _('Curtain'), least: 0, most: 100, step: 1, value: curtain,
                    words: (value) => `${value} %`, act: (value) => { curtain = value; apply(); } }).node);
            else
                extra.replaceChildren(button(_('Swap'), swap, { class: 'swap' }), ...(still.matches
                    ? [make('p', { class: 'hint' }, _('By hand only: this computer asks for less motion.'))]
                    : [button(timer ? _('Stop') : _('Run'), () => run(!timer), { class: 'run' }), pace()]));
            if (had)
                (extra.querySelector('.run') || extra.querySelector('button, input') || first.node).focus();
        };
        const pace = () => {
            const id = uniqueId('pace');
            const select = make('select', { id }, RATES.map((one) => make('option', { value: String(one), selected: one === rate }, _`${one} a second`)));
            select.addEventListener('change', () => { rate = Number(select.value); if (timer) run(true); });
            return make('span', { class: 'pace' }, make('label', { for: id, class: 'unseen' }, _('Pace')), select);
        };

        const setMode = (to) => {
            mode = to;
            modes.forEach((one) => one.setAttribute('aria-pressed', String(one.value === to)));
            show();
            Dom.announce(VIEWS.find(([code]) => code === to)[1]);
        };
        const modes = VIEWS.map(([code, words]) => button(words, () => setMode(code), { value: code, 'aria-pressed': String(code === mode) }));
        const faceButton = button(_('Whole photo'), () => setFace(!face), { 'aria-pressed': 'false' });
        const setFace = (to) => {
            face = to;
            faceButton.setAttribute('aria-pressed', String(!face));
            shared.reset();
            show();
        };
        const adjust = Adjust.create(() => [left, right].filter(Boolean), apply);
        shared.onChange((place) => { zoomWords.textContent = `${Math.round(place.zoom * 100)} %`; apply(); });

        const bar = make('div', { class: 'bar', role: 'toolbar', 'aria-label': _('View') },
            views ? make('div', { class: 'modes', role: 'group', 'aria-label': _('How to compare') }, modes) : null, faceButton,
            make('div', { class: 'zooms', role: 'group', 'aria-label': _('Zoom') }, button('−', () => shared.zoomBy(1 / 1.25), { 'aria-label': _('Zoom out') }),
                zoomWords, button('+', () => shared.zoomBy(1.25), { 'aria-label': _('Zoom in') }), button(_('Fit'), shared.reset)),
            adjust.opener);
        stage.append(extra);

        const keys = () => {
            Keys.add('+', _('Zoom in'), () => shared.zoomBy(1.25), step, _('Pictures'));
            Keys.add('-', _('Zoom out'), () => shared.zoomBy(1 / 1.25), step, _('Pictures'));
            Keys.add('0', _('Fit the picture'), shared.reset, step, _('Pictures'));
            Keys.add('w', _('Whole photo, or the aligned face'), () => setFace(!face), step, _('Pictures'));
            Keys.add('b', _('Brightness, contrast, inversion'), adjust.toggle, step, _('Pictures'));
            if (!views)
                return;
            for (const [key, code] of [['a', 0], ['o', 1], ['u', 2], ['f', 3]])
                Keys.add(key, VIEWS[code][1], () => setMode(VIEWS[code][0]), step, _('Pictures'));
            Keys.add('[', _('Overlay, curtain: less'), () => shift(-5), step, _('Pictures'));
            Keys.add(']', _('Overlay, curtain: more'), () => shift(5), step, _('Pictures'));
            Keys.add(' ', _('Flicker: swap'), () => (mode === 'flicker' ? swap() : false), step, _('Pictures'));
        };
        const shift = (by) => {
            if (mode === 'overlay')
                opacity = Math.min(100, Math.max(0, opacity + by));
            else if (mode === 'curtain')
                curtain = Math.min(100, Math.max(0, curtain + by));
            extra.dataset.mode = '';
            extras();
            apply();
        };
        keys();

        /** Another second picture; the view starts anew so that none inherits where the last one was looked at. */
        const setRight = (to) => {
            right = to;
            top = true;
            stop();
            extra.dataset.mode = '';
            adjust.refresh();
            shared.reset();
            show();
        };
        show();
        return { node: make('div', { class: 'compare' }, bar, adjust.panel, stage), setRight, setMode, stop, draw: () => { shared.show(); apply(); },
            showing: () => (right ? [{ label: left.label, view: mode }, { label: right.label, view: mode }] : [{ label: left.label, view: 'alone' }]) };
    };

    return { create };
})();
