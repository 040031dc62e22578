/*
 * The other kinds of packet, each taken by the real site; and the form follows the site's settings and the schema.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');
const { ROOT } = require('./support/browser');
const { newSite } = require('./support/site');
const { image } = require('./support/faces');
const form = require('./support/request_form');

/** A docket the other kinds can speak of. */
async function opened(session, site, change = async () => {}) {
    const page = await session.open(form.pageOf(site));
    await form.fillNew(page);
    await form.drop(page, image(2));
    await form.answerImage(page, 1);
    await change(page);
    const receipt = form.receiptOf(site, await form.save(session, page));
    assert.match(receipt.docket, /^FR-\d{4}-\d{6}$/);
    await page.click('text=Start another request');
    assert.equal(await page.inputValue('#name'), '');
    await form.fillRequester(page);
    return { page, docket: receipt.docket };
}

async function kind(page, value, docket) {
    await form.choose(page, 'kind', value);
    await page.fill('#docket', docket);
}

test('a supplement brings images to a docket', async (session) => {
    const site = newSite(session), { page, docket } = await opened(session, site);
    await kind(page, 'supplement', docket);
    await page.click(form.SAVE);
    assert.match((await form.findings(page)).faults.join(), /^Images: /);
    await form.drop(page, image(4));
    await form.answerImage(page, 2);
    await session.screenshot(page, 'request-supplement');
    const file = await form.save(session, page), packet = form.unpacked(file);
    assert.equal(path.basename(file), `fairweather-${docket}-supplement.zip`);
    assert.doesNotMatch(packet.xml, /<(use|basis|priority|eventContext|caseNumber)>/);
    const receipt = form.receiptOf(site, file);
    assert.deepEqual([receipt.outcome, receipt.docket], ['ACCEPT', docket]);
});

test('a correction supplies the discussion that was missing', async (session) => {
    const site = newSite(session), { page, docket } = await opened(session, site, (at) => form.choose(at, 'discussed', 'no'));
    await kind(page, 'correction', docket);
    await page.click(form.SAVE);
    assert.match((await form.findings(page)).faults.join(), /supplies nothing yet/);
    await form.fillDiscussion(page);
    const receipt = form.receiptOf(site, await form.save(session, page));
    assert.deepEqual([receipt.outcome, receipt.docket], ['ACCEPT', docket]);
    assert.match(site.do('list', '-j'), /"state":\s*"INTAKE"/);
});

test('a withdrawal ends a docket', async (session) => {
    const site = newSite(session), { page, docket } = await opened(session, site);
    await kind(page, 'withdrawal', 'fr-1');
    await page.click(form.SAVE);
    assert.deepEqual((await form.findings(page)).faults.map((line) => line.split(':')[0]), ['Docket number', 'Why you withdraw the request']);
    await page.fill('#docket', docket);
    await page.fill('#reason', 'The person came to the station on their own.');
    await session.axe(page);
    assert.equal(form.receiptOf(site, await form.save(session, page)).outcome, 'ACCEPT');
    assert.doesNotMatch(site.do('list', '-j'), new RegExp(docket));
});

test('a corroboration is written as the schema has it', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    await form.fillRequester(page);
    await kind(page, 'corroboration', 'FR-2026-000001');
    await page.click(form.SAVE);
    assert.equal((await form.findings(page)).faults.length, 4);
    await form.choose(page, 'outcome', 'not-corroborated');
    await page.fill('#evidence', 'He was in hospital that day; the register shows it.');
    await page.fill('#corroboratedBy', 'Imogen Fairweather');
    await page.fill('#corroboratedAt', '2026-02-01T09:00');
    const packet = form.unpacked(await form.save(session, page));
    assert.equal(packet.value('corroboration/outcome'), 'not-corroborated');
    assert.equal(packet.value('corroboration/at'), '2026-02-01T14:00:00Z');
});

test('what can be chosen is what the schema knows', async (session) => {
    const page = await session.open(form.pageOf(newSite(session)));
    const schema = fs.readFileSync(path.join(ROOT, 'schemas', 'request.xsd'), 'utf8');
    const known = (element) => [...new RegExp(`<xs:element name="${element}"[^]*?</xs:element>`).exec(schema)[0].matchAll(/enumeration value="([^"]+)"/g)].map((match) => match[1]).sort();
    const offered = await page.evaluate(() => {
        const values = (list) => list.map((choice) => choice.value).sort();
        // eslint-disable-next-line no-undef
        const { kinds, uses, priorities, events, sources, operations, outcomes } = site;
        return { requestKind: values(kinds), use: values(uses), subUse: values(uses.flatMap((use) => use.under || [])), priority: values(priorities),
            eventContext: values(events), source: values(sources), operation: values(operations), outcome: values(outcomes) };
    });
    for (const [element, values] of Object.entries(offered))
        assert.deepEqual(values, known(element), element);
});

test('a changed setting changes the form', async (session) => {
    const site = newSite(session);
    const before = fs.readFileSync(form.pageOf(site), 'utf8');
    site.do('drain');
    assert.equal(fs.readFileSync(form.pageOf(site), 'utf8'), before, 'the same settings give the same page');
    site.change('<identity>', '<patterns complaintNumber="K[0-9]{6}" docketPrefix="ID"/>\n  <packet files="3"/>\n  <identity>');
    site.change('<command>precinct-014</command>', '<command intelligence="true">precinct-014</command>');
    site.change('nobody to reach', '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &lt;!-- &amp;amp; "desk"');
    site.do('drain');
    const page = await session.open(form.pageOf(site));
    assert.match(await page.textContent('#complaintNumber-form'), /K123456/);
    assert.match(await page.textContent('#docket-example'), /^ID-/);
    assert.match(await page.textContent('#contact-words'), /<\/script><script>alert\(1\)<\/script> <!-- &amp; "desk"/);
    await form.fillNew(page);
    await form.choose(page, 'politicalActivity', 'yes');
    await page.fill('#complaintNumber', '2026-014-00001');
    await form.drop(page, image(2), image(4), image(6));
    await page.click(form.SAVE);
    const text = (await form.findings(page)).faults.join('\n');
    assert.match(text, /is not written as this site writes such numbers/);
    assert.match(text, /at most 2 images/);
    assert.doesNotMatch(text, /Intelligence Bureau/);
    const other = await session.open(form.pageOf(site, 'precinct-075'));
    await form.choose(other, 'politicalActivity', 'yes');
    await other.click(form.SAVE);
    assert.match((await form.findings(other)).faults.join('\n'), /Intelligence Bureau only.*R9/);
    assert.equal(await other.textContent('#command-words'), 'precinct-075');
});

test('the index page says what a request waits for, leads to the form and reads well', async (session) => {
    const site = newSite(session);
    await opened(session, site, async (page) => {
        await form.choose(page, 'use', 'U0');
        await form.choose(page, 'discussed', 'no');
    });
    for (const [name, options] of [['1366', {}], ['390', { viewport: { width: 390, height: 844 } }], ['dark', { colorScheme: 'dark' }]]) {
        const page = await session.open(site.at('out', form.COMMAND, 'index.html'), options);
        await session.axe(page);
        await session.screenshot(page, `index-${name}`);
        assert.match(await page.textContent('tbody'), /Waits for supervisor \(R29: [^)]*\); and for chief of detectives or deputy commissioner intelligence \(R2: /);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'is cut off at the right');
        assert.equal(await page.getAttribute('a.button', 'href'), 'request.html');
    }
});
