/*
 * request.html for people who use no mouse, a small window, a dark screen, large letters, a screen reader.
 */
'use strict';
const assert = require('node:assert/strict');
const { test } = require('./support/tests');
const { newSite } = require('./support/site');
const { image } = require('./support/faces');
const form = require('./support/request_form');

/** Tab until that element has the focus; every stop on the way must be visible as such. */
async function tabTo(page, selector) {
    for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        const state = await page.evaluate((wanted) => {
            const at = document.activeElement, shownBy = at.closest('.button') || at, style = getComputedStyle(shownBy);
            return { there: at.matches(wanted), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, name: at.id || at.outerHTML.slice(0, 60) };
        }, selector);
        assert.ok(state.seen, `the focus on ${state.name} cannot be seen`);
        if (state.there)
            return;
    }
    assert.fail(`the Tab key never reached ${selector}`);
}

async function typeInto(page, selector, text) {
    await tabTo(page, selector);
    await page.keyboard.type(text);
}

/** Enter the group with Tab, choose with the arrows: the way of a keyboard. */
async function arrowTo(page, name, value) {
    await tabTo(page, `input[name="${name}"]`);
    await page.keyboard.press('Space');
    for (let i = 0; i < 10 && await page.evaluate((group) => document.querySelector(`input[name="${group}"]:checked`).value, name) !== value; i++)
        await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate((group) => document.querySelector(`input[name="${group}"]:checked`).value, name), value);
}

test('a request is made with the keyboard alone', async (session) => {
    const site = newSite(session), page = await session.open(form.pageOf(site));
    const choosing = new Promise((resolve) => { page.once('filechooser', resolve); }); // asked for early: it takes a moment to be heard
    await typeInto(page, '#name', 'Imogen Fairweather');
    await typeInto(page, '#shield', '3114');
    await typeInto(page, '#account', 'ifairweather');
    await typeInto(page, '#complaintNumber', '2026-014-00001');
    await arrowTo(page, 'use', 'U2');
    await arrowTo(page, 'sub-U2', 'witness');
    await typeInto(page, '#basis', 'A witness of the robbery left before she could be asked.');
    await arrowTo(page, 'eventContext', 'none');
    await arrowTo(page, 'politicalActivity', 'no');
    await tabTo(page, '#pick');
    await page.keyboard.press('Enter');
    await (await choosing).setFiles(image(2));
    await page.waitForSelector('#image1-source');
    await typeInto(page, '#image1-source', 'Phone');
    await tabTo(page, '#image1-unknown');
    await page.keyboard.press('Space');
    await arrowTo(page, 'image1-edited', 'no');
    await arrowTo(page, 'discussed', 'yes');
    await typeInto(page, '#discussedWith', 'Lt. Barnaby Stoat');
    await typeInto(page, '#discussedAt', '010520260230PM');
    await arrowTo(page, 'prior', 'some');
    await typeInto(page, '#search1-unit', 'Transit');
    await typeInto(page, '#search1-date', '01032026');
    await typeInto(page, '#search1-result', 'nobody');
    await arrowTo(page, 'priority', 'expedite');
    await typeInto(page, '#priorityGround', 'She leaves the country tomorrow.');
    await tabTo(page, form.SAVE);
    const file = await session.saved(page, () => page.keyboard.press('Enter')), packet = form.unpacked(file);
    assert.equal(packet.value('priorSearches/search/date'), '2026-01-03');
    assert.equal(packet.value('supervisorDiscussion/at'), '2026-01-05T19:30:00Z');
    assert.equal(packet.value('subUse'), 'witness');
    assert.equal(packet.value('images/image/source'), 'phone');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'saved');
    assert.deepEqual(form.receiptOf(site, file).codes, []);
});

test('Enter in a field checks and does not lose anything', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await page.fill('#name', 'Imogen');
    await page.press('#name', 'Enter');
    await page.waitForSelector('#faults:not([hidden])');
    assert.equal(await page.inputValue('#name'), 'Imogen');
});

test('clearing asks once more', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillNew(page);
    await form.drop(page, image(2));
    await page.click('#clear');
    assert.equal(await page.inputValue('#name'), 'Imogen Fairweather');
    await page.click('#clear');
    assert.deepEqual([await page.inputValue('#name'), await page.locator('.image').count(), await page.isChecked('#kind-new')], ['', 0, true]);
    assert.doesNotMatch(await page.textContent('#discussedAt-utc'), /UTC/);
    await page.reload();
    assert.equal(await page.inputValue('#name'), '');
});

const WINDOWS = [['1366', { viewport: { width: 1366, height: 768 } }], ['1920', { viewport: { width: 1920, height: 1080 } }],
    ['390', { viewport: { width: 390, height: 844 }, hasTouch: true }], ['320', { viewport: { width: 320, height: 640 } }],
    ['dark', { viewport: { width: 1366, height: 768 }, colorScheme: 'dark' }], ['contrast', { viewport: { width: 1366, height: 768 }, forcedColors: 'active' }]];

for (const [name, options] of WINDOWS)
    test(`the form reads well: ${name}`, async (session) => {
        const page = await session.open(form.pageOf(newSite(session)), options);
        await form.fillNew(page);
        await form.choose(page, 'eventContext', 'crowd');
        await form.choose(page, 'prior', 'some');
        await form.drop(page, image(2));
        await form.answerImage(page, 1, { source: 'body-worn', edited: 'yes' });
        await page.click('#image1-mark summary');
        await page.click(form.SAVE);
        await session.axe(page);
        const beyond = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((element) => element.getClientRects().length > 0 && !element.closest('.covered') &&
            element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 80)));
        assert.deepEqual(beyond, [], 'is cut off at the right');
        await session.screenshot(page, `request-window-${name}`);
    });
