/*
 * Documents that flow: repeated heads, headings that stay with what follows, nothing clipped, the same bytes
 * twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/files.h"
#include "page/document.h"

#define FONTS "/usr/share/fonts/truetype/dejavu/"

static struct font_bytes regular, bold;

static struct font_bytes font(const char *path)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_true(file_read_open(file, 16U << 20, &bytes, &length, &error));
    close(file);
    return (struct font_bytes){bytes, length};
}

static int load_fonts(void **state)
{
    (void)state;
    regular = font(FONTS "DejaVuSans.ttf");
    bold = font(FONTS "DejaVuSans-Bold.ttf");
    return 0;
}

static int free_fonts(void **state)
{
    (void)state;
    free((void *)(uintptr_t)regular.bytes);
    free((void *)(uintptr_t)bold.bytes);
    return 0;
}

static struct document *open_document(void)
{
    struct error error = ERROR_NONE;
    struct document_setup setup = {.regular = regular,
                                   .bold = bold,
                                   .kind = "Test",
                                   .reference = "FR-2026-000001",
                                   .foot = "foot",
                                   .created = 1800000000000};
    struct document *document = document_open(&setup, &error);
    assert_non_null(document);
    return document;
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word))
        count++;
    return count;
}

static void long_table(struct document *document, int rows)
{
    static const struct column columns[] = {{"Number of the row", 1, TYPE_SMALL}, {"Text", 3, TYPE_SMALL}};
    static const struct table table = {.columns = columns, .count = 2};
    document_table_begin(document, &table);
    for (int i = 0; i < rows; i++) {
        char *cell = text_formatted("row-%d-end", i);
        document_table_row(document, (const char *const[]){cell, "words in the second column"});
        free(cell);
    }
    document_table_end(document);
}

static void heads_are_repeated_and_no_row_is_lost(void **state)
{
    (void)state;
    struct document *document = open_document();
    struct text drawn = TEXT_EMPTY;
    long_table(document, 150);
    assert_true(document_drawn(document, &drawn));
    size_t pages = document_pages(document);
    assert_true(pages > 3);
    assert_int_equal(occurrences(drawn.bytes, "Number of the row"), pages);
    for (int i = 0; i < 150; i++) {
        char *cell = text_formatted("row-%d-end", i);
        assert_int_equal(occurrences(drawn.bytes, cell), 1);
        free(cell);
    }
    text_free(&drawn);
    document_close(document);
}

static void a_cell_longer_than_a_page_goes_on(void **state)
{
    (void)state;
    static const struct pair keys[] = {{"key", NULL}};
    struct document *document = open_document();
    struct error error = ERROR_NONE;
    struct text value = TEXT_EMPTY;
    for (int i = 0; i < 3000; i++)
        text_format(&value, "word%d ", i);
    struct pair pair = {keys[0].key, value.bytes};
    document_pairs(document, &pair, 1);
    assert_true(document_sound(document, &error));
    assert_true(document_pages(document) > 2);
    struct text drawn = TEXT_EMPTY;
    assert_true(document_drawn(document, &drawn));
    assert_non_null(strstr(drawn.bytes, "word0 "));
    assert_non_null(strstr(drawn.bytes, "word2999"));
    text_free(&drawn);
    text_free(&value);
    document_close(document);
}

/* Wherever the page ends, the heading is on the page of the text it stands over. */
static void a_heading_never_ends_a_page(void **state)
{
    (void)state;
    for (double above = 500; above < 670; above += 3) {
        struct document *document = open_document();
        struct text drawn = TEXT_EMPTY;
        document_paragraph(document, TYPE_BODY, "first");
        document_space(document, above);
        document_heading(document, "HEADING");
        document_subheading(document, "SUBHEADING");
        document_paragraph(document, TYPE_BODY, "what follows\nand more\nand more");
        assert_true(document_drawn(document, &drawn));
        const char *heading = strstr(drawn.bytes, "HEADING");
        const char *follows = strstr(drawn.bytes, "what follows");
        const char *page_end = strchr(heading, '\f');
        assert_true(page_end == NULL || page_end > follows);
        text_free(&drawn);
        document_close(document);
    }
}

/* Wherever the page ends, a mark is on the page of its text, which is set whole. */
static void a_mark_stands_with_its_text(void **state)
{
    (void)state;
    for (double above = 600; above < 650; above += 3) {
        struct document *document = open_document();
        struct text drawn = TEXT_EMPTY;
        document_paragraph(document, TYPE_BODY, "first");
        document_space(document, above);
        document_bullet(document, "one\ntwo\nthree");
        assert_true(document_drawn(document, &drawn));
        assert_non_null(strstr(drawn.bytes, "\xE2\x80\xA2\none\ntwo\nthree\n"));
        text_free(&drawn);
        document_close(document);
    }
}

