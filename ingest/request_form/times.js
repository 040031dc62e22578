'use strict';
// Times: typed in this computer's time, sent and shown in UTC.

/** "2026-11-22T14:05" of a datetime-local field, in this computer's zone; null when it is no time. */
function localTime(text) {
    const at = text ? new Date(text) : null;
    return at !== null && Number.isFinite(at.getTime()) && at.getFullYear() > 1900 && at.getFullYear() < 10000 ? at : null;
}

/** As manifests write times: whole seconds, Z. */
const utcText = (at) => at.toISOString().replace(/\.\d+Z$/, 'Z');

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || _('the zone of this computer');

function utcWords(field) {
    const at = localTime(field.value);
    return at === null ? _`Time on this computer’s clock (${ownZone()}).`
        : _`Sent as ${utcText(at).replace('T', ' ').replace(/:\d\dZ$/, '')} UTC; typed in ${ownZone()}.`;
}

/** Says below a time field what will be sent. With a latest year of four digits, typing goes on to the hour by itself. */
function prepareTime(field) {
    field.max = '9999-12-31T23:59:59';
    const words = make('p', { class: 'hint', id: `${field.id}-utc` }, utcWords(field));
    field.after(words);
    field.addEventListener('input', () => { words.textContent = utcWords(field); });
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') || ''} ${words.id}`.trim());
}
