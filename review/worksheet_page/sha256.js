/*
 * SHA-256 (FIPS 180-4) of a text in UTF-8, as 64 hexadecimal digits.
 *
 * The browser's own is left out on purpose: some give it to pages from the network only, and it answers later,
 * when the words to be locked may have changed.
 */
const Sha256 = (() => {
    'use strict';
    const primes = [];
    for (let n = 2; primes.length < 64; n++)
        if (primes.every((prime) => n % prime !== 0))
            primes.push(n);
    const fraction = (value) => Math.floor((value - Math.floor(value)) * 0x100000000) | 0;
    const CONSTANTS = primes.map((prime) => fraction(Math.cbrt(prime)));
    const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
    const turn = (word, by) => (word >>> by) | (word << (32 - by));

    const block = (state, view, offset) => {
        const w = new Int32Array(64);
        for (let i = 0; i < 16; i++)
            w[i] = view.getInt32(offset + 4 * i);
        for (let i = 16; i < 64; i++) {
            const a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
        }
        let [a, b, c, d, e, f, g, h] = state;
        for (let i = 0; i < 64; i++) {
            const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[i] + w[i] | 0;
            const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
            [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
        }
        [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = state[i] + word | 0; });
    };

    return (text) => {
        const bytes = new TextEncoder().encode(text);
        const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
        padded.set(bytes);
        padded[bytes.length] = 0x80;
        const view = new DataView(padded.buffer);
        view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
        view.setUint32(padded.length - 4, bytes.length * 8);
        const state = START.slice();
        for (let offset = 0; offset < padded.length; offset += 64)
            block(state, view, offset);
        return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    };
})();
