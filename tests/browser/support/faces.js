/*
 * Pictures of drawn people, as files: image(1) is always the same one.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { BUILD, PLACE } = require('./browser');
const { run } = require('./site');

const PEOPLE = 4;
let files = null;

/** Path of a JPEG of that drawn person, from 1. */
exports.image = (number) => {
    const folder = path.join(PLACE, 'faces');
    if (files === null) {
        fs.rmSync(folder, { recursive: true, force: true });
        fs.mkdirSync(folder, { recursive: true });
        run(path.join(BUILD, 'demo', 'draw-faces'), ['--people', String(PEOPLE), '--seed', '1', folder]);
        files = fs.readdirSync(folder).filter((name) => name.endsWith('.jpg')).sort();
    }
    return path.join(folder, files[number - 1]);
};
