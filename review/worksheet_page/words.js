/*
 * Words for codes of the decision, in the order in which they are offered.
 */
const Words = (() => {
    'use strict';
    const VISIBILITY = [['clear', _('Clear')], ['partly', _('Partly')], ['not-visible', _('Not visible')]];
    const DISPOSITION = [['excluded', _('Excluded'), 'E'], ['possible', _('Possible'), 'P'], ['inconclusive', _('Inconclusive'), 'I']];
    const MARK = [['possible', _('Possible'), 'P'], ['not', _('Not'), 'N'], ['cannot-say', _('Cannot say'), 'C']];
    // Dissimilarities stand first: looking for likeness first biases the eye.
    const FINDING = [['dissimilar', _('Dissimilar'), 'D'], ['explainable', _('Explained'), 'X'],
        ['not-comparable', _('Not comparable'), 'N'], ['similar', _('Similar'), 'S']];
    const RATING = [[-3, _('Different people, strongly supported')], [-2, _('Different people, supported')],
        [-1, _('Different people, weakly supported')], [0, _('Neither is supported')], [1, _('Same person, weakly supported')],
        [2, _('Same person, supported')], [3, _('Same person, strongly supported')]];
    const STAGE = { hold: _('Hold'), intake: _('Intake'), investigation: _('Comparison'), background: _('Background check'),
        peer: _('Peer review'), supervision: _('Final review') };

    const of = (list, code) => {
        const found = list.find((entry) => entry[0] === code);
        return found ? found[1] : code || '';
    };
    const signed = (number) => (number > 0 ? `+${number}` : String(number).replace('-', '−'));

    return { VISIBILITY, DISPOSITION, MARK, FINDING, RATING, STAGE, of, signed };
})();
