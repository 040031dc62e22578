/*
 * The boxes of the part: hundredths of a point from the top left corner of a page. Whoever shows them listens.
 */
const Boxes = (() => {
    'use strict';
    const wide = 61200;
    const low = Data.lowest;
    const smallest = 300;
    const listeners = [];
    const proposals = Data.boxes.filter((one) => one.proposed === 'program');
    const state = { list: Data.boxes.map((one) => ({ ...one })), lifted: {}, by: '', chosen: null,
        seen: {}, remarks: [], outcome: '' };

    const order = (a, b) => a.document - b.document || a.page - b.page || a.y - b.y || a.x - b.x;
    const renumber = () => {
        if (Data.form === 'draw') {
            state.list.sort(order);
            state.list.forEach((one, i) => { one.number = i + 1; });
        }
    };
    /** `quiet`: only words or places changed, what somebody writes in stays as it is. */
    const changed = (quiet = false) => listeners.forEach((listener) => listener(quiet));
    const change = (act) => { act(state); renumber(); changed(); };
    const touch = (act) => { act(state); changed(true); };

    const covers = (box, other) => box.document === other.document && box.page === other.page && box.x <= other.x && box.y <= other.y &&
        box.x + box.width >= other.x + other.width && box.y + box.height >= other.y + other.height;
    /** Proposals that no box covers any more. */
    const lifted = () => proposals.filter((one) => !state.list.some((box) => covers(box, one)));

    /** Within the page, not too small; of a sealed picture nothing is given up. */
    const place = (box, to) => {
        if (box.mandatory)
            return;
        const width = Math.min(Math.max(to.width, smallest), wide);
        const height = Math.min(Math.max(to.height, smallest), low);
        box.width = Math.round(width);
        box.height = Math.round(height);
        box.x = Math.round(Math.min(Math.max(to.x, 0), wide - width));
        box.y = Math.round(Math.min(Math.max(to.y, 0), low - height));
    };
    const add = (documentNumber, page, to) => {
        const box = { document: documentNumber, page, exemption: '', reason: '', proposed: 'clerk', x: 0, y: 0, width: 0, height: 0 };
        place(box, to);
        change(() => { state.list.push(box); state.chosen = box; });
        return box;
    };
    const remove = (box) => {
        if (!box.mandatory)
            change(() => { state.list.splice(state.list.indexOf(box), 1); state.chosen = null; });
    };
    const choose = (box) => { state.chosen = box; changed(); };
    const faulty = (box) => box.exemption === '' || box.reason.trim() === '';
    return { state, proposals, change, touch, changed, lifted, liftedKey: (one) => String(proposals.indexOf(one)), place, add, remove, choose, faulty,
        listen: (listener) => listeners.push(listener), wide, low };
})();
