/*
 * Form controls tied to the draft: they show what it holds and change it when used.
 *
 * `get(state)` reads a value, `set(state, value)` writes it. A control that has the keyboard is not overwritten
 * while somebody types in it, except by undo.
 */
const Fields = (() => {
    'use strict';
    const { make, uniqueId } = Dom;

    const bindText = (control, name, get, set) => {
        control.addEventListener('input', () => Draft.change(name, (state) => set(state, control.value), true));
        Draft.subscribe((state) => {
            const value = get(state) || '';
            if (control.value !== value)
                control.value = value;
        });
    };

    /** A labelled text of one line, or of several with `rows`. */
    const text = ({ name, label = name, get, set, rows = 0, hint = '', most = rows ? 8000 : 200, placeholder = '' }) => {
        const id = uniqueId('text');
        const control = rows ? make('textarea', { id, rows: String(rows) }) : make('input', { id, type: 'text' });
        control.maxLength = most;
        control.placeholder = placeholder;
        control.spellcheck = rows > 0;
        control.autocomplete = 'off';
        if (hint)
            control.setAttribute('aria-describedby', `${id}-hint`);
        bindText(control, name, get, set);
        return make('div', { class: 'field' }, make('label', { for: id }, label),
            hint ? make('p', { class: 'hint', id: `${id}-hint` }, hint) : null, control);
    };

    /** A text without a visible label, for a cell of a table. */
    const cell = ({ name, label, get, set, placeholder = '' }) => {
        const control = make('input', { type: 'text', 'aria-label': label, placeholder });
        control.maxLength = 1000;
        control.autocomplete = 'off';
        bindText(control, name, get, set);
        return control;
    };

    /** Choices of which one holds: [[code, words, key?], …]. */
    const radios = ({ name, legend, choices, get, set, className = '', hiddenLegend = false }) => {
        const group = uniqueId('choice');
        const inputs = choices.map(([code, words, key]) => {
            const input = make('input', { type: 'radio', name: group, value: String(code) });
            input.addEventListener('change', () => Draft.change(`${name}: ${words}`, (state) => set(state, code)));
            return { code, input, node: make('label', { class: 'choice' }, input, make('span', {}, words),
                key ? make('kbd', { 'aria-hidden': 'true' }, key) : null) };
        });
        Draft.subscribe((state) => inputs.forEach(({ code, input }) => { input.checked = get(state) === code; }));
        return make('fieldset', { class: `radios ${className}` }, make('legend', { class: hiddenLegend ? 'unseen' : '' }, legend),
            inputs.map((entry) => entry.node));
    };

    const check = ({ name, label, get, set }) => {
        const input = make('input', { type: 'checkbox' });
        input.addEventListener('change', () =>
            Draft.change(`${name}: ${input.checked ? 'yes' : 'no'}`, (state) => set(state, input.checked)));
        Draft.subscribe((state) => { input.checked = Boolean(get(state)); });
        return make('label', { class: 'choice check' }, input, make('span', {}, label));
    };

    /** A slider with its value in words beside it; not part of the draft. */
    const slider = ({ label, least, most, step, value, words, act }) => {
        const id = uniqueId('slider');
        const input = make('input', { id, type: 'range', min: String(least), max: String(most), step: String(step) });
        const output = make('output', { for: id });
        const show = () => {
            output.textContent = words(Number(input.value));
            input.setAttribute('aria-valuetext', output.textContent);
        };
        input.value = String(value);
        input.addEventListener('input', () => { show(); act(Number(input.value)); });
        show();
        return { node: make('div', { class: 'slider' }, make('label', { for: id }, label), input, output), input,
            set: (to) => { input.value = String(to); show(); } };
    };

    return { text, cell, radios, check, slider };
})();
