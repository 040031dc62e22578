/*
 * One request from intake to the report, every decision made on its worksheet; and the outcomes beside the way.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { dataOf, go, handIn, itemOf, next, openItem, saveAs, siteAt } = require('./support/worksheet');

const EYES = { left: [160, 247], right: [272, 245] };   // about where the drawn face has them

async function confirmBasis(page) {
    for (const box of await page.locator('.clause input').all())
        await box.check();
}

/** Click a point of the picture, given in its pixels. */
async function clickPicture(page, [x, y], size) {
    const box = await page.locator('.step-prepare .pane canvas[role=img]').boundingBox();
    await page.mouse.click(box.x + (x + 0.5) / size.width * box.width, box.y + (y + 0.5) / size.height * box.height);
}

async function setNumber(page, label, value) {
    await page.getByLabel(label, { exact: true }).fill(String(value));
    await page.keyboard.press('Tab');
}

/** Eyes by click, then every kind of edit; the eyes stay where they are in the face. */
async function preparedProbe(session, page, image) {
    await go(page, 'Probe');
    await clickPicture(page, EYES.left, image);
    await clickPicture(page, EYES.right, image);
    await page.locator('.step-prepare .pane').press('ArrowRight');
    await page.locator('.step-prepare .pane').press('Shift+ArrowDown');
    await session.axe(page);
    await session.screenshot(page, 'worksheet-eyes', false);
    const marked = await page.evaluate(() => Prepare.eyes(Draft.state));
    await page.getByRole('button', { name: 'Crop', exact: true }).click();
    const box = await page.locator('.step-prepare .pane canvas[role=img]').boundingBox();
    await page.mouse.move(box.x + box.width * 0.08, box.y + box.height * 0.05);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.9, { steps: 4 });
    await page.mouse.up();
    await session.screenshot(page, 'worksheet-crop', false);
    await page.getByRole('button', { name: 'Take this crop' }).click();
    for (const [name, value] of [['Rotate', 3.5], ['Brightness', 20], ['Contrast', 15], ['Scale', 150]]) {
        await page.getByRole('button', { name, exact: true }).click();
        await setNumber(page, name, value);
    }
    await session.axe(page);
    await session.screenshot(page, 'worksheet-edits', false);
    return marked;
}

async function intake(session, site, told) {
    const item = itemOf(told, 'intake'), image = dataOf(path.join(item.directory, 'worksheet.html')).facts.images[0];
    const page = await openItem(session, item);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-basis', false);
    await confirmBasis(page);
    await go(page, 'Images');
    await session.axe(page);
    await session.screenshot(page, 'worksheet-images', false);
    const marked = await preparedProbe(session, page, image);
    assert.ok(Math.abs(marked.leftX - EYES.left[0]) < 2 && Math.abs(marked.rightY - EYES.right[1]) < 2, JSON.stringify(marked));
    await page.waitForFunction(() => document.querySelector('.step-prepare .progress').textContent === 'The probe is ready.');
    const made = await page.evaluate(() => EditGeometry.walk(Images.of('S01'), Prepare.edits(Draft.state)).sizes.pop());
    await shownForASecond(page);
    await go(page, 'Outcome');
    await page.getByLabel('Confirm: the basis').check();
    const file = await saveAs(session, page, told.investigator);
    assert.match(fs.readFileSync(file, 'utf8'), /<edit operation="crop" x="\d+" y="\d+" width="\d+" height="\d+"\/>\s*<edit operation="rotate" angle="350"\/>/);
    assert.match(handIn(site, told.investigator, file), /^Counted/);
    return made;
}

/* Whole seconds are counted: a robot may be through with a picture before the first is over. */
const shownForASecond = (page) => page.waitForFunction(() => Object.keys(Draft.state.displays).length > 0);

async function investigation(session, site, told, made) {
    const item = itemOf(told, 'investigation');
    assert.ok(item.mate, 'the person is found from the eyes and edits of the worksheet');
    const { P01 } = dataOf(path.join(item.directory, 'worksheet.html')).pictures;
    assert.deepEqual({ width: P01.originalWidth, height: P01.originalHeight }, made, 'the preview has the size leadspool makes');
    const page = await openItem(session, item);
    await shownForASecond(page);
    await page.getByLabel('Conditions that limit').fill('Low light.');
    for (let i = 0; i < 19; i++)
        await page.keyboard.press('Tab').then(() => page.locator('.visibility tbody tr').nth(i).getByRole('radio').first().check());
    await page.getByRole('button', { name: 'Lock this' }).click();
    for (const label of await page.locator('.card .label').allTextContents())
        await page.keyboard.press(label === item.mate ? 'p' : 'e');
    await go(page, 'One to one');
    await page.getByRole('button', { name: 'Every component was searched' }).click();
    for (let i = 0; i < 19; i++)
        await page.locator('.findings tbody tr').nth(i).getByRole('radio').last().check();
    await go(page, 'Opinion');
    await page.getByLabel('Name one candidate').check();
    await page.getByLabel('Candidate named').selectOption(item.mate);
    await page.getByLabel('+3 Same person').check();
    await page.getByLabel('Limitations of').fill('None seen.');
    await page.getByLabel('Reasons', { exact: true }).fill('All seen agrees.');
    assert.match(handIn(site, told.investigator, await saveAs(session, page, told.investigator)), /^Counted/);
}

