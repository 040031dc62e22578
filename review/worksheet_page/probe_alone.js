/*
 * Step 1 of the comparison: the probe alone, described before a candidate is looked at, then locked.
 */
const ProbeAlone = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;
    const SHORT = { clear: 'c', partly: 'p', 'not-visible': 'n' };
    const rows = [];
    let active = 0;

    const part = (state, code) => state.parts[code] || (state.parts[code] = {});

    const choose = (index, visibility) => Draft.change(`${rows[index].words}: ${Words.of(Words.VISIBILITY, visibility)}`,
        (state) => { part(state, rows[index].code).visibility = visibility; });

    const focusRow = (index) => {
        active = Math.min(rows.length - 1, Math.max(0, index));
        rows.forEach((row, i) => row.node.classList.toggle('active', i === active));
        (rows[active].inputs.find((input) => input.checked) || rows[active].inputs[0]).focus();
    };

    const row = (component, index) => {
        const group = uniqueId('visibility');
        const inputs = Words.VISIBILITY.map(([code, words]) => {
            const input = make('input', { type: 'radio', name: group, value: code, 'aria-label': `${component.words}: ${words}` });
            input.addEventListener('change', () => choose(index, code));
            return input;
        });
        const note = Fields.cell({ name: _`Note on ${component.words}`, label: _`What is seen of ${component.words}`,
            get: (state) => (state.parts[component.code] || {}).note, set: (state, value) => { part(state, component.code).note = value; } });
        const node = make('tr', {}, make('th', { scope: 'row' }, component.words),
            inputs.map((input) => make('td', { class: 'pick' }, make('label', {}, input))), make('td', { class: 'note' }, note));
        node.addEventListener('focusin', () => {
            active = index;
            rows.forEach((one, i) => one.node.classList.toggle('active', i === index));
        });
        node.addEventListener('keydown', (event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')
                return;
            focusRow(index + (event.key === 'ArrowDown' ? 1 : -1));
            event.preventDefault();
        });
        Draft.subscribe((state) => {
            inputs.forEach((input) => {
                input.checked = (state.parts[component.code] || {}).visibility === input.value;
                input.disabled = Boolean(state.lock);
            });
            note.disabled = Boolean(state.lock);
        });
        return { node, inputs, code: component.code, words: component.words };
    };

    const missing = (state) => Data.components.filter((component) => !(state.parts[component.code] || {}).visibility).length;

    const lockBox = () => {
        const words = make('p', { class: 'lock-words' });
        const close = button(_('Lock this description'), () => {
            Lock.close();
            Header.say(_`Locked as ${Draft.state.lock.sha256.slice(0, 12)}…`);
            Steps.go('screening');
        }, { class: 'primary lock' });
        const addition = Fields.text({ name: _('Addition'), label: _('Add something you saw later'), get: (state) => state.addition,
            set: (state, value) => { state.addition = value; }, most: 2000 });
        const add = button(_('Add'), () => Draft.change(_('Addition'), (state) => {
            if (Lock.tidy(state.addition))
                state.additions.push({ at: Moment.now(), text: Lock.tidy(state.addition) });
            state.addition = '';
        }));
        const list = make('ul', { class: 'additions' });
        const box = make('div', { class: 'lock-box' }, words, close, make('div', { class: 'add' }, addition, add), list);
        Draft.subscribe((state) => {
            const open = missing(state);
            close.hidden = Boolean(state.lock);
            close.disabled = open > 0 || !Lock.tidy(state.conditions);
            box.querySelector('.add').hidden = !state.lock;
            words.textContent = state.lock ? _`Locked at ${Moment.clock(state.lock.at)} as ${state.lock.sha256.slice(0, 12)}… Nothing above can be changed any more; additions are kept with their time.`
                : open > 0 ? _`${open} of ${Data.components.length} components are still open.`
                    : !Lock.tidy(state.conditions) ? _('Say which conditions limit a comparison.')
                        : _('The lock proves later that this was written before you compared. It hides nothing: the candidates’ pictures are in this file too.');
            list.replaceChildren(...state.additions.map((one) => make('li', {}, `${Moment.clock(one.at)}: ${one.text}`)));
        });
        return box;
    };

    const create = () => {
        const view = Compare.create({ left: { label: 'P01', words: _('Probe') }, step: 'probe', views: false });
        const probe = Data.facts.probe;
        const conditions = Fields.text({ name: _('Conditions'), label: _('Conditions that limit a comparison'), rows: 2,
            placeholder: _('Pose, light, blur, cover, compression, lens'), get: (state) => state.conditions, set: (state, value) => { state.conditions = value; } });
        Data.components.forEach((component, index) => rows.push(row(component, index)));
        Draft.subscribe((state) => { conditions.querySelector('textarea').disabled = Boolean(state.lock); });
        const table = make('table', { class: 'grid visibility' }, make('caption', { class: 'unseen' }, _('Visibility of each component')),
            make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, _('Component')),
                Words.VISIBILITY.map(([code, words]) => make('th', { scope: 'col' }, words, ' ', make('kbd', { 'aria-hidden': 'true' }, SHORT[code].toUpperCase()))),
                make('th', { scope: 'col' }, _('What is seen')))),
            make('tbody', {}, rows.map((one) => one.node)));
        for (const [code, words] of Words.VISIBILITY)
            Keys.add(SHORT[code], _`${words}, and on to the next component`, () => {
                if (Draft.state.lock)
                    return;
                choose(active, code);
                focusRow(active + 1);
            }, 'probe');
        Steps.add({ name: 'probe', title: _('Probe alone'), done: (state) => Boolean(state.lock),
            shown: () => { Displays.watch(view.showing); view.draw(); },
            content: make('div', { class: 'split' },
                make('div', { class: 'left' }, view.node, Dom.pairs([[_('File'), probe.file], [_('Source'), Data.words.sources[probe.source || '']],
                    [_('Captured'), Data.time(probe.capturedAt)], [_('Edits'), (probe.edits || []).map((edit) => edit.operation).join(', ') || 'none']])),
                make('div', { class: 'right scroll' }, conditions, table, lockBox())) });
    };

    return { create, missing };
})();
