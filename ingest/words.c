/*
 * Words of a list in free text: both are brought into one form, and looked for in that.
 *
 * Guarantees: pure; a word of the list is found however it was broken, accented or drawn, and never inside a longer
 * word. Folding once more what was folded changes nothing, so that a list in any script is compared with itself.
 */
#include "ingest/words.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Bytes: 8,000 characters of the longest. Beyond that the schema refuses, and one may unfold into eighteen. */
enum { LONGEST = 32000 };

/* Small letters drawn like a Latin one: what is left of them after case folding and without marks. */
static const struct {
    int32_t point;
    char latin;
} alike[] = {{0x0430, 'a'}, {0x0435, 'e'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x043A, 'k'}, {0x043C, 'm'},
             {0x043D, 'h'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'},
             {0x0432, 'b'}, {0x0445, 'x'}, {0x0455, 's'}, {0x04BB, 'h'}, {0x0501, 'd'}, {0x051B, 'q'},
             {0x051D, 'w'}, {0x0131, 'i'}, {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B5, 'e'}, {0x03B7, 'h'},
             {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03BC, 'm'}, {0x03BD, 'v'}, {0x03BF, 'o'}, {0x03C1, 'p'},
             {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'}, {0x0261, 'g'}, {0x0251, 'a'}};

static bool in_word(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

static int32_t as_drawn(int32_t point, void *context)
{
    (void)context;
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (alike[i].point == point)
            return alike[i].latin;
    return point;
}

/* The same for what is plain ASCII, as nearly every text is. */
static char *folded_ascii(const char *text, size_t length)
{
    char *words = malloc(length + 3);
    size_t used = 1;
    if (words == NULL)
        return NULL;
    words[0] = ' ';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (isalnum(c))
            words[used++] = (char)tolower(c);
        else if (words[used - 1] != ' ')
            words[used++] = ' ';
    }
    if (words[used - 1] != ' ')
        words[used++] = ' ';
    words[used] = '\0';
    return words;
}

static bool too_long(const char *text)
{
    return strlen(text) > LONGEST;
}

/* Folded, with one space before, between and behind its words and nothing else but words. Caller frees; NULL when
   memory ran out or the text is too long. */
static char *folded(const char *text)
{
    utf8proc_uint8_t *plain = NULL, *drawn = NULL;
    static const utf8proc_option_t look = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT |
                                          UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
                                          UTF8PROC_STRIPMARK;
    char *words = NULL;
    size_t used = 1, length = 0;
    while (text[length] != '\0' && (unsigned char)text[length] < 0x80)
        length++;
    if (too_long(text))
        return NULL;
    if (text[length] == '\0')
        return folded_ascii(text, length);
    if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &plain, look) < 0 ||
        utf8proc_map_custom(plain, 0, &drawn, UTF8PROC_NULLTERM | UTF8PROC_STABLE, as_drawn, NULL) < 0 ||
        (words = malloc(strlen((const char *)drawn) + 3)) == NULL)
        goto done;
    words[0] = ' ';
    for (const utf8proc_uint8_t *at = drawn; *at != '\0';) {
        int32_t point = 0;
        utf8proc_ssize_t bytes = utf8proc_iterate(at, -1, &point);
        bytes = bytes > 0 ? bytes : 1;
        if (in_word(point)) {
            memcpy(words + used, at, (size_t)bytes);
            used += (size_t)bytes;
        } else if (words[used - 1] != ' ')
            words[used++] = ' ';
        at += bytes;
    }
    if (words[used - 1] != ' ')
        words[used++] = ' ';
    words[used] = '\0';
done:
    free(plain);
    free(drawn);
    return words;
}

json_t *words_ready(const json_t *words)
{
    json_t *ready = json_array();
    size_t index;
    const json_t *word;
    json_array_foreach(words, index, word)
    {
        char *form = ready == NULL ? NULL : folded(json_string_value(word));
        /* Without a letter it is no word: it would be found everywhere. */
        bool done = form != NULL && (form[1] == '\0' || json_array_append_new(ready, json_string(form)) == 0);
        free(form);
        if (!done) {
            json_decref(ready);
            return NULL;
        }
    }
    return ready;
}

bool words_held(const char *text, const json_t *ready)
{
    size_t index;
    const json_t *word;
    bool held = false;
    if (json_array_size(ready) == 0 || text[0] == '\0' || too_long(text))
        return false;
    char *whole = folded(text);
    if (whole == NULL)
        return true;
    const size_t length = strlen(whole);
    json_array_foreach(ready, index, word)
    {
        held = json_string_length(word) <= length && strstr(whole, json_string_value(word)) != NULL;
        if (held)
            break;
    }
    free(whole);
    return held;
}

static bool within(const char *whole, const char *part)
{
    return part[1] != '\0' && strstr(whole, part) != NULL;
}

bool words_same(const char *text, const char *other)
{
    char *one = folded(text), *two = folded(other);
    bool same = one == NULL || two == NULL || within(one, two) || within(two, one);
    free(one);
    free(two);
    return same;
}

char *words_plain(const char *text)
{
    char *words = folded(text);
    size_t length = words == NULL ? 0 : strlen(words);
    if (length == 0)
        return words;
    if (length > 1)
        words[length - 1] = '\0';
    memmove(words, words + 1, length);
    return words;
}

size_t words_length(const char *text)
{
    size_t count = 0;
    char *words = folded(text);
    for (const char *at = words; at != NULL && *at != '\0'; at++)
        count += *at != ' ' && ((unsigned char)*at & 0xC0) != 0x80;
    free(words);
    return words == NULL ? SIZE_MAX : count;
}
