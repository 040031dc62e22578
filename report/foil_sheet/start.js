/*
 * Begins the sheet.
 */
document.addEventListener('DOMContentLoaded', () => {
    'use strict';
    const { make } = Dom;
    const main = make('main', {});
    const aside = make('aside', { 'aria-label': Data.form === 'draw' ? _('Boxes') : _('Reading') });
    Draft.load();
    document.body.append(make('header', { class: 'top' },
        make('h1', {}, `${Data.form === 'draw' ? _('Redactions') : _('Reading of redactions')}, ${Data.request}`),
        make('p', {}, _`Part ${Data.part} of ${Data.parts}, sheet ${Data.sheet.slice(0, 12)}`),
        Data.demonstration ? make('p', { class: 'demonstration' }, _('Demonstration with drawn people')) : null), main, aside);
    Paper.start(main);
    Pointer.start(main);
    (Data.form === 'draw' ? Drawing : Reading).start(aside);
    Boxes.changed();
    Boxes.listen(Draft.keep);
});
