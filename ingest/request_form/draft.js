'use strict';
// What was typed outlives a reload, where the browser lets a file keep anything. Images and attestations do not: they
// are given again each time; what was answered about an image comes back when that very image is added again.

const draftKey = () => `leadspool request ${site.site} ${site.command}`;
// All files on a computer may share one store: what concerns a case does not lie there for ever.
const DRAFT_DAYS = 3;
let draftImages = {};
let draftTimer = null;
let draftKept = true;

/** Browsers refuse the store in more than one way. */
function store(act) {
    try {
        return act(globalThis.localStorage);
    } catch {
        draftKept = false;
        return null;
    }
}

const isImageField = (name) => /^image\d+-/.test(name);
const isSearchField = (name) => /^search\d+-/.test(name);

function fieldValues(wanted, short = (name) => name) {
    const values = {};
    for (const control of form.elements) {
        const name = control.name || control.id;
        if (!name || !wanted(name) || ['file', 'checkbox', 'button', 'submit', 'fieldset'].includes(control.type) || (control.type === 'radio' && !control.checked) || control.value === '')
            continue;
        values[short(name)] = control.value;
    }
    return values;
}

function imageValues(image) {
    const start = imageField(image, '');
    return fieldValues((name) => name.startsWith(start), (name) => name.slice(start.length));
}

function draftChanged() {
    clearTimeout(draftTimer);
    draftTimer = setTimeout(saveDraft, 300);
}

function saveDraft() {
    clearTimeout(draftTimer);
    for (const image of images)
        draftImages[image.digest] = imageValues(image);
    const draft = { at: Date.now(), fields: fieldValues((name) => !isImageField(name) && !isSearchField(name)), images: draftImages,
        searches: searches.map((search) => fieldValues((name) => name.startsWith(search.id('')), (name) => name.slice(search.id('').length))) };
    store((kept) => kept.setItem(draftKey(), JSON.stringify(draft)));
}

function setField(name, value) {
    const element = form.elements.namedItem(name);
    if (!element)
        return;
    element.value = value;
    const control = element instanceof RadioNodeList ? [...element].find((radio) => radio.checked) : element;
    if (control)
        control.dispatchEvent(new Event('input', { bubbles: true }));
}

function restoreImage(image) {
    const values = draftImages[image.digest] || {};
    image.wantedOriginal = values.madeFrom;
    for (const [name, value] of Object.entries(values))
        setField(imageField(image, name), value);
}

/** A draft nobody can read is none. */
function draftKeptHere() {
    try {
        const draft = JSON.parse(store((kept) => kept.getItem(draftKey())));
        return draft && Date.now() - draft.at < DRAFT_DAYS * 86400000 ? draft : null;
    } catch {
        return null;
    }
}

function restoreDraft() {
    const draft = draftKeptHere();
    if (draft === null)
        return false;
    draftImages = draft.images || {};
    Object.entries(draft.fields || {}).forEach(([name, value]) => setField(name, value));
    (draft.searches || []).forEach((values) => addSearch(values));
    return Object.keys(draft.fields || {}).length > 1;
}

function forgetDraft() {
    clearTimeout(draftTimer);
    draftImages = {};
    store((kept) => kept.removeItem(draftKey()));
}
