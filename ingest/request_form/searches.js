'use strict';
// Earlier searches for the same person: unit, date, result of each.

const searches = [];
let lastSearch = 0;

function addSearch(values = {}) {
    const number = ++lastSearch, id = (name) => `search${number}-${name}`;
    const search = { number, id };
    const remove = make('button', { type: 'button', class: 'small' }, _('Remove'), make('span', { class: 'covered' }, _(' this earlier search')));
    search.card = make('li', {}, make('div', { class: 'row' },
        entry(id('unit'), _('Unit or agency that searched'), { size: 28 }),
        entry(id('date'), _('Date'), { type: 'date', max: '9999-12-31' }),
        entry(id('result'), _('Result'), { size: 40 }, _('Such as: nobody; or: a name, later excluded.'))), remove);
    remove.addEventListener('click', () => {
        searches.splice(searches.indexOf(search), 1);
        search.card.remove();
        byId('add-search').focus();
        draftChanged();
    });
    searches.push(search);
    byId('search-list').append(search.card);
    for (const [name, value] of Object.entries(values))
        byId(id(name)).value = value;
    return search;
}

function prepareSearches() {
    byId('add-search').addEventListener('click', () => byId(addSearch().id('unit')).focus());
    // Whoever says yes is to give at least one.
    form.addEventListener('change', (event) => {
        if (event.target.name === 'prior' && event.target.value === 'some' && searches.length === 0)
            addSearch();
    });
}
