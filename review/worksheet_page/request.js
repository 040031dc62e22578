/*
 * The request as it was received, for stages that may see it.
 */
const Request = (() => {
    'use strict';
    const { make, pairs } = Dom;
    const request = Data.facts.request || {};
    const requester = request.requester || {};
    const joined = (...words) => words.filter(Boolean).join(', ');

    const discussion = () => {
        const said = request.supervisorDiscussion;
        return said ? joined(said.person, Data.time(said.at)) : '';
    };
    const earlier = () => {
        const prior = request.priorSearches;
        if (!Array.isArray(prior))
            return prior === 'none' ? _('None, as the requester states') : prior || '';
        return prior.map((one) => joined(one.unit, one.date, one.result)).join('; ');
    };

    /** [term, value] rows by name, so that a clause can show what it is about. */
    const rows = {
        request: [_('Request'), request.requestId],
        command: [_('Command'), Data.facts.command || request.command],
        caseNumber: [_('Case number'), request.caseNumber],
        complaintNumber: [_('Complaint number'), request.complaintNumber],
        requester: [_('Requester'), joined(requester.name, requester.shield && _`shield ${requester.shield}`, requester.account)],
        received: [_('Received'), Data.time(Data.facts.received)],
        use: [_('Use'), joined(Data.words.use, request.subUse)],
        basis: [_('Basis stated'), request.basis],
        description: [_('Description of the person'), request.subjectDescription],
        characteristics: [_('Characteristics'), (request.characteristics || []).join(', ')],
        event: [_('Event'), request.eventContext],
        political: [_('Political activity'), request.politicalActivity === undefined ? '' : request.politicalActivity ? 'yes' : 'no'],
        discussion: [_('Discussed with supervisor'), discussion()],
        priority: [_('Priority'), joined(Data.words.priority, request.priorityGround)],
        earlier: [_('Earlier searches elsewhere'), earlier()],
    };
    const list = (...names) => {
        const node = pairs((names.length > 0 ? names : Object.keys(rows)).map((name) => rows[name]));
        node.classList.add('tall');
        return node;
    };
    const block = () => make('section', { class: 'block' }, make('h3', {}, _('The request')), list());

    return { list, block, request };
})();
