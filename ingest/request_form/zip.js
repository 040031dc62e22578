'use strict';
// A ZIP archive of stored files (PKWARE APPNOTE 4.3): images do not get smaller, and what is stored can be read by anything.

/** Date and time as DOS writes them, in UTC: the archive says nothing about where it was made. */
function dosTime(at) {
    return { time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
        date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate() };
}

/** Little-endian fields: [size, value] pairs. */
function fields(...pairs) {
    const view = new DataView(new ArrayBuffer(pairs.reduce((sum, [size]) => sum + size, 0)));
    let offset = 0;
    for (const [size, value] of pairs) {
        if (size === 2)
            view.setUint16(offset, value, true);
        else
            view.setUint32(offset, value, true);
        offset += size;
    }
    return new Uint8Array(view.buffer);
}

/** What local and central header have in common. Flag bit 11: names are UTF-8. */
function common(file, name, when) {
    return [[2, 20], [2, 0x0800], [2, 0], [2, when.time], [2, when.date], [4, crc32(file.bytes)],
        [4, file.bytes.length], [4, file.bytes.length], [2, name.length], [2, 0]];
}

/** files: [{name, bytes}] in their order; a Blob. Sizes are far below 4 GB: the site's limits were checked. */
function zipOf(files, at) {
    const when = dosTime(at), parts = [], directory = [];
    let offset = 0, directorySize = 0;
    for (const file of files) {
        const name = new TextEncoder().encode(file.name), shared = common(file, name, when);
        const local = fields([4, 0x04034b50], ...shared);
        const central = fields([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
        parts.push(local, name, file.bytes);
        directory.push(central, name);
        offset += local.length + name.length + file.bytes.length;
        directorySize += central.length + name.length;
    }
    const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, directorySize], [4, offset], [2, 0]);
    return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
