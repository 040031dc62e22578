/*
 * Intake, step 3: the probe made ready: recorded edits with a live preview, and the eyes.
 */
const Prepare = (() => {
    'use strict';
    const { make, button } = Dom;

    const size = (label) => { const one = Images.of(label) || { width: 1, height: 1 }; return { width: one.width, height: one.height }; };
    const digest = (state) => (Images.of(state.chosen) || {}).digest;
    /** Those that change something. */
    const edits = (state) => (state.edits[state.chosen] || []).filter((edit) => !EditGeometry.idle(edit));
    /** In the edited picture, left of the picture first, as attributes; null while one is missing. */
    const points = (state) => {
        const made = edits(state), { sizes, fault } = EditGeometry.walk(size(state.chosen), made), eyes = Eyes.of(state, state.chosen);
        if (fault || !eyes[0] || !eyes[1])
            return null;
        return eyes.map((eye) => EditGeometry.toEdited(eye, made, sizes)).sort((one, other) => one.x - other.x);
    };
    const eyes = (state) => {
        const found = points(state);
        return found && { leftX: found[0].x.toFixed(2), leftY: found[0].y.toFixed(2), rightX: found[1].x.toFixed(2), rightY: found[1].y.toFixed(2) };
    };
    const distance = (state) => {
        const found = points(state);
        return found ? Math.hypot(found[1].x - found[0].x, found[1].y - found[0].y) : 0;
    };
    /** The OFIQ formula of the distance between the eyes. */
    const distanceQuality = (pixels) => Math.round(100 / (1 + Math.exp((70 - pixels) / 20)));

    const faults = (state) => {
        if (!state.chosen)
            return [_('Choose the probe.')];
        const { fault, index, sizes } = EditGeometry.walk(size(state.chosen), edits(state));
        if (fault)
            return [_`Edit ${index + 1}: ${fault}.`];
        const found = points(state), made = sizes[sizes.length - 1];
        if (!found)
            return [_('Mark both eyes.')];
        if (found.some((point) => point.x < 0 || point.y < 0 || point.x > made.width - 1 || point.y > made.height - 1))
            return [_('An eye lies outside the edited picture.')];
        return distance(state) < 8 ? [_('The eyes are less than 8 pixels apart: nothing can be compared.')] : [];
    };

    /** `away(state)`: when it plays no part. */
    const create = (away = () => false) => {
        const shared = Pane.view();
        let shown = { label: '', edits: [], sizes: [{ width: 1, height: 1 }], canvas: document.createElement('canvas') }, drawn = '', image = null;
        let marking = true;
        const tools = (what, here, event) => cropping.tool(what, here) || eyeMarks.tool(what, here, event);
        const pane = Pane.create(shared, _('The probe: arrow keys move the eye being marked, with Shift by a tenth of a pixel'), tools);
        const now = () => shown;
        const last = () => shown.sizes[shown.sizes.length - 1];
        const eyeMarks = Eyes.create({ pane, now, on: () => marking && !cropping.on });
        const cropping = CropTool.create({ pane, size: last, ended: () => cropButton.focus(),
            take: (box) => list.change(_('Crop'), (all) => [...all.filter((edit) => !EditGeometry.idle(edit)), { operation: 'crop', ...box }]) });
        const cropButton = button(_('Crop'), () => cropping.start());
        const list = EditList.create({ label: () => Draft.state.chosen, crop: cropButton });
        const words = make('p', { class: 'progress', role: 'status' });
        const facts = make('p', { class: 'hint' });
        const markButton = button(_('Mark eyes'), () => setMarking(!marking), { 'aria-pressed': 'true' });
        const setMarking = (to) => {
            marking = to;
            markButton.setAttribute('aria-pressed', String(to));
            eyeMarks.hide();
            eyeMarks.refresh();
        };

        const draw = (state) => {
            const made = edits(state), { sizes, fault, index } = EditGeometry.walk(size(state.chosen), made);
            const good = fault ? made.slice(0, index) : made;
            const key = JSON.stringify([state.chosen, good]);
            if (key === drawn || !image || !image.complete || image.naturalWidth === 0)
                return;
            drawn = key;
            const canvas = EditPixels.render(image, good, sizes);
            canvas.setAttribute('role', 'img');
            canvas.setAttribute('aria-label', _`Preview of ${state.chosen} as it will be searched`);
            shown = { label: state.chosen, edits: good, sizes, canvas };
            pane.set([{ node: canvas, ...last() }]);
        };
        const refresh = (state) => {
            if (!state.chosen)
                return;
            const source = Data.picture(state.chosen).source;
            if (!image || image.src !== source) {
                image = new Image();
                image.addEventListener('load', () => { draw(Draft.state); eyeMarks.refresh(); });
                image.src = source;
            }
            draw(state);
            list.refresh(state);
            eyeMarks.refresh();
            const missing = faults(state), pixels = distance(state);
            words.textContent = missing[0] || _('The probe is ready.');
            facts.textContent = _`${last().width} × ${last().height} pixels` + (pixels === 0 ? '' : _`; ${pixels.toFixed(1)} pixels between the eyes, quality ${distanceQuality(pixels)} of 100 (90 pixels are asked of gallery photos, not of a probe)`);
        };
        Draft.subscribe(refresh);

        Keys.add('m', _('Mark eyes, or move the picture'), () => setMarking(!marking), 'prepare');
        Keys.add('e', _('The other eye'), eyeMarks.other, 'prepare');
        Keys.add('c', _('Crop'), () => cropping.start(), 'prepare');
        for (const [key, operation] of [['r', 'rotate'], ['b', 'brightness'], ['k', 'contrast'], ['s', 'scale']])
            Keys.add(key, _`Add: ${operation}`, () => list.add(operation), 'prepare');
        Keys.add('+', _('Zoom in'), () => shared.zoomBy(1.25), 'prepare', _('Pictures'));
        Keys.add('-', _('Zoom out'), () => shared.zoomBy(1 / 1.25), 'prepare', _('Pictures'));
        Keys.add('0', _('Fit the picture'), shared.reset, 'prepare', _('Pictures'));
        const bar = make('div', { class: 'bar', role: 'toolbar', 'aria-label': _('View') }, markButton,
            make('div', { class: 'zooms', role: 'group', 'aria-label': _('Zoom') }, button('−', () => shared.zoomBy(1 / 1.25), { 'aria-label': _('Zoom out') }),
                button('+', () => shared.zoomBy(1.25), { 'aria-label': _('Zoom in') }), button(_('Fit'), shared.reset)), cropping.panel);
        Steps.add({ name: 'prepare', title: Data.stage === 'intake' ? _('Probe') : _('New probe'), away, done: (state) => faults(state).length === 0,
            closed: (state) => (state.chosen ? '' : _('Choose the probe among the images first.')),
            shown: () => { Displays.watch(() => (Draft.state.chosen ? [{ label: Draft.state.chosen, view: 'alone' }] : [])); refresh(Draft.state); pane.draw(); },
            content: make('div', { class: 'split' }, make('div', { class: 'left' }, make('div', { class: 'compare' }, bar,
                make('div', { class: 'stage alone marking' }, make('figure', {}, pane.node))), facts),
            make('div', { class: 'right scroll' }, words, make('h3', {}, _('Eyes')),
                make('p', { class: 'hint' }, _('Click the middle of each eye, or take what was found and correct it. Arrow keys move the last one by a pixel, with Shift by a tenth.')), eyeMarks.node,
                make('h3', {}, _('Recorded edits, in this order')), make('p', { class: 'hint' },
                    _('leadspool makes them from the original, which is kept. The preview shows what comes out. Nothing can add, mirror or replace anything in a face.')), list.node)) });
    };

    return { create, digest, edits, eyes, faults };
})();
