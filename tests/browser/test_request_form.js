/*
 * request.html in the hands of somebody with a mouse: a packet comes out that the schema and the real site take.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { newSite } = require('./support/site');
const { image } = require('./support/faces');
const form = require('./support/request_form');

test('a request filled in by mouse is accepted', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await session.axe(page);
    await session.screenshot(page, 'request-empty');
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await page.fill('#image1-capturedAt', '2026-01-04T22:14:09');
    await page.fill('#image1-recordingId', 'TILL-3');
    await session.axe(page);
    await session.screenshot(page, 'request-filled');
    const file = await form.save(session, page);
    await session.axe(page);
    await session.screenshot(page, 'request-saved');
    assert.equal(path.basename(file), 'fairweather-2026-014-000001.zip');
    const packet = form.unpacked(file);
    form.assertWhole(packet, 1);
    assert.equal(packet.value('command'), form.COMMAND);
    assert.equal(packet.value('subUse'), 'committed');
    assert.equal(packet.value('supervisorDiscussion/at'), '2026-01-05T19:30:00Z', 'local time, in UTC');
    assert.equal(packet.value('images/image/capturedAt'), '2026-01-05T03:14:09Z');
    assert.match(await page.textContent('#saved'), new RegExp(`in/${form.COMMAND}`));
    assert.match(await page.textContent('#saved'), new RegExp(form.sha256(file)));
    const receipt = form.receiptOf(site, file);
    assert.deepEqual([receipt.outcome, receipt.codes], ['ACCEPT', []]);
});

test('times are shown in UTC as they are typed', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)), { timezoneId: 'Asia/Kolkata' });
    await form.fillDiscussion(page);
    assert.match(await page.textContent('#discussedAt-utc'), /2026-01-05 09:00 UTC; typed in Asia\/(Kolkata|Calcutta)/);
});

test('several images picked in a dialogue keep their order and get names of their own', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    const odd = path.join(session.folder, 'Überwachung «Tür» 1.JPG'), plain = path.join(session.folder, 'Uberwachung-Tur-1.jpg');
    fs.copyFileSync(image(2), odd);
    fs.copyFileSync(image(4), plain);
    await form.fillNew(page);
    await page.setInputFiles('#pick', [odd, plain]);
    await page.waitForSelector('#image2-source');
    await form.answerImage(page, 1);
    await form.answerImage(page, 2, { source: 'phone' });
    const file = await form.save(session, page), packet = form.unpacked(file);
    form.assertWhole(packet, 2);
    for (const name of packet.names)
        assert.match(name, /^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    assert.equal(packet.value('images/image[1]/sha256'), form.sha256(odd));
    assert.equal(packet.value('images/image[2]/source'), 'phone');
    assert.equal(form.receiptOf(site, file).outcome, 'ACCEPT');
});

test('the same answers give the same file, others another request', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    const first = await form.save(session, page), digest = form.sha256(first), id = form.unpacked(first).value('requestId');
    assert.equal(form.sha256(await form.save(session, page)), digest);
    await page.fill('#basis', 'Something else happened.');
    const other = await form.save(session, page);
    assert.notEqual(form.unpacked(other).value('requestId'), id);
});

test('an edited image comes with its original and the chain of changes', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await form.fillNew(page);
    await form.drop(page, image(2), image(4), image(6));
    for (const number of [1, 2, 3])
        await form.answerImage(page, number, { edited: number === 1 ? 'no' : 'yes' });
    for (const number of [2, 3]) {
        await page.selectOption(`#image${number}-madeFrom`, form.sha256(image(2 * number - 2)));
        await page.selectOption(`#image${number}-operation`, number === 2 ? 'crop' : 'contrast');
        await page.fill(`#image${number}-parameters`, 'as needed');
        await page.fill(`#image${number}-editedBy`, 'ifairweather');
        await page.fill(`#image${number}-editedAt`, '2026-01-05T13:00');
    }
    await session.screenshot(page, 'request-edited');
    const file = await form.save(session, page), packet = form.unpacked(file);
    assert.equal(packet.value('images/image[3]/edits/edit[2]/operation'), 'contrast');
    assert.equal(packet.value('images/image[3]/edits/edit[1]/before'), form.sha256(image(2)));
    assert.equal(packet.value('images/image[3]/edits/edit[2]/after'), form.sha256(image(6)));
    assert.deepEqual(form.receiptOf(site, file).codes, []);
});

test('a crowd is held for the legal bureau once the person is marked', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await form.fillNew(page);
    await form.choose(page, 'eventContext', 'crowd');
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await page.click(form.SAVE);
    assert.match((await form.findings(page)).faults.join('\n'), /Mark the one person meant.*Clause R8/);
    assert.match((await form.findings(page)).faults.join('\n'), /Name the recording.*Clause R8/);
    await page.fill('#image1-recordingId', 'ROOF-2');
    await page.click('#faults a');
    await page.waitForSelector('#image1-mark[open] .stage img');
    await page.locator('#image1-mark .stage').evaluate((element) => element.scrollIntoView({ block: 'end' }));
    const stage = await page.locator('#image1-mark .stage').boundingBox();
    await page.mouse.move(stage.x + 0.25 * stage.width, stage.y + 0.25 * stage.height);
    await page.mouse.down();
    await page.mouse.move(stage.x + 0.75 * stage.width, stage.y + 0.75 * stage.height, { steps: 5 });
    await page.mouse.up();
    await session.screenshot(page, 'request-marked');
    const file = await form.save(session, page), packet = form.unpacked(file);
    assert.match(packet.xml, /<subjectBox x="\d+" y="\d+" width="\d+" height="\d+"\/>/);
    assert.match((await form.findings(page)).notes.join('\n'), /legal bureau/);
    const receipt = form.receiptOf(site, file);
    assert.deepEqual([receipt.outcome, receipt.codes], ['HOLD', ['event-held']]);
});

test('a body-worn camera asks its four questions', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    await form.fillNew(page);
    await form.drop(page, image(2));
    assert.equal(await page.isVisible('text=Did the officer who wore the camera witness the crime?'), false);
    await form.answerImage(page, 1, { source: 'body-worn' });
    await page.click(form.SAVE);
    assert.equal((await form.findings(page)).faults.filter((line) => /Clause R10/.test(line)).length, 4);
    for (const [name, answer] of [['witnessed', 'yes'], ['unableToApprehend', 'yes'], ['stillExtracted', 'yes'], ['warrantScreening', 'yes']])
        await form.choose(page, `image1-${name}`, answer);
    await page.click(form.SAVE);
    assert.match((await form.findings(page)).faults.join('\n'), /screen people for warrants/);
    await form.choose(page, 'image1-warrantScreening', 'no');
    assert.equal(form.receiptOf(site, await form.save(session, page)).outcome, 'ACCEPT');
});