static void same_calls_same_bytes(void **state)
{
    (void)state;
    struct text files[2] = {TEXT_EMPTY, TEXT_EMPTY};
    for (int i = 0; i < 2; i++) {
        struct error error = ERROR_NONE;
        struct document *document = open_document();
        document_title(document, "Title", "under");
        document_notice(document, "Notice",
                        "A text that must be shown whole, over more than one line if need be, "
                        "whatever the width of the page it is set on.");
        long_table(document, 5);
        document_field(document, "Field", 2);
        document_signature(document, "Role");
        assert_true(
            document_shows(document, "shown whole, over more than one line if need be, whatever the width"));
        assert_false(document_shows(document, "never drawn"));
        assert_true(document_finish(document, &files[i], &error));
        document_close(document);
    }
    assert_int_equal(files[0].length, files[1].length);
    assert_memory_equal(files[0].bytes, files[1].bytes, files[0].length);
    assert_memory_equal(files[0].bytes, "%PDF-", 5);
    text_free(&files[0]);
    text_free(&files[1]);
}

static void what_would_be_clipped_fails(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct document *document = open_document();
    struct text notice = TEXT_EMPTY;
    struct text out = TEXT_EMPTY;
    for (int i = 0; i < 2000; i++)
        text_add(&notice, "word ");
    document_notice(document, "longer than a page", notice.bytes);
    assert_false(document_finish(document, &out, &error));
    assert_int_equal(error.fault, FAULT_INTERNAL);
    text_free(&notice);
    text_free(&out);
    document_close(document);
}

/* The letters of every living orthography in Latin, Greek and Cyrillic: both faces draw them. */
static void letters_have_glyphs(void **state)
{
    (void)state;
    static const struct {
        uint32_t first, last;
    } blocks[] = {{0x41, 0x24F}, {0x370, 0x3FF}, {0x400, 0x525}, {0x1E00, 0x1EFB}, {0x1F00, 0x1FFF}};
    static const enum type_style faces[] = {TYPE_BODY, TYPE_STRONG};
    struct error error = ERROR_NONE;
    struct canvas *canvas = canvas_open(regular, bold, &error);
    assert_non_null(canvas);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        for (uint32_t point = blocks[i].first; point <= blocks[i].last; point++) {
            int category = utf8proc_category((utf8proc_int32_t)point);
            for (size_t f = 0; f < 2 && category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
                 f++)
                if (!canvas_has_glyph(canvas_face(canvas, faces[f]), point))
                    fail_msg("U+%04X has no glyph", point);
        }
    canvas_close(canvas);
}

static void bad_fonts_are_told(void **state)
{
    (void)state;
    static const char nonsense[] = "no font at all, but long enough to be looked at by the loader of fonts";
    struct error error = ERROR_NONE;
    struct document_setup setup = {
        .regular = {nonsense, sizeof nonsense}, .bold = bold, .kind = "", .reference = ""};
    assert_null(document_open(&setup, &error));
    assert_int_equal(error.fault, FAULT_ENVIRONMENT);
    setup.regular = bold;
    assert_null(document_open(&setup, &error));
    assert_int_equal(error.fault, FAULT_ENVIRONMENT);
}

static void no_end_of_pages_is_a_fault(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct document *document = open_document();
    struct text out = TEXT_EMPTY;
    for (int i = 0; i < 420; i++) {
        document_paragraph(document, TYPE_BODY, "one page");
        document_new_page(document);
    }
    assert_false(document_finish(document, &out, &error));
    assert_int_equal(error.fault, FAULT_INPUT);
    text_free(&out);
    document_close(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_repeated_and_no_row_is_lost),
        cmocka_unit_test(a_cell_longer_than_a_page_goes_on),
        cmocka_unit_test(a_heading_never_ends_a_page),
        cmocka_unit_test(a_mark_stands_with_its_text),
        cmocka_unit_test(same_calls_same_bytes),
        cmocka_unit_test(what_would_be_clipped_fails),
        cmocka_unit_test(letters_have_glyphs),
        cmocka_unit_test(bad_fonts_are_told),
        cmocka_unit_test(no_end_of_pages_is_a_fault),
    };
    return cmocka_run_group_tests(tests, load_fonts, free_fonts);
}
