/*
 * The pure arithmetic of pages: text made drawable, lines, pictures in frames, rows over pages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "page/fit.h"
#include "page/readable.h"
#include "page/wrap.h"

/* Every character 500 wide, spaces 250, U+2003 nothing, so that widths can be counted by eye. */
static int plain_advance(void *face, uint32_t point)
{
    (void)face;
    return point == ' ' ? 250 : 500;
}

static bool latin_only(void *face, uint32_t point)
{
    (void)face;
    return point < 0x250 || point == 0xFFFD;
}

static void readable_texts(void **state)
{
    (void)state;
    static const struct {
        const char *given, *drawn;
    } cases[] = {
        {"plain text", "plain text"},
        {"", ""},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"bad\xFF\xFE", "bad\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"cut\xC3", "cut\xEF\xBF\xBD"},
        {"overlong\xC0\xAF", "overlong\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF0\x9F\x98\x80!", "[U+1F600]!"},
        {"\xE4\xB8\xAD", "[U+4E2D]"},
        {"\xD7\x90\xD7\x91", "[U+05D0][U+05D1]"},
        {"a\xE2\x80\xAE"
         "b",
         "a[U+202E]b"},
        {"a\xE2\x80\x8B"
         "b",
         "a[U+200B]b"},
        {"one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"},
        {"tab\there", "tab here"},
        {"bell\a", "bell[U+0007]"},
        {"cafe\xCC\x81", "caf\xC3\xA9"},
        {"e\xCC\x82\xCC\x81.", "[U+1EBF]."}, /* the one letter has no glyph here */
        {"x\xCC\xB1y", "x[U+0331]y"},
        {"\xCC\x81", "[U+0301]"},
        {"a\xCC", "a\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text out = TEXT_EMPTY;
        readable_add(&out, cases[i].given, latin_only, NULL);
        assert_string_equal(out.bytes == NULL ? "" : out.bytes, cases[i].drawn);
        text_free(&out);
    }
}

/* The lines joined by '|'. */
static void lines_of(const char *text, int width, char *joined)
{
    struct wrapped wrapped = wrap_text(text, width, plain_advance, NULL);
    joined[0] = '\0';
    for (size_t i = 0; i < wrapped.count; i++) {
        if (i > 0)
            strcat(joined, "|");
        strncat(joined, text + wrapped.lines[i].start, wrapped.lines[i].length);
    }
    wrap_free(&wrapped);
}

static void wrapped_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
        const char *lines;
    } cases[] = {
        {"", 1000, ""},
        {"one", 2000, "one"},
        {"one two", 2000, "one|two"},
        {"one two", 3250, "one two"},
        {"one two", 3249, "one|two"},
        {"one  two", 2000, "one|two"},
        {"one two three", 4000, "one two|three"},
        {"first\nsecond", 9000, "first|second"},
        {"a\n\nb", 9000, "a||b"},
        {"\n", 9000, ""},
        {"0123456789", 2000, "0123|4567|89"},
        {"0123456789 ab", 2000, "0123|4567|89|ab"},
        {"still-extracted", 4000, "still-|extracte|d"},
        {"path/to/file", 4000, "path/to/|file"},
        {"one ", 9000, "one"},
        {"abcd efgh", 2000, "abcd|efgh"},
        {"x", 1, "x"},
        {"xy", 1, "x|y"},
    };
    char joined[256];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lines_of(cases[i].text, cases[i].width, joined);
        assert_string_equal(joined, cases[i].lines);
    }
}

/* Whatever the width: lines fit, and only spaces and line feeds lie between them. */
static void wrapping_loses_nothing(void **state)
{
    (void)state;
    const char *text =
        "The probe, taken from a recording (still-extracted; 12 frames/s), shows  one person\nand "
        "a 0123456789abcdef0123456789abcdef digest_with_underscores.  ";
    for (int width = 500; width < 60000; width += 125) {
        struct wrapped wrapped = wrap_text(text, width, plain_advance, NULL);
        size_t at = 0;
        for (size_t i = 0; i < wrapped.count; i++) {
            for (; at < wrapped.lines[i].start; at++)
                assert_true(text[at] == ' ' || text[at] == '\n');
            assert_true(wrapped.lines[i].width <= width);
            at += wrapped.lines[i].length;
        }
        for (; text[at] != '\0'; at++)
            assert_true(text[at] == ' ');
        wrap_free(&wrapped);
    }
}

static void pictures_keep_proportion(void **state)
{
    (void)state;
    struct extent wide = fit_picture(200, 100, (struct extent){100, 100});
    assert_true(wide.width == 100 && wide.height == 50);
    struct extent high = fit_picture(100, 200, (struct extent){100, 100});
    assert_true(high.width == 50 && high.height == 100);
    struct extent none = fit_picture(0, 10, (struct extent){100, 100});
    assert_true(none.width == 0 && none.height == 0);
}

static void columns_fill_the_width(void **state)
{
    (void)state;
    const double shares[] = {1, 2, 1};
    double widths[3];
    fit_columns(shares, 3, 400, widths);
    assert_true(widths[0] == 100 && widths[1] == 200 && widths[2] == 100);
}

static void rows_over_pages(void **state)
{
    (void)state;
    static const struct {
        size_t lines;
        double left;
        size_t now;
    } cases[] = {
        {1, 20, 1},    /* fits exactly: 10 + pad */
        {1, 16, 0},    /* a short row goes whole to the next page */
        {5, 40, 0},    /* so does one of up to a quarter page */
        {40, 400, 38}, /* a long one is split; (400 - 7) / 10 = 39, but one line alone would be a widow */
        {90, 100, 9},  {90, 20, 0}, /* one line alone would be an orphan */
        {90, 600, 59},              /* the longest there is goes on */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(fit_rows(cases[i].lines, 10, 7, cases[i].left, 600), cases[i].now);
    /* Progress on an empty page whatever it is given. */
    for (size_t lines = 1; lines < 300; lines++)
        assert_true(fit_rows(lines, 10, 7, 30, 30) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readable_texts),         cmocka_unit_test(wrapped_lines),
        cmocka_unit_test(wrapping_loses_nothing), cmocka_unit_test(pictures_keep_proportion),
        cmocka_unit_test(columns_fill_the_width), cmocka_unit_test(rows_over_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
