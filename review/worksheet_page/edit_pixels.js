/*
 * The preview of the recorded edits: each applied to a canvas, in order.
 *
 * A preview only: the searched picture is made by leadspool from the original file, with the same arithmetic for
 * sizes and levels; the browser samples turned and scaled pixels a little otherwise. Nothing here is saved.
 */
const EditPixels = (() => {
    'use strict';
    const EMPTY = 'rgb(128,128,128)', LARGEST = 3200, READ = { willReadFrequently: true };

    const canvasOf = (width, height) => {
        const canvas = document.createElement('canvas');
        canvas.width = Math.max(1, Math.round(width));
        canvas.height = Math.max(1, Math.round(height));
        return canvas;
    };

    const levels = (edit) => {
        const table = new Uint8ClampedArray(256);
        for (let i = 0; i < 256; i++)
            table[i] = edit.operation === 'brightness' ? i + Math.trunc((edit.percent * 255 + (edit.percent < 0 ? -50 : 50)) / 100)
                : Math.floor(128 + (i - 128) * (100 + edit.percent) / 100 + 0.5);
        return table;
    };

    const level = (canvas, edit) => {
        const context = canvas.getContext('2d', READ), data = context.getImageData(0, 0, canvas.width, canvas.height), table = levels(edit);
        for (let i = 0; i < data.data.length; i += 4) {
            data.data[i] = table[data.data[i]];
            data.data[i + 1] = table[data.data[i + 1]];
            data.data[i + 2] = table[data.data[i + 2]];
        }
        context.putImageData(data, 0, 0);
        return canvas;
    };

    const shape = (from, edit, size, made, ratio) => {
        const canvas = canvasOf(made.width * ratio, made.height * ratio);
        const context = canvas.getContext('2d', READ);
        context.imageSmoothingQuality = 'high';
        const across = canvas.width / made.width, down = canvas.height / made.height;
        context.scale(across, down);        // from here on in pixels of the result
        if (edit.operation === 'crop') {
            context.drawImage(from, -edit.x, -edit.y, size.width, size.height);
        } else if (edit.operation === 'scale') {
            context.drawImage(from, 0, 0, made.width, made.height);
        } else {
            const [s, c] = EditGeometry.turn(edit.angle);
            context.fillStyle = EMPTY;
            context.fillRect(0, 0, made.width, made.height);
            context.translate(made.width / 2, made.height / 2);
            context.transform(c, s, -s, c, 0, 0);
            context.drawImage(from, -size.width / 2, -size.height / 2, size.width, size.height);
        }
        return canvas;
    };

    /** A canvas with the edits applied to an image of the page; `sizes` as of EditGeometry.walk. */
    const render = (image, edits, sizes) => {
        let ratio = image.naturalWidth / sizes[0].width;
        const largest = Math.max(...sizes.map((size) => Math.max(size.width, size.height)));
        ratio = Math.min(ratio, LARGEST / largest);
        let canvas = canvasOf(sizes[0].width * ratio, sizes[0].height * ratio);
        canvas.getContext('2d', READ).drawImage(image, 0, 0, canvas.width, canvas.height);
        edits.forEach((edit, i) => {
            canvas = ['brightness', 'contrast'].includes(edit.operation) ? level(canvas, edit) : shape(canvas, edit, sizes[i], sizes[i + 1], ratio);
        });
        return canvas;
    };

    return { render };
})();
