/*
 * The comparison's worksheet: by mouse to an accepted decision, by keyboard to another, and what it must not hold.
 */
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { dataOf, go, handIn, itemOf, lookAt, next, openItem, saveAs, siteAt } = require('./support/worksheet');

const COMPONENTS = 19;

async function describeProbe(page) {
    await page.getByLabel('Conditions that limit a comparison').fill('Low light;\n  the chin is <in> shadow & blurred.');
    for (let row = 0; row < COMPONENTS; row++)
        await page.locator('.visibility tbody tr').nth(row).getByRole('radio').nth(row % 3).check();
    await page.getByLabel('What is seen of Ears').fill('half under "hair"');
    await page.getByRole('button', { name: 'Lock this description' }).click();
}

async function screen(page, mate) {
    const cards = await page.locator('.card').count();
    for (let i = 0; i < cards; i++) {
        await page.locator('.card').nth(i).click();
        const label = await page.locator('.card .label').nth(i).textContent();
        await page.getByRole('button', { name: label === mate ? 'Possible' : i % 5 === 4 ? 'Inconclusive' : 'Excluded', exact: true }).click();
    }
}

async function compare(page) {
    for (const component of ['Skin', 'Hairline'])
        await page.getByLabel(`${component}: Explained`, { exact: true }).check();
    await page.getByLabel('Note on Hairline').fill('cut since');
    await page.getByRole('button', { name: 'Every component was searched' }).click();
    for (let row = 0; row < COMPONENTS; row++)
        if (await page.locator('.findings tbody tr').nth(row).locator('input:checked').count() === 0)
            await page.locator('.findings tbody tr').nth(row).getByRole('radio').nth(3).check();
}

async function conclude(page, mate) {
    await page.getByLabel('Name one candidate').check();
    await page.getByLabel('Candidate named').selectOption(mate);
    await page.getByLabel('+2 Same person, supported').check();
    await page.getByLabel('Limitations of this comparison').fill('Other light.');
    await page.getByLabel('Reasons', { exact: true }).fill('Nose, brows and outline agree.');
}

test('a comparison by mouse is locked, saved, signed and counted', async (session) => {
    const { site, told } = siteAt(session, 'investigation');
    const item = itemOf(told, 'investigation');
    const page = await openItem(session, item);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-probe-alone', false);
    await describeProbe(page);
    await screen(page, item.mate);
    await session.axe(page);
    assert.match(await page.locator('header .about').textContent(), /List by \S.*, version \d/);
    await session.screenshot(page, 'worksheet-screening', false);
    await go(page, 'One to one');
    assert.ok(await page.getByLabel('Nose: Similar').isDisabled(), 'similarities wait for the search for dissimilarities');
    await compare(page);
    const other = await page.locator('.choose select option').nth(1).getAttribute('value');
    await page.getByLabel('Candidate', { exact: true }).selectOption(other);
    await page.getByLabel('Ears: Dissimilar', { exact: true }).check();
    await page.getByLabel('Note on Ears', { exact: true }).fill('attached <lobes>');
    await page.getByLabel('Candidate', { exact: true }).selectOption(item.mate);
    for (const [view, name] of [['Overlay', 'overlay'], ['Curtain', 'curtain'], ['Flicker', 'flicker'], ['Side by side', 'one-to-one']]) {
        await page.locator('.step-one').getByRole('button', { name: view }).click();
        await session.axe(page);
        await session.screenshot(page, `worksheet-${name}`, false);
        await page.waitForTimeout(1100);
    }
    await go(page, 'Opinion');
    await conclude(page, item.mate);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-opinion', false);
    const file = await saveAs(session, page, told.investigator);
    await session.axe(page);
    await session.screenshot(page, 'worksheet-sign', false);
    const xml = fs.readFileSync(file, 'utf8');
    checkLock(xml, item.directory);
    for (const view of ['side-by-side', 'overlay', 'curtain', 'flicker'])
        assert.match(xml, new RegExp(`<display label="${item.mate}" view="${view}" [^>]*seconds="[1-9]`));
    assert.match(handIn(site, told.investigator, file), /^Counted/);
    const after = next(site);
    assert.equal(after.state, 'BACKGROUND');
    const record = JSON.parse(site.do('show', '--reason', 'test', told.docket, '-j').split('\n')[0]);
    const comparison = record.docket.comparison;
    assert.equal(comparison.observation.parts.length, COMPONENTS);
    assert.equal(comparison.features.length, COMPONENTS);
    assert.deepEqual(comparison.dispositions.map((one) => one.position).sort((a, b) => a - b), comparison.dispositions.map((_, i) => i + 1));
    assert.ok(comparison.dissimilaritiesAt && comparison.displays.length >= 8);
    assert.deepEqual(comparison.grids, [{ label: other, features: [{ component: 'ears', finding: 'dissimilar', note: 'attached <lobes>' }] }]);
});

