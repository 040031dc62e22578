'use strict';
// The policy's choices as groups of radio buttons, and which parts of the form they show.

/** The value chosen in a group or list; '' when nothing is. */
function chosen(name) {
    const element = form.elements.namedItem(name);
    return element ? element.value : '';
}

function choiceOf(name, choice) {
    const id = `${name}-${choice.value}`;
    const radio = make('input', { type: 'radio', id, name, value: choice.value });
    const label = make('label', { for: id }, make('span', { class: 'name' }, choice.name),
        choice.means ? make('span', { class: 'means' }, choice.means) : null);
    return make('div', { class: 'choice' }, radio, label, choice.under ? casesOf(name, choice) : null);
}

/** The cases of a use are asked once the use is chosen. */
function casesOf(name, choice) {
    const group = `sub-${choice.value}`;
    const cases = make('fieldset', { class: 'field cases', 'data-name': group, 'data-when': `${name}=${choice.value}` },
        make('legend', {}, _('Which case is it?')));
    fillChoices(cases, group, choice.under);
    return cases;
}

function fillChoices(fieldset, name, choices) {
    fieldset.append(make('div', { class: 'choices' }, choices.map((choice) => choiceOf(name, choice))));
    prepareField(fieldset);
}

/** Yes or no as a group of its own. */
function question(name, words, means = {}) {
    const group = make('fieldset', { class: 'field question', 'data-name': name }, make('legend', {}, words));
    fillChoices(group, name, [{ value: 'yes', name: _('Yes'), means: means.yes }, { value: 'no', name: _('No'), means: means.no }]);
    return group;
}

/** A list to choose from, each entry with its line of meaning below the list. */
function list(id, label, choices) {
    const select = make('select', { id, name: id }, make('option', { value: '' }, _('Choose …')),
        choices.map((choice) => make('option', { value: choice.value }, choice.name)));
    const means = make('p', { class: 'hint', 'aria-live': 'polite' });
    select.addEventListener('input', () => {
        means.textContent = (choices.find((choice) => choice.value === select.value) || {}).means || '';
    });
    const field = make('div', { class: 'field' }, make('label', { for: id }, label), select, means);
    prepareField(field);
    return field;
}

/** A labelled line of text, a time or a number. */
function entry(id, label, attributes = {}, hint = null) {
    const input = make('input', { type: 'text', id, name: id, ...attributes });
    const field = make('div', { class: 'field' }, make('label', { for: id }, label), input, hint ? make('p', { class: 'hint' }, hint) : null);
    prepareField(field);
    if (attributes.type === 'datetime-local')
        prepareTime(input);
    return field;
}

/** Shows what belongs to the kind of packet and to the answers given; the rest is hidden. */
function showWhatApplies() {
    const kind = chosen('kind');
    for (const element of document.querySelectorAll('[data-kinds]'))
        element.hidden = !element.dataset.kinds.split(' ').includes(kind);
    for (const element of form.querySelectorAll('[data-when]')) {
        const [name, values] = element.dataset.when.split('=');
        element.hidden = !values.split(' ').includes(chosen(name));
    }
}
