/*
 * The guides' pictures of pages: opens each in the browser of the tests and takes it at the asked state.
 *
 *   node pictures.js LIST.json      with LEADSPOOL_BUILD set; LIST: [{file, to, width, height, acts: [[verb, …], …]}]
 *
 * Acts are few, and are what a person would do: press a key, click what bears a text, choose in all fields of a kind.
 * A picture that cannot be taken ends the build: a guide with a stale or missing picture is worse than none.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { launch } = require(path.resolve(__dirname, '..', '..', 'tests', 'browser', 'support', 'browser.js'));

const acts = {
    press: (page, key, times = 1) => Array.from({ length: times }).reduce((before) => before.then(() => page.keyboard.press(key)), Promise.resolve()),
    step: (page, title) => page.locator('.step-tab', { hasText: title }).click(),
    click: (page, name) => page.getByRole('button', { name }).first().click(),
    scroll: (page, selector) => page.locator(selector).first().scrollIntoViewIfNeeded(),
};

const take = async (browser, { file, to, width = 1200, height = 750, acts: wanted = [] }) => {
    const context = await browser.newContext({ viewport: { width, height }, offline: true, timezoneId: 'America/New_York',
        locale: 'en-US', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    await page.goto(pathToFileURL(file).href);
    for (const [verb, ...words] of wanted)
        await acts[verb](page, ...words);
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
    await page.screenshot({ path: to });
    await context.close();
};

(async () => {
    const browser = await launch();
    try {
        for (const one of JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))
            await take(browser, one).catch((error) => { throw new Error(`${one.to}: ${error.message}`); });
    } finally {
        await browser.close();
    }
})().catch((error) => { console.error(error.message); process.exit(1); });
