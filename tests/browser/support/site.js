/*
 * A site of the real program for a test in the browser, and Python helpers that bring one to some stage.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { BUILD, PLACE, ROOT } = require('./browser');

const PROGRAM = process.env.LEADSPOOL || path.join(BUILD, 'leadspool');

function run(program, words, options = {}) {
    return execFileSync(program, words, { encoding: 'utf8', timeout: 120000, stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** Run tests/browser/NAME.py, which may import site_case of tests/support; what it prints, read as JSON. */
exports.python = (name, ...words) => JSON.parse(run('/usr/bin/python3', [path.join(ROOT, 'tests', 'browser', name), ...words], {
    env: { ...process.env, LEADSPOOL_BUILD: BUILD, LEADSPOOL: PROGRAM, PYTHONDONTWRITEBYTECODE: '1',
        PYTHONPATH: path.join(ROOT, 'tests', 'support'), LC_ALL: 'C.UTF-8', TZ: 'UTC' } }).trim().split('\n').pop());

class Site {
    constructor(place) {
        this.path = place;
    }

    at(...names) {
        return path.join(this.path, ...names);
    }

    /** A command of leadspool on this site; what it prints. */
    do(...words) {
        return run(PROGRAM, ['-s', this.path, ...words]);
    }

    /** Change site.xml; takes effect with the next command. */
    change(before, after) {
        const text = fs.readFileSync(this.at('site.xml'), 'utf8');
        if (!text.includes(before))
            throw new Error(`site.xml holds no ${before}`);
        fs.writeFileSync(this.at('site.xml'), text.replace(before, after));
    }
}

let pattern = null; // made once a run: keys for all its people take seconds

function patternSite() {
    if (pattern === null) {
        const place = path.join(PLACE, 'site');
        fs.rmSync(place, { recursive: true, force: true });
        run(PROGRAM, ['init', '--demo', place]);
        pattern = new Site(place);
        pattern.do('drain');
    }
    return pattern;
}

/** A new demonstration site in the test's folder; nothing was sent to it yet. */
exports.newSite = (session) => {
    const site = new Site(path.join(session.folder, 'site'));
    run('/bin/cp', ['-a', patternSite().path, site.path]);
    return site;
};
exports.Site = Site;
exports.run = run;
