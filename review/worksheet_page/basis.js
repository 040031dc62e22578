/*
 * Intake, step 1: the basis of the request, clause by clause beside what the request says about it.
 */
const Basis = (() => {
    'use strict';
    const { make } = Dom;
    const CLAUSES = [
        [['R1'], _('The use is one of those allowed, and the basis stated supports it.'), ['use', 'basis']],
        [['R7'], _('The request does not act on a protected trait; traits appear only in a specific description.'), ['description', 'characteristics', 'basis']],
        [['R8', 'R9'], _('The event and any political activity are stated, and the request may be taken on.'), ['event', 'political', 'command']],
        [['R10'], _('A body-worn camera still meets its conditions, or none was submitted.'), []],
        [['R14', 'R15'], _('A case or complaint number and at least one probe image are there.'), ['caseNumber', 'complaintNumber']],
        [['R16'], _('Every image shows the unknown person; none is a sketch, composite, lookalike or generated face.'), []],
        [['R29'], _('The use and its reasons were discussed with a supervisor.'), ['discussion']],
    ];

    const sources = () => {
        const images = (Request.request.images || []).map((one) => `${one.file}: ${Data.words.sources[one.source] || one.sourceText || one.source}` +
            (one.depictsUnknownPerson ? _(', attested to show the unknown person') : _(', not attested')));
        return Dom.pairs([[_('Images'), images.join('; ')]]);
    };

    const row = ([clauses, words, shown]) => {
        const name = clauses.join(', ');
        const box = Fields.check({ name, label: `${name}: ${words}`, get: (state) => clauses.every((clause) => state.basis[clause]),
            set: (state, value) => clauses.forEach((clause) => { state.basis[clause] = value; }) });
        return make('li', { class: 'clause' }, box, shown.length > 0 ? Request.list(...shown) : sources());
    };

    const confirmed = (state) => CLAUSES.flatMap(([clauses]) => clauses).filter((clause) => state.basis[clause]);
    const open = (state) => CLAUSES.flatMap(([clauses]) => clauses).filter((clause) => !state.basis[clause]);

    const create = () => Steps.add({ name: 'basis', title: _('Basis'), done: (state) => open(state).length === 0,
        shown: () => Displays.watch(() => []), content: make('div', { class: 'columns wide' },
            make('div', {}, make('h3', {}, _('Confirm clause by clause')), make('ul', { class: 'clauses' }, CLAUSES.map(row))),
            make('div', {}, Request.block())) });

    return { create, confirmed, open };
})();
