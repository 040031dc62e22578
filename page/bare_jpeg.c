/*
 * Walking the segments of a JPEG (ITU-T T.81, annex B) and copying those that make the picture.
 *
 * Guarantees: reads no byte past `length`; copies scan data unchanged. What is not certain to look in every reader
 * as it does in our decoder (libjpeg's rules for colours) is no bare JPEG. Decodes nothing: that a picture can be
 * decoded was checked before.
 */
#include "page/bare_jpeg.h"

#include <string.h>

enum marker {
    MARKER_SOF0 = 0xC0, /* baseline */
    MARKER_SOF2 = 0xC2, /* progressive */
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

/* Adobe's segment too: what it says of colours is either the rule without it or makes the picture no bare one. */
static bool baggage(unsigned int marker)
{
    return marker == MARKER_COMMENT || (marker > MARKER_APP0 && marker <= MARKER_APP15);
}

static bool frame(unsigned int marker)
{
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT && marker != MARKER_JPG &&
           marker != MARKER_DAC;
}

struct colours {
    bool jfif, adobe, ids_rgb;
    uint8_t transform; /* of Adobe's segment; 0 = none */
};

static void note_colours(struct colours *colours, unsigned int marker, const uint8_t *data, size_t length)
{
    if (marker == MARKER_APP0 && length >= 14 && memcmp(data, "JFIF\0", 5) == 0)
        colours->jfif = true;
    if (marker == MARKER_ADOBE && length >= 12 && memcmp(data, "Adobe", 5) == 0) {
        colours->adobe = true;
        colours->transform = data[11];
    }
    if (frame(marker) && length == 15)
        colours->ids_rgb = data[6] == 'R' && data[9] == 'G' && data[12] == 'B';
}

/* Stored as red, green and blue; without Adobe's segment other readers would take them for brightness and colour. */
static bool stored_rgb(const struct colours *colours)
{
    return !colours->jfif && (colours->adobe ? colours->transform == 0 : colours->ids_rgb);
}

/* The frames that a PDF reader (ISO 32000-1, 7.4.8) and a browser decode: not the arithmetic-coded, lossless and
   hierarchical ones, some of which our decoder takes. */
static bool decoded_everywhere(unsigned int marker, const uint8_t *data)
{
    return (marker == MARKER_SOF0 || marker == MARKER_SOF2) && data[0] == 8;
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
    struct colours colours = {.jfif = false};
    bool scanned = false;
    while (at + 2 <= length && bytes[at] == 0xFF) {
        unsigned int marker = bytes[at + 1];
        if (marker == 0xFF) { /* fill byte */
            at++;
            continue;
        }
        if (marker == MARKER_EOI) {
            text_add_bytes(out, bytes + at, 2);
            return scanned && *components > 0 && !(*components == 3 && stored_rgb(&colours)) && !out->failed;
        }
        if (at + 4 > length)
            return false;
        size_t segment = 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
        if (segment < 4 || segment > length - at)
            return false;
        if (!scanned)
            note_colours(&colours, marker, bytes + at + 4, segment - 4);
        if (frame(marker)) {
            if (segment < 10 || *components > 0 || !decoded_everywhere(marker, bytes + at + 4))
                return false;
            *components = bytes[at + 9];
        }
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
