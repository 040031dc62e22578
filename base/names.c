/*
 * Escaping of file names.
 *
 * Guarantees: name_unescape(name_escape(x)) is x; the escaped form never contains a slash or a newline.
 */
#include "base/names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "base/json.h"
#include "base/text.h"
#include "base/unicode.h"

/* Shown to a person, these would make a name look like another one, or an XML document invalid. */
static bool misleading(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF || (point >= 0xFDD0 && point <= 0xFDEF) ||
           (point & 0xFFFE) == 0xFFFE;
}

char *name_escape(const char *name)
{
    struct text text = TEXT_EMPTY;
    const unsigned char *at = (const unsigned char *)name;
    size_t left = strlen(name);
    text_add(&text, "");
    while (left > 0) {
        uint32_t point = 0;
        size_t length = unicode_decode(at, left, &point);
        bool plain = length > 0 && point != '%' && point != '/' && !misleading(point);
        if (plain)
            text_add_bytes(&text, at, length);
        else {
            length = length == 0 ? 1 : length;
            for (size_t i = 0; i < length; i++)
                text_format(&text, "%%%02X", at[i]);
        }
        at += length;
        left -= length;
    }
    return text_done(&text, NULL) ? text.bytes : NULL;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool name_unescape(const char *escaped, char *name, size_t size, struct error *error)
{
    size_t used = 0;
    for (const char *at = escaped; *at != '\0'; at++) {
        int byte = (unsigned char)*at;
        if (*at == '%') {
            int high = nibble(at[1]), low = high < 0 ? -1 : nibble(at[2]);
            if (low < 0)
                goto wrong;
            byte = high << 4 | low;
            at += 2;
        }
        if (byte == 0 || byte == '/' || used + 1 >= size || used >= 255)
            goto wrong;
        name[used++] = (char)byte;
    }
    name[used] = '\0';
    if (used > 0 && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return true;
wrong:
    return error_set(error, FAULT_INPUT, "\"%.60s\" is no file name", escaped);
}

size_t name_cut(const char *escaped, size_t most)
{
    size_t length = strlen(escaped), end = 0;
    while (end < length) {
        uint32_t point = 0;
        size_t step = escaped[end] == '%' && length - end >= 3
                          ? 3
                          : unicode_decode((const unsigned char *)escaped + end, length - end, &point);
        step = step == 0 ? 1 : step;
        if (end + step > most)
            break;
        end += step;
    }
    return end;
}

/* An escape stands for bytes that are no text: it is composed with nothing. Caller frees; NULL when memory ran
   out. */
static char *composed(const char *escaped)
{
    utf8proc_uint8_t *text = NULL;
    utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)escaped, 0, &text,
                                           UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (length >= 0)
        return (char *)text;
    free(text);
    return strdup(escaped);
}

/* There is nothing to compose: the common case costs nothing. */
static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

long name_position(const json_t *array, const char *key, const char *escaped)
{
    long found = json_position(array, key, escaped);
    if (found >= 0 || is_ascii(escaped))
        return found;
    char *wanted = composed(escaped);
    size_t index;
    json_t *entry;
    json_array_foreach(array, index, entry)
    {
        if (is_ascii(json_text(entry, key)))
            continue;
        char *name = composed(json_text(entry, key));
        bool same = wanted != NULL && name != NULL && strcmp(name, wanted) == 0;
        free(name);
        if (same && found >= 0) {
            found = -1;
            break;
        }
        if (same)
            found = (long)index;
    }
    free(wanted);
    return found;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcasecmp(name + length - tail, ending) == 0;
}

bool name_left_by_desktop(const char *name, bool folder)
{
    static const char *const files[] = {"Thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",
                                        ".DS_Store", ".localized",  ".directory"};
    /* A Mac's second halves of files in an archive, a storage server's previews. */
    static const char *const folders[] = {"__MACOSX", "@eaDir"};
    const char *const *names = folder ? folders : files;
    size_t count = folder ? sizeof folders / sizeof *folders : sizeof files / sizeof *files;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    if (folder)
        return false;
    /* What an office program keeps beside an open document; where Windows notes that a file was downloaded. */
    return strncmp(name, "._", 2) == 0 || strncmp(name, "~$", 2) == 0 ||
           (strncmp(name, ".~lock.", 7) == 0 && ends_with(name, "#")) || ends_with(name, ":Zone.Identifier");
}

bool name_plain(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > 200 || name[0] == '.')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("._-", name[i]) == NULL)
            return false;
    return true;
}
