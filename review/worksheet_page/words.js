/*
 * Words for codes of the decision, in the order in which they are offered.
 */
const Words = (() => {
    'use strict';
    const VISIBILITY = [['clear', 'Clear'], ['partly', 'Partly'], ['not-visible', 'Not visible']];
    const DISPOSITION = [['excluded', 'Excluded', 'E'], ['possible', 'Possible', 'P'], ['inconclusive', 'Inconclusive', 'I']];
    const MARK = [['possible', 'Possible', 'P'], ['not', 'Not', 'N'], ['cannot-say', 'Cannot say', 'C']];
    // Dissimilarities stand first: looking for likeness first biases the eye.
    const FINDING = [['dissimilar', 'Dissimilar', 'D'], ['explainable', 'Explained', 'X'],
        ['not-comparable', 'Not comparable', 'N'], ['similar', 'Similar', 'S']];
    const RATING = [[-3, 'Different people, strongly supported'], [-2, 'Different people, supported'],
        [-1, 'Different people, weakly supported'], [0, 'Neither is supported'], [1, 'Same person, weakly supported'],
        [2, 'Same person, supported'], [3, 'Same person, strongly supported']];
    const STAGE = { hold: 'Hold', intake: 'Intake', investigation: 'Comparison', background: 'Background check',
        peer: 'Peer review', supervision: 'Final review' };

    const of = (list, code) => {
        const found = list.find((entry) => entry[0] === code);
        return found ? found[1] : code || '';
    };
    const signed = (number) => (number > 0 ? `+${number}` : String(number).replace('-', '−'));

    return { VISIBILITY, DISPOSITION, MARK, FINDING, RATING, STAGE, of, signed };
})();
