'use strict';
// The page's data and the few ways in which it makes elements. Text is only ever set as text, never as markup.
// The scripts are one, in the order of their names: what runs while they are read may use nothing of another file.

/** What the site said when it wrote this page (ingest/request_form.c). */
const site = JSON.parse(document.getElementById('data').textContent);

const byId = (id) => document.getElementById(id);

const form = byId('request');

/** An element with attributes and children; a child that is a string becomes text, null is left out. */
function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
        if (value !== false && value !== null && value !== undefined)
            element.setAttribute(name, value === true ? '' : value);
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

/** Of pages there is a text for one and one for more. */
const plural = (count, one, more) => (count === 1 ? one : more);

/** 1536 -> "1.5 KB"; for people, so in steps of 1000. */
function bytesInWords(bytes) {
    const units = ['bytes', 'KB', 'MB', 'GB'];
    let unit = 0, value = bytes;
    for (; value >= 1000 && unit < units.length - 1; unit++)
        value /= 1000;
    return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** What is wrong with a field is said within it and joined to its control, so that a screen reader says both. */
function prepareField(field) {
    const key = keyOf(field), group = field.matches('fieldset');
    const control = group ? field : field.querySelector('input, textarea, select');
    if (!control || byId(`${key}-fault`))
        return;
    const hints = [...field.querySelectorAll(':scope > .hint')];
    hints.forEach((hint, i) => { hint.id = hint.id || `${key}-hint-${i}`; });
    const fault = make('p', { class: 'fault', id: `${key}-fault`, hidden: true });
    if (group)
        field.querySelector(':scope > .choices').before(fault);
    else
        (control.type === 'checkbox' ? field.lastElementChild : control).after(fault);
    control.setAttribute('aria-describedby', [...hints.map((hint) => hint.id), fault.id].join(' '));
}

/** The name of a field: that of its control, or of its group of choices. */
function keyOf(field) {
    if (field.dataset.name)
        return field.dataset.name;
    const control = field.querySelector('input, textarea, select');
    return control ? control.id : '';
}

/** What a hidden part of the form holds is neither checked nor sent. */
function shown(element) {
    return element !== null && element.closest('[hidden]') === null;
}
