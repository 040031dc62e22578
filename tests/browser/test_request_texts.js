/*
 * Whatever is typed into request.html arrives as it was typed, or as near as XML allows; and it is kept and forgotten
 * as the page says.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('./support/tests');
const { newSite } = require('./support/site');
const { image } = require('./support/faces');
const form = require('./support/request_form');

const HOSTILE = `]]> <!-- --> <script>alert("1")</script> & &amp; ' " \u202Eright to left\u202C \u05E9\u05DC\u05D5\u05DD \u{1F575}\u{1F3FD} e\u0301 <?x?> %s \\ ${'`'}`;

async function saveWith(session, page, texts) {
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1, { source: 'other' });
    for (const [id, text] of Object.entries(texts))
        await page.fill(id, text);
    return form.save(session, page);
}

test('hostile text arrives as it was typed', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    const file = await saveWith(session, page, { '#name': HOSTILE, '#caseNumber': '2026]]>&<1', '#basis': `${HOSTILE}\n\nsecond paragraph`, '#image1-sourceText': HOSTILE, '#cmsRef': '"><x>' });
    const packet = form.unpacked(file);
    assert.equal(packet.value('requester/name'), HOSTILE);
    assert.equal(packet.value('caseNumber'), '2026]]>&<1');
    assert.equal(packet.value('basis'), `${HOSTILE}\n\nsecond paragraph`);
    assert.equal(packet.value('images/image/sourceText'), HOSTILE);
    assert.match(file, /\/[A-Za-z0-9._-]+\.zip$/);
    const receipt = form.receiptOf(site, file);
    assert.deepEqual([receipt.outcome, receipt.codes], ['ACCEPT', []]);
    const index = await session.open(site.at('out', form.COMMAND, 'index.html'));
    assert.match(await index.textContent('tbody'), /2026]]>&<1/);
    await session.axe(index);
});

test('what XML cannot carry becomes a space, half a character a replacement', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await page.evaluate(() => {
        const set = (id, text) => { document.getElementById(id).value = text; };
        set('basis', 'a\u0000b\u0008c\u000bd\u000ce\u001ff\ufffeg\uffffh \ud800 i \udc00 \u{1F600}\u0085end');
        set('name', ' two\t\u0001 words ');
    });
    const packet = form.unpacked(await form.save(session, page));
    assert.equal(packet.value('basis'), 'a b c d e f g h \ufffd i \ufffd \u{1F600}\u0085end');
    assert.equal(packet.value('requester/name'), 'two words');
});

test('blanks are nothing', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await page.fill('#basis', ' \n\t ');
    await page.fill('#name', '   ');
    await page.click(form.SAVE);
    assert.deepEqual((await form.findings(page)).faults.map((line) => line.split(':')[0]), ['Your name', 'Why this search is needed', 'Images']);
});

test('a draft outlives a reload, images and attestations are given again', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.choose(page, 'prior', 'some');
    await page.fill('#search1-unit', HOSTILE);
    await form.drop(page, image(4), image(2));
    await form.answerImage(page, 2, { source: 'phone' });
    await page.reload();
    assert.match(await page.textContent('#draft-words'), /is back/);
    assert.equal(await page.inputValue('#basis'), 'A shop was robbed on Friday; the camera above the till shows the person who took the money.');
    assert.equal(await page.isChecked('#sub-U1-committed'), true);
    assert.equal(await page.inputValue('#search1-unit'), HOSTILE);
    assert.match(await page.textContent('#discussedAt-utc'), /19:30 UTC/);
    assert.equal(await page.locator('.image').count(), 0);
    await form.drop(page, image(2));
    assert.equal(await page.inputValue('#image1-source'), 'phone');
    assert.equal(await page.isChecked('#image1-edited-no'), true);
    assert.equal(await page.isChecked('#image1-unknown'), false);
});

test('a draft of last week is gone, one nobody can read too', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    for (const change of [(text) => text.replace(/"at":\d+/, '"at":1'), () => '{']) {
        await page.fill('#name', 'Imogen');
        await page.evaluate(() => saveDraft()); // eslint-disable-line no-undef
        const [key, text] = await page.evaluate(() => [localStorage.key(0), localStorage.getItem(localStorage.key(0))]);
        await page.addInitScript(([name, value]) => localStorage.setItem(name, value), [key, change(text)]);
        await page.reload();
        assert.equal(await page.inputValue('#name'), '');
    }
});

test('a browser that keeps nothing is told of and works', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await page.addInitScript(() => Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }));
    await page.reload();
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    assert.match(await page.textContent('#draft-words'), /keeps nothing/);
    form.assertWhole(form.unpacked(await form.save(session, page)), 1);
});

test('a browser without its own SHA-256 gives the same digests', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }));
    await page.reload();
    assert.equal(await page.evaluate(() => crypto.subtle), undefined);
    const own = (text) => page.evaluate((value) => sha256(new TextEncoder().encode(value)), text); // eslint-disable-line no-undef
    const node = (text) => require('node:crypto').createHash('sha256').update(text).digest('hex');
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
        assert.equal(await own('a'.repeat(length)), node('a'.repeat(length)), `${length} bytes`);
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    const file = await form.save(session, page);
    form.assertWhole(form.unpacked(file), 1);
    assert.match(await page.textContent('#saved'), new RegExp(form.sha256(file)));
});

test('the packet holds nothing but what was asked', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.choose(page, 'priority', 'expedite');
    await page.fill('#priorityGround', 'the hidden ground');
    await form.choose(page, 'priority', 'routine');
    await page.fill('#relatesTo', 'FR-2026-000001');
    await form.drop(page, image(2));
    await form.answerImage(page, 1, { source: 'other' });
    await page.fill('#image1-sourceText', 'the hidden source');
    await page.selectOption('#image1-source', 'phone');
    const file = await form.save(session, page), xml = form.unpacked(file).xml;
    assert.doesNotMatch(xml, /hidden/);
    assert.match(xml, /<relatesTo>FR-2026-000001</);
    assert.ok(!fs.readFileSync(file).includes('chromium'));
});
