/*
 * What tests of worksheets do as people do it: open an item's page, fill it in, save, sign, hand in.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { PLACE, ROOT } = require('./browser');
const { python, run, Site } = require('./site');

const made = {};
/** One site of each stage, made once: for tests that only look. {site, told}. */
exports.lookAt = (stage) => {
    if (!made[stage]) {
        const site = new Site(path.join(PLACE, 'work', `made-${stage}`));
        made[stage] = { site, told: python('worksheet_site.py', 'make', site.path, stage) };
    }
    return made[stage];
};
/** A copy of it for a test that acts. */
exports.siteAt = (session, stage) => {
    const { site, told } = exports.lookAt(stage), own = new Site(path.join(session.folder, 'site'));
    run('cp', ['-a', site.path, own.path]);
    return { site: own, told: JSON.parse(JSON.stringify(told).replaceAll(site.path, own.path)) };
};
/** What there is after the next run. */
exports.next = (site) => python('worksheet_site.py', 'next', site.path);

exports.itemOf = (told, stage, slot) => {
    const found = told.items.find((item) => item.stage === stage && (slot === undefined || item.slot === slot));
    assert.ok(found, `no open item at ${stage}; the docket is ${told.state}`);
    return found;
};
exports.openItem = (session, item, options) => session.open(path.join(item.directory, 'worksheet.html'), options);

/** Press a step's tab. */
exports.go = (page, title) => page.locator('.step-tab', { hasText: title }).click();

/** Enter the signer, save; the file's path. It has to be valid. */
exports.saveAs = async (session, page, person) => {
    await exports.go(page, 'Sign');
    await page.getByLabel('Your id in the roster').fill(person);
    assert.deepEqual(await page.locator('.faults li').allTextContents(), []);
    const file = await session.saved(page, () => page.getByRole('button', { name: 'Save the decision' }).click());
    exports.valid(file);
    return file;
};
exports.valid = (file) => run('xmllint', ['--noout', '--schema', path.join(ROOT, 'schemas', 'decision.xsd'), file]);

/** Sign the saved decision with that person's key and hand it in; the text of the answer. */
exports.handIn = (site, person, file) => {
    const folder = site.at('review', 'answers', person);
    const before = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    const key = site.at('demo', 'people', `${person}.key`), certificate = site.at('demo', 'people', `${person}.pem`);
    site.do('decide', '--from', file, '--key', key, '--cert', certificate);
    site.do('drain');
    const answers = fs.readdirSync(folder).filter((name) => name.endsWith('.txt') && !before.includes(name));
    assert.equal(answers.length, 1, 'one answer');
    return fs.readFileSync(path.join(folder, answers[0]), 'utf8');
};

/** The data inside a worksheet. */
exports.dataOf = (file) => JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(fs.readFileSync(file, 'utf8'))[1]);
