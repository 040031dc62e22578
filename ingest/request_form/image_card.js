'use strict';
// The questions about one image.

const BODY_WORN = [
    ['witnessed', _('Did the officer who wore the camera witness the crime?')],
    ['unableToApprehend', _('Was the officer unable to apprehend the person?')],
    ['stillExtracted', _('Was this still extracted from the recording for this request?')],
    ['warrantScreening', _('Is it meant to screen people for open warrants?')],
];

/** Names of the fields of an image: they begin with its number, which is never used again. */
const imageField = (image, name) => `image${image.number}-${name}`;

function imageCard(image) {
    const id = (name) => imageField(image, name);
    const remove = make('button', { type: 'button', class: 'small' }, _('Remove'), make('span', { class: 'covered' }, ` ${image.name}`));
    remove.addEventListener('click', () => removeImage(image));
    image.picture.alt = _`Thumbnail of ${image.name}`;
    const head = make('div', { class: 'image-head' }, make('div', { class: 'thumbnail' }, image.picture),
        make('div', {}, make('h3', { id: id('title') }, make('span', { class: 'number' }), image.name),
            make('p', { class: 'hint' }, _`${image.width} × ${image.height} pixels, ${image.type}, ${bytesInWords(image.bytes.length)}`,
                image.file.name === image.name ? '' : _`; from ${image.file.name}`),
            make('p', {}, remove)));
    return make('li', { class: 'image' }, make('section', { 'aria-labelledby': id('title') }, head,
        make('div', { class: 'row' }, list(id('source'), _('Where it comes from'), site.sources),
            conditional(`${id('source')}=other`, entry(id('sourceText'), _('Say where from'), { size: 30 }))),
        make('div', { class: 'row' }, entry(id('capturedAt'), _('When it was taken'), { type: 'datetime-local', step: 1 }),
            entry(id('recordingId'), _('Recording it was taken from'), { size: 24, spellcheck: 'false' }, _('Number or name of the recording, if there is one.'))),
        attestation(image), bodyWorn(image), boxFields(image), edits(image)));
}

function conditional(when, element) {
    element.dataset.when = when;
    return element;
}

/** R16 is a statement a person makes: never ticked for them, and never restored from a draft. */
function attestation(image) {
    const id = imageField(image, 'unknown');
    const field = make('div', { class: 'field attest' }, make('input', { type: 'checkbox', id, name: id }),
        make('label', { for: id }, _('I attest that this image shows the unknown person themselves: it is no sketch, no composite, no lookalike, and nothing in it was generated.')));
    prepareField(field);
    return field;
}

function bodyWorn(image) {
    const id = (name) => imageField(image, name);
    return conditional(`${id('source')}=body-worn`, make('div', { class: 'inset' },
        make('p', { class: 'hint' }, _('Body-worn cameras are not used as a matter of course. Answer all four; a supervisor may look first.')),
        BODY_WORN.map(([name, words]) => question(id(name), words))));
}

/** An edited image: what was done, and to which other image of the packet. */
function edits(image) {
    const id = (name) => imageField(image, name);
    return make('div', {}, question(id('edited'), _('Was this image changed before you send it?'), { no: _('It is as it came from its source.'),
        yes: _('Cropped, turned, made brighter and the like.') }),
    conditional(`${id('edited')}=yes`, make('div', { class: 'inset' },
        make('p', { class: 'hint' }, _('The image it was made from belongs in the packet too: add it above. Changed more than once? Add the image after each change, each made from the one before.')),
        make('div', { class: 'row' }, list(id('madeFrom'), _('Made from'), []), list(id('operation'), _('What was done'), site.operations)),
        entry(id('parameters'), _('How exactly'), { size: 40 }, _('Such as: left 600, top 200, 480 by 480 pixels; or: brightness +20 %.')),
        make('div', { class: 'row' }, entry(id('editedBy'), _('Who did it'), { size: 24 }), entry(id('editedAt'), _('When'), { type: 'datetime-local', step: 1 })))));
}

/** The other images, as what this one may have been made from; a choice that is still there stays chosen. */
function fillOriginals(image) {
    const select = byId(imageField(image, 'madeFrom')), before = select.value || image.wantedOriginal || '';
    const others = images.filter((other) => other !== image);
    select.replaceChildren(make('option', { value: '' }, others.length > 0 ? _('Choose …') : _('Add the original first')),
        ...others.map((other) => make('option', { value: other.digest }, other.name)));
    select.value = others.some((other) => other.digest === before) ? before : '';
}
