/*
 * The bar at the top: what this is, the steps, undo, where the draft is kept, and the keyboard's list.
 */
const Header = (() => {
    'use strict';
    const { make, button } = Dom;
    const said = make('p', { class: 'said', role: 'status' });

    /** Something the person should see at once. */
    const say = (words) => {
        said.textContent = words;
        window.clearTimeout(say.timer);
        say.timer = window.setTimeout(() => { said.textContent = ''; }, 9000);
    };

    const saveDraft = () => Save.file(`${Save.baseName()}-draft.json`, 'application/json', Draft.text());

    const loadDraft = () => {
        const input = make('input', { type: 'file', accept: '.json,application/json' });
        input.addEventListener('change', async () => {
            if (input.files.length > 0)
                say(Draft.take(await input.files[0].text()) || _('The draft was loaded.'));
        });
        input.click();
    };

    const forget = () => {
        if (window.confirm(_('Empty this worksheet and remove its draft from this computer? What you entered is gone then.'))) {
            Draft.forget();
            say(_('The draft was removed.'));
            Steps.go(Steps.names()[0]);
        }
    };

    const menu = () => make('details', { class: 'menu' }, make('summary', {}, _('Draft')), make('div', { class: 'menu-list' },
        make('p', { class: 'hint kept' }), button(_('Save draft file'), saveDraft), button(_('Load draft file'), loadDraft),
        button(_('Print'), () => window.print()), button(_('Remove draft'), forget)));

    const start = () => {
        const undo = button(_('Undo'), Draft.undo), redo = button(_('Redo'), Draft.redo);
        const list = menu(), kept = list.querySelector('.kept');
        const facts = Data.facts;
        document.body.append(make('header', { class: 'top' },
            make('div', { class: 'about' }, make('h1', {}, Words.STAGE[Data.stage]),
                make('p', {}, _`${facts.docket} · round ${facts.round} · opened ${Data.time(facts.opened)}`),
                facts.engine ? make('p', { class: 'engine' }, _`List by ${facts.engine}`) : null,
                facts.demonstration ? make('p', { class: 'demonstration' }, _('Demonstration with drawn people')) : null),
            make('nav', { 'aria-label': _('Steps') }, make('ol', { class: 'tabs' }, Steps.tabs())),
            make('div', { class: 'tools' }, undo, redo, list, button('?', Keys.help, { 'aria-label': _('Keyboard shortcuts'), class: 'round' }))),
        said);
        Draft.subscribe(() => {
            undo.disabled = !Draft.canUndo;
            redo.disabled = !Draft.canRedo;
            undo.title = Draft.canUndo ? _`Undo: ${Draft.nextUndo}` : '';
        });
        Draft.onKept((problem) => {
            kept.textContent = problem ? _`Not kept by this browser (${problem}): save a draft file before you close this page.`
                : _('Kept on this computer as you go.');
            list.classList.toggle('warning', Boolean(problem));
        });
        document.addEventListener('click', (event) => { if (!list.contains(event.target)) list.open = false; });
        list.addEventListener('keydown', (event) => { if (event.key === 'Escape') { list.open = false; list.firstChild.focus(); } });
    };

    return { start, say };
})();
