/*
 * What the sheet is about, and making elements. Texts are set as text, never as markup.
 */
const Data = (() => {
    'use strict';
    const element = document.getElementById('data');
    const all = JSON.parse(element.textContent);
    element.remove();
    return Object.freeze(all);
})();

const Dom = (() => {
    'use strict';
    let serial = 0;
    let region = null;
    const uniqueId = (prefix) => `${prefix}-${++serial}`;
    const put = (node, name, value) => {
        if (name === 'on')
            Object.entries(value).forEach(([event, handler]) => node.addEventListener(event, handler));
        else if (typeof value === 'boolean' && name in node)
            node[name] = value;
        else if (value !== null && value !== undefined)
            node.setAttribute(name, value);
    };
    const fill = (node, properties, children) => {
        Object.entries(properties || {}).forEach(([name, value]) => put(node, name, value));
        node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
        return node;
    };
    const make = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
    const draw = (tag, properties, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
    const button = (words, act, properties) => make('button', { type: 'button', on: { click: act }, ...properties }, words);
    /** A label and its control. */
    const field = (words, control) => {
        control.id = uniqueId('field');
        return [make('label', { for: control.id }, words), control];
    };
    const announce = (words) => {
        if (!region) {
            region = make('div', { class: 'unseen', role: 'status' });
            document.body.append(region);
        }
        region.textContent = words;
    };
    return { make, draw, button, field, announce, uniqueId };
})();
