'use strict';
// SHA-256 and CRC-32. The browser's own SHA-256 is there where a file counts as a secure place (Chromium, Firefox);
// elsewhere the one below, which is slower.

const hexadecimal = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

async function sha256(bytes) {
    if (globalThis.crypto && crypto.subtle)
        return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    return hexadecimal(sha256Plain(bytes));
}

/** Fractional parts of the cube roots of the first 64 primes, of the square roots of the first 8 (FIPS 180-4). */
function sha256Constants() {
    const primes = [];
    for (let candidate = 2; primes.length < 64; candidate++)
        if (primes.every((prime) => candidate % prime !== 0))
            primes.push(candidate);
    const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) >>> 0;
    return { rounds: Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
        start: Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))) };
}

/** The message with its padding: one bit, zeros, the length in bits. */
function padded(bytes) {
    const whole = new Uint8Array((Math.floor((bytes.length + 8) / 64) + 1) * 64);
    whole.set(bytes);
    whole[bytes.length] = 0x80;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(whole.length - 4, (bytes.length << 3) >>> 0);
    return view;
}

function sha256Plain(bytes) {
    const { rounds, start } = sha256Constants();
    const state = Uint32Array.from(start), schedule = new Uint32Array(64), message = padded(bytes);
    for (let offset = 0; offset < message.byteLength; offset += 64)
        sha256Block(state, schedule, rounds, message, offset);
    const result = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => result.setUint32(4 * i, word));
    return new Uint8Array(result.buffer);
}

const rotated = (word, by) => (word >>> by) | (word << (32 - by));

function sha256Block(state, w, rounds, message, offset) {
    for (let i = 0; i < 16; i++)
        w[i] = message.getUint32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
        const early = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const late = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + early + w[i - 7] + late;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
        const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i]) | 0;
        const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
}

let crcTable = null;

/** As ZIP has it (polynomial 0xEDB88320, reflected). */
function crc32(bytes) {
    if (crcTable === null)
        crcTable = Uint32Array.from({ length: 256 }, (entry, byte) => {
            let value = byte;
            for (let bit = 0; bit < 8; bit++)
                value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
            return value;
        });
    let crc = 0xffffffff;
    for (let i = 0; i < bytes.length; i++)
        crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]) & 0xff];
    return (crc ^ 0xffffffff) >>> 0;
}

/** A random UUID (RFC 9562, version 4), in lower case as the schema wants it. */
function newUuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return hexadecimal(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
