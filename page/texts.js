'use strict';
// The fixed texts of a page in the site's language (page/web_page.h). The page's own texts are English and the keys.

/**
 * _('text'), or a template _`text with ${value}`, whose key has {1}, {2} … for its values. Each stands on one line, without
 * escapes: page/embed_page.awk reads them from the scripts.
 */
function _(text, ...values) {
    const key = typeof text === 'string' ? text : text.reduce((all, part, at) => `${all}{${at}}${part}`);
    if (_.texts === undefined) {
        const element = document.getElementById('texts');
        _.texts = element === null ? {} : JSON.parse(element.textContent);
    }
    return (_.texts[key] || key).replace(/\{(\d+)\}/g, (hole, at) => (at > 0 && at <= values.length ? String(values[at - 1]) : hole));
}
