/*
 * Filling request.html as a person with a mouse would, and reading the packet it saves.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { ROOT } = require('./browser');
const { run } = require('./site');

const COMMAND = 'precinct-014';

/** The page as the daemon published it. */
const pageOf = (site, command = COMMAND) => site.at('out', command, 'request.html');

const choose = (page, name, value) => page.check(`input[name="${name}"][value="${value}"]`);

/** Drop files on the page, as from a folder's window. */
async function drop(page, ...files) {
    const contents = files.map((file) => ({ name: path.basename(file), bytes: fs.readFileSync(file).toString('base64') }));
    const transfer = await page.evaluateHandle((list) => {
        const made = new DataTransfer();
        for (const { name, bytes } of list)
            made.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
        return made;
    }, contents);
    await page.dispatchEvent('#drop', 'dragover', { dataTransfer: transfer });
    await page.dispatchEvent('#drop', 'drop', { dataTransfer: transfer });
    await page.waitForFunction((names) => names.every((name) => document.body.textContent.includes(name)), contents.map((file) => file.name));
    await page.waitForSelector('#drop-answer p');
}

/** Who asks, in every kind of packet. */
async function fillRequester(page) {
    await page.fill('#name', 'Imogen Fairweather');
    await page.fill('#shield', '3114');
    await page.fill('#account', 'ifairweather');
}

async function fillDiscussion(page) {
    await choose(page, 'discussed', 'yes');
    await page.fill('#discussedWith', 'Lt. Barnaby Stoat');
    await page.fill('#discussedAt', '2026-01-05T14:30');
}

/** The questions about the image of that number. */
async function answerImage(page, number, { source = 'cctv-private', edited = 'no' } = {}) {
    await page.selectOption(`#image${number}-source`, source);
    await page.check(`#image${number}-unknown`);
    await choose(page, `image${number}-edited`, edited);
}

/** A new request that only lacks images. */
async function fillNew(page) {
    await fillRequester(page);
    await page.fill('#caseNumber', '2026-014-000001');
    await choose(page, 'use', 'U1');
    await choose(page, 'sub-U1', 'committed');
    await page.fill('#basis', 'A shop was robbed on Friday; the camera above the till shows the person who took the money.');
    await choose(page, 'eventContext', 'none');
    await choose(page, 'politicalActivity', 'no');
    await fillDiscussion(page);
    await choose(page, 'prior', 'none');
    await choose(page, 'priority', 'routine');
}

const SAVE = 'button[type=submit]';
const save = (session, page) => session.saved(page, () => page.click(SAVE));

/** What is listed to be mended, and what the request will wait for: lines of text. */
async function findings(page) {
    const lines = (id) => page.locator(`${id} li`).allTextContents();
    return { faults: await lines('#faults'), notes: await lines('#notes') };
}

/** A saved packet: its folder, the manifest's text, and an XPath into it. Fails unless the schema and unzip take it. */
function unpacked(file) {
    const folder = file.replace(/\.zip$/, '');
    run('/usr/bin/unzip', ['-q', '-t', file]);
    run('/usr/bin/unzip', ['-q', '-o', file, '-d', folder]);
    const manifest = path.join(folder, 'manifest.xml');
    run('/usr/bin/xmllint', ['--noout', '--schema', path.join(ROOT, 'schemas', 'request.xsd'), manifest]);
    const value = (name) => run('/usr/bin/xmllint', ['--xpath', `string(${name.replace(/(^|\/)([A-Za-z0-9]+)/g, '$1*[local-name()="$2"]')})`, manifest]).replace(/\n$/, '');
    return { folder, names: fs.readdirSync(folder).sort(), xml: fs.readFileSync(manifest, 'utf8'), value: (name) => value(`/request/${name}`) };
}

const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** Every listed image is in the packet with the size and SHA-256 stated. */
function assertWhole(packet, count) {
    assert.equal(packet.names.length, count + 1);
    for (let i = 1; i <= count; i++) {
        const file = path.join(packet.folder, packet.value(`images/image[${i}]/file`));
        assert.equal(packet.value(`images/image[${i}]/sha256`), sha256(file));
        assert.equal(packet.value(`images/image[${i}]/size`), String(fs.statSync(file).size));
    }
}

/** Put the saved packet where the page says, let the site work; what the receipt says. */
function receiptOf(site, file, command = COMMAND) {
    const requestId = unpacked(file).value('requestId'), folder = site.at('in', command), name = path.basename(file);
    fs.copyFileSync(file, path.join(folder, `.${name}`));
    fs.renameSync(path.join(folder, `.${name}`), path.join(folder, name));
    site.do('drain');
    for (const entry of fs.readdirSync(site.at('out', command), { recursive: true })) {
        const found = site.at('out', command, String(entry));
        if (/receipt-\d+\.xml$/.test(found) && fs.readFileSync(found, 'utf8').includes(requestId)) {
            const xml = fs.readFileSync(found, 'utf8');
            const member = (name) => (new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) || [])[1];
            return { xml, outcome: member('outcome'), docket: member('docket'), codes: [...xml.matchAll(/<code>([^<]*)</g)].map((match) => match[1]) };
        }
    }
    throw new Error(`no receipt for ${requestId} in ${site.at('out', command)}`);
}

module.exports = { COMMAND, SAVE, pageOf, choose, drop, fillRequester, fillDiscussion, fillNew, answerImage, save, findings, unpacked, assertWhole, receiptOf, sha256 };
