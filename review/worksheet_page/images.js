/*
 * Intake, step 2: the images submitted, what was measured, and which of them is the probe.
 */
const Images = (() => {
    'use strict';
    const { make, image } = Dom;
    const LOW = 50;

    const all = Data.facts.images || [];
    const of = (label) => all.find((one) => one.label === label);

    const measures = (label) => {
        const rows = Data.measures[label] || [];
        if (rows.length === 0)
            return make('p', { class: 'hint' }, _('Nothing was measured.'));
        return make('table', { class: 'plain measures' }, make('caption', { class: 'unseen' }, _`Measured values of ${label}`), make('thead', {}, make('tr', {},
            [_('Measure'), _('Measured'), _('Quality'), _('What it means')].map((words) => make('th', { scope: 'col' }, words)))),
        make('tbody', {}, rows.map((one) => make('tr', {}, make('th', { scope: 'row' }, one.name), make('td', {}, one.value),
            make('td', { class: one.quality !== undefined && one.quality < LOW ? 'low' : '' }, one.quality === undefined ? '–' : quality(one.quality)),
            make('td', {}, one.advice || '')))));
    };
    const quality = (value) => [make('span', { class: 'level', 'aria-hidden': 'true' }, make('span', { style: { width: `${value}%` } })),
        `${value} of 100${value < LOW ? ', low' : ''}`];

    const edits = (one) => (one.edits || []).map((edit) => `${edit.operation}${edit.by ? ` by ${edit.by}` : ''}`).join(', ');

    const card = (one, away) => {
        const radio = make('input', { type: 'radio', name: 'probe', value: one.label });
        radio.addEventListener('change', () => Draft.change(_`Probe ${one.label}`, (state) => { state.chosen = one.label; }));
        Draft.subscribe((state) => { radio.checked = state.chosen === one.label; });
        return make('li', { class: 'submitted' }, make('div', { class: 'picture' }, image(one.label, false, _`Submitted image ${one.label}`, '')),
            make('div', {}, make('label', { class: 'choice use' }, radio, make('span', {}, away ? _`Search with ${one.label}` : _`Use ${one.label} as the probe`)),
                Dom.pairs([[_('File'), one.file], [_('Size'), _`${one.width} × ${one.height} pixels`], [_('Source'), Data.words.sources[one.source || '']],
                    [_('Recording'), one.recordingId], [_('Captured'), Data.time(one.capturedAt)], [_('Edits before submission'), edits(one)]]), measures(one.label)));
    };

    /** `away(state)`: when it plays no part; then nothing is chosen for the person either. */
    const create = (away = null) => {
        if (!away && all.length === 1 && !Draft.state.chosen) {
            Draft.change('', (state) => { state.chosen = all[0].label; });
            Draft.seal();
        }
        Steps.add({ name: 'images', title: _('Images'), away: away || (() => false), done: (state) => Boolean(of(state.chosen)), shown: () => Displays.watch(() => []),
            content: make('div', { class: 'scroll' }, make('p', { class: 'hint' },
                _('Measured values advise; whether an image can be compared is for you to judge. Quality runs from 0 to 100, by the OFIQ formula where there is one.')),
            make('ul', { class: 'submitted-list' }, all.map((one) => card(one, away)))) });
    };

    return { create, all, of };
})();
