/*
 * Times as the record writes them: UTC, whole seconds.
 */
const Moment = (() => {
    'use strict';
    const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const clock = (utc) => new Date(utc).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    return { now, clock };
})();
