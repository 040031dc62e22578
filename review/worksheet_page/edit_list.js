/*
 * The recorded edits in their order, each with its numbers.
 */
const EditList = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;
    const NEW = { rotate: { operation: 'rotate', angle: 0 }, brightness: { operation: 'brightness', percent: 0 },
        contrast: { operation: 'contrast', percent: 0 }, scale: { operation: 'scale', percent: 100 } };
    const WORDS = { crop: _('Crop'), rotate: _('Rotate'), brightness: _('Brightness'), contrast: _('Contrast'), scale: _('Scale') };
    // What is set on the slider, in the units people read: degrees, per cent.
    const SHOWN = { rotate: ['angle', 100, -180, 180, 0.1, '°'], brightness: ['percent', 1, -100, 100, 1, ' %'], contrast: ['percent', 1, -100, 100, 1, ' %'],
        scale: ['percent', 1, 10, 400, 1, ' %'] };

    /** `label()` the image worked on. */
    const create = ({ label, crop }) => {
        const list = make('ol', { class: 'edit-list' });
        let shown = '';

        const of = (state) => state.edits[label()] || [];
        const change = (name, act, typing = false) => Draft.change(name, (state) => {
            state.edits[label()] = act([...of(state)]);
        }, typing);
        const add = (operation) => {
            change(_`Add ${operation}`, (edits) => [...edits, { ...NEW[operation] }]);
            const inputs = list.querySelectorAll('li:last-child input');
            if (inputs.length > 0)
                inputs[0].focus();
        };

        const numbers = (edit, index) => {
            if (edit.operation === 'crop')
                return ['x', 'y', 'width', 'height'].map((name) => field(index, name, name, 1, 0, 8192, 1, ' px'));
            const [member, times, least, most, step, unit] = SHOWN[edit.operation];
            return [field(index, member, WORDS[edit.operation], times, least, most, step, unit, true)];
        };
        const field = (index, member, words, times, least, most, step, unit, slide = false) => {
            const id = uniqueId('edit');
            const number = make('input', { id, type: 'number', class: 'number', min: String(least), max: String(most), step: String(step) });
            const range = slide ? make('input', { type: 'range', min: String(least), max: String(most), step: String(step),
                'aria-label': _`${words}, slider` }) : null;
            const take = (input) => {
                const value = Math.round(Number(input.value) / step) * step * times;
                if (input.value !== '')
                    change(`${words} ${input.value}`, (edits) => edits.map((edit, i) => (i === index ? { ...edit, [member]: Math.round(value) } : edit)), true);
            };
            number.addEventListener('change', () => take(number));
            if (range)
                range.addEventListener('input', () => take(range));
            const show = (edit) => {
                const value = String(Math.round(edit[member] / times * 10) / 10);
                if (Number(number.value) !== Number(value) || number.value === '')
                    number.value = value;
                if (range)
                    range.value = value;
            };
            const name = make('label', { for: id, class: slide ? 'unseen' : '' }, words);
            return { node: make('span', { class: 'edit-number' }, name, range, number, make('span', { class: 'unit' }, unit)), show };
        };

        const build = (edits) => {
            list.replaceChildren(...edits.map((edit, index) => {
                const fields = numbers(edit, index);
                const node = make('li', {}, make('span', { class: 'edit-name' }, `${index + 1}. ${WORDS[edit.operation]}`), fields.map((one) => one.node),
                    button(_('Remove'), () => change(_`Remove ${edit.operation}`, (all) => all.filter((one, i) => i !== index)),
                        { 'aria-label': _`Remove ${WORDS[edit.operation]}, edit ${index + 1}` }));
                node.fields = fields;
                return node;
            }));
        };
        const refresh = (state) => {
            const edits = of(state), kind = `${label()}:${edits.map((edit) => edit.operation).join()}`;
            if (kind !== shown)
                build(edits);
            shown = kind;
            edits.forEach((edit, index) => list.children[index].fields.forEach((one) => one.show(edit)));
        };

        const full = (state) => of(state).length >= EditGeometry.MOST;
        const buttons = make('div', { class: 'edit-add', role: 'group', 'aria-label': _('Add an edit') }, crop,
            Object.keys(NEW).map((operation) => button(WORDS[operation], () => (full(Draft.state) ? null : add(operation)))));
        return { node: make('div', { class: 'edits' }, buttons, list), refresh, add, change, of };
    };

    return { create };
})();
