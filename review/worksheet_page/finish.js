/*
 * The last step: what is missing, who signs, the file, and what to do with it.
 */
const Finish = (() => {
    'use strict';
    const { make, button } = Dom;
    const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
    let stageFaults = () => [];

    const faults = (state) => [...stageFaults(state), ...(NAME.test(state.signer.trim()) ? [] : [{ step: 'finish',
        words: _('Enter your id in the roster: letters, digits, dot, underscore, hyphen.') }])];

    const commands = (name) => [
        [_('With leadspool on this computer'), `leadspool decide --from ${name}.xml --key YOUR.key --cert YOUR.pem --wait 30`],
        [_('With OpenSSL, then put the .p7m file into review/decisions'),
            `openssl cms -sign -binary -nodetach -outform DER -md sha256 -signer YOUR.pem -inkey YOUR.key -in ${name}.xml -out ${name}.p7m`],
        [_('Where the site takes the word of the account that owns the file'), _`copy ${name}.xml into review/decisions`]];

    const create = (askFaults) => {
        stageFaults = askFaults;
        const name = Save.baseName();
        const signer = Fields.text({ name: _('Your id'), label: _('Your id in the roster'), most: 63, get: (state) => state.signer,
            set: (state, value) => { state.signer = value; } });
        const list = make('ul', { class: 'faults' });
        const ready = make('p', { class: 'ready' }, _('Nothing is missing.'));
        const preview = make('pre', { tabIndex: 0, 'aria-label': _('The decision as it will be saved') });
        const show = make('details', { class: 'preview' }, make('summary', {}, _('The decision as XML')), preview);
        const done = make('section', { class: 'next-steps', hidden: true, 'aria-label': _('What to do next') });
        const save = button(_('Save the decision'), () => {
            const text = Xml.decision(Draft.state, Moment.now());
            Save.file(`${name}.xml`, 'application/xml', text);
            preview.textContent = text;
            done.hidden = false;
            Header.say(_`${name}.xml was saved. It counts once it is signed and handed in.`);
        }, { class: 'primary save' });
        done.append(make('h3', {}, _('Now sign it and hand it in')), make('p', {}, _`The file ${name}.xml counts only when it is signed. One of these:`),
            make('ol', {}, commands(name).map(([words, command]) => make('li', {}, make('p', {}, words), make('code', {}, command)))),
            make('p', { class: 'hint' }, _('The answer comes into review/answers under your id. Changed your mind before you signed? Save the decision again.')));
        /** To where it is mended: of this step that is the one field there is. */
        const lead = (step) => (step === 'finish' ? signer.querySelector('input, textarea').focus() : Steps.go(step));
        Draft.subscribe((state) => {
            const missing = faults(state);
            list.replaceChildren(...missing.map((fault) => make('li', {}, button(fault.words, () => lead(fault.step), { class: 'link' }))));
            ready.hidden = missing.length > 0;
            save.disabled = missing.length > 0;
            if (show.open)
                preview.textContent = Xml.decision(state, Moment.now());
        });
        show.addEventListener('toggle', () => { preview.textContent = Xml.decision(Draft.state, Moment.now()); });
        Keys.add('Control+Enter', _('Save the decision'), () => save.click(), 'finish');
        Steps.add({ name: 'finish', title: _('Sign'), shown: () => Displays.watch(() => []), done: () => !done.hidden,
            content: make('div', { class: 'columns' }, make('div', {}, make('h3', {}, _('Before you sign')), list, ready, signer, save, done),
                make('div', {}, show, make('p', { class: 'hint' }, _`Item ${Data.facts.item}`))) });
    };

    return { create, faults };
})();