/** Anybody can repeat the lock's digest from the XML. */
function checkLock(xml, directory) {
    const item = crypto.createHash('sha256').update(fs.readFileSync(path.join(directory, 'item.xml'))).digest('hex');
    const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
    const [, at, sha256] = /<observation lockedAt="([^"]+)" sha256="([^"]+)"/.exec(xml);
    let text = `leadspool-observation-1\n${item}\n${at}\nconditions ${plain(/<conditions>(.*)<\/conditions>/.exec(xml)[1])}\n`;
    for (const [, component, visibility, , note] of xml.matchAll(/<part component="([^"]+)" visibility="([^"]+)"( note="([^"]*)")?\/>/g))
        text += `${component} ${visibility}${note ? ` ${plain(note)}` : ''}\n`;
    assert.equal(crypto.createHash('sha256').update(text).digest('hex'), sha256);
    assert.match(text, /ears clear half under "hair"\n/);
}

test('a comparison by keyboard alone', async (session) => {
    const { site, told } = siteAt(session, 'investigation');
    const item = itemOf(told, 'investigation');
    const page = await openItem(session, item);
    const press = (key, times = 1) => Array(times).fill(0).reduce((before) => before.then(() => page.keyboard.press(key)), Promise.resolve());
    const tabTo = async (wanted) => {
        for (let i = 0; i < 120; i++) {
            const here = await page.evaluate(() => {
                const at = document.activeElement;
                return at.getAttribute('aria-label') || (at.labels && at.labels.length > 0 && at.labels[0].textContent) || at.textContent;
            });
            if (here.startsWith(wanted))
                return;
            await press('Tab');
        }
        assert.fail(`Tab never came to ${wanted}`);
    };
    await press('?');
    assert.ok(await page.getByRole('dialog').isVisible());
    await session.axe(page);
    await session.screenshot(page, 'worksheet-keys', false);
    await press('Escape');
    await tabTo('Conditions');
    await page.keyboard.type('Dark.');
    await tabTo('Skin: Clear');
    await press('c', 5);
    await press('p', 7);
    await press('n', 7);
    assert.equal(await page.locator('.visibility input:checked').count(), COMPONENTS);
    await press('Control+z');
    assert.equal(await page.locator('.visibility input:checked').count(), COMPONENTS - 1);
    await press('Control+y');
    await tabTo('Lock this description');
    await press('Enter');
    assert.equal(await page.locator('.step-tab[aria-current=step]').textContent(), '2Screening');
    const labels = await page.locator('.card .label').allTextContents();
    for (const label of labels)
        await press(label === item.mate ? 'p' : 'e');
    assert.match(await page.locator('.step-screening .progress').textContent(), /^All/);
    await press('ArrowLeft');
    await press('i');
    await press('Control+z');
    await press('3');
    await press('o');
    await press(']', 3);
    await press('+', 2);
    await press('f');
    await press(' ');
    await press('a');
    await tabTo('Skin: Dissimilar');
    await press('x');
    await press('s');
    assert.equal(await page.locator('.findings input:checked').count(), 1, 'no similarity before the search is closed');
    await press('Shift+Tab');
    await press('Shift+Tab');
    await tabTo('Every component was searched');
    await press('Enter');
    await tabTo('Skin: Explained');
    await press('ArrowDown');
    await press('s', COMPONENTS - 1);
    assert.equal(await page.locator('.findings input:checked').count(), COMPONENTS);
    await press('4');
    await tabTo('Name one candidate');
    await press(' ');
    await tabTo('Candidate named');
    await press('ArrowDown');
    await tabTo('−3');
    await press(' ');
    await press('ArrowDown', 5);
    await tabTo('Limitations');
    await page.keyboard.type('None seen.');
    await tabTo('Reasons');
    await page.keyboard.type('Everything seen agrees.');
    await press('Tab');
    await press('5');
    await tabTo('Your id');
    await page.keyboard.type(told.investigator);
    await tabTo('Save the decision');
    const file = await session.saved(page, () => press('Enter'));
    assert.match(handIn(site, told.investigator, file), /^Counted/);
});

test('what a comparison may not see is not in its bytes', async () => {
    const { site, told } = lookAt('investigation');
    const file = path.join(itemOf(told, 'investigation').directory, 'worksheet.html');
    const text = fs.readFileSync(file, 'utf8');
    const data = dataOf(file);
    assert.deepEqual(Object.keys(data.facts).sort(), ['candidates', 'demonstration', 'docket', 'engine', 'images', 'item', 'opened', 'probe', 'round', 'slot']);
    for (const photo of site.do('gallery', 'list', '-j').trim().split('\n').map((line) => JSON.parse(line))) {
        assert.ok(!text.includes(photo.photo), photo.photo);
        assert.ok(!text.includes(photo.person), photo.person);
    }
    for (const candidate of data.facts.candidates)
        assert.deepEqual(Object.keys(candidate).sort(), ['facePicture', 'label', 'picture']);
});

test('another search, with other edits and eyes', async (session) => {
    const { site, told } = siteAt(session, 'investigation');
    const page = await openItem(session, itemOf(told, 'investigation'));
    await describeProbe(page);
    await go(page, 'Opinion');
    await page.getByLabel('Search again').check();
    await page.getByLabel('Reasons', { exact: true }).fill('The picture leans.');
    await page.getByRole('button', { name: 'Another image, edits or eyes' }).click();
    await page.getByLabel('Search with S01').check();
    await go(page, 'New probe');
    await page.getByRole('button', { name: 'Take the eyes found' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByLabel('Rotate', { exact: true }).fill('-1.5');
    await page.keyboard.press('Tab');
    await session.axe(page);
    const file = await saveAs(session, page, told.investigator);
    assert.match(fs.readFileSync(file, 'utf8'), /<edit operation="rotate" angle="-150"\/>/);
    assert.match(handIn(site, told.investigator, file), /^Counted/);
    const after = next(site);
    assert.equal(after.state, 'INVESTIGATION');
    const record = JSON.parse(site.do('show', '--reason', 'test', told.docket, '-j').split('\n')[0]).docket;
    assert.deepEqual(record.probe.edits, [{ operation: 'rotate', degrees_tenths: -15 }]);
});
