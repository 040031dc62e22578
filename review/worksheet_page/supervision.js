/*
 * The final review: the blind answers side by side, the supervisor's own reading of the pictures, then the reasons,
 * then the outcome. No answer is counted against another.
 */
const Supervision = (() => {
    'use strict';
    const { make, button, pairs } = Dom;
    const facts = Data.facts;
    const VERDICT = { agree: _('agrees'), disagree: _('disagrees'), 'cannot-say': _('cannot say') };
    const OUTCOME = [['approve', _('Approve: all peers of this round agree, one of them new to the docket, and the basis still holds')],
        ['continue', _('Continue: direct a further round')], ['negative', _('Negative: no report goes out')]];

    const DISAGREEMENT = _('This round holds a disagreement: no report can come out of it. Direct a further round; from the second round on it may also end negative.');

    const table = (caption, heads, rows) => make('table', { class: 'plain' }, make('caption', {}, caption), make('thead', {}, make('tr', {},
        heads.map((words) => make('th', { scope: 'col' }, words)))), make('tbody', {}, rows.map(([first, ...rest]) =>
        make('tr', {}, make('th', { scope: 'row' }, first), rest.map((words) => make('td', {}, words))))));

    /** What was signed first stands above what took its place. */
    const firstAndLast = (part) => [...(part.amended || []).map((one) => [one, _(', amended below')]), [part, '']];

    const answers = () => table(_('The answers, each given without knowledge of the others'), [_('Reviewer'), _('Signed'), _('Named photo'), _('Foils possible'), _('Taken as')], [
        ...firstAndLast(facts.comparison).map(([one, amended]) => [one.person, Data.time(one.at), _('put forward'), '–',
            _`opinion ${Words.signed(one.rating)}${amended}`]),
        ...facts.reviews.flatMap(firstAndLast).map(([one, amended]) => [one.person, Data.time(one.at), Words.of(Words.MARK, one.named),
            one.foilsPossible === undefined ? _('not stated') : String(one.foilsPossible), (VERDICT[one.verdict] || one.verdict) + amended])]);
    /** Of each candidate not named: the components by what was found. */
    const others = (grids) => (grids.length === 0 ? null : table(_('The other candidates compared'), [_('Candidate'), _('Finding'), _('Components')],
        grids.flatMap((grid) => Words.FINDING.map(([code, words]) => [words, grid.features.filter((one) => one.finding === code)])
            .filter(([, found]) => found.length > 0).map(([words, found]) => [grid.label, words, found.map((one) =>
                Data.componentWords(one.component) + (one.note ? ` (${one.note})` : '')).join(', ')]))));

    const disagreement = () => (facts.reviews || []).some((one) => one.verdict === 'disagree');

    const first = () => {
        const view = Compare.create({ left: { label: 'P01', words: _('Probe') }, step: 'answers' });
        const reading = Fields.text({ name: _('Your own reading'), label: _('Your own reading of the pictures'), rows: 4,
            hint: _('Before you see anybody’s reasons. It is kept with your decision.'),
            get: (state) => state.reading, set: (state, value) => { state.reading = value; } });
        const area = reading.querySelector('textarea');
        const reveal = button(_('Show the reasons'), () => {
            Draft.change(_('Show the reasons'), (state) => { state.readAt = Moment.now(); });
            Draft.seal();
            Steps.go('reasons');
        }, { class: 'primary' });
        const words = make('p', { class: 'hint' });
        Draft.subscribe((state) => {
            area.disabled = Boolean(state.readAt);
            reveal.hidden = Boolean(state.readAt);
            reveal.disabled = !Lock.tidy(state.reading);
            words.textContent = state.readAt ? _`Written at ${Moment.clock(state.readAt)}, before the reasons were shown.`
                : _('The reasons are in this file; the order is for your own judgement, and its time is noted.');
        });
        Steps.add({ name: 'answers', title: _('Answers'), left: view.stop, done: (state) => Boolean(state.readAt), shown: () => {
            view.setRight({ label: facts.candidate.label, words: _('Candidate') });
            Displays.watch(view.showing);
            view.draw();
        }, content: make('div', { class: 'split' }, make('div', { class: 'left' }, view.node),
            make('div', { class: 'right scroll blocks', tabIndex: 0, role: 'group', 'aria-label': _('What is known') }, answers(),
                disagreement() ? make('p', { class: 'notice' }, DISAGREEMENT) : null, make('section', { class: 'block' }, reading, reveal, words))) });
    };

    const reasons = () => {
        const { comparison, background } = facts;
        const features = (comparison.features || []).map((one) => [Data.componentWords(one.component), Words.of(Words.FINDING, one.finding), one.note || '']);
        const block = (title, ...content) => make('section', { class: 'block' }, make('h3', {}, title), content);
        const tall = (rows) => { const list = pairs(rows); list.classList.add('tall'); return list; };
        const earlier = facts.earlier || [];
        const reviewers = block(_('The reviewers'), tall(facts.reviews.flatMap(firstAndLast).map(([one, amended]) =>
            [one.person + amended, one.reason || _('no reason given')])));
        const investigator = block(_('The investigator'), tall([
            ...(comparison.amended || []).flatMap((one) => [[_('Reasons, amended below'), one.reason], [_('Limitations, amended below'), one.limitations]]),
            [_('Reasons'), comparison.reasons], [_('Limitations'), comparison.limitations]]),
            table(_('The grid'), [_('Component'), _('Finding'), _('Note')], features), others(comparison.grids || []));
        const checked = block(_('Background check'), tall([...(background.amended || []).flatMap((one) => [...(one.items || []).map((item) =>
            [_`${item.what}, amended below`, item.finding]), [_('Conflicts, amended below'), (one.conflicts || []).join('; ') || _('none recorded')]]),
            ...(background.items || []).map((one) => [one.what, one.finding]),
            [_('Conflicts'), (background.conflicts || []).join('; ') || _('none recorded')]]));
        const rounds = earlier.length === 0 ? null : block(_('Earlier rounds'), tall(earlier.map((one) =>
            [_`Round ${one.round}`, _`${one.outcome}, closed ${Data.time(one.closed)}`])));
        Steps.add({ name: 'reasons', title: _('Reasons'), done: (state) => Boolean(state.readAt && state.seen),
            shown: () => { Displays.watch(() => []); Draft.note((state) => { state.seen = true; }); },
            closed: (state) => (state.readAt ? '' : _('Write down your own reading of the pictures first.')),
            content: make('div', { class: 'columns wide', tabIndex: 0, role: 'group', 'aria-label': _('The reasons') },
                make('div', { class: 'blocks' }, reviewers, investigator), make('div', { class: 'blocks' }, checked, rounds, Request.block())) });
    };

    const create = () => {
        first();
        reasons();
        Outcome.add({ choices: OUTCOME, faults, label: _('Directions or reasons'),
            hint: _('Directions for the next round, or why no report goes out. With an approval they may be left out.'),
            closed: (state) => (state.readAt ? '' : _('Write down your own reading of the pictures first.')) });
        Finish.create(faults);
    };

    const faults = (state) => {
        const found = [];
        const need = (holds, step, words) => { if (!holds) found.push({ step, words }); };
        need(state.readAt, 'answers', _('Write down your own reading of the pictures.'));
        need(state.outcome, 'outcome', _('Choose an outcome.'));
        need(!(state.outcome === 'approve' && disagreement()), 'outcome', _('A round with a disagreement cannot be approved.'));
        need(!(state.outcome === 'negative' && disagreement() && facts.round < 2), 'outcome', _('With a disagreement, negative is possible from the second round on.'));
        if (state.outcome && state.outcome !== 'approve')
            need(Lock.tidy(state.reasons), 'outcome', _('Give your directions or reasons.'));
        return found;
    };

    return { create };
})();
