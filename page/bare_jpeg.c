/*
 * Walking the segments of a JPEG (ITU-T T.81, annex B) and copying those that make the picture.
 *
 * Guarantees: reads no byte past `length`; copies scan data unchanged. Decodes nothing: that a picture can be
 * decoded was checked before.
 */
#include "page/bare_jpeg.h"

enum marker {
    MARKER_SOF0 = 0xC0,
    MARKER_DHT = 0xC4,
    MARKER_JPG = 0xC8,
    MARKER_DAC = 0xCC,
    MARKER_SOF15 = 0xCF,
    MARKER_RST0 = 0xD0,
    MARKER_RST7 = 0xD7,
    MARKER_SOI = 0xD8,
    MARKER_EOI = 0xD9,
    MARKER_SOS = 0xDA,
    MARKER_APP0 = 0xE0,
    MARKER_ADOBE = 0xEE,
    MARKER_APP15 = 0xEF,
    MARKER_COMMENT = 0xFE
};

static bool baggage(unsigned int marker)
{
    return marker == MARKER_COMMENT ||
           (marker > MARKER_APP0 && marker <= MARKER_APP15 && marker != MARKER_ADOBE);
}

static bool frame(unsigned int marker)
{
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT && marker != MARKER_JPG &&
           marker != MARKER_DAC;
}

/* Where the scan data that starts at `at` ends: at the first marker that is no restart and no stuffed byte. */
static size_t scan_end(const uint8_t *bytes, size_t length, size_t at)
{
    for (; at + 1 < length; at++) {
        if (bytes[at] != 0xFF)
            continue;
        unsigned int next = bytes[at + 1];
        if (next != 0x00 && next != 0xFF && (next < MARKER_RST0 || next > MARKER_RST7))
            return at;
    }
    return length;
}

bool jpeg_bare(const uint8_t *bytes, size_t length, struct text *out, unsigned int *components)
{
    *components = 0;
    if (length < 4 || bytes[0] != 0xFF || bytes[1] != MARKER_SOI)
        return false;
    text_add_bytes(out, bytes, 2);
    size_t at = 2;
    bool scanned = false;
    while (at + 2 <= length && bytes[at] == 0xFF) {
        unsigned int marker = bytes[at + 1];
        if (marker == 0xFF) { /* fill byte */
            at++;
            continue;
        }
        if (marker == MARKER_EOI) {
            text_add_bytes(out, bytes + at, 2);
            return scanned && *components > 0 && !out->failed;
        }
        if (at + 4 > length)
            return false;
        size_t segment = 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
        if (segment < 4 || segment > length - at)
            return false;
        if (frame(marker) && segment >= 10)
            *components = bytes[at + 9];
        if (!baggage(marker))
            text_add_bytes(out, bytes + at, segment);
        at += segment;
        if (marker == MARKER_SOS) {
            size_t end = scan_end(bytes, length, at);
            text_add_bytes(out, bytes + at, end - at);
            at = end;
            scanned = true;
        }
    }
    return false;
}
