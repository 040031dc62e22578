/*
 * The panel with brightness, contrast and inversion of the pictures on the screen.
 */
const Adjust = (() => {
    'use strict';
    const { make, button } = Dom;
    const LEAST = 20, MOST = 300, STEP = 5;

    /** `pictures()` gives [{label, words}] shown now; `changed()` is called after each change. */
    const create = (pictures, changed) => {
        const panel = make('div', { class: 'adjust', hidden: true, role: 'group', 'aria-label': _('Display only: brightness, contrast, inversion') });
        const opener = button(_('Adjust'), () => toggle(), { 'aria-expanded': 'false' });

        const mark = () => {
            const adjusted = pictures().some((one) => !Displays.plain(one.label));
            opener.textContent = adjusted ? _('Adjusted') : _('Adjust');
            opener.classList.toggle('active', adjusted);
        };

        const row = (one) => {
            const setting = Displays.of(one.label);
            const slide = (name, words) => Fields.slider({ label: words, least: LEAST, most: MOST, step: STEP, value: setting[name],
                words: (value) => `${value} %`, act: (value) => { Displays.of(one.label)[name] = value; mark(); changed(); } });
            const invert = make('input', { type: 'checkbox', checked: setting.invert });
            invert.addEventListener('change', () => { Displays.of(one.label).invert = invert.checked; mark(); changed(); });
            const sliders = [slide('brightness', _('Brightness')), slide('contrast', _('Contrast'))];
            return make('fieldset', {}, make('legend', {}, one.words), sliders[0].node, sliders[1].node,
                make('label', { class: 'choice check' }, invert, make('span', {}, _('Invert'))),
                button(_('As it is'), () => { Displays.reset(one.label); refresh(); mark(); changed(); }));
        };

        const refresh = () => {
            if (!panel.hidden)
                panel.replaceChildren(...pictures().map(row), make('p', { class: 'hint' },
                    _('Changes the display only. No picture is made from it; the settings are noted with your decision.')));
            mark();
        };

        const toggle = () => {
            panel.hidden = !panel.hidden;
            opener.setAttribute('aria-expanded', String(!panel.hidden));
            refresh();
            if (!panel.hidden)
                panel.querySelector('input').focus();
        };

        return { panel, opener, toggle, refresh };
    };

    return { create };
})();
