'use strict';
// What the site will check, checked here first, so that nobody waits for a receipt to learn it. The site decides:
// where the two differ, the receipt is right. Clauses come from the site's own table of rules.

function ruleOf(code) {
    if (!site.rules[code])
        throw new Error(_`the site has no rule ${code}`);
    return site.rules[code];
}

/** Collects {key of the field, text, clause, waits}. */
class Findings {
    constructor() {
        this.list = [];
    }

    /** To be mended. `code` is a rule's (docs/formats/manifest.md), or null for what the schema demands. */
    add(key, code, text) {
        const rule = code === null ? {} : ruleOf(code);
        this.list.push({ key, text, clause: rule.clause || '', waits: false });
    }

    /** Stands in nobody's way here, and makes the request wait: in the site's own words, if not in these. */
    hold(key, code, value = '', text = null) {
        const rule = ruleOf(code), sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;
        this.list.push({ key, text: text || `${sentence(rule.text.replace('%s', value))} ${sentence(rule.remedy)}`, clause: rule.clause, waits: true });
    }

    need(missing, key, code, text) {
        if (missing)
            this.add(key, code, text);
    }
}

const LINE = 200, PROSE = 8000;

function tooLong(findings, key, text, most) {
    findings.need(lengthOf(text) > most, key, null, _`This is longer than ${most} characters. Shorten it.`);
}

function checkRequester(findings, request) {
    findings.need(request.kind === '', 'kind', null, _('Say what you send.'));
    findings.need(request.kind !== 'new' && request.kind !== '' && request.docket === '', 'docket', 'docket-missing', _('Which docket is it about? Its number stands on the first receipt.'));
    for (const id of ['docket', 'relatesTo'])
        findings.need(request[id] !== '' && !fits(site.patterns.docket, request[id]), id, null, _`A docket number looks like ${site.docketExample}.`);
    findings.need(request.requester.name === '', 'name', null, _('Enter your name.'));
    findings.need(request.requester.shield === '', 'shield', null, _('Enter your shield number.'));
    findings.need(request.requester.account === '', 'account', null, _('Enter the name you log in with.'));
    for (const [id, text] of [...Object.entries(request.requester), ['caseNumber', request.caseNumber], ['complaintNumber', request.complaintNumber], ['cmsRef', request.cmsRef]])
        tooLong(findings, id, text, LINE);
}

function checkNumbers(findings, request) {
    findings.need(request.caseNumber === '' && request.complaintNumber === '', 'caseNumber', 'number-missing', _('Enter a case number or a complaint number.'));
    for (const [id, code, pattern] of [['caseNumber', 'case-number-form', site.patterns.case], ['complaintNumber', 'complaint-number-form', site.patterns.complaint]])
        findings.need(request[id] !== '' && !fits(pattern, request[id]), id, code, _`“${request[id]}” is not written as this site writes such numbers. ${formWords(pattern)}`);
}

function checkUse(findings, request) {
    const use = site.uses.find((one) => one.value === request.use);
    findings.need(!use, 'use', 'use-missing', _('Choose what the search is for.'));
    if (use && use.under)
        findings.need(request.subUse === '', `sub-${use.value}`, 'sub-use-missing', _('Choose which case it is.'));
    if (request.use === 'U0')
        findings.hold('use', 'use-unforeseen');
    findings.need(request.basis === '', 'basis', 'basis-missing', _('Write in a sentence or two why this search is needed.'));
    findings.need(request.basis !== '' && lettersIn(request.basis) < 10, 'basis', 'basis-too-short', _('Write in a sentence or two why this search is needed.'));
    for (const id of ['basis', 'subjectDescription', 'priorityGround'])
        tooLong(findings, id, request[id], PROSE);
    if (wordIn(request.basis, site.words))
        findings.hold('basis', 'basis-names-protected-trait');
    const plain = request.characteristics.filter((text) => !wordIn(text, site.words)).map((text) => text.toLowerCase());
    const trait = [request.subjectDescription, ...request.characteristics].map((text) => wordIn(text, site.words)).find((word) => word);
    findings.need(trait && new Set(plain).size < 2, 'characteristics', 'description-rests-on-trait',
        _`The description names a protected trait (“${trait}”). Enter at least two other characteristics, or leave it out.`);
    findings.need(request.characteristics.length > 50, 'characteristics', null, _('Enter at most 50 characteristics.'));
    request.characteristics.slice(0, 50).forEach((text) => tooLong(findings, 'characteristics', text, LINE));
}

function checkEvent(findings, request) {
    const event = ['crowd', 'rally'].includes(request.eventContext);
    findings.need(request.eventContext === '', 'eventContext', 'event-context-missing', _('Say whether the pictures show a crowd or a rally.'));
    const unmarked = request.images.filter((image) => image.subjectBox === null);
    const may = ['U1', 'U2', 'U6', ''].includes(request.use);
    if (event && may)
        unmarked.forEach(({ image }) => findings.add(imageField(image, 'box'), 'event-without-subject', _`Mark the one person meant: the picture shows a ${request.eventContext}.`));
    findings.need(event && !may, 'eventContext', 'event-without-subject', _('Pictures of a crowd or rally are searched for a suspect, a missing person, victim or witness, or an imminent threat only.'));
    if (event && may && unmarked.length === 0)
        findings.hold('eventContext', 'event-held', request.eventContext);
    request.images.filter(({ source, recordingId }) => event && ['cctv-private', 'cctv-agency', 'body-worn'].includes(source) && recordingId === '')
        .forEach(({ image }) => findings.add(imageField(image, 'recordingId'), 'recording-missing', _('Name the recording as the owner of the camera calls it.')));
    findings.need(request.politicalActivity === null, 'politicalActivity', 'political-activity-missing', _('Say whether the request is about political activity.'));
    findings.need(request.politicalActivity === true && !site.intelligence, 'politicalActivity', 'political-activity-elsewhere', _('Such requests come from the Intelligence Bureau only. Pass the matter to it.'));
}

