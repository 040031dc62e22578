'use strict';
// What the form says, as one object in the shape of the manifest. What is hidden is not in it.

const lineIn = (id) => (shown(byId(id)) ? line(byId(id).value) : '');
const proseIn = (id) => (shown(byId(id)) ? prose(byId(id).value) : '');

function choiceIn(name) {
    const element = form.elements.namedItem(name);
    const first = element instanceof RadioNodeList ? element[0] : element;
    return element && shown(first) ? element.value : '';
}

function timeIn(id) {
    return shown(byId(id)) ? localTime(byId(id).value) : null;
}

const yesNo = (value) => (value === '' ? null : value === 'yes');

function imageAnswers(image) {
    const id = (name) => imageField(image, name);
    const source = choiceIn(id('source'));
    return { image, file: image.name, size: image.bytes.length, sha256: image.digest, source,
        sourceText: lineIn(id('sourceText')), capturedAt: timeIn(id('capturedAt')), recordingId: lineIn(id('recordingId')),
        depictsUnknownPerson: byId(id('unknown')).checked,
        bodyWorn: source === 'body-worn' ? Object.fromEntries(BODY_WORN.map(([name]) => [name, yesNo(choiceIn(id(name)))])) : null,
        subjectBox: boxOf(image), edited: yesNo(choiceIn(id('edited'))), edit: editOf(image) };
}

function editOf(image) {
    const id = (name) => imageField(image, name);
    return choiceIn(id('edited')) !== 'yes' ? null
        : { operation: choiceIn(id('operation')), parameters: lineIn(id('parameters')), by: lineIn(id('editedBy')),
            at: timeIn(id('editedAt')), before: choiceIn(id('madeFrom')), after: image.digest };
}

/** Every change from the original on, in order; stops where images were made from each other in a circle. */
function editsOf(answers, all) {
    const chain = [], seen = new Set();
    for (let at = answers; at && at.edit && !seen.has(at.sha256); at = all.find((other) => other.sha256 === at.edit.before)) {
        seen.add(at.sha256);
        chain.unshift(at.edit);
    }
    return chain;
}

/** The other end of a circle: an image that is, in the end, made from itself. */
function madeFromItself(answers, all) {
    const seen = new Set();
    for (let at = answers; at && at.edit; at = all.find((other) => other.sha256 === at.edit.before)) {
        if (seen.has(at.sha256))
            return true;
        seen.add(at.sha256);
    }
    return false;
}

function searchAnswers() {
    const prior = choiceIn('prior');
    return prior === 'none' ? 'none' : prior !== 'some' ? null
        : searches.map((search) => ({ search, unit: lineIn(search.id('unit')), date: byId(search.id('date')).value, result: proseIn(search.id('result')) }));
}

function answersOfForm() {
    const use = choiceIn('use'), applies = (id) => shown(byId(id));
    return { kind: chosen('kind'), docket: lineIn('docket'), relatesTo: lineIn('relatesTo'), command: site.command,
        requester: { name: lineIn('name'), shield: lineIn('shield'), account: lineIn('account') },
        caseNumber: lineIn('caseNumber'), complaintNumber: lineIn('complaintNumber'), cmsRef: lineIn('cmsRef'),
        use, subUse: choiceIn(`sub-${use}`), basis: proseIn('basis'), subjectDescription: proseIn('subjectDescription'),
        characteristics: proseIn('characteristics').split('\n').map(line).filter((text) => text !== ''),
        eventContext: choiceIn('eventContext'), politicalActivity: yesNo(choiceIn('politicalActivity')),
        images: applies('drop') ? images.map(imageAnswers) : null,
        discussed: yesNo(choiceIn('discussed')),
        supervisorDiscussion: choiceIn('discussed') === 'yes' ? { person: lineIn('discussedWith'), at: timeIn('discussedAt') } : null,
        priorSearches: searchAnswers(), priority: choiceIn('priority'), priorityGround: proseIn('priorityGround'), reason: proseIn('reason'),
        corroboration: chosen('kind') === 'corroboration' ? { outcome: choiceIn('outcome'), evidence: proseIn('evidence'),
            person: lineIn('corroboratedBy'), at: timeIn('corroboratedAt') } : null };
}
