/*
 * Naming tests: test('what holds', async (session) => { … }). support/run.js takes them up file by file.
 */
'use strict';
let named = [];

exports.test = (name, body) => named.push({ name: name.replace(/\s+/g, ' '), body });

/** The tests named since the last call. */
exports.taken = () => {
    const tests = named;
    named = [];
    return tests;
};