async function background(session, site, told) {
    const page = await openItem(session, itemOf(told, 'background'));
    await shownForASecond(page);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-background', false);
    await go(page, 'Conflicts');
    await page.getByLabel('Finding: Custody').fill('At liberty since 2020.');
    await page.getByRole('button', { name: 'Add something else' }).click();
    await page.keyboard.type('Work address');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Two streets away.');
    await page.getByRole('button', { name: 'Add conflict' }).click();
    await page.keyboard.type('Wore a beard in March.');
    await session.axe(page);
    await go(page, 'Outcome');
    await page.getByLabel('Proceed to peer review').check();
    await page.getByLabel('Reasons').fill('A beard is shaved in a day.');
    assert.match(handIn(site, told.investigator, await saveAs(session, page, told.investigator)), /^Counted/);
}

async function peer(session, site, told, slot) {
    const item = itemOf(told, 'peer', slot), page = await openItem(session, item);
    for (const [i, label] of (await page.locator('.card .label').allTextContents()).entries()) {
        await page.locator('.card').nth(i).click();
        await page.keyboard.press(label === item.mate ? 'p' : 'n');
        await page.locator('.card').nth(i).click();
        await page.getByLabel(`Reason for ${label}`).fill('The outline.');
    }
    await go(page, 'Reasons');
    await page.getByLabel('Reasons for the whole').fill('One agrees.');
    assert.match(handIn(site, told.peers[slot - 1], await saveAs(session, page, told.peers[slot - 1])), /^Counted/);
}

async function supervision(session, site, told) {
    const page = await openItem(session, itemOf(told, 'supervision'));
    await shownForASecond(page);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-supervision', false);
    await page.locator('.step-tab', { hasText: 'Outcome' }).click({ force: true }); // closed: it says why instead
    assert.ok(await page.locator('.step-outcome').isHidden(), 'the outcome waits for the own reading');
    await page.getByLabel('Your own reading').fill('The brows agree; the chin is in shadow.');
    await page.getByRole('button', { name: 'Show the reasons' }).click();
    await session.axe(page);
    await go(page, 'Outcome');
    await page.getByLabel('Approve:').check();
    assert.match(handIn(site, told.supervisor, await saveAs(session, page, told.supervisor)), /^Counted/);
}

test('a request goes from intake to its report by worksheets alone', async (session) => {
    let { site, told } = siteAt(session, 'intake');
    const made = await intake(session, site, told);
    told = next(site);
    await investigation(session, site, told, made);
    told = next(site);
    await background(session, site, told);
    told = next(site);
    await peer(session, site, told, 1);
    await peer(session, site, told, 2);
    told = next(site);
    await supervision(session, site, told);
    next(site);
    assert.equal(next(site).state, 'CLOSED');
    const record = JSON.parse(site.do('show', '--reason', 'test', told.docket, '-j').split('\n')[0]).docket;
    assert.equal(record.supervision.reading.text, 'The brows agree; the chin is in shadow.');
    assert.deepEqual(record.background.conflicts, ['Wore a beard in March.']);
    for (const part of ['intake', 'comparison', 'background', 'supervision'])
        assert.ok(record[part].displays.some((one) => one.seconds > 0), `how pictures were shown at ${part}`);
    assert.equal(record.intake.basis.length, 9);
    assert.ok(fs.existsSync(site.at('case-management', told.docket, 'report-1.pdf')));
});

test('an unsuitable probe, and a refusal', async (session) => {
    const { site, told } = siteAt(session, 'intake');
    const page = await openItem(session, itemOf(told, 'intake'));
    await go(page, 'Outcome');
    await page.getByLabel('Refuse: the request').check();
    await go(page, 'Sign');
    assert.match((await page.locator('.faults').textContent()), /Give your reasons/);
    await page.locator('.faults button').first().click();
    await page.getByLabel('Unsuitable: no image').check();
    await page.getByLabel('Reasons', { exact: true }).fill('The face is a few pixels wide.');
    await page.getByLabel('What would help').fill('A still with the face to the camera.');
    await session.axe(page);
    assert.match(handIn(site, told.investigator, await saveAs(session, page, told.investigator)), /^Counted/);
    assert.equal(next(site).state, 'AWAITING_IMAGES');
});

test('a hold is released on its worksheet', async (session) => {
    const { site, told } = siteAt(session, 'hold');
    const item = itemOf(told, 'hold'), page = await openItem(session, item);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-hold', false);
    await go(page, 'Outcome');
    await page.getByLabel('Release the request').check();
    await page.getByLabel('Reasons').fill('Talked it over by telephone.');
    assert.match(handIn(site, told.holds, await saveAs(session, page, told.holds)), /^Counted/);
    assert.equal(next(site).state, 'INTAKE');
});
