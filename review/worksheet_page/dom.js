/*
 * Making elements, and saying things aloud to who does not see them.
 *
 * Texts are always set as text, never as markup: what a sender wrote cannot become part of the page.
 */
const Dom = (() => {
    'use strict';
    let serial = 0;

    const uniqueId = (prefix) => `${prefix}-${++serial}`;

    const put = (node, name, value) => {
        if (name === 'on')
            for (const [event, handler] of Object.entries(value))
                node.addEventListener(event, handler);
        else if (name === 'class')
            node.className = value;
        else if (name === 'style')
            Object.assign(node.style, value);   // the policy forbids the attribute, not the property
        else if (name in node && typeof value !== 'string')
            node[name] = value;
        else if (value !== null && value !== undefined)
            node.setAttribute(name, value);
    };

    /** make('p', { class: 'hint' }, 'text', node, …); children that are null are left out. */
    const make = (tag, properties, ...children) => {
        const node = document.createElement(tag);
        for (const [name, value] of Object.entries(properties || {}))
            put(node, name, value);
        node.append(...children.flat().filter((child) => child !== null && child !== undefined));
        return node;
    };

    /** A picture of the item; alt is what it is, never what it shows. */
    const image = (label, face, alt, className) => {
        const entry = Data.picture(label, face);
        return make('img', { src: entry.source, alt, class: className || '', draggable: false, width: entry.width,
            height: entry.height, decoding: 'async' });
    };

    const button = (words, act, properties) => make('button', { type: 'button', on: { click: act }, ...properties }, words);

    const hidden = (words) => make('span', { class: 'unseen' }, words);

    let region = null;
    /** Spoken by a screen reader, politely. */
    const announce = (words) => {
        if (!region) {
            region = make('div', { class: 'unseen', role: 'status' });
            document.body.append(region);
        }
        region.textContent = '';
        window.setTimeout(() => { region.textContent = words; }, 30);
    };

    /** Definition list of [term, value] pairs; empty values are left out. */
    const pairs = (rows) => make('dl', { class: 'pairs' }, rows.filter(([, value]) => value)
        .map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value))));

    return { make, image, button, hidden, announce, pairs, uniqueId };
})();
