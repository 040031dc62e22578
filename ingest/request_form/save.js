'use strict';
// Making the packet and handing it over.

const MANIFEST_LIMIT = 256 * 1024; // docs/formats/manifest.md

/** What was saved last: the same answers give the same file again, so that two copies of it are one request. */
let saved = null;

/** "fairweather-2026-014-000001.zip": whoever looks into the folder sees whose it is. */
function packetName(request) {
    const surname = slug(request.requester.name.split(' ').pop(), 'request').toLowerCase();
    const number = request.kind === 'new' ? slug(request.caseNumber || request.complaintNumber, 'case') : `${slug(request.docket, 'docket')}-${request.kind}`;
    return `${surname}-${number}.zip`;
}

async function packetOf(request) {
    const sameAsBefore = manifestOf(request, '', new Date(0));
    if (saved !== null && saved.content === sameAsBefore)
        return saved;
    const at = new Date(), requestId = newUuid();
    const manifest = new TextEncoder().encode(manifestOf(request, requestId, at));
    if (manifest.length > MANIFEST_LIMIT)
        throw new Error(_`There is more text than a request may hold (${bytesInWords(manifest.length)}; at most ${bytesInWords(MANIFEST_LIMIT)}). Shorten the longest answers.`);
    const files = [{ name: 'manifest.xml', bytes: manifest }, ...(request.images || []).map(({ image }) => ({ name: image.name, bytes: image.bytes }))];
    const packet = zipOf(files, at);
    saved = { content: sameAsBefore, requestId, name: packetName(request), packet, at, files: files.slice(1).map((file) => file.name),
        digest: await sha256(new Uint8Array(await packet.arrayBuffer())) };
    return saved;
}

/** The browser's own way of saving: a link to what the page made. */
function download(made) {
    const link = make('a', { href: URL.createObjectURL(made.packet), download: made.name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const NEXT = {
    new: [_('A receipt comes within a minute or so into OUT: receipt-1.txt in a folder named after the docket. If something is wrong, it says what to mend.'),
        _('index.html in OUT shows every request of your command and what it waits for. Routine requests are searched overnight, others at once; people review every result. A report or a notice is put beside the receipt.')],
    supplement: [_('A receipt comes into the docket’s folder. The investigator then looks at the new images.')],
    correction: [_('A receipt comes into the docket’s folder. What waited only for these answers goes on.')],
    withdrawal: [_('A receipt comes into the docket’s folder, and the request ends there, unless its report was approved before.')],
    corroboration: [_('A receipt comes into the docket’s folder. What you stated is kept with the report.')],
};

function facts(made) {
    const rows = [[_('File'), made.name], [_('Size'), bytesInWords(made.packet.size)], [_('Holds'), ['manifest.xml', ...made.files].join(', ')],
        [_('Request'), made.requestId], ['SHA-256', made.digest], [_('Made'), `${utcText(made.at).replace('T', ' ').replace('Z', '')} UTC`]];
    return make('dl', { class: 'facts' }, rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
}

function showSaved(request, made, holds) {
    const again = make('button', { type: 'button' }, _('Save the file again')), fresh = make('button', { type: 'button' }, _('Start another request'));
    again.addEventListener('click', () => download(made));
    fresh.addEventListener('click', startAfresh);
    const [receipt, ...later] = NEXT[request.kind];
    const steps = [
        [_('Your browser saved '), make('strong', {}, made.name), _(', usually in the folder Downloads.')],
        [_('Move it into the folder '), make('strong', {}, `in/${site.command}`), _(' of the share. Do not unpack it or change its name’s ending.')],
        ...[receipt, holds.length > 0 ? _('The request then waits for the people named above; there is nothing to send again.') : '', ...later]
            .filter((text) => text !== '').map((text) => [text.replace('OUT', `out/${site.command}`)]),
    ];
    byId('saved-words').replaceChildren(make('ol', { class: 'steps' }, steps.map((parts) => make('li', {}, parts))), facts(made),
        make('p', {}, again, ' ', fresh),
        make('p', { class: 'hint' }, draftKept ? _('What you typed is kept in this browser for three days in case the receipt asks for a change. On a computer others use, clear the form when the receipt has come.') : _('What you typed is gone when you close this page.')));
    byId('saved').hidden = false;
    byId('saved').focus();
    byId('saved').scrollIntoView({ block: 'start' });
}

/** Once something was found, what is mended goes off the list while it is being mended. */
let recheck = false;

function checkAgain() {
    if (recheck)
        showFindings(check(answersOfForm(), new Date()));
}

async function checkAndSave() {
    saveDraft();
    recheck = true;
    const request = answersOfForm(), findings = check(request, new Date());
    byId('saved').hidden = true;
    if (!showFindings(findings)) {
        byId('faults').focus();
        byId('faults').scrollIntoView({ block: 'start' });
        return;
    }
    try {
        const made = await packetOf(request);
        download(made);
        showSaved(request, made, findings);
    } catch (error) {
        const box = byId('faults');
        box.hidden = false;
        box.replaceChildren(make('h3', {}, _('The packet could not be made')), make('p', {}, error.message));
        box.focus();
    }
}
