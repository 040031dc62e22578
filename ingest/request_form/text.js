'use strict';
// Text people type, as XML can carry it.

/** XML 1.0 has no such characters, escaped or not: they come with pasted text and mean nothing to a reader. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Prose keeps its lines; what is left of forbidden characters is a space, of half a character a replacement. */
function prose(text) {
    return text.replace(/\r\n?/g, '\n').replace(FORBIDDEN, ' ').replace(LONE_SURROGATE, '\ufffd').trim();
}

/** White space of a single line is collapsed, as the schema reads it. */
function line(text) {
    return prose(text).replace(/[ \t\n]+/g, ' ');
}

/** Characters as the schema counts them, after its collapsing. */
const lengthOf = (text) => [...text.replace(/[ \t\n]+/g, ' ')].length;

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** > too: the end of a CDATA section may not stand in text. */
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);

/** Part of a file name every system takes. */
function slug(text, otherwise) {
    const plain = text.normalize('NFKD').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-._]+|[-.]+$/g, '').slice(0, 60);
    return plain.replace(/-{2,}/g, '-') || otherwise;
}

/**
 * An expression of XML Schema as one of this language, for the whole value; null when it uses what only the
 * schema knows. The site checks again in any case.
 */
function expressionOf(pattern) {
    if (/\\[icIC]|\[[^\]]*-\[|\\p\{Is/.test(pattern))
        return null;
    // ^ and $ are plain characters there, but for ^ at the start of a class.
    const anchorless = pattern.replace(/\\.|\[\^?|[\^$]/g, (part) => (part === '^' || part === '$' ? `\\${part}` : part));
    try {
        return new RegExp(`^(?:${anchorless})$`, 'u');
    } catch {
        return null;
    }
}

/** A number of that form, where the expression is made of plain characters and digits only; else null. */
function exampleOf(pattern) {
    const part = /^(?:(\[0-9\]|\\d)(?:\{(\d+)(?:,\d*)?\})?|([A-Za-z0-9 /_-]))/;
    let left = pattern, example = '', digit = 0;
    while (left !== '') {
        const found = part.exec(left);
        if (found === null)
            return null;
        for (let i = 0; found[1] && i < Number(found[2] || 1); i++)
            example += ++digit % 10;
        example += found[3] || '';
        left = left.slice(found[0].length);
    }
    return example;
}

const lettersIn = (text) => (text.match(/[\p{L}\p{N}]/gu) || []).length;

const formWords = (pattern) => (exampleOf(pattern) ? _`Such as ${exampleOf(pattern)}.` : _`The form is ${pattern}.`);

function fits(pattern, text) {
    const expression = expressionOf(pattern);
    return expression === null || expression.test(text);
}

/** Does the text hold one of the site's words as a whole word? As ingest/conditions.c does it. */
function wordIn(text, words) {
    const plain = text.toLowerCase();
    const letter = (character) => character !== undefined && /[A-Za-z0-9]/.test(character);
    return words.find((word) => {
        const wanted = word.toLowerCase();
        for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1))
            if (!letter(plain[at - 1]) && !letter(plain[at + wanted.length]))
                return true;
        return false;
    });
}
