/*
 * What is saved: foil.xml of schemas/foil.xsd.
 */
const Xml = (() => {
    'use strict';
    const escape = (text) => String(text).replace(/[\u0000-\u001f\ufffe\uffff]/g, ' ').replace(/\s+/g, ' ').trim()
        .replace(/[&<>"']/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' }[one]));
    const element = (name, attributes, text) => {
        const words = Object.entries(attributes).filter(([, value]) => value !== undefined).map(([key, value]) => ` ${key}="${escape(value)}"`).join('');
        return `<${name}${words}>${escape(text)}</${name}>`;
    };
    const uuid = () => {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        const hex = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
        return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    };
    const today = () => {
        const now = new Date();
        return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, '0')).join('-');
    };
    const place = ({ document, page, x, y, width, height }) => ({ document, page, x, y, width, height });
    const frame = (kind, body) => ['<?xml version="1.0" encoding="UTF-8"?>', '<foil xmlns="urn:leadspool:foil:1">',
        ...[element('foilId', {}, uuid()), element('kind', {}, kind), element('request', {}, Data.request), element('part', {}, Data.part),
            element('sheet', {}, Data.sheet), element('date', {}, today()), element('by', {}, Boxes.state.by), ...body].map((line) => `  ${line}`), '</foil>', ''].join('\n');

    const redactions = () => {
        const open = Boxes.lifted();
        return frame('redactions', ['<boxes>', ...Boxes.state.list.map((box) => `  ${element('box', { exemption: box.exemption, number: box.number, ...place(box),
            proposed: box.proposed }, box.reason)}`), '</boxes>',
        ...(open.length > 0 ? ['<lifted>', ...open.map((one) => `  ${element('box', place(one), Boxes.state.lifted[Boxes.liftedKey(one)])}`), '</lifted>'] : [])]);
    };
    const reading = () => frame('reading', [element('redactions', {}, Data.redactions || ''), element('outcome', {}, Boxes.state.outcome),
        ...Boxes.state.remarks.filter((one) => one.text.trim()).map((one) => element('remark', { document: one.document, page: one.page, number: one.number }, one.text))]);

    const save = (text) => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([text], { type: 'application/xml' }));
        link.download = 'foil.xml';
        link.click();
        window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
        Dom.announce(_('Saved as foil.xml'));
    };
    return { redactions, reading, save };
})();
