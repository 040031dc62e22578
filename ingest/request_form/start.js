'use strict';
// Putting the page together. Runs once all scripts are read.

function fillWords() {
    byId('site-words').textContent = [site.agency, site.unit].filter((text) => text).join(' · ');
    byId('command-words').textContent = site.command;
    byId('contact-words').textContent = site.contact;
    byId('docket-example').textContent = site.docketExample;
    byId('complaintNumber-form').textContent = formWords(site.patterns.complaint);
    byId('demonstration').hidden = !site.demonstration;
}

function draftWords(restored) {
    const words = byId('draft-words');
    words.textContent = restored ? _('What you typed before is back. Images and attestations have to be given again.') : '';
    if (!draftKept)
        words.textContent = _('This browser keeps nothing for this page: do not reload or close it before you have saved the packet.');
}

function startAfresh() {
    forgetDraft();
    [...images].forEach(removeImage);
    searches.splice(0).forEach((search) => search.card.remove());
    form.reset();
    byId('kind-new').checked = true;
    saved = null;
    recheck = false;
    byId('saved').hidden = true;
    byId('drop-answer').replaceChildren();
    clearFaults();
    showWhatApplies();
    form.querySelectorAll('input, select').forEach((control) => control.dispatchEvent(new Event('input'))); // what is said beside them
    forgetDraft();
    draftWords(false);
    scrollTo(0, 0);
    byId('kind-new').focus();
}

/** Asks before it throws away what somebody typed: a second press within a few seconds is the answer. */
function prepareClear() {
    const button = byId('clear'), words = button.textContent;
    let sure = false;
    button.addEventListener('click', () => {
        if (sure)
            startAfresh();
        sure = !sure;
        button.textContent = sure ? _('Press again to clear everything') : words;
    });
    button.addEventListener('blur', () => {
        sure = false;
        button.textContent = words;
    });
}

function start() {
    fillWords();
    for (const fieldset of form.querySelectorAll('[data-choices]'))
        fillChoices(fieldset, fieldset.dataset.name, site[fieldset.dataset.choices]);
    form.querySelectorAll('.field').forEach(prepareField);
    form.querySelectorAll('input[type="datetime-local"]').forEach(prepareTime);
    prepareImages();
    prepareSearches();
    byId('kind-new').checked = true;
    const restored = restoreDraft();
    form.addEventListener('input', () => {
        showWhatApplies();
        draftChanged();
        checkAgain();
    });
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        checkAndSave();
    });
    prepareClear();
    addEventListener('pagehide', saveDraft);
    showWhatApplies();
    draftWords(restored);
}

document.addEventListener('DOMContentLoaded', start);
