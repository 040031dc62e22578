/*
 * Step 3 of the comparison: one candidate against the probe, component by component.
 */
const OneToOne = (() => {
    'use strict';
    const { make, uniqueId } = Dom;

    const create = () => {
        const view = Compare.create({ left: { label: 'P01', words: _('Probe') }, step: 'one' });
        const grid = Grid.create('one');
        const id = uniqueId('candidate');
        const select = make('select', { id });
        let label = '';

        const show = (to) => {
            label = to;
            grid.setLabel(to);
            view.setRight(to ? { label: to, words: _`Candidate ${to}` } : null);
        };
        select.addEventListener('change', () => show(select.value));
        const refresh = (state) => {
            const first = Screening.possible(state), others = Data.candidates.filter((one) => !first.includes(one));
            const option = (one) => make('option', { value: one, selected: one === label },
                `${one} · ${Words.of(Words.DISPOSITION, Screening.get(state, one)) || 'open'}`);
            const wanted = JSON.stringify([first, others.map((one) => Screening.get(state, one))]);
            if (select.dataset.shown === wanted)
                return;
            select.dataset.shown = wanted;
            select.replaceChildren(...[...first, ...others].map(option));
            if (label === '' && first.length > 0)
                label = first[0];
            select.value = label || (first[0] || others[0] || '');
        };
        Draft.subscribe(refresh);

        Steps.add({ name: 'one', title: _('One to one'), left: view.stop,
            shown: () => { show(select.value); Displays.watch(view.showing); view.draw(); },
            done: (state) => Boolean(state.named) && Boolean(state.searched[state.named]) && Grid.open(state, state.named) === 0,
            closed: (state) => (state.lock ? '' : _('Describe the probe alone and lock it first: that comes before any candidate.')),
            content: make('div', { class: 'split one' }, make('div', { class: 'left' }, view.node),
                make('div', { class: 'right scroll' }, make('div', { class: 'field choose' }, make('label', { for: id }, _('Candidate')), select), grid.node)) });
    };

    return { create };
})();
