/*
 * The peer's worksheet: blind, to the last byte, and filled in to the end.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { dataOf, go, handIn, itemOf, lookAt, next, openItem, saveAs, siteAt } = require('./support/worksheet');

async function mark(page, mate) {
    const labels = await page.locator('.card .label').allTextContents();
    for (const [i, label] of labels.entries()) {
        await page.locator('.card').nth(i).click();
        await page.locator('.verdict').getByRole('button', { name: label === mate ? 'Possible' : 'Not', exact: true }).click();
        await page.getByLabel(`Reason for ${label}`).fill(label === mate ? 'Brows & nose agree.' : 'Another outline.');
    }
    await go(page, 'Reasons');
    await page.getByLabel('Reasons for the whole').fill('One agrees; the others differ.');
}

test('two peers mark every photo, and both count', async (session) => {
    const { site, told } = siteAt(session, 'peer');
    for (const slot of [1, 2]) {
        const item = itemOf(told, 'peer', slot);
        const page = await openItem(session, item);
        await session.axe(page);
        await mark(page, item.mate);
        await session.axe(page);
        const file = await saveAs(session, page, told.peers[slot - 1]);
        assert.match(fs.readFileSync(file, 'utf8'), /<displays>/);
        if (slot === 1) {
            await go(page, 'Photos');
            await session.screenshot(page, 'worksheet-peer', false);
        }
        assert.match(handIn(site, told.peers[slot - 1], file), /^Counted/);
    }
    assert.equal(next(site).state, 'SUPERVISION');
});

test('nothing of the investigator is in a peer\'s bytes', async () => {
    const { site, told } = lookAt('peer');
    const record = JSON.parse(site.do('show', '--reason', 'test', told.docket, '-j').split('\n')[0]).docket;
    const secrets = [told.investigator, record.named.photo, record.named.person, record.comparison.reasons, record.comparison.limitations,
        record.request.basis, record.request.requester.name, record.background.items[0].what, 'rating"', '"named"', '"score'];
    for (const slot of [1, 2]) {
        const item = itemOf(told, 'peer', slot);
        for (const name of fs.readdirSync(item.directory)) {
            const bytes = fs.readFileSync(path.join(item.directory, name)).toString('latin1');
            const page = name.endsWith('.html') ? bytes.slice(bytes.indexOf('id="data"'), bytes.indexOf('</script>')) : bytes;
            for (const secret of secrets)
                assert.ok(!page.includes(secret), `${name} of slot ${slot} holds ${secret}`);
        }
        const data = dataOf(path.join(item.directory, 'worksheet.html'));
        assert.deepEqual(Object.keys(data.facts).sort(), ['demonstration', 'docket', 'item', 'opened', 'photos', 'probe', 'round', 'slot']);
        for (const [label, picture] of Object.entries(data.pictures))
            bare(Buffer.from(picture.source.replace('data:image/jpeg;base64,', ''), 'base64'), label);
        const whole = data.facts.photos.map((photo) => `${data.pictures[photo.facePicture].width}x${data.pictures[photo.facePicture].height}`);
        assert.equal(new Set(whole).size, 1, 'no face is shown larger than another');
    }
});

/** Markers of a JPEG up to its pixels: tables, frame and the plain JFIF header; no comment, no EXIF, nothing else. */
function bare(bytes, label) {
    let at = 2;
    assert.equal(bytes.readUInt16BE(0), 0xffd8, label);
    while (bytes[at + 1] !== 0xda) {
        const marker = bytes[at + 1], length = bytes.readUInt16BE(at + 2);
        assert.ok([0xdb, 0xc0, 0xc2, 0xc4, 0xe0].includes(marker), `${label} holds a segment ${marker.toString(16)}`);
        assert.ok(marker !== 0xe0 || length === 16, `${label} holds more than a JFIF header`);
        at += 2 + length;
    }
    assert.equal(bytes.readUInt16BE(bytes.length - 2), 0xffd9, `${label} holds bytes behind its end`);
}
