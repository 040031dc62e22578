'use strict';
// Showing what is wrong: all of it at once, each with a link to its field, and beside the field itself.

const groupOf = (key) => form.querySelector(`[data-name="${CSS.escape(key)}"]`);
const controlOf = (key) => byId(key) || groupOf(key).querySelector('input');

/** "Complaint number", "Image 2, Where it comes from": the field as the form calls it. */
function fieldWords(key) {
    const control = controlOf(key), group = groupOf(key);
    const label = group ? group.querySelector('legend') : control.labels && control.labels[0];
    const words = (label ? label.firstChild.textContent : key).trim().replace(/\?$/, '');
    const card = control.closest('.image');
    if (key === 'pick')
        return _('Images');
    return card ? _`Image ${images.findIndex((image) => image.card === card) + 1}, ${control.type === 'checkbox' ? 'attestation' : words}` : words;
}

function goTo(key) {
    const control = controlOf(key), details = control.closest('details');
    if (details)
        details.open = true;
    control.focus({ preventScroll: true });
    control.scrollIntoView({ block: 'center' });
}

function linked(finding) {
    const link = make('a', { href: `#${controlOf(finding.key).id}` }, fieldWords(finding.key));
    link.addEventListener('click', (event) => {
        event.preventDefault();
        goTo(finding.key);
    });
    return make('li', {}, link, `: ${finding.text}`, finding.clause ? make('span', { class: 'clause' }, _` Clause ${finding.clause}.`) : null);
}

function clearFaults() {
    form.querySelectorAll('.fault').forEach((fault) => {
        fault.hidden = true;
        fault.textContent = '';
    });
    form.querySelectorAll('[aria-invalid]').forEach((control) => control.removeAttribute('aria-invalid'));
    byId('faults').hidden = byId('notes').hidden = true;
}

function markField(finding) {
    const fault = byId(`${finding.key}-fault`), control = controlOf(finding.key);
    if (fault) {
        fault.textContent = `${fault.textContent} ${finding.text}`.trim();
        fault.hidden = false;
    }
    if (!groupOf(finding.key))
        control.setAttribute('aria-invalid', 'true');
}

/** True when nothing stands against saving. What makes the request wait is told and does not. */
function showFindings(findings) {
    clearFaults();
    const faults = findings.filter((finding) => !finding.waits), holds = findings.filter((finding) => finding.waits);
    showBox(byId('faults'), plural(faults.length, _('1 thing to mend before the packet can be saved'),
        _`${faults.length} things to mend before the packet can be saved`), faults);
    showBox(byId('notes'), _('The request will wait for somebody first'), holds);
    faults.forEach(markField);
    return faults.length === 0;
}

function showBox(box, title, findings) {
    box.hidden = findings.length === 0;
    box.replaceChildren(make('h3', {}, title), make('ul', {}, findings.map(linked)));
}
