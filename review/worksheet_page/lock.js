/*
 * The lock of what was written about the probe alone.
 *
 * The text that is locked is the one docs/formats/decision.md gives, so that anybody can repeat the digest from
 * the decision's XML. It proves that nothing was changed afterwards; it hides nothing, for the candidates'
 * pictures are in this file too.
 */
const Lock = (() => {
    'use strict';
    /** White space as the schema has it: single blanks, none at the ends. */
    const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();

    /** The parts that were filled in, in the order of the components. */
    const parts = (state) => Data.components.map((component) => ({ code: component.code, ...(state.parts[component.code] || {}) }))
        .filter((part) => part.visibility);

    const digest = (state, at) => {
        const word = (text) => (tidy(text) ? ` ${tidy(text)}` : '');
        const lines = ['leadspool-observation-1', Data.facts.item, at, `conditions${word(state.conditions)}`,
            ...parts(state).map((part) => `${part.code} ${part.visibility}${word(part.note)}`)];
        return Sha256(lines.map((line) => `${line}\n`).join(''));
    };

    const close = () => {
        const at = Moment.now();
        Draft.change(_('Lock'), (state) => { state.lock = { at, sha256: digest(state, at) }; });
        Draft.seal();
    };

    return { tidy, parts, digest, close };
})();
