/*
 * Marking the eyes: a click for each, a magnifier, and arrow keys by a pixel or a tenth.
 *
 * Points are kept in pixels of the original, so that they stay on the eyes whatever is edited; the decision gives
 * them in the edited picture, the left one of the picture first.
 */
const Eyes = (() => {
    'use strict';
    const { make, button, uniqueId } = Dom;
    const GLASS = 150, LENS = 8, NAMES = [_('one eye'), _('the other eye')];

    /** [{x, y}, {x, y}] in the original; what the request submitted until something is marked; entries may be missing. */
    const of = (state, label) => {
        const given = (Images.of(label) || {}).eyes;
        return state.eyes[label] || (given ? [{ x: given[0] / 100, y: given[1] / 100 }, { x: given[2] / 100, y: given[3] / 100 }] : []);
    };

    /** What leadspool found in the picture: {eyes, confidence}; only a proposal until somebody takes it. */
    const proposed = (label) => {
        const found = ((Images.of(label) || {}).quality || {}).eyesProposed;
        return found && found.eyes ? { eyes: [{ x: found.eyes[0] / 100, y: found.eyes[1] / 100 }, { x: found.eyes[2] / 100, y: found.eyes[3] / 100 }],
            confidence: found.confidence } : null;
    };

    /** `pane` the preview; `now()` gives {label, edits, sizes, canvas}; `on()` whether eyes are being marked. */
    const create = ({ pane, now, on }) => {
        let active = 0;
        const marks = [0, 1].map((index) => {
            const node = make('div', { class: 'eye', hidden: true });
            pane.overlay({ node, draw: () => place(index) });
            return node;
        });
        const glass = make('canvas', { class: 'glass', hidden: true, width: GLASS, height: GLASS });
        pane.overlay({ node: glass, draw: () => {} });

        const edited = (index) => {
            const { label, edits, sizes } = now();
            const point = of(Draft.state, label)[index];
            return point ? EditGeometry.toEdited(point, edits, sizes) : null;
        };
        const place = (index) => {
            const point = edited(index), { sizes } = now(), size = sizes[sizes.length - 1];
            marks[index].hidden = !point;
            if (!point)
                return;
            const spot = pane.spot((point.x + 0.5) / size.width, (point.y + 0.5) / size.height);
            Object.assign(marks[index].style, { left: `${spot.x}px`, top: `${spot.y}px` });
            marks[index].classList.toggle('active', index === active && on());
        };

        /** The surroundings of a point of the edited picture, enlarged, with a cross on it. */
        const look = (point, beside) => {
            const { canvas, sizes } = now(), size = sizes[sizes.length - 1], context = glass.getContext('2d');
            const ratio = canvas.width / size.width, span = GLASS / LENS * ratio;
            context.imageSmoothingEnabled = false;
            context.fillStyle = '#808080';
            context.fillRect(0, 0, GLASS, GLASS);
            context.drawImage(canvas, (point.x + 0.5) * ratio - span / 2, (point.y + 0.5) * ratio - span / 2, span, span, 0, 0, GLASS, GLASS);
            context.strokeStyle = '#ffffff';
            context.lineWidth = 1;
            context.beginPath();
            for (const gap of [-1, 1]) {
                context.moveTo(GLASS / 2 + gap * 6, GLASS / 2); context.lineTo(GLASS / 2 + gap * 40, GLASS / 2);
                context.moveTo(GLASS / 2, GLASS / 2 + gap * 6); context.lineTo(GLASS / 2, GLASS / 2 + gap * 40);
            }
            context.stroke();
            glass.hidden = false;
            const right = beside.x + GLASS + 30 > pane.node.clientWidth;
            Object.assign(glass.style, { left: `${beside.x + (right ? -GLASS - 24 : 24)}px`,
                top: `${Math.min(Math.max(8, beside.y - GLASS / 2), Math.max(8, pane.node.clientHeight - GLASS - 8))}px` });
        };
        const hide = () => { glass.hidden = true; };
        const lookAt = (index) => {
            const point = edited(index), { sizes } = now(), size = sizes[sizes.length - 1];
            if (point)
                look(point, pane.spot((point.x + 0.5) / size.width, (point.y + 0.5) / size.height));
        };

        /** A point of the edited picture for the active eye. */
        const put = (point, typing) => {
            const { label, edits, sizes } = now(), size = sizes[sizes.length - 1];
            const inside = { x: Math.min(size.width - 1, Math.max(0, point.x)), y: Math.min(size.height - 1, Math.max(0, point.y)) };
            Draft.change(_`Mark ${NAMES[active]}`, (state) => {
                const eyes = [...of(state, label)];
                eyes[active] = EditGeometry.toOriginal(inside, edits, sizes);
                state.eyes[label] = eyes;
            }, typing);
        };
        const choose = (index) => {
            active = index;
            marks.forEach((mark, i) => place(i));
            Dom.announce(_`Marking ${NAMES[index]}`);
        };

        const whereIs = (here) => {
            const { sizes } = now(), size = sizes[sizes.length - 1];
            return { x: here.x * size.width - 0.5, y: here.y * size.height - 0.5 };
        };
        /** For the pane's pointer. */
        const tool = (what, here, event) => {
            if (!on())
                return false;
            if (what === 'leave')
                hide();
            else if (what === 'move') {
                const box = pane.node.getBoundingClientRect();
                look(whereIs(here), { x: event.clientX - box.left, y: event.clientY - box.top });
            } else if (what === 'down') {
                const both = of(Draft.state, now().label);
                if (both[0] && both[1]) {       // the nearer one is moved
                    const at = whereIs(here), far = (index) => { const p = edited(index); return (p.x - at.x) ** 2 + (p.y - at.y) ** 2; };
                    active = far(0) <= far(1) ? 0 : 1;
                } else
                    active = both[0] ? 1 : 0;
                put(whereIs(here), false);
                Dom.announce(_`Marked ${NAMES[active]}`);
            }
            return true;
        };
        pane.node.addEventListener('keydown', (event) => {
            const step = event.shiftKey ? 0.1 : 1;
            const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
            if (!on() || !(event.key in moves) || event.ctrlKey)
                return;
            const { sizes } = now(), size = sizes[sizes.length - 1];
            const from = edited(active) || { x: size.width * (active === 0 ? 0.4 : 0.6), y: size.height * 0.45 };
            put({ x: from.x + moves[event.key][0], y: from.y + moves[event.key][1] }, true);
            lookAt(active);
            event.preventDefault();
            event.stopImmediatePropagation();
        }, true);

        const fields = NAMES.map((name, index) => {
            const group = make('div', { class: 'eye-fields' });
            const inputs = ['x', 'y'].map((axis) => {
                const id = uniqueId('eye');
                const input = make('input', { id, type: 'number', step: '0.1', min: '0', class: 'number' });
                input.addEventListener('focus', () => choose(index));
                input.addEventListener('change', () => {
                    const from = edited(index) || { x: 0, y: 0 };
                    if (input.value !== '')
                        put({ ...from, [axis]: Number(input.value) }, true);
                });
                group.append(make('label', { for: id }, `${index === 0 ? _('One eye') : _('Other eye')} ${axis}`), input);
                return input;
            });
            return { group, inputs };
        });
        const accept = button('', () => Draft.change(_('Take the eyes found'), (state) => { state.eyes[now().label] = proposed(now().label).eyes; }));
        const refresh = () => {
            const found = proposed(now().label);
            accept.hidden = !found;
            accept.textContent = found ? _`Take the eyes found (confidence ${found.confidence} of 100)` : '';
            fields.forEach(show);
        };
        const show = ({ inputs }, index) => {
            const point = edited(index);
            ['x', 'y'].forEach((axis, i) => {
                const value = point ? point[axis].toFixed(2) : '';
                if (document.activeElement !== inputs[i] || Number(inputs[i].value) !== Number(value))
                    inputs[i].value = value;
            });
            place(index);
        };
        const other = () => choose(1 - active);
        return { tool, refresh, hide, other, node: make('div', { class: 'eyes' }, accept, fields.map((one) => one.group),
            button(_('Clear eyes'), () => Draft.change(_('Clear eyes'), (state) => { state.eyes[now().label] = []; }))) };
    };

    return { create, of };
})();
