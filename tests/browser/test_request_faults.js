/*
 * What request.html refuses: everything missing at once, each with its field and clause; files that are no stills;
 * and what the site would hold, said beforehand.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { newSite } = require('./support/site');
const { image } = require('./support/faces');
const form = require('./support/request_form');

const fieldOf = (line) => line.replace(/: .*/s, '');

test('everything missing is named at once, and goes off the list as it is given', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await page.click(form.SAVE);
    const { faults, notes } = await form.findings(page);
    assert.deepEqual(faults.map(fieldOf), ['Your name', 'Shield', 'Account', 'Case number', 'What it is for', 'Why this search is needed',
        'Do they show a crowd or a rally', 'Is the request about political activity', 'Images', 'Did you discuss use and reasons with a supervisor',
        'Was this person searched for before, by any unit', 'Priority']);
    assert.deepEqual(notes, []);
    for (const [field, clause] of [['Case number', 'R14'], ['What it is for', 'R1'], ['Do they show', 'R8'], ['Images', 'R15'], ['Did you discuss', 'R29']])
        assert.match(faults.find((line) => line.startsWith(field)), new RegExp(`Clause ${clause}\\.`));
    assert.equal(await page.evaluate(() => document.activeElement.id), 'faults');
    await session.axe(page);
    await session.screenshot(page, 'request-faults');
    await page.click('#faults a:text-is("Shield")');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'shield');
    await page.keyboard.type('3114');
    assert.equal((await form.findings(page)).faults.length, faults.length - 1);
    assert.equal(await page.getAttribute('#shield', 'aria-invalid'), null);
    assert.equal(await page.getAttribute('#name', 'aria-invalid'), 'true');
});

test('each link leads to a field that says the same', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.drop(page, image(2), image(4));
    await form.choose(page, 'use', 'U5');
    await form.choose(page, 'discussed', 'yes');
    await form.choose(page, 'prior', 'some');
    await form.choose(page, 'priority', 'imminent');
    await page.selectOption('#image1-source', 'other');
    await form.choose(page, 'image2-edited', 'yes');
    await page.click(form.SAVE);
    const links = page.locator('#faults a'), count = await links.count();
    assert.ok(count > 20, `${count} faults`);
    for (let i = 0; i < count; i++) {
        const link = links.nth(i), text = await link.evaluate((element) => element.nextSibling.textContent.slice(2));
        await link.click();
        const told = await page.evaluate(() => {
            const field = document.activeElement.closest('fieldset, .field, .drop');
            const ids = `${document.activeElement.getAttribute('aria-describedby') || ''} ${field.closest('fieldset') ? field.closest('fieldset').getAttribute('aria-describedby') : ''}`;
            return ids.trim().split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent).join(' ');
        });
        assert.ok(told.includes(text), `${await link.textContent()}: “${text}” is not said at the field, which says “${told}”`);
    }
});

test('an image is asked about on its own', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.drop(page, image(2), image(4));
    await form.answerImage(page, 1);
    await page.click(form.SAVE);
    assert.deepEqual((await form.findings(page)).faults.map(fieldOf),
        ['Image 2, Where it comes from', 'Image 2, attestation', 'Image 2, Was this image changed before you send it']);
    await page.click('text=Remove person-0001-2.jpg');
    assert.deepEqual((await form.findings(page)).faults, []);
    assert.equal(form.unpacked(await form.save(session, page)).names.length, 2);
});

test('numbers that are not of this site, and texts that are too long', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await page.fill('#complaintNumber', '14/2026');
    await page.fill('#name', 'N'.repeat(201));
    await page.fill('#basis', '𝒜'.repeat(8001));
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await page.click(form.SAVE);
    assert.deepEqual((await form.findings(page)).faults.map(fieldOf), ['Your name', 'Complaint number', 'Why this search is needed']);
    await page.fill('#complaintNumber', '2026-014-00001');
    await page.fill('#name', 'N'.repeat(200));
    await page.fill('#basis', '𝒜'.repeat(8000));
    assert.match(form.unpacked(await form.save(session, page)).xml, /(𝒜){8000}</u);
});

test('times to come, circles of edits and a frame outside are refused', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await page.fill('#discussedAt', '2099-01-01T00:00');
    await form.drop(page, image(2), image(4));
    for (const number of [1, 2]) {
        await form.answerImage(page, number, { edited: 'yes' });
        await page.selectOption(`#image${number}-madeFrom`, form.sha256(image(number === 1 ? 4 : 2)));
        await page.selectOption(`#image${number}-operation`, 'crop');
        await page.fill(`#image${number}-parameters`, 'half');
        await page.fill(`#image${number}-editedBy`, 'somebody');
        await page.fill(`#image${number}-editedAt`, '2026-01-01T10:00');
    }
    await page.click('#image1-mark summary');
    for (const [name, value] of [['x', 400], ['y', 0], ['width', 400], ['height', 10]])
        await page.fill(`#image1-${name}`, String(value));
    await page.click(form.SAVE);
    const text = (await form.findings(page)).faults.join('\n');
    for (const told of [/has not come yet/, /cannot be made from itself/, /does not lie within the picture/])
        assert.match(text, told);
});

test('what is no still photograph is not taken, with the reason', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    const made = (name, bytes) => {
        const file = path.join(session.folder, name);
        fs.writeFileSync(file, bytes);
        return file;
    };
    const jpeg = fs.readFileSync(image(2));
    await form.drop(page, made('clip.mp4', jpeg), made('turning.gif', 'GIF89a'), made('letter.jpg', 'Dear colleagues'),
        made('empty.png', ''), made('broken.jpg', Buffer.concat([jpeg.subarray(0, 3), Buffer.alloc(500)])), image(2), image(2));
    const told = await page.textContent('#drop-answer');
    for (const reason of [/clip\.mp4 is a video/, /turning\.gif is a video or an animation.*R11/, /letter\.jpg is neither JPEG nor PNG/,
        /empty\.png is neither/, /broken\.jpg is damaged/, /person-0000-2\.jpg is in the list already/, /1 image added/])
        assert.match(told, reason);
    assert.equal(await page.locator('.image').count(), 1);
    await session.screenshot(page, 'request-refused-files');
});

test('what will be held is said before, and held by the site', async (session) => {
    const site = newSite(session);
    site.change('<protectedTraits>', '<protectedTraits><word>church</word>');
    site.do('drain');
    const page = await session.open(form.pageOf(site));
    await form.fillNew(page);
    await form.choose(page, 'use', 'U0');
    await form.choose(page, 'discussed', 'no');
    await page.fill('#basis', 'The window of a Church was broken.');
    await page.fill('#subjectDescription', 'Seen at the church');
    await page.fill('#characteristics', 'goes to church\na limp');
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await page.click(form.SAVE);
    assert.deepEqual((await form.findings(page)).faults.map(fieldOf), ['Other characteristics']);
    await page.fill('#characteristics', 'a limp\n\n  green   scarf ');
    const file = await form.save(session, page);
    assert.deepEqual((await form.findings(page)).notes.map((line) => /Clause (\w+)\./.exec(line)[1]), ['R2', 'R7', 'R29']);
    await session.axe(page);
    await session.screenshot(page, 'request-held');
    const receipt = form.receiptOf(site, file);
    assert.equal(receipt.outcome, 'HOLD');
    assert.deepEqual(receipt.codes.sort(), ['basis-names-protected-trait', 'discussion-missing', 'use-unforeseen']);
});
