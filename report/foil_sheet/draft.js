/*
 * What was done so far, kept by the browser under the digest of this sheet until it is saved.
 */
const Draft = (() => {
    'use strict';
    const key = `foil-${Data.sheet}-${Data.form}-${Data.redactions || ''}`;
    const load = () => {
        try {
            const kept = JSON.parse(window.localStorage.getItem(key));
            if (kept)
                Object.assign(Boxes.state, kept, { chosen: null });
        } catch {
            /* a browser that keeps nothing for files */
        }
    };
    const keep = () => {
        try {
            window.localStorage.setItem(key, JSON.stringify({ ...Boxes.state, chosen: null }));
        } catch {
            /* the same */
        }
    };
    return { load, keep };
})();
