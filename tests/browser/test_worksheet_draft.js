/*
 * What was entered is kept: over closing the file, by undo, in a file; and never taken into another item.
 */
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { go, itemOf, lookAt, openItem, valid } = require('./support/worksheet');

test('a draft survives closing the file, and undo goes back through it', async (session) => {
    const { told } = lookAt('peer');
    const item = itemOf(told, 'peer', 1), page = await openItem(session, item);
    await page.keyboard.press('n');
    await page.keyboard.press('c');
    await page.getByLabel('Reason for A03').fill('Other ears.');
    await page.reload();
    assert.equal(await page.locator('.card[data-said=Not]').count(), 1);
    assert.equal(await page.locator('.card[data-said="Cannot say"]').count(), 1);
    await page.locator('.card').nth(2).click();
    assert.equal(await page.getByLabel('Reason for A03').inputValue(), 'Other ears.');
    await page.getByRole('button', { name: 'Possible' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await page.locator('.card[data-said=Possible]').count(), 0);
    await page.getByRole('button', { name: 'Redo' }).click();
    assert.equal(await page.locator('.card[data-said=Possible]').count(), 1);
});

test('a draft file is loaded into its own item and no other', async (session) => {
    const { told } = lookAt('peer');
    const page = await openItem(session, itemOf(told, 'peer', 1));
    await page.keyboard.press('n');
    await page.locator('.menu summary').click();
    await session.axe(page);
    const file = await session.saved(page, () => page.getByRole('button', { name: 'Save draft file' }).click());
    const load = async (on, what) => {
        if (!await on.getByRole('button', { name: 'Load draft file' }).isVisible())
            await on.locator('.menu summary').click();
        const [chooser] = await Promise.all([on.waitForEvent('filechooser'), on.getByRole('button', { name: 'Load draft file' }).click()]);
        await chooser.setFiles(what);
        await on.waitForFunction(() => document.querySelector('.said').textContent !== '');
        return on.locator('.said').textContent();
    };
    const other = await openItem(session, itemOf(told, 'peer', 2));
    assert.match(await load(other, file), /another item/);
    assert.equal(await other.locator('.card[data-said=Not]').count(), 0);
    const again = await openItem(session, itemOf(told, 'peer', 1));     // a context of its own: nothing kept there
    assert.equal(await again.locator('.card[data-said=Not]').count(), 0);
    assert.match(await load(again, file), /was loaded/);
    assert.equal(await again.locator('.card[data-said=Not]').count(), 1);
});

test('without storage it says so, and everything else works', async (session) => {
    const { told } = lookAt('peer');
    const page = await openItem(session, itemOf(told, 'peer', 1));
    await page.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
    });
    await page.reload();
    await page.keyboard.press('n');
    assert.equal(await page.locator('.card[data-said=Not]').count(), 1);
    await page.locator('.menu summary').click();
    assert.match(await page.locator('.kept').textContent(), /Not kept.*save a draft file/);
});

test('the lock stands: no undo and no key changes what was locked', async (session) => {
    const { told } = lookAt('investigation');
    const page = await openItem(session, itemOf(told, 'investigation'));
    await page.getByLabel('Conditions that limit').fill('Blurred.');
    for (let row = 0; row < 19; row++)
        await page.locator('.visibility tbody tr').nth(row).getByRole('radio').first().check();
    const tab = page.locator('.step-tab', { hasText: 'Screening' });
    assert.equal(await tab.getAttribute('aria-disabled'), 'true');
    await page.getByRole('button', { name: 'Lock this' }).click();
    assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled());
    await go(page, 'Probe alone');
    await page.locator('.step-probe .pane').first().focus();
    await page.keyboard.press('n');
    assert.equal(await page.locator('.visibility input[value=clear]:checked').count(), 19);
    assert.ok(await page.getByLabel('Conditions that limit').isDisabled());
    await page.getByLabel('Add something you saw later').fill('A mole.');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    assert.match(await page.locator('.additions').textContent(), /A mole\./);
    await session.axe(page);
});

test('less motion: turns by hand only', async (session) => {
    const { told } = lookAt('peer');
    const page = await openItem(session, itemOf(told, 'peer', 1), { reducedMotion: 'reduce' });
    await page.keyboard.press('f');
    assert.equal(await page.getByRole('button', { name: 'Run' }).count(), 0);
    const top = () => page.locator('.pane img').nth(1).evaluate((image) => image.style.opacity);
    assert.equal(await top(), '1');
    await page.getByRole('button', { name: 'Swap' }).click();
    assert.equal(await top(), '0');
});

