/*
 * All candidates at a glance, at equal facial scale, each with what was said of it.
 *
 * The order is the item's own, shuffled by its recorded seed; it means nothing and stays.
 */
const Strip = (() => {
    'use strict';
    const { make, image } = Dom;

    /** `said(state, label)` in words, '' for nothing yet; `choose(label)` shows one. */
    const create = ({ labels, said, choose, legend }) => {
        const cards = labels.map((label) => {
            const words = make('span', { class: 'said-of' });
            const node = make('button', { type: 'button', class: 'card', on: { click: () => choose(label) } },
                image(label, true, '', 'thumb'), make('span', { class: 'label' }, label), words);
            return { label, node, words };
        });
        const node = make('div', { class: 'strip', role: 'group', 'aria-label': legend }, cards.map((card) => card.node));
        Draft.subscribe((state) => cards.forEach((card) => {
            const code = said(state, card.label);
            card.words.textContent = code || 'open';
            card.node.dataset.said = code || 'open';
        }));
        const mark = (label) => cards.forEach((card) => {
            card.node.setAttribute('aria-current', String(card.label === label));
            if (card.label === label)
                card.node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        });
        return { node, mark };
    };

    return { create };
})();
