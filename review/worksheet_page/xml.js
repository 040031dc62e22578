/*
 * The decision as XML of schemas/decision.xsd.
 *
 * Guarantees: well-formed whatever was typed; white space in texts is single blanks, as the schema reads it; nothing
 * that was not entered. Whether it is a complete decision is asked before (each stage's faults).
 */
const Xml = (() => {
    'use strict';
    const escape = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        .replace(/[&<>"']/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&apos;' }[one]));
    const tidy = (text) => Lock.tidy(String(text));

    /** element('a', { b: 1 }, child, …): lines; a child is a text or lines of elements. */
    const element = (name, attributes, ...children) => {
        const words = Object.entries(attributes || {}).filter(([, value]) => value !== undefined && value !== null && value !== '')
            .map(([key, value]) => ` ${key}="${escape(tidy(value))}"`).join('');
        const inside = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== '');
        if (inside.length === 0)
            return [`<${name}${words}/>`];
        if (inside.length === 1 && !inside[0].startsWith('<'))
            return [`<${name}${words}>${inside[0]}</${name}>`];
        return [`<${name}${words}>`, ...inside.map((line) => `  ${line}`), `</${name}>`];
    };
    const text = (name, value) => (value !== null && value !== undefined && tidy(value) !== '' ? element(name, {}, escape(tidy(value))) : []);

    const displays = (state) => {
        const entries = Displays.entries(state);
        return entries.length === 0 ? [] : element('displays', {}, entries.map((one) => element('display', { label: one.label,
            view: one.view, at: one.at, seconds: one.seconds, brightness: one.brightness, contrast: one.contrast,
            invert: one.invert === undefined ? undefined : String(one.invert) })));
    };

    const observation = (state) => (state.lock ? element('observation', { lockedAt: state.lock.at, sha256: state.lock.sha256 },
        text('conditions', state.conditions), Lock.parts(state).map((part) => element('part', { component: part.code,
            visibility: part.visibility, note: part.note })), state.additions.map((one) => element('addition', { at: one.at }, escape(tidy(one.text))))) : []);

    const probe = (state) => (state.chosen ? element('probe', {}, text('image', Prepare.digest(state)),
        element('edits', {}, Prepare.edits(state).map((edit) => element('edit', edit))),
        Prepare.eyes(state) ? element('eyes', Prepare.eyes(state)) : []) : []);

    const findings = (state, label) => Data.components.map((one) => ({ code: one.code, ...(Grid.of(state, label)[one.code] || {}) }))
        .filter((one) => one.finding);
    const features = (state, label) => findings(state, label).map((one) => element('feature', { component: one.code, finding: one.finding, note: one.note }));

    const investigation = (state) => {
        const named = state.outcome === 'candidate' ? state.named : '';
        const others = Data.candidates.filter((label) => label !== named && findings(state, label).length > 0);
        return element('investigation', {}, observation(state), text('named', named),
            Data.candidates.some((label) => state.dispositions[label]) ? element('dispositions', {}, Data.candidates.filter((label) => state.dispositions[label])
                .map((label) => element('disposition', { label, ...state.dispositions[label] }))) : [],
            findings(state, named).length > 0 ? element('features', { dissimilaritiesAt: state.searched[named] }, features(state, named)) : [],
            others.length > 0 ? element('grids', {}, others.map((label) => element('grid', { label, dissimilaritiesAt: state.searched[label] },
                features(state, label)))) : [],
            displays(state), named && state.rating !== null ? text('rating', String(state.rating)) : [],
            text('limitations', state.limitations), state.outcome === 'search-again' ? probe(state) : []);
    };

    const bodies = {
        intake: (state) => element('intake', {}, state.outcome === 'confirm' ? [element('basis', {}, Basis.confirmed(state).map((clause) =>
            element('clause', {}, clause))), probe(state)].flat() : [], state.outcome === 'unsuitable' ? text('whatWouldHelp', state.whatWouldHelp) : [], displays(state)),
        investigation,
        background: (state) => element('background', {}, Background.items(state).length > 0 ? element('items', {}, Background.items(state).map((one) =>
            element('item', {}, text('what', one.what), text('finding', one.finding)))) : [],
        state.noConflicts || Background.conflicts(state).length > 0
            ? element('conflicts', {}, Background.conflicts(state).map((one) => text('conflict', one))) : [], displays(state)),
        peer: (state) => element('peer', {}, Data.candidates.filter((label) => state.marks[label]).map((label) =>
            element('mark', { label, mark: state.marks[label].mark, reason: state.marks[label].reason })), displays(state)),
        supervision: (state) => (state.readAt || Displays.entries(state).length > 0 ? element('supervision', {},
            state.readAt ? element('reading', { at: state.readAt }, escape(tidy(state.reading))) : [], displays(state)) : []),
        hold: () => element('hold', {}, String(Data.facts.hold.number)),
    };

    const decision = (state, at) => ['<?xml version="1.0" encoding="UTF-8"?>',
        '<decision xmlns="urn:leadspool:decision:1">',
        ...[text('docket', Data.facts.docket), text('stage', Data.stage), text('round', String(Data.facts.round)), text('slot', String(Data.facts.slot)),
            text('item', Data.facts.item), text('signer', state.signer), text('at', at), text('outcome', state.outcome), text('reasons', state.reasons),
            bodies[Data.stage](state)].flat().map((line) => `  ${line}`),
        '</decision>', ''].join('\n');

    return { decision };
})();
