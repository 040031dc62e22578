/*
 * The second reader's side: every page is ticked once it was read, remarks go to pages or boxes, and a judgement.
 */
const Reading = (() => {
    'use strict';
    const { make, button, field } = Dom;
    let about, remarks, faults, save;
    const key = (documentNumber, page) => `${documentNumber}/${page}`;
    const pages = () => Data.documents.flatMap((one) => one.pages.map((page, i) => key(one.number, i + 1)));

    const tick = (documentNumber, page) => {
        const box = make('input', { type: 'checkbox', checked: Boolean(Boxes.state.seen[key(documentNumber, page)]),
            on: { change: () => Boxes.touch((state) => { state.seen[key(documentNumber, page)] = box.checked; }) } });
        return make('div', {}, make('label', { class: 'choice' }, box, make('span', {}, _('Read'), make('span', { class: 'unseen' }, _`, document ${documentNumber}, page ${page}`))),
            button(_('Remark'), () => Boxes.change((state) => state.remarks.push({ document: documentNumber, page, text: '' })),
                { 'aria-label': _`Remark on document ${documentNumber}, page ${page}` }));
    };
    const card = (remark, index) => {
        const area = make('textarea', { maxlength: 1000, on: { input: () => Boxes.touch(() => { remark.text = area.value; }) } });
        area.value = remark.text;
        return make('li', { class: 'card' }, make('header', {}, make('h3', {}, _`Document ${remark.document}, page ${remark.page}${remark.number ? _`, box ${remark.number}` : ''}`),
            button(_('Take away'), () => Boxes.change((state) => state.remarks.splice(index, 1)), { 'aria-label': _`Take away remark ${index + 1}` })), field(_('Remark'), area));
    };
    const chosen = () => {
        const box = Boxes.state.chosen;
        return box ? [make('h3', {}, _`Box ${box.number}`), make('p', {}, `${box.exemption}: ${box.reason}`),
            button(_('Remark on this box'), () => Boxes.change((state) => state.remarks.push({ document: box.document, page: box.page, number: box.number, text: '' })))]
            : [make('p', { class: 'hint' }, _('Choose a box to see its exemption and reason.'))];
    };
    const wrong = () => {
        const state = Boxes.state;
        const left = pages().filter((one) => !state.seen[one]).length;
        const list = [];
        if (!['agree', 'return'].includes(state.outcome))
            list.push(_('Choose a judgement'));
        if (state.outcome === 'agree' && left > 0)
            list.push(left === 1 ? _('1 page is not ticked as read') : _`${left} pages are not ticked as read`);
        if (state.outcome === 'return' && !state.remarks.some((one) => one.text.trim()))
            list.push(_('To give it back, say in a remark what is wrong'));
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(state.by))
            list.push(_('Who read it is missing (your id on the roster)'));
        return list;
    };
    const refresh = (quiet) => {
        const list = wrong();
        if (!quiet) {
            about.replaceChildren(...chosen());
            remarks.replaceChildren(...Boxes.state.remarks.map(card));
        }
        faults.replaceChildren(...list.map((text) => make('li', {}, text)));
        save.disabled = list.length > 0;
    };
    const choice = (value, words) => {
        const radio = make('input', { type: 'radio', name: 'outcome', value, checked: Boxes.state.outcome === value,
            on: { change: () => Boxes.touch((state) => { state.outcome = value; }) } });
        return make('label', { class: 'choice' }, radio, words);
    };
    const start = (aside) => {
        const by = make('input', { type: 'text', autocomplete: 'off', on: { input: () => Boxes.touch((state) => { state.by = by.value.trim(); }) } });
        by.value = Boxes.state.by;
        about = make('section', { 'aria-live': 'polite' });
        remarks = make('ol', {});
        faults = make('ul', { class: 'faults' });
        save = button(_('Save reading'), () => Xml.save(Xml.reading()), { class: 'primary' });
        aside.append(make('p', { class: 'hint' }, _('Read every page: is anything open that must not leave, is anything covered without a reason?')), about,
            make('fieldset', {}, make('legend', {}, _('Judgement')), choice('agree', _('The boxes are right')), choice('return', _('Back to the clerk'))),
            ...field(_('Your id'), by), make('div', { role: 'status' }, faults), save, make('p', { class: 'hint' }, _('Sign the file you save and drop it in foil/in.')),
            make('h2', {}, _('Remarks')), remarks);
        Boxes.listen(refresh);
    };
    return { start, tick };
})();
