/*
 * The sheet of redactions: boxes by pointer and by key, reasons, what is saved; and the second reader's side of it.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { ROOT } = require('./support/browser');
const { test } = require('./support/tests');

const FONTS = '/usr/share/fonts/truetype/dejavu';

/** Both sheets of a part of three golden documents. */
const sheets = (session) => {
    const jobs = ['possible-match', 'negative', 'refusal'].map((name) => path.join(ROOT, 'tests/golden/jobs', `${name}.json`));
    execFileSync(path.join(process.env.LEADSPOOL_BUILD, 'tests/golden/foil'), [session.folder, `${FONTS}/DejaVuSans.ttf`, `${FONTS}/DejaVuSans-Bold.ttf`, '3', ...jobs]);
    return { draw: path.join(session.folder, 'sheet.html'), read: path.join(session.folder, 'reading.html'),
        boxes: JSON.parse(fs.readFileSync(path.join(session.folder, 'boxes-1.json'), 'utf8')).boxes };
};
const save = async (session, page, name) => {
    const file = await session.saved(page, () => page.getByRole('button', { name }).click());
    execFileSync('xmllint', ['--noout', '--schema', path.join(ROOT, 'schemas/foil.xsd'), file], { stdio: 'pipe' });
    return fs.readFileSync(file, 'utf8');
};

test('a box is drawn, moved, sized and given its reason; what is not followed needs one too', async (session) => {
    const { draw, boxes } = sheets(session);
    const page = await session.open(draw);
    const proposed = boxes.length;
    assert.equal(await page.locator('g.box').count(), proposed);
    await session.screenshot(page, 'foil-sheet', false);
    await session.axe(page);
    const saving = page.getByRole('button', { name: 'Save redactions' });
    assert.ok(await saving.isDisabled());
    await page.getByLabel('Your id').fill('rc-001');
    assert.ok(await saving.isEnabled());
    // by pointer
    const leaf = await page.locator('svg').first().boundingBox();
    await page.mouse.move(leaf.x + 0.1 * leaf.width, leaf.y + 40);
    await page.mouse.down();
    await page.mouse.move(leaf.x + 0.3 * leaf.width, leaf.y + 55, { steps: 4 });
    await page.mouse.up();
    assert.equal(await page.locator('g.box').count(), proposed + 1);
    assert.ok(await saving.isDisabled());
    // by key: from the box to its fields, back, and over the page
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SELECT');
    await page.getByLabel('Exemption', { exact: true }).selectOption('87(2)(e)(i)');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Names the <witness> & "more"');
    assert.ok(await saving.isEnabled());
    const place = () => page.locator('g.box.chosen rect').first().evaluate((one) => ['x', 'y', 'width', 'height'].map((name) => Number(one.getAttribute(name))));
    const before = await place();
    await page.locator('g.box.chosen').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    assert.deepEqual(await place(), [before[0] + 100, before[1] + 100, before[2] + 100, before[3]]);
    // a proposal taken away
    await page.getByRole('button', { name: 'Take away box 5', exact: true }).click();
    assert.ok(await saving.isDisabled());
    await page.getByLabel('Why it may be shown').fill('Published already');
    await session.axe(page);
    const xml = await save(session, page, 'Save redactions');
    assert.equal((xml.match(/proposed="clerk"/g) || []).length, 1);
    assert.equal((xml.match(/proposed="program"/g) || []).length, proposed - 1);
    assert.match(xml, /Names the &lt;witness&gt; &amp; &quot;more&quot;/);
    assert.match(xml, /<lifted>\s*<box [^>]*>Published already<\/box>/);
    // what was done is there again
    await page.reload();
    assert.equal(await page.locator('g.box').count(), proposed);
    assert.ok(await page.getByRole('button', { name: 'Save redactions' }).isEnabled());
});

test('a page gets a box without a mouse', async (session) => {
    const { draw, boxes } = sheets(session);
    const page = await session.open(draw);
    await page.getByRole('button', { name: 'Add a box to Document 1, page 1' }).press('Enter');
    assert.equal(await page.locator('g.box').count(), boxes.length + 1);
    assert.ok(await page.evaluate(() => document.activeElement.matches('g.box.chosen')));
    await page.keyboard.press('Delete');
    assert.equal(await page.locator('g.box').count(), boxes.length);
});

test('the second reader agrees only when every page was ticked, and gives back only with a remark', async (session) => {
    const { read } = sheets(session);
    const page = await session.open(read);
    await session.screenshot(page, 'foil-reading', false);
    await session.axe(page);
    const saving = page.getByRole('button', { name: 'Save reading' });
    await page.getByLabel('Your id').fill('rc-002');
    await page.getByLabel('The boxes are right').check();
    assert.ok(await saving.isDisabled());
    for (const tick of await page.getByRole('checkbox').all())
        await tick.check();
    assert.ok(await saving.isEnabled());
    assert.match(await save(session, page, 'Save reading'), /<outcome>agree<\/outcome>/);
    await page.getByLabel('Back to the clerk').check();
    assert.ok(await saving.isDisabled());
    await page.locator('g.box').first().click();
    await page.getByRole('button', { name: 'Remark on this box' }).click();
    await page.getByLabel('Remark', { exact: true }).fill('The reason says nothing');
    assert.match(await save(session, page, 'Save reading'), /<outcome>return<\/outcome>\s*<remark document="1" page="1" number="1">The reason says nothing<\/remark>/);
});
