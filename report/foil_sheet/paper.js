/*
 * The pages, drawn from the marks the PDF is drawn from, and the boxes on them.
 */
const Paper = (() => {
    'use strict';
    const { make, draw, button } = Dom;
    const layers = new Map();   // "document/page": the group boxes go into
    const grey = (level) => `rgb(${level} ${level} ${level})`;

    const marks = {
        t: ([, x, y, width, , size, bold, level, text]) => draw('text', { x, y, 'font-size': size, 'font-weight': bold ? 700 : 400,
            fill: grey(level), textLength: width || null, lengthAdjust: 'spacingAndGlyphs' }, text),
        f: ([, x, y, width, height, red, green, blue]) => draw('rect', { x, y, width, height, fill: `rgb(${red} ${green} ${blue})` }),
        r: ([, x, y, width, height, thickness, level]) => draw('line', { x1: x, y1: y, x2: x + width, y2: y + height,
            stroke: grey(level), 'stroke-width': thickness }),
        p: ([, x, y, width, height, number]) => draw('image', { x, y, width, height, href: Data.pictures[number], preserveAspectRatio: 'none' }),
    };
    const words = (box) => _`Box ${box.number}, ${box.exemption || _('no exemption yet')}, page ${box.page} of document ${box.document}${box.mandatory ? ', sealed' : ''}`;

    const show = (box) => {
        const chosen = Boxes.state.chosen === box;
        const faulty = Data.form === 'draw' && Boxes.faulty(box);
        const group = draw('g', { class: `box${chosen ? ' chosen' : ''}${faulty ? ' faulty' : ''}${box.mandatory ? ' mandatory' : ''}`,
            tabindex: 0, role: 'button', 'aria-pressed': String(chosen), 'aria-label': words(box) },
        draw('rect', { x: box.x, y: box.y, width: box.width, height: box.height }),
        draw('text', { x: box.x + 150, y: box.y + Math.min(850, box.height / 2 + 250), 'aria-hidden': 'true' }, String(box.number)));
        if (chosen && Data.form === 'draw' && !box.mandatory)
            group.append(draw('rect', { class: 'handle', x: box.x + box.width - 350, y: box.y + box.height - 350, width: 700, height: 700 }));
        group.box = box;
        box.node = undefined;
        return group;
    };

    const refresh = () => {
        const focused = document.activeElement && document.activeElement.box;
        layers.forEach((layer) => layer.replaceChildren());
        Boxes.state.list.forEach((box) => layers.get(`${box.document}/${box.page}`).append(show(box)));
        if (focused)
            focus(focused);
    };
    const node = (box) => [...document.querySelectorAll('g.box')].find((one) => one.box === box);
    const focus = (box) => { const found = node(box); if (found) found.focus({ preventScroll: true }); };
    const reveal = (box) => { const found = node(box); if (found) found.scrollIntoView({ block: 'nearest' }); };

    const leaf = (one, list, index) => {
        const page = index + 1;
        const layer = draw('g', {});
        const name = _`Document ${one.number}, page ${page} of ${one.pages.length}`;
        const svg = draw('svg', { viewBox: '0 0 61200 79200', class: Data.form === 'draw' ? 'draws' : '', role: 'group', 'aria-label': name },
            list.map((mark) => marks[mark[0]](mark)), layer);
        svg.place = { document: one.number, page };
        layers.set(`${one.number}/${page}`, layer);
        const tools = Data.form === 'draw'
            ? button(_('Add a box'), () => focus(Boxes.add(one.number, page, { x: 20000, y: 30000, width: 12000, height: 1200 })), { 'aria-label': _`Add a box to ${name}` })
            : Reading.tick(one.number, page);
        return make('section', { class: 'leaf' }, make('header', {}, make('h2', {}, `${name}: ${one.title}, ${one.docket}`), tools), svg);
    };

    const start = (main) => {
        Data.documents.forEach((one) => one.pages.forEach((list, index) => main.append(leaf(one, list, index))));
        Boxes.listen(refresh);
    };
    return { start, focus, reveal, words };
})();
