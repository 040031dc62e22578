'use strict';
// Marking the one person meant: a frame drawn on the picture, or four numbers. Pixels of the upright picture, from its
// top left corner (schemas/common.xsd, box).

const BOX = [['x', _('Left')], ['y', _('Top')], ['width', _('Width')], ['height', _('Height')]];

function boxFields(image) {
    const id = (name) => imageField(image, name);
    const numbers = make('fieldset', { class: 'field', 'data-name': id('box') }, make('legend', {}, _('Frame, in pixels')),
        make('div', { class: 'choices numbers' }, BOX.map(([name, words]) => entry(id(name), words, { type: 'number', min: 0, max: 65535, inputmode: 'numeric' }))));
    prepareField(numbers);
    const frame = make('div', { class: 'frame', hidden: true });
    const picture = make('img', { src: image.picture.src, alt: _`${image.name}, large; draw a frame round the person, or type the numbers beside it` });
    picture.draggable = false;
    const stage = make('div', { class: 'stage' }, picture, frame);
    const details = make('details', { class: 'mark', id: id('mark') }, make('summary', {}, _('Mark the one person meant')),
        make('p', { class: 'hint' }, _('Needed in every picture of a crowd or rally; helpful wherever several people are seen. Draw a frame round the face and shoulders, or type it in pixels.')),
        make('div', { class: 'mark-row' }, stage, numbers));
    details.addEventListener('input', () => showFrame(image, frame));
    drawable(image, stage, frame);
    return details;
}

/** The four numbers, whole and not negative; null while one is missing. */
function boxOf(image) {
    const values = BOX.map(([name]) => byId(imageField(image, name)).value.trim());
    return values.every((value) => /^\d{1,5}$/.test(value)) ? Object.fromEntries(BOX.map(([name], i) => [name, Number(values[i])])) : null;
}

const boxTouched = (image) => BOX.some(([name]) => byId(imageField(image, name)).value.trim() !== '');

function setBox(image, box) {
    BOX.forEach(([name]) => { byId(imageField(image, name)).value = box[name]; });
    byId(imageField(image, 'mark')).dispatchEvent(new Event('input', { bubbles: true }));
}

function showFrame(image, frame) {
    const box = boxOf(image);
    frame.hidden = box === null;
    if (box === null)
        return;
    frame.style.left = `${100 * box.x / image.width}%`;
    frame.style.top = `${100 * box.y / image.height}%`;
    frame.style.width = `${100 * box.width / image.width}%`;
    frame.style.height = `${100 * box.height / image.height}%`;
}

/** By mouse, pen or finger; the numbers are the way without. */
function drawable(image, stage, frame) {
    let from = null;
    const at = (event) => {
        const area = stage.getBoundingClientRect();
        const part = (value, start, size) => Math.min(Math.max((value - start) / size, 0), 1);
        return { x: Math.round(part(event.clientX, area.left, area.width) * image.width),
            y: Math.round(part(event.clientY, area.top, area.height) * image.height) };
    };
    stage.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        from = at(event);
        stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener('pointermove', (event) => {
        if (from === null)
            return;
        const to = at(event);
        setBox(image, { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) });
        showFrame(image, frame);
    });
    for (const end of ['pointerup', 'pointercancel'])
        stage.addEventListener(end, () => { from = null; });
}
