/*
 * The clerk's side: each box with its exemption and particular reason, proposals that are not followed, and saving.
 */
const Drawing = (() => {
    'use strict';
    const { make, button, field } = Dom;
    let cards, lifted, faults, save;

    const exemption = (box) => {
        const select = make('select', { on: { change: () => Boxes.touch(() => { box.exemption = select.value; }) } },
            make('option', { value: '' }, _('Choose …')), Data.exemptions.map((one) => make('option', { value: one.code, selected: one.code === box.exemption },
                `${one.code}: ${one.words}`)));
        return field(_('Exemption'), select);
    };
    const reason = (words, value, set) => {
        const area = make('textarea', { maxlength: 1000, on: { input: () => set(area.value) } });
        area.value = value;
        return field(words, area);
    };
    const card = (box) => make('li', { class: `card${Boxes.faulty(box) ? ' faulty' : ''}${Boxes.state.chosen === box ? ' chosen' : ''}` },
        make('header', {}, make('h3', {}, _`${box.number}: document ${box.document}, page ${box.page}`),
            box.mandatory ? make('span', { class: 'hint' }, _('Sealed: stays')) : button(_('Take away'), () => Boxes.remove(box), { 'aria-label': _`Take away box ${box.number}` })),
        Boxes.state.chosen === box ? [exemption(box), reason(_('Particular reason'), box.reason, (text) => Boxes.touch(() => { box.reason = text; }))]
            : [make('p', { class: 'hint' }, `${box.exemption || _('No exemption')}. ${box.reason || _('No reason.')}`),
                button(_('Change'), () => { Boxes.choose(box); Paper.reveal(box); document.querySelector('.card.chosen select').focus(); }, { 'aria-label': _`Change box ${box.number}` })]);

    const wrong = () => {
        const list = [];
        const without = Boxes.state.list.filter(Boxes.faulty);
        if (without.length > 0)
            list.push(without.length === 1 ? _`1 box has no exemption or no reason: ${without[0].number}`
                : _`${without.length} boxes have no exemption or no reason: ${without.slice(0, 8).map((one) => one.number).join(', ')}`);
        if (Boxes.lifted().some((one) => !(Boxes.state.lifted[Boxes.liftedKey(one)] || '').trim()))
            list.push(_('A proposal that is not followed has no reason'));
        if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(Boxes.state.by))
            list.push(_('Who drew the boxes is missing (your id on the roster)'));
        return list;
    };

    const rebuild = () => {
        const open = Boxes.lifted();
        cards.replaceChildren(...Boxes.state.list.map(card));
        lifted.hidden = open.length === 0;
        lifted.replaceChildren(make('h2', {}, _('Proposals not followed')),
            make('p', { class: 'hint' }, _('What identifies a person then leaves only with the privacy officer’s approval.')),
            make('ul', {}, open.map((one) => make('li', { class: 'card' }, make('h3', {}, _`Document ${one.document}, page ${one.page}: ${one.what || 'proposal'}`),
                reason(_('Why it may be shown'), Boxes.state.lifted[Boxes.liftedKey(one)] || '', (text) => Boxes.touch((state) => { state.lifted[Boxes.liftedKey(one)] = text; }))))));
    };
    const refresh = (quiet) => {
        const list = wrong();
        if (!quiet)
            rebuild();
        faults.replaceChildren(...list.map((text) => make('li', {}, text)));
        save.disabled = list.length > 0;
    };

    const start = (aside) => {
        const by = make('input', { type: 'text', autocomplete: 'off', on: { input: () => Boxes.touch((state) => { state.by = by.value.trim(); }) } });
        by.value = Boxes.state.by;
        cards = make('ol', {});
        lifted = make('section', {});
        faults = make('ul', { class: 'faults' });
        save = button(_('Save redactions'), () => Xml.save(Xml.redactions()), { class: 'primary' });
        aside.append(make('p', { class: 'hint' }, _('Drag on a page to draw a box, or use its button. Arrow keys move the chosen box, with Shift they size it, Delete takes it away, Enter goes to its reason.')),
            ...field(_('Your id'), by), make('div', { role: 'status' }, faults), save, make('p', { class: 'hint' }, _('Sign the file you save and drop it in foil/in.')),
            make('h2', {}, _('Boxes')), cards, lifted);
        Boxes.listen(refresh);
    };
    return { start };
})();
