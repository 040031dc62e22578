/*
 * Fuzz: texts and names of any bytes on their way to a page, a document and a file system.
 *
 * A name can be had back from its escaped form; what goes to a page is UTF-8 that can be drawn, and no byte of it is
 * lost when it is broken into lines; what goes into XML is read there as it was meant.
 */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "base/unicode.h"
#include "page/readable.h"
#include "page/wording.h"
#include "page/wrap.h"
#include "schemas/xml.h"
#include "tests/fuzz/fuzz.h"

static bool has_glyph(void *face, uint32_t point)
{
    (void)face;
    return point >= 0x20 && point % 7 != 0;
}

static int advance(void *face, uint32_t point)
{
    (void)face;
    return 300 + (int)(point % 5) * 100;
}

static void check_name(const char *bytes)
{
    struct error error = ERROR_NONE;
    char again[256];
    char *escaped = name_escape(bytes);
    if (escaped == NULL || !unicode_valid(escaped, strlen(escaped)))
        fuzz_broken(&error);
    size_t length = strlen(bytes);
    bool component = length > 0 && length <= 255 && strchr(bytes, '/') == NULL && strcmp(bytes, ".") != 0 &&
                     strcmp(bytes, "..") != 0;
    bool read = name_unescape(escaped, again, sizeof again, &error);
    if (component && (!read || strcmp(again, bytes) != 0))
        fuzz_broken(&error);
    free(escaped);
}

static void check_page(const char *bytes)
{
    struct error error = ERROR_NONE;
    struct text readable = TEXT_EMPTY;
    readable_add(&readable, bytes, has_glyph, NULL);
    const char *text = readable.bytes == NULL ? "" : readable.bytes;
    if (!unicode_valid(text, strlen(text)))
        fuzz_broken(&error);
    struct wrapped wrapped = wrap_text(text, 4000, advance, NULL);
    size_t at = 0;
    for (size_t i = 0; i < wrapped.count && !wrapped.failed; i++) {
        for (; at < wrapped.lines[i].start; at++)
            if (text[at] != ' ' && text[at] != '\n')
                fuzz_broken(&error);
        at += wrapped.lines[i].length;
    }
    for (; text[at] != '\0' && !wrapped.failed; at++)
        if (text[at] != ' ' && text[at] != '\n')
            fuzz_broken(&error);
    wording_forbidden(text);
    wrap_free(&wrapped);
    text_free(&readable);
}

static void check_xml(const char *bytes)
{
    struct error error = ERROR_NONE;
    struct xml_reading reading = {0};
    struct text xml = TEXT_EMPTY;
    text_add(&xml, "<acknowledgement a=\"");
    text_add_xml(&xml, bytes);
    text_add(&xml, "\">");
    text_add_xml(&xml, bytes);
    text_add(&xml, "</acknowledgement>");
    if (!xml_read(SCHEMA_ACKNOWLEDGEMENT, xml.bytes, xml.length, &reading, &error) ||
        (reading.outcome == XML_MALFORMED && xml.length < XML_SIZE_LIMIT))
        fuzz_broken(&error);
    xml_reading_free(&reading);
    text_free(&xml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size + 1);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    check_name(bytes);
    check_page(bytes);
    check_xml(bytes);
    free(bytes);
    return 0;
}
