/*
 * The grid of components for one candidate. Similarities can be entered only after the search for dissimilarities
 * was closed; nothing is counted or added up.
 */
const Grid = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;

    /** Of a candidate; a fresh object when nothing was entered. */
    const of = (state, label) => state.grids[label] || {};
    const entry = (state, label, code) => {
        const grid = state.grids[label] || (state.grids[label] = {});
        return grid[code] || (grid[code] = {});
    };
    const open = (state, label) => Data.components.filter((one) => !(of(state, label)[one.code] || {}).finding).length;

    const create = (step) => {
        let label = '', active = 0;
        const rows = Data.components.map((component, index) => row(component, index));
        const words = make('p', { class: 'hint' });
        const close = button(_('Every component was searched for dissimilarities'), () => {
            Draft.change(_('Dissimilarities searched'), (state) => { state.searched[label] = Moment.now(); });
            Dom.announce(_('Similarities can be entered now.'));
        }, { class: 'primary' });

        function row(component, index) {
            const group = uniqueId('finding');
            const inputs = Words.FINDING.map(([code, text]) => {
                const input = make('input', { type: 'radio', name: group, value: code, 'aria-label': `${component.words}: ${text}` });
                input.addEventListener('change', () => choose(index, code));
                return input;
            });
            const note = Fields.cell({ name: _`Note on ${component.words}`, label: _`Note on ${component.words}`,
                get: (state) => (of(state, label)[component.code] || {}).note || '',
                set: (state, value) => { entry(state, label, component.code).note = value; } });
            const node = make('tr', {}, make('th', { scope: 'row' }, component.words),
                inputs.map((input) => make('td', { class: 'pick' }, make('label', {}, input))), make('td', { class: 'note' }, note));
            node.addEventListener('focusin', () => light(index));
            node.addEventListener('keydown', (event) => {
                if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')
                    return;
                go(index + (event.key === 'ArrowDown' ? 1 : -1));
                event.preventDefault();
            });
            return { node, inputs, note, component };
        }
        const light = (index) => {
            active = index;
            rows.forEach((one, i) => one.node.classList.toggle('active', i === index));
        };
        const go = (index) => {
            light(Math.min(rows.length - 1, Math.max(0, index)));
            const usable = rows[active].inputs.filter((input) => !input.disabled);
            (usable.find((input) => input.checked) || usable[0]).focus();
        };
        const choose = (index, code) => Draft.change(`${rows[index].component.words}: ${Words.of(Words.FINDING, code)}`,
            (state) => { entry(state, label, rows[index].component.code).finding = code; });

        for (const [code, text, key] of Words.FINDING)
            Keys.add(key.toLowerCase(), _`${text}, and on to the next component`, () => {
                if (!label || (code === 'similar' && !Draft.state.searched[label]))
                    return;
                choose(active, code);
                go(active + 1);
            }, step);

        const refresh = (state) => {
            const searched = Boolean(state.searched[label]);
            rows.forEach(({ inputs, note, component }) => {
                const finding = (of(state, label)[component.code] || {}).finding;
                inputs.forEach((input) => {
                    input.checked = input.value === finding;
                    input.disabled = !label || (input.value === 'similar' && !searched);
                });
                const value = (of(state, label)[component.code] || {}).note || '';
                if (note.value !== value)
                    note.value = value;
                note.disabled = !label;
            });
            close.hidden = searched || !label;
            const left = label ? open(state, label) : 0;
            words.textContent = !label ? _('Choose a candidate.') : !searched
                ? _('First what differs: go through every component for dissimilarities. “Explained” is a difference that light, pose, expression, age, lens or compression accounts for.')
                : left > 0 ? _`${left} components of ${label} are open.` : _`Every component of ${label} has a finding. They are not added up.`;
        };
        Draft.subscribe(refresh);

        const table = make('table', { class: 'grid findings' }, make('caption', { class: 'unseen' }, _('Findings for each component')),
            make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, _('Component')), Words.FINDING.map(([, text, key]) =>
                make('th', { scope: 'col' }, text, ' ', make('kbd', { 'aria-hidden': 'true' }, key))), make('th', { scope: 'col' }, _('Note')))),
            make('tbody', {}, rows.map((one) => one.node)));
        return { node: make('div', { class: 'grid-box' }, words, close, table),
            setLabel: (to) => { label = to; light(0); refresh(Draft.state); } };
    };

    return { create, of, open };
})();
