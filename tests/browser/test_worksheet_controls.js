/*
 * Every control of every worksheet, by keyboard and by mouse (support/controls.js), at the smallest window people have;
 * and that each step fits windows up to 4K.
 */
'use strict';
const assert = require('node:assert/strict');
const { test } = require('./support/tests');
const { Hand, install } = require('./support/controls');
const { itemOf, lookAt, openItem } = require('./support/worksheet');

const WINDOWS = [{ width: 1366, height: 768 }, { width: 1920, height: 1080 }, { width: 3840, height: 2160 }];

/** Bring every step within reach, as somebody who did the ones before. */
const unlock = (page) => page.evaluate(() => {
    Draft.change('', (state) => {
        if (Data.stage === 'investigation') {
            state.lock = { at: Moment.now(), sha256: '0'.repeat(64) };
            Data.candidates.forEach((label, i) => { state.dispositions[label] = { disposition: i < 2 ? 'possible' : 'excluded', position: i + 1, at: Moment.now() }; });
        }
        if (Data.stage === 'intake')
            state.chosen = 'S01';
    });
});

/** What makes a control useful before it is tried. */
const zoomed = { first: true, act: (page) => page.evaluate(() => document.querySelectorAll('.zooms button[aria-label="Zoom in"]').forEach((one) => one.click())) };
const adjusted = { first: true, act: (page) => page.evaluate(() => document.querySelectorAll('.adjust input[type=checkbox]').forEach((one) => one.click())) };
/* The panel lies over the pictures while it is open. */
const bare = { first: true, act: (page) => page.evaluate(() => document.querySelectorAll('button[aria-expanded=true]').forEach((one) => one.click())) };
const unsaid = { first: true, act: (page) => page.evaluate(() => Draft.change('', (state) => Object.assign(state, { marks: {}, dispositions: {} }))) };
const entered = { first: true, act: (page) => page.evaluate(() => Draft.change('', (state) => { state.reasons += ' Once more.'; })) };
const undone = { first: true, act: (page) => page.evaluate(() => { Draft.change('', (state) => { state.reasons += ' Once more.'; }); Draft.undo(); }) };
const elsewhere = { first: true, act: (page) => page.evaluate(() => document.querySelectorAll('.step:not([hidden]) .card')[1].click()) };
const STIR = { 'button Undo': entered, 'button Redo': undone, 'button C01': elsewhere, 'button A01': elsewhere, 'button Next open': unsaid, 'area ': bare,  'button Fit': zoomed, 'button Zoom out': zoomed, 'button As it is': adjusted };

async function tryStep(page, name) {
    const idle = [];
    const settle = () => page.evaluate((step) => {
        document.querySelectorAll('dialog[open]').forEach((one) => one.close());
        if (Steps.current !== step)
            Steps.go(step, false);
    }, name);
    const hand = new Hand(page, { settle, stir: STIR });
    // What a view brings with it is tried while it is chosen.
    const views = await page.locator(`.step-${name} .modes button`).allTextContents();
    for (const view of views.length > 0 ? views : ['']) {
        await settle();
        if (view)
            await page.locator(`.step-${name} .modes button`, { hasText: view }).click();
        idle.push(...await hand.everything());
    }
    return { tried: hand.tried.size, idle: [...new Set(idle)] };
}

for (const stage of ['hold', 'intake', 'investigation', 'background', 'peer', 'supervision']) {
    test(`every control of ${stage} works by keyboard and by mouse`, async (session) => {
        const { told } = lookAt(stage);
        const page = await openItem(session, itemOf(told, stage, stage === 'peer' ? 1 : undefined));
        // Printed for whoever asks; how quick it is depends on the machine.
        const opened = await page.evaluate(() => `${Data.candidates.length} candidates, ready after ${Math.round(
            performance.getEntriesByType('navigation')[0].domComplete)} ms`);
        await install(page);
        await unlock(page);
        const names = await page.evaluate(() => Steps.names());
        const idle = [];
        let tried = 0;
        for (const name of names) {
            await page.evaluate((step) => Steps.go(step, false), name);
            if (await page.evaluate(() => Steps.current) !== name)
                continue;
            for (const size of WINDOWS) {
                await page.setViewportSize(size);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
                assert.ok(wide <= 0, `${name} is ${wide} pixels too wide at ${size.width}`);
            }
            await page.setViewportSize(WINDOWS[0]);
            const found = await tryStep(page, name);
            await page.evaluate(() => { window.Controls.head = false; });
            tried += found.tried;
            idle.push(...found.idle.map((one) => `${name}: ${one}`));
        }
        console.log(`    ${tried} controls of ${names.length} steps; ${opened}`);
        assert.deepEqual(idle, []);
    });
}
