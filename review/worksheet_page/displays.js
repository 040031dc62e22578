/*
 * Display settings and their log.
 *
 * Brightness, contrast and inversion change what is on the screen and nothing else: no picture is made from them,
 * none can be saved, there is no mirroring and nothing is measured. How long each picture was shown in which view
 * and setting is kept with the decision, so that it can be told later what an opinion was seen from.
 */
const Displays = (() => {
    'use strict';
    const PLAIN = { brightness: 100, contrast: 100, invert: false };
    const SECOND = 1000, KEEP_EVERY = 5, MOST = 500;
    const settings = {};    // of each label, for as long as the page is open
    let showing = () => [], pending = 0;

    const of = (label) => settings[label] || (settings[label] = { ...PLAIN });
    const plain = (label) => JSON.stringify(of(label)) === JSON.stringify(PLAIN);
    const reset = (label) => { settings[label] = { ...PLAIN }; };
    const filter = (label) => {
        const { brightness, contrast, invert } = of(label);
        return plain(label) ? '' : `brightness(${brightness}%) contrast(${contrast}%)${invert ? ' invert(1)' : ''}`;
    };

    const tick = () => {
        if (document.hidden)
            return;
        const seen = showing();
        const log = Draft.state.displays;
        for (const { label, view } of seen) {
            const { brightness, contrast, invert } = of(label);
            const key = [label, view, brightness, contrast, invert].join('|');
            if (!log[key])
                log[key] = { label, view, at: Moment.now(), seconds: 0, ...(plain(label) ? {} : { brightness, contrast, invert }) };
            log[key].seconds += 1;
        }
        pending += seen.length > 0 ? 1 : 0;
        if (pending >= KEEP_EVERY) {
            pending = 0;
            Draft.keep();
        }
    };

    /** `what()` gives [{label, view}] of the pictures on the screen now. */
    const watch = (what) => { showing = what; };
    const start = () => window.setInterval(tick, SECOND);

    /** What goes into the decision: the longest shown, in order of time. */
    const entries = (state) => Object.values(state.displays).sort((one, other) => other.seconds - one.seconds).slice(0, MOST)
        .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.label < other.label ? -1 : 1));

    return { of, reset, filter, plain, watch, start, entries, tick };
})();
