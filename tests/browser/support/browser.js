/*
 * The browser itself: Debian's chromium, driven by playwright-core from the build folder.
 */
'use strict';
const path = require('node:path');
const { createRequire } = require('node:module');

const BUILD = process.env.LEADSPOOL_BUILD;
if (!BUILD)
    throw new Error('LEADSPOOL_BUILD is not set: run the tests through tests/browser/run BUILD');
/** Packages are installed below the build folder, not beside the tests. */
const installed = createRequire(path.join(BUILD, 'browser', 'package.json'));

exports.BUILD = BUILD;
exports.PLACE = path.join(BUILD, 'browser');
exports.ROOT = path.resolve(__dirname, '..', '..', '..');

/** The source of axe-core, to be run within a page. */
exports.axeSource = () => installed('axe-core').source;

exports.launch = () => installed('playwright-core').chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    // As root there is no sandbox of user namespaces; a bare chroot has no /dev/shm and no graphics.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
});
