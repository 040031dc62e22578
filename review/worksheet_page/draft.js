/*
 * What the person has entered so far: one plain object, changed in one place, kept, and undone.
 *
 * Guarantees: every change is kept at once under the item's digest, so that closing the file loses nothing; a
 * draft of another item is never taken. Where the browser keeps nothing for files, that is said, and the draft
 * can be saved as a file instead. The lock of the probe's description is beyond undo.
 */
const Draft = (() => {
    'use strict';
    const KEY = `leadspool-worksheet-${Data.facts.item}`;
    const VERSION = 1, STEPS_BACK = 300, SAME_TYPING_MS = 1500;
    const fresh = () => ({ version: VERSION, item: Data.facts.item, signer: '', outcome: '', reasons: '', conditions: '',
        parts: {}, lock: null, additions: [], dispositions: {}, grids: {}, searched: {}, named: '', rating: null,
        limitations: '', marks: {}, basis: {}, chosen: '', edits: {}, eyes: {}, whatWouldHelp: '', items: [], conflicts: [],
        noConflicts: false, reading: '', readAt: '', displays: {}, shortcuts: true });
    let state = fresh(), back = [], forth = [], lastName = '', lastTime = 0, kept = null;
    const listeners = [], keepers = [];

    const tell = () => listeners.forEach((listener) => listener(state));

    /** null: kept; otherwise why not. */
    const keep = () => {
        let problem = null;
        try {
            window.localStorage.setItem(KEY, JSON.stringify(state));
        } catch (error) {
            problem = error.name;
        }
        kept = problem;
        keepers.forEach((listener) => listener(problem));
    };

    const remember = (name, typing) => {
        const now = Date.now();
        if (!(typing && name === lastName && now - lastTime < SAME_TYPING_MS))
            back.push({ name, state: JSON.stringify(state) });
        back = back.slice(-STEPS_BACK);
        forth = [];
        lastName = name;
        lastTime = now;
    };

    /** Change the state by `act`; `name` is what undo will say. Changes by typing that follow each other are one. */
    const change = (name, act, typing = false) => {
        remember(name, typing);
        act(state);
        keep();
        tell();
    };

    /** Change what is no entry of the person, such as the log of displays: not undone, listeners not told. */
    const note = (act) => {
        act(state);
        keep();
    };

    /** After this, undo goes back no further. */
    const seal = () => {
        back = [];
        forth = [];
        tell();
    };

    const swap = (from, to, words) => {
        const step = from.pop();
        if (!step)
            return false;
        to.push({ name: step.name, state: JSON.stringify(state) });
        const displays = state.displays;
        state = JSON.parse(step.state);
        state.displays = displays;
        lastName = '';
        keep();
        tell();
        Dom.announce(`${words}: ${step.name}`);
        return true;
    };
    const undo = () => swap(back, forth, _('Undone'));
    const redo = () => swap(forth, back, _('Done again'));

    /** Take a draft over; a text of why not, or ''. */
    const take = (text) => {
        let found;
        try {
            found = JSON.parse(text);
        } catch {
            return _('This file holds no draft.');
        }
        if (!found || found.version !== VERSION)
            return _('This file holds no draft of this kind of worksheet.');
        if (found.item !== Data.facts.item)
            return _('This draft is of another item. Nothing was changed.');
        state = { ...fresh(), ...found };
        seal();
        keep();
        return '';
    };

    const load = () => {
        try {
            const text = window.localStorage.getItem(KEY);
            return text ? take(text) === '' : false;
        } catch {
            return false;
        }
    };

    const forget = () => {
        state = fresh();
        try {
            window.localStorage.removeItem(KEY);
        } catch {
            // nothing was kept there
        }
        seal();
    };

    return { get state() { return state; }, change, note, seal, undo, redo, take, load, forget, keep,
        get canUndo() { return back.length > 0; }, get canRedo() { return forth.length > 0; },
        get nextUndo() { return back.length > 0 ? back[back.length - 1].name : ''; },
        get problem() { return kept; },
        text: () => JSON.stringify(state, null, 1),
        subscribe: (listener) => { listeners.push(listener); listener(state); },
        onKept: (listener) => { keepers.push(listener); } };
})();
