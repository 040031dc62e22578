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
            return prior === 'none' ? 'None, as the requester states' : prior || '';
        return prior.map((one) => joined(one.unit, one.date, one.result)).join('; ');
    };

    /** [term, value] rows by name, so that a clause can show what it is about. */
    const rows = {
        request: ['Request', request.requestId],
        command: ['Command', Data.facts.command || request.command],
        caseNumber: ['Case number', request.caseNumber],
        complaintNumber: ['Complaint number', request.complaintNumber],
        requester: ['Requester', joined(requester.name, requester.shield && `shield ${requester.shield}`, requester.account)],
        received: ['Received', Data.time(Data.facts.received)],
        use: ['Use', joined(Data.words.use, request.subUse)],
        basis: ['Basis stated', request.basis],
        description: ['Description of the person', request.subjectDescription],
        characteristics: ['Characteristics', (request.characteristics || []).join(', ')],
        event: ['Event', request.eventContext],
        political: ['Political activity', request.politicalActivity === undefined ? '' : request.politicalActivity ? 'yes' : 'no'],
        discussion: ['Discussed with supervisor', discussion()],
        priority: ['Priority', joined(Data.words.priority, request.priorityGround)],
        earlier: ['Earlier searches elsewhere', earlier()],
    };
    const list = (...names) => {
        const node = pairs((names.length > 0 ? names : Object.keys(rows)).map((name) => rows[name]));
        node.classList.add('tall');
        return node;
    };
    const block = () => make('section', { class: 'block' }, make('h3', {}, 'The request'), list());

    return { list, block, request };
})();