function checkPriority(findings, request) {
    findings.need(request.priority === '', 'priority', 'priority-missing', _('Choose how soon the search is needed.'));
    findings.need(['expedite', 'imminent'].includes(request.priority) && request.priorityGround === '', 'priorityGround', 'priority-without-ground', _('State the ground, or choose routine.'));
    if (wordIn(request.priorityGround, site.words))
        findings.hold('priorityGround', 'ground-names-protected-trait');
    findings.need(request.priority === 'imminent' && request.use !== 'U6', 'priority', 'imminent-without-threat', _('This is for an imminent threat (U6) only. Choose expedite with its ground, or routine.'));
}

function checkDiscussion(findings, request, now) {
    const discussion = request.supervisorDiscussion;
    findings.need(request.kind === 'new' && request.discussed === null, 'discussed', 'discussion-missing', _('Say whether you discussed this request with a supervisor.'));
    if (request.kind === 'new' && request.discussed === false)
        findings.hold('discussed', 'discussion-missing', '',
            _('The request waits until a supervisor releases it, or until you send the answer that was missing, which this page makes too.'));
    if (discussion === null)
        return;
    findings.need(discussion.person === '', 'discussedWith', 'discussion-missing', _('Enter the supervisor’s rank and name.'));
    tooLong(findings, 'discussedWith', discussion.person, LINE);
    const { name } = request.requester;
    if (name !== '' && wordIn(discussion.person, [name]) && request.kind === 'new')
        findings.hold('discussedWith', 'discussion-with-requester');
    findings.need(name !== '' && wordIn(discussion.person, [name]) && request.kind !== 'new', 'discussedWith', 'correction-names-requester', _('Name the supervisor, not yourself.'));
    findings.need(discussion.at === null, 'discussedAt', 'discussion-missing', _('Enter date and time of the discussion.'));
    findings.need(discussion.at > now, 'discussedAt', request.kind === 'new' ? 'discussion-after-submission' : 'discussion-after-correction', _('This time has not come yet.'));
}

function checkSearches(findings, request) {
    const list = request.priorSearches;
    findings.need(request.kind === 'new' && list === null, 'prior', 'prior-searches-missing', _('Say whether this person was searched for before; “no” is an answer.'));
    if (!Array.isArray(list))
        return;
    findings.need(list.length === 0, 'prior', 'prior-searches-missing', _('Add the earlier search, or choose no.'));
    findings.need(list.length > 100, 'prior', null, _('Enter at most 100 earlier searches.'));
    for (const { search, unit, date, result } of list) {
        findings.need(unit === '', search.id('unit'), null, _('Enter the unit that searched.'));
        tooLong(findings, search.id('unit'), unit, LINE);
        findings.need(!/^\d{4}-\d\d-\d\d$/.test(date), search.id('date'), null, _('Enter the date of the search.'));
        findings.need(result === '', search.id('result'), null, _('Enter what the search came to.'));
        tooLong(findings, search.id('result'), result, PROSE);
    }
}

function checkOther(findings, request, now) {
    findings.need(request.kind === 'withdrawal' && request.reason === '', 'reason', 'reason-missing', _('State the reason.'));
    tooLong(findings, 'reason', request.reason, PROSE);
    findings.need(request.kind === 'correction' && request.supervisorDiscussion === null && request.priorSearches === null && request.cmsRef === '', 'discussed', 'correction-of-nothing',
        _('The correction supplies nothing yet: give the discussion, the earlier searches or the reference in case management.'));
    const corroboration = request.corroboration;
    if (corroboration === null)
        return;
    findings.need(corroboration.outcome === '', 'outcome', 'corroboration-missing', _('Choose what the investigation came to.'));
    findings.need(corroboration.evidence === '', 'evidence', 'corroboration-missing', _('State the evidence it rests on.'));
    tooLong(findings, 'evidence', corroboration.evidence, PROSE);
    findings.need(corroboration.person === '', 'corroboratedBy', null, _('Enter who established it.'));
    tooLong(findings, 'corroboratedBy', corroboration.person, LINE);
    findings.need(corroboration.at === null, 'corroboratedAt', null, _('Enter date and time.'));
    findings.need(corroboration.at > now, 'corroboratedAt', null, _('This time has not come yet.'));
}

/** Everything found, in the order of the form. */
function check(request, now) {
    const findings = new Findings();
    checkRequester(findings, request);
    if (request.kind === 'new') {
        checkNumbers(findings, request);
        checkUse(findings, request);
        checkEvent(findings, request);
    }
    if (request.images !== null)
        checkImages(findings, request, now);
    checkDiscussion(findings, request, now);
    checkSearches(findings, request);
    if (request.kind === 'new')
        checkPriority(findings, request);
    checkOther(findings, request, now);
    return findings.list;
}
