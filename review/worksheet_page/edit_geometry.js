/*
 * Where the recorded edits put a point, and how large they make a picture: the same numbers leadspool computes.
 *
 * Points are pixels of the original with the centre of the top left pixel at (0, 0), as eye points are. Edits are as
 * the decision has them: crop in pixels, angle in hundredths of a degree clockwise, scale in per cent. Pure.
 */
const EditGeometry = (() => {
    'use strict';
    const SIDE = 8192, PIXELS = 40000000, LEAST_CROP = 16, MOST = 16;
    const RANGES = { rotate: ['angle', -18000, 18000], brightness: ['percent', -100, 100], contrast: ['percent', -100, 100], scale: ['percent', 10, 400] };

    /** Exact for the quarter turns, where the browser's sine is off by a rounding. */
    const turn = (angle) => {
        const quarter = { 0: [0, 1], 9000: [1, 0], 18000: [0, -1], '-9000': [-1, 0], '-18000': [0, -1] }[angle];
        return quarter || [Math.sin(angle * Math.PI / 18000), Math.cos(angle * Math.PI / 18000)];
    };

    const scaled = (side, percent) => Math.max(1, Math.floor((side * percent * 10 + 500) / 1000));
    const after = ({ width, height }, edit) => {
        if (edit.operation === 'crop')
            return { width: edit.width, height: edit.height };
        if (edit.operation === 'scale')
            return { width: scaled(width, edit.percent), height: scaled(height, edit.percent) };
        if (edit.operation !== 'rotate')
            return { width, height };
        const [s, c] = turn(edit.angle).map(Math.abs);
        // The millionth keeps an exact quarter turn from growing by a rounding error.
        return { width: Math.ceil(width * c + height * s - 1e-6), height: Math.ceil(width * s + height * c - 1e-6) };
    };

    /** Why this edit cannot be made of a picture of that size, '' when it can. */
    const fault = (size, edit) => {
        if (edit.operation === 'crop') {
            if (![edit.x, edit.y, edit.width, edit.height].every(Number.isInteger) || edit.x < 0 || edit.y < 0)
                return _('a crop is given in whole pixels');
            if (edit.width < LEAST_CROP || edit.height < LEAST_CROP)
                return _`a crop has at least ${LEAST_CROP} pixels a side`;
            if (edit.x + edit.width > size.width || edit.y + edit.height > size.height)
                return _`the crop leaves the picture of ${size.width} × ${size.height} pixels`;
            return '';
        }
        const [name, least, most] = RANGES[edit.operation];
        if (!Number.isInteger(edit[name]) || edit[name] < least || edit[name] > most || (edit.operation === 'rotate' && edit.angle % 10 !== 0))
            return _`${edit.operation} is beyond its range`;
        const made = after(size, edit);
        return made.width > SIDE || made.height > SIDE || made.width * made.height > PIXELS ? _`the result would have ${made.width} × ${made.height} pixels` : '';
    };

    /** {sizes: before the first and after each, fault: of the first that cannot be made, index of it}. */
    const walk = (original, edits) => {
        const sizes = [{ width: original.width, height: original.height }];
        for (const [index, edit] of edits.entries()) {
            const wrong = index >= MOST ? _`at most ${MOST} edits are made of one picture` : fault(sizes[index], edit);
            if (wrong)
                return { sizes, fault: wrong, index };
            sizes.push(after(sizes[index], edit));
        }
        return { sizes, fault: '', index: -1 };
    };

    const middle = ({ width, height }) => ({ x: (width - 1) / 2, y: (height - 1) / 2 });

    const forth = (point, edit, from, to) => {
        if (edit.operation === 'crop')
            return { x: point.x - edit.x, y: point.y - edit.y };
        if (edit.operation === 'scale')
            return { x: (point.x + 0.5) * to.width / from.width - 0.5, y: (point.y + 0.5) * to.height / from.height - 0.5 };
        if (edit.operation !== 'rotate')
            return point;
        const [s, c] = turn(edit.angle), a = middle(from), b = middle(to), x = point.x - a.x, y = point.y - a.y;
        return { x: c * x - s * y + b.x, y: s * x + c * y + b.y };
    };
    const back = (point, edit, from, to) => {
        if (edit.operation === 'crop')
            return { x: point.x + edit.x, y: point.y + edit.y };
        if (edit.operation === 'scale')
            return { x: (point.x + 0.5) * from.width / to.width - 0.5, y: (point.y + 0.5) * from.height / to.height - 0.5 };
        if (edit.operation !== 'rotate')
            return point;
        const [s, c] = turn(edit.angle), a = middle(from), b = middle(to), x = point.x - b.x, y = point.y - b.y;
        return { x: c * x + s * y + a.x, y: c * y - s * x + a.y };
    };

    /** A point of the original in the edited picture, and the other way. */
    const toEdited = (point, edits, sizes) => edits.reduce((at, edit, i) => forth(at, edit, sizes[i], sizes[i + 1]), point);
    const toOriginal = (point, edits, sizes) => edits.reduceRight((at, edit, i) => back(at, edit, sizes[i], sizes[i + 1]), point);

    /** An edit that changes nothing would be a record of nothing. */
    const idle = (edit) => (edit.operation === 'rotate' && edit.angle === 0) || (edit.operation === 'scale' && edit.percent === 100) ||
        (['brightness', 'contrast'].includes(edit.operation) && edit.percent === 0);

    return { RANGES, LEAST_CROP, MOST, walk, fault, toEdited, toOriginal, idle, turn };
})();
