/*
 * Drawing a crop: a rectangle dragged over the picture, then taken or given up.
 */
const CropTool = (() => {
    'use strict';
    const { make, button } = Dom;

    /** `pane`, `size()` of the picture shown, `take(box)` with whole pixels, `ended()`. */
    const create = ({ pane, size, take, ended }) => {
        const box = make('div', { class: 'crop-box', hidden: true });
        const words = make('p', { class: 'hint' });
        let on = false, from = null, corner = null;
        pane.overlay({ node: box, draw: () => draw() });

        /** Whole pixels inside the picture. */
        const rectangle = () => {
            const { width, height } = size(), low = (a, b, most) => Math.min(most, Math.max(0, Math.round(Math.min(a, b) * most)));
            const high = (a, b, most) => Math.min(most, Math.max(0, Math.round(Math.max(a, b) * most)));
            const x = low(from.x, corner.x, width), y = low(from.y, corner.y, height);
            return { x, y, width: high(from.x, corner.x, width) - x, height: high(from.y, corner.y, height) - y };
        };
        const large = (at) => at.width >= EditGeometry.LEAST_CROP && at.height >= EditGeometry.LEAST_CROP;
        const draw = () => {
            box.hidden = !on || !from;
            if (box.hidden)
                return;
            const at = rectangle(), { width, height } = size();
            const a = pane.spot(at.x / width, at.y / height), b = pane.spot((at.x + at.width) / width, (at.y + at.height) / height);
            Object.assign(box.style, { left: `${a.x}px`, top: `${a.y}px`, width: `${b.x - a.x}px`, height: `${b.y - a.y}px` });
            words.textContent = large(at) ? _`${at.width} × ${at.height} pixels at ${at.x}, ${at.y}` : _`At least ${EditGeometry.LEAST_CROP} pixels a side`;
            accept.disabled = !large(at);
        };

        const stop = () => { on = false; from = null; panel.hidden = true; draw(); ended(); };
        const accept = button(_('Take this crop'), () => { const at = rectangle(); stop(); take(at); }, { class: 'primary' });
        const panel = make('div', { class: 'crop-panel', hidden: true }, words, accept, button(_('Cancel'), () => stop()));
        /** Begins with the middle of the picture, so that the keyboard alone can do it: the numbers follow in the list. */
        const start = () => {
            on = true;
            from = { x: 0.1, y: 0.1 };
            corner = { x: 0.9, y: 0.9 };
            panel.hidden = false;
            draw();
            accept.focus();
        };
        let dragging = false;
        const tool = (what, here) => {
            if (!on)
                return false;
            if (what === 'down') {
                from = corner = here;
                dragging = true;
            } else if (what === 'move' && dragging)
                corner = here;
            else if (what === 'up')
                dragging = false;
            draw();
            return true;
        };
        panel.addEventListener('keydown', (event) => { if (event.key === 'Escape') stop(); });
        return { panel, start, stop, tool, get on() { return on; } };
    };

    return { create };
})();
