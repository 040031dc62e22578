/*
 * One window onto pictures, with the zoom and the place it shares with others.
 *
 * A view is {zoom, x, y}: how much larger than fitting, and which point of the picture (0 to 1) is in the middle.
 * Panes that share a view move together; pictures of aligned faces then show the same part of both faces.
 */
const Pane = (() => {
    'use strict';
    const { make } = Dom;
    const MOST = 12;
    const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

    /** A view several panes share. */
    const view = () => {
        const panes = [], listeners = [];
        const place = { zoom: 1, x: 0.5, y: 0.5 };
        const show = () => { panes.forEach((pane) => pane.draw()); listeners.forEach((listener) => listener(place)); };
        const move = (dx, dy) => {
            place.x = clamp(place.x + dx, 0, 1);
            place.y = clamp(place.y + dy, 0, 1);
            show();
        };
        /** Around a point of the picture, which stays where it is. */
        const zoomBy = (factor, x = place.x, y = place.y) => {
            const zoom = clamp(place.zoom * factor, 1, MOST), ratio = place.zoom / zoom;
            place.x = clamp(x + (place.x - x) * ratio, 0, 1);
            place.y = clamp(y + (place.y - y) * ratio, 0, 1);
            if (zoom === 1)
                place.x = place.y = 0.5;
            place.zoom = zoom;
            show();
        };
        const reset = () => { Object.assign(place, { zoom: 1, x: 0.5, y: 0.5 }); show(); };
        const point = (x, y) => panes.forEach((pane) => pane.point(x, y));
        return { place, panes, move, zoomBy, reset, show, point, onChange: (listener) => listeners.push(listener) };
    };

    /** The size at which a picture of that shape fits the box, and its offset for the view. */
    const fit = (box, picture, place) => {
        const scale = Math.min(box.width / picture.width, box.height / picture.height) * place.zoom;
        const width = picture.width * scale, height = picture.height * scale;
        return { width, height, left: box.width / 2 - place.x * width, top: box.height / 2 - place.y * height };
    };

    /** A pane with its pictures one above the other. `tool` may take what the pointer does to it: it is called with
     *  'down', 'move', 'up' or 'leave', the place in the picture and the event, and answers true to have it. */
    const create = (shared, label, tool = () => false) => {
        const cross = make('div', { class: 'cross', hidden: true });
        const node = make('div', { class: 'pane', tabIndex: 0, role: 'group', 'aria-label': label }, cross);
        let images = [], over = [], size = { width: 1, height: 1 };

        const draw = () => {
            const box = { width: node.clientWidth, height: node.clientHeight };
            if (box.width === 0)
                return;
            for (const image of images) {
                const at = fit(box, { width: image.width_of, height: image.height_of }, shared.place);
                Object.assign(image.style, { width: `${at.width}px`, height: `${at.height}px`, left: `${at.left}px`, top: `${at.top}px` });
            }
            size = box;
            over.forEach((one) => one.draw());
        };

        /** Something drawn over the picture: {node, draw()}, placed with spot(). */
        const overlay = (one) => { over.push(one); node.append(one.node); };
        const spot = (x, y) => {
            const at = fit(size, { width: images[0].width_of, height: images[0].height_of }, shared.place);
            return { x: at.left + x * at.width, y: at.top + y * at.height };
        };

        /** Entries {source, width, height} with `alt`, and how each is shown (filter, opacity, clip). */
        const set = (entries) => {
            images = entries.map((entry) => {
                const image = entry.node || make('img', { src: entry.source, alt: entry.alt, draggable: false });
                image.width_of = entry.width;
                image.height_of = entry.height;
                return image;
            });
            node.replaceChildren(...images, cross, ...over.map((one) => one.node));
            draw();
            return images;
        };

        /** Where in the picture is this point of the screen? */
        const locate = (event) => {
            const box = node.getBoundingClientRect();
            const first = images[0];
            if (!first)
                return { x: 0.5, y: 0.5 };
            const at = fit(size, { width: first.width_of, height: first.height_of }, shared.place);
            return { x: (event.clientX - box.left - at.left) / at.width, y: (event.clientY - box.top - at.top) / at.height };
        };

        const point = (x, y) => {
            cross.hidden = x === null;
            if (x === null || !images[0])
                return;
            const at = fit(size, { width: images[0].width_of, height: images[0].height_of }, shared.place);
            cross.style.left = `${at.left + x * at.width}px`;
            cross.style.top = `${at.top + y * at.height}px`;
        };

        let drag = null;
        node.addEventListener('pointerdown', (event) => {
            if (tool('down', locate(event), event))
                return;
            drag = { x: event.clientX, y: event.clientY };
            node.setPointerCapture(event.pointerId);
        });
        node.addEventListener('pointermove', (event) => {
            const here = locate(event);
            shared.point(here.x, here.y);
            if (tool('move', here, event))
                return;
            if (!drag || !images[0])
                return;
            const at = fit(size, { width: images[0].width_of, height: images[0].height_of }, shared.place);
            shared.move((drag.x - event.clientX) / at.width, (drag.y - event.clientY) / at.height);
            drag = { x: event.clientX, y: event.clientY };
        });
        node.addEventListener('pointerup', (event) => {
            drag = null;
            tool('up', locate(event), event);
        });
        node.addEventListener('pointerleave', (event) => {
            shared.point(null);
            tool('leave', null, event);
        });
        node.addEventListener('dblclick', shared.reset);
        node.addEventListener('wheel', (event) => {
            const here = locate(event);
            shared.zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, here.x, here.y);
            event.preventDefault();
        }, { passive: false });
        node.addEventListener('keydown', (event) => {
            const step = 0.08 / shared.place.zoom;
            const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
            if (!(event.key in moves) || event.ctrlKey || event.altKey)
                return;
            shared.move(...moves[event.key]);
            event.preventDefault();
            event.stopPropagation();
        });
        new ResizeObserver(draw).observe(node);
        const pane = { node, set, draw, point, overlay, spot, get images() { return images; } };
        shared.panes.push(pane);
        return pane;
    };

    return { view, create };
})();
