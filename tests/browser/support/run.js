/*
 * Runs every test_*.js of tests/browser in one browser and counts them.
 *
 * Guarantees: a file that cannot be loaded or holds no test is a failure; the last line is the count tests/run
 * reads; a test that hangs fails after LIMIT and the others still run.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { launch } = require('./browser');
const { Session } = require('./session');
const { taken } = require('./tests');

const HERE = path.dirname(__dirname);
const LIMIT = 180000; // milliseconds for one test

function loaded(file) {
    const name = `browser/${path.basename(file, '.js')}`;
    try {
        require(file);
    } catch (error) {
        taken(); // those it had named before it failed
        return [{ name, body: () => Promise.reject(error) }];
    }
    const tests = taken();
    return tests.length > 0 ? tests.map((test) => ({ name: `${name}/${test.name}`, body: test.body }))
        : [{ name, body: () => Promise.reject(new Error('holds no tests')) }];
}

/** The error of a test, or null. */
async function outcome(browser, test) {
    const session = new Session(browser, test.name);
    let clock;
    const limit = new Promise((_, reject) => {
        clock = setTimeout(() => reject(new Error(`took longer than ${LIMIT / 1000} s`)), LIMIT);
    });
    try {
        await Promise.race([test.body(session), limit]);
        session.verify();
        await session.close(true);
        return null;
    } catch (error) {
        const also = session.problems.map((problem) => `\n    the page: ${problem}`).join('');
        await session.close(false).catch(() => {});
        return `${error.stack || error}${also}`;
    } finally {
        clearTimeout(clock);
    }
}

async function main(words) {
    const files = fs.readdirSync(HERE).filter((name) => /^test_.*\.js$/.test(name)).sort();
    const tests = files.flatMap((name) => loaded(path.join(HERE, name)))
        .filter((test) => words.length === 0 || words.some((word) => test.name.includes(word)));
    const browser = await launch();
    const failed = [];
    for (const test of tests) {
        const started = Date.now(), error = await outcome(browser, test);
        console.log(`${error === null ? 'ok' : 'not ok'} ${test.name}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
        if (error !== null) {
            failed.push(test.name);
            console.log(`    ${error}`);
        }
    }
    await browser.close();
    failed.forEach((name) => console.log(`FAIL: ${name}`));
    console.log(`${tests.length - failed.length} passed, ${failed.length} failed`);
    return failed.length > 0 || tests.length === 0 ? 1 : 0;
}

main(process.argv.slice(2)).then((code) => process.exit(code), (error) => {
    console.log(String(error.stack || error));
    process.exit(1);
});
