/*
 * The harness notices what it is there for: each page here does one thing no page of ours may do.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('./support/tests');

const SOUND = '<!DOCTYPE html><html lang="en"><title>A page</title><main><h1>A page</h1></main>';

async function opened(session, body) {
    const file = path.join(session.folder, 'page.html');
    fs.writeFileSync(file, SOUND + body);
    const page = await session.open(file);
    await page.waitForTimeout(100);
    return page;
}

/** The page breaks the rule that `told` names; forgotten again, so that this test can pass. */
async function noticed(session, body, told) {
    await opened(session, body);
    assert.throws(() => session.verify());
    assert.match([...session.requests, ...session.problems].join('\n'), told);
    session.requests.length = session.problems.length = 0;
}

test('a sound page passes', async (session) => {
    const page = await opened(session, '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAAC">');
    await session.axe(page);
    assert.ok(fs.existsSync(await session.screenshot(page, 'harness')));
});

test('a picture from elsewhere is noticed', (session) =>
    noticed(session, '<img alt="" src="http://127.0.0.1:9/x.png">', /127\.0\.0\.1:9\/x\.png/));

test('another file of the disk is noticed', (session) =>
    noticed(session, '<link rel="stylesheet" href="other.css">', /other\.css/));

test('a script that fetches is noticed', (session) =>
    noticed(session, '<script>fetch("http://127.0.0.1:9/y").catch(() => {})</script>', /127\.0\.0\.1:9\/y/));

test('an error of a script is noticed', (session) =>
    noticed(session, '<script>nothingOfThatName()</script>', /uncaught: .*nothingOfThatName/));

test('a violation of the policy is noticed', (session) =>
    noticed(session, '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'"><script>1</script>',
        /Content Security Policy/));

test('axe finds a field without a label', async (session) => {
    const page = await opened(session, '<input type="text">');
    await assert.rejects(session.axe(page), /label/);
});
