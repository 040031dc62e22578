/*
 * Boxes by pointer and by key: drag on the page draws one, drag on a box moves it, its corner sizes it; arrows move the
 * chosen one by a point, with Shift they size it, with Control ten times as much; Delete takes it away.
 */
const Pointer = (() => {
    'use strict';
    let drag = null;

    const at = (svg, event) => {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        return { x: Math.round(point.x), y: Math.round(point.y) };
    };
    const between = (a, b) => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });

    const down = (event) => {
        const svg = event.target.closest('svg');
        if (!svg || event.button !== 0)
            return;
        const group = event.target.closest('g.box');
        const from = at(svg, event);
        if (group) {
            Boxes.choose(group.box);
            Paper.focus(group.box);
            drag = Data.form === 'draw' ? { svg, from, box: group.box, start: { ...group.box }, size: event.target.classList.contains('handle') } : null;
        } else if (Data.form === 'draw') {
            drag = { svg, from, shape: Dom.draw('rect', { class: 'draft' }) };
            svg.append(drag.shape);
        }
        event.preventDefault();
    };
    const move = (event) => {
        if (!drag)
            return;
        const to = at(drag.svg, event);
        if (drag.shape) {
            Object.entries(between(drag.from, to)).forEach(([name, value]) => drag.shape.setAttribute(name, value));
            return;
        }
        const across = to.x - drag.from.x;
        const along = to.y - drag.from.y;
        const { x, y, width, height } = drag.start;
        Boxes.touch(() => Boxes.place(drag.box, drag.size ? { x, y, width: width + across, height: height + along }
            : { x: x + across, y: y + along, width, height }));
    };
    const up = (event) => {
        if (drag && drag.shape) {
            const made = between(drag.from, at(drag.svg, event));
            drag.shape.remove();
            if (made.width > 200 && made.height > 200)
                Paper.focus(Boxes.add(drag.svg.place.document, drag.svg.place.page, made));
        }
        if (drag && drag.box)
            Boxes.change(() => {});
        drag = null;
    };
    const key = (event) => {
        const box = event.target.box;
        const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        if (!box)
            return;
        if (event.key === 'Enter' || event.key === ' ') {
            Boxes.choose(box);
            document.querySelector('.card.chosen select, .card.chosen textarea')?.focus();
        } else if (Data.form === 'draw' && event.key === 'Delete') {
            Boxes.remove(box);
            Dom.announce(_('The box was taken away'));
        } else if (Data.form === 'draw' && ways[event.key]) {
            const step = event.ctrlKey ? 1000 : 100;
            const [across, along] = ways[event.key].map((one) => one * step);
            const { x, y, width, height } = box;
            Boxes.change(() => Boxes.place(box, event.shiftKey ? { x, y, width: width + across, height: height + along }
                : { x: x + across, y: y + along, width, height }));
        } else {
            return;
        }
        event.preventDefault();
    };
    const start = (main) => {
        main.addEventListener('pointerdown', down);
        window.addEventListener('pointermove', move);
        window.addEventListener('pointerup', up);
        main.addEventListener('keydown', key);
    };
    return { start };
})();
