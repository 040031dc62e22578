'use strict';
// manifest.xml (schemas/request.xsd) from the answers. Everything typed goes through `escaped`.

const NAMESPACE = 'urn:leadspool:request:1';

/** An element on lines of its own: [name, content], where content is text, a list of such pairs, or null for none. */
function xmlOf([name, content], indent = '') {
    const tag = name.split(' ')[0];
    if (content === null)
        return `${indent}<${name}/>\n`;
    if (Array.isArray(content))
        return `${indent}<${name}>\n${content.map((child) => xmlOf(child, `${indent}  `)).join('')}${indent}</${tag}>\n`;
    return `${indent}<${name}>${escaped(String(content))}</${tag}>\n`;
}

/** Only what was answered. */
const given = (...pairs) => pairs.filter(([, content]) => content !== '' && content !== undefined && content !== null && content.length !== 0);

const timeOr = (at) => (at === null ? '' : utcText(at));

function imageXml(answers, all) {
    const box = answers.subjectBox;
    const pairs = given(['file', answers.file], ['size', answers.size], ['sha256', answers.sha256], ['source', answers.source],
        ['sourceText', answers.sourceText], ['capturedAt', timeOr(answers.capturedAt)], ['recordingId', answers.recordingId],
        ['depictsUnknownPerson', answers.depictsUnknownPerson], ['bodyWorn', answers.bodyWorn && Object.entries(answers.bodyWorn)]);
    if (box !== null)
        pairs.push([`subjectBox x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"`, null]);
    const edits = editsOf(answers, all).map((edit) => ['edit', [['operation', edit.operation], ['parameters', edit.parameters],
        ['by', edit.by], ['at', utcText(edit.at)], ['before', edit.before], ['after', edit.after]]]);
    return ['image', [...pairs, ...given(['edits', edits])]];
}

function searchesXml(searched) {
    return searched === null ? [] : searched === 'none' ? [['none', null]]
        : searched.map(({ unit, date, result }) => ['search', [['unit', unit], ['date', date], ['result', result]]]);
}

function manifestOf(request, requestId, at) {
    const discussion = request.supervisorDiscussion, corroboration = request.corroboration;
    const pairs = given(['requestKind', request.kind], ['requestId', requestId], ['docket', request.docket], ['relatesTo', request.relatesTo],
        ['caseNumber', request.caseNumber], ['complaintNumber', request.complaintNumber], ['command', request.command], ['submittedAt', utcText(at)],
        ['requester', Object.entries(request.requester)],
        ['supervisorDiscussion', discussion && [['person', discussion.person], ['at', utcText(discussion.at)]]], ['cmsRef', request.cmsRef],
        ['use', request.use], ['subUse', request.subUse], ['basis', request.basis], ['subjectDescription', request.subjectDescription],
        ['characteristics', request.characteristics.map((text) => ['characteristic', text])], ['priority', request.priority],
        ['priorityGround', request.priorityGround], ['eventContext', request.eventContext], ['politicalActivity', request.politicalActivity],
        ['priorSearches', searchesXml(request.priorSearches)], ['images', request.images && request.images.map((image) => imageXml(image, request.images))],
        ['corroboration', corroboration && [['outcome', corroboration.outcome], ['evidence', corroboration.evidence],
            ['person', corroboration.person], ['at', utcText(corroboration.at)]]], ['reason', request.reason]);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlOf([`request xmlns="${NAMESPACE}"`, pairs])}`;
}
