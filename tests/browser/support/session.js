/*
 * What one test works with: pages of its own, watched from the first byte, and a folder of its own.
 *
 * Guarantees: a test that passed had no request beyond the file it opened, no error or warning on the console, no
 * uncaught exception and no violation of the content security policy. Pages are offline besides.
 */
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { PLACE, axeSource } = require('./browser');

/** What a page makes for itself reaches nobody. */
const OWN = /^(blob|data|about):/;

class Session {
    constructor(browser, name) {
        this.browser = browser;
        this.name = name.replace(/[^A-Za-z0-9]+/g, '-');
        this.folder = path.join(PLACE, 'work', this.name);
        this.contexts = [];
        this.requests = []; // of all pages, beyond the documents opened
        this.problems = [];
        fs.rmSync(this.folder, { recursive: true, force: true });
        fs.mkdirSync(this.folder, { recursive: true });
    }

    /** A page with that file open. Options are those of playwright's newContext: viewport, colorScheme, timezoneId … */
    async open(file, options = {}) {
        const context = await this.browser.newContext({
            viewport: { width: 1366, height: 768 }, offline: true, acceptDownloads: true, timezoneId: 'America/New_York',
            locale: 'en-US', ...options });
        this.contexts.push(context);
        const page = await context.newPage();
        const address = pathToFileURL(file).href;
        page.setDefaultTimeout(30000); // a busy machine is no failure
        this.watch(page, address);
        await page.goto(address);
        return page;
    }

    watch(page, address) {
        const problem = (text) => this.problems.push(text);
        page.on('request', (request) => {
            const url = request.url();
            if (url.split('#')[0] !== address && !OWN.test(url))
                this.requests.push(url);
        });
        page.on('websocket', (socket) => this.requests.push(socket.url()));
        page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type()))
                problem(`console ${message.type()}: ${message.text()}`);
        });
        page.on('pageerror', (error) => problem(`uncaught: ${error.stack || error}`));
        page.on('crash', () => problem('the page crashed'));
    }

    /** Throws when anything was seen that no page of ours may do. Also called when the test has passed. */
    verify() {
        assert.deepEqual(this.requests, [], 'the page asked the network for something');
        assert.deepEqual(this.problems, [], 'the page reported problems');
    }

    /** No violation of WCAG 2.2 A and AA or of axe's best practices. */
    async axe(page) {
        await page.evaluate(axeSource());
        const found = await page.evaluate(() => window.axe.run(document, {
            resultTypes: ['violations'],
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
        const violations = found.violations.map((violation) => `${violation.id}: ${violation.help}: ` +
            violation.nodes.map((node) => `${node.target.join(' ')} ${node.any.map((one) => one.message).join('; ')}`).join(' | '));
        // Named in the message itself: older releases of Node show no difference beside a message of one's own.
        assert.equal(violations.length, 0, `axe: ${violations.join('\n')}`);
    }

    /** BUILD/browser/NAME.png, to be looked at; whole: beyond the window too. */
    async screenshot(page, name, whole = true) {
        const file = path.join(PLACE, `${name}.png`);
        await page.screenshot({ path: file, fullPage: whole });
        return file;
    }

    /** What `act` makes the page save, in the test's folder. */
    async saved(page, act) {
        const [download] = await Promise.all([page.waitForEvent('download'), act()]);
        const file = path.join(this.folder, download.suggestedFilename());
        await download.saveAs(file);
        return file;
    }

    /** What failed stays to be looked at. */
    async close(passed) {
        await Promise.all(this.contexts.map((context) => context.close()));
        if (passed)
            fs.rmSync(this.folder, { recursive: true, force: true });
    }
}

exports.Session = Session;