test('turns are at most three a second, and views move together', async (session) => {
    const { told } = lookAt('peer');
    const page = await openItem(session, itemOf(told, 'peer', 1));
    const panes = page.locator('.pane');
    await panes.first().hover();
    await page.mouse.wheel(0, -300);
    const widths = await panes.locator('img').evaluateAll((images) => images.map((image) => Math.round(parseFloat(image.style.width))));
    assert.equal(widths[0], widths[1]);
    assert.match(await page.locator('.zoom').textContent(), /120 %/);
    await page.getByRole('button', { name: 'Adjust' }).click();
    await page.locator('.adjust').getByLabel('Brightness').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.adjust').getByLabel('Invert').last().check();
    await session.axe(page);
    await session.screenshot(page, 'worksheet-adjust', false);
    const filters = await panes.locator('img').evaluateAll((images) => images.map((image) => image.style.filter));
    assert.deepEqual(filters, ['brightness(105%) contrast(100%)', 'brightness(100%) contrast(100%) invert(1)']);
    await page.waitForTimeout(1100);
    await page.keyboard.press('f');
    await page.locator('.pace select').selectOption('3');
    await page.getByRole('button', { name: 'Run' }).click();
    const turns = await page.evaluate(() => new Promise((resolve) => {
        let count = 0;
        const watcher = new MutationObserver((records) => { count += records.length; });
        watcher.observe(document.querySelector('.pane img + img'), { attributes: true, attributeFilter: ['style'] });
        window.setTimeout(() => { watcher.disconnect(); resolve(count); }, 2050);
    }));
    assert.ok(turns >= 1, 'it runs');
    const opacities = await page.evaluate(() => Displays.entries(Draft.state).filter((one) => one.invert || one.brightness));
    assert.ok(opacities.some((one) => one.label === 'P01' && one.brightness === 105), JSON.stringify(opacities));
    assert.deepEqual(await page.locator('.pace option').allTextContents(), ['1 a second', '2 a second', '3 a second']);
});

test('digests, geometry and texts are right', async (session) => {
    const { told } = lookAt('intake');
    const page = await openItem(session, itemOf(told, 'intake'));
    const texts = ['', 'abc', 'é€😀'.repeat(30), ...Array.from({ length: 70 }, (_, n) => 'x'.repeat(n + 50))];
    assert.deepEqual(await page.evaluate((all) => all.map((text) => Sha256(text)), texts),
        texts.map((text) => crypto.createHash('sha256').update(text).digest('hex')));
    const worst = await page.evaluate(() => {
        const edits = [{ operation: 'crop', x: 31, y: 17, width: 301, height: 407 }, { operation: 'rotate', angle: 1230 },
            { operation: 'scale', percent: 137 }, { operation: 'rotate', angle: -9000 }, { operation: 'crop', x: 5, y: 5, width: 200, height: 200 }];
        const { sizes, fault } = EditGeometry.walk({ width: 640, height: 480 }, edits);
        let most = fault ? 1000 : 0;
        for (let x = 0; x < 640; x += 37)
            for (let y = 0; y < 480; y += 41) {
                const back = EditGeometry.toOriginal(EditGeometry.toEdited({ x, y }, edits, sizes), edits, sizes);
                most = Math.max(most, Math.abs(back.x - x), Math.abs(back.y - y));
            }
        return most;
    });
    assert.ok(worst < 1e-9, String(worst));
    const faults = await page.evaluate(() => [{ operation: 'crop', x: 600, y: 0, width: 41, height: 50 }, { operation: 'crop', x: 0, y: 0, width: 15, height: 50 },
        { operation: 'rotate', angle: 5 }, { operation: 'scale', percent: 401 }].map((edit) => EditGeometry.walk({ width: 640, height: 480 }, [edit]).fault));
    assert.ok(faults.every((fault) => fault !== ''), JSON.stringify(faults));
    const xml = await page.evaluate(() => {
        Draft.change('', (state) => { state.outcome = 'refuse'; state.signer = 'quill'; state.reasons = ' <b> & "x"\u0007\n\t]]> é '; });
        return Xml.decision(Draft.state, Moment.now());
    });
    assert.match(xml, /<reasons>&lt;b&gt; &amp; &quot;x&quot; \]\]&gt; é<\/reasons>/);
    const file = path.join(session.folder, 'texts.xml');
    fs.writeFileSync(file, xml);
    valid(file);
});

test('on paper every step is there, and no tool', async (session) => {
    const { told } = lookAt('investigation');
    const page = await openItem(session, itemOf(told, 'investigation'));
    await page.emulateMedia({ media: 'print' });
    for (const step of ['probe', 'screening', 'one', 'opinion', 'finish'])
        assert.ok(await page.locator(`.step-${step}`).isVisible(), step);
    for (const gone of ['.step-prepare', '.tools', '.bar', '.step-tab', '.verdict'])
        assert.ok(await page.locator(gone).first().isHidden(), gone);
    assert.ok(await page.locator('.step-screening .card').first().isVisible());
});
