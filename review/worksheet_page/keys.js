/*
 * Keyboard shortcuts, and the list of them on "?".
 *
 * A shortcut of one letter is off while somebody types, and can be switched off for good (people who speak to
 * their computer press letters by accident). Each belongs to a step, or to all of them.
 */
const Keys = (() => {
    'use strict';
    const { make, button } = Dom;
    const shortcuts = [];   // {keys: shown, test, act, words, step}
    let dialog = null;

    const typing = (target) => target.closest('input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select');

    /** `key` as KeyboardEvent.key, or 'Control+z'; `step` the name of the step it works in, '' for all; `group` the
     *  heading it is listed under, by default that of the step. */
    const add = (key, words, act, step = '', group = '') => {
        const control = key.startsWith('Control+');
        shortcuts.push({ key: control ? key.slice(8) : key, control, words, act, step, group,
            shown: control ? ['Ctrl', key.slice(8).toUpperCase()] : [shownKey(key)] });
    };

    const shownKey = (key) => ({ ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }[key] ||
        (key.length === 1 ? key.toUpperCase() : key));

    const matches = (shortcut, event) => {
        if (shortcut.control !== (event.ctrlKey || event.metaKey) || event.altKey)
            return false;
        return shortcut.key.length === 1 ? shortcut.key.toLowerCase() === event.key.toLowerCase() : shortcut.key === event.key;
    };

    const pressed = (event) => {
        if (event.defaultPrevented || (dialog && dialog.open) || typing(event.target))
            return;
        const used = shortcuts.find((one) => matches(one, event) && (one.step === '' || one.step === Steps.current) &&
            (one.control || one.key === '?' || Draft.state.shortcuts));
        const nativeUse = event.target.closest('input[type=range], input[type=radio], button, summary') &&
            [' ', 'Enter', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key);
        if (!used || nativeUse || used.act(event) === false)
            return;
        event.preventDefault();
    };

    /** [[heading, shortcuts]]: everywhere, of pictures, then step by step; each once. */
    const groups = () => {
        const found = new Map([[_('Everywhere'), []]]);
        for (const one of shortcuts) {
            const heading = one.group || (one.step === '' ? _('Everywhere') : Steps.title(one.step));
            if (!found.has(heading))
                found.set(heading, []);
            if (!found.get(heading).some((other) => other.key === one.key))
                found.get(heading).push(one);
        }
        return [...found];
    };

    const list = (rows) => make('table', {}, make('thead', { class: 'unseen' }, make('tr', {},
        make('th', { scope: 'col' }, _('Key')), make('th', { scope: 'col' }, _('What it does')))), make('tbody', {}, rows.map((one) =>
        make('tr', {}, make('td', {}, one.shown.map((key) => make('kbd', {}, key))), make('td', {}, one.words)))));

    const help = () => {
        if (!dialog) {
            const off = make('input', { type: 'checkbox' });
            off.addEventListener('change', () => Draft.note((state) => { state.shortcuts = off.checked; }));
            dialog = make('dialog', { class: 'help', 'aria-labelledby': 'help-title' });
            dialog.fill = () => {
                off.checked = Draft.state.shortcuts;
                dialog.replaceChildren(make('h2', { id: 'help-title' }, _('Keyboard')),
                    button(_('Close'), () => dialog.close(), { class: 'primary close', autofocus: true }),
                    make('p', {}, _('Tab and Shift+Tab go through everything; arrow keys choose within a group.')),
                    make('label', { class: 'choice check' }, off, make('span', {}, _('Keys of one letter work (not while you write)'))),
                    make('div', { class: 'help-lists' }, groups().map(([heading, rows]) =>
                        make('section', {}, make('h3', {}, heading), list(rows)))));
            };
            document.body.append(dialog);
        }
        dialog.fill();
        dialog.showModal();
    };

    const start = () => {
        document.addEventListener('keydown', pressed);
        add('?', _('This list'), help);
        add('Control+z', _('Undo'), Draft.undo);
        add('Control+y', _('Do again what was undone'), Draft.redo);
        for (let n = 1; n <= Steps.names().length; n++)
            add(String(n), _`Step ${n}`, () => Steps.goNumber(n));
    };

    return { add, start, help };
})();
