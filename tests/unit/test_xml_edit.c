/*
 * Changing a document at one place: every other byte stays, comments are not taken for elements.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "command/xml_edit.h"

enum how { ADD, SET, ATTRIBUTE };

static void one_place(void **state)
{
    (void)state;
    static const struct {
        enum how how;
        const char *document, *element, *id, *name, *value,
            *after; /* after NULL: no such element, or refused */
    } rows[] = {
        {ADD, "<s>\n  <c>\n    <d>1</d>\n  </c>\n</s>\n", "c", NULL, NULL, "    <d>2</d>\n",
         "<s>\n  <c>\n    <d>1</d>\n    <d>2</d>\n  </c>\n</s>\n"},
        {ADD, "<s><c><d>1</d></c></s>", "c", NULL, NULL, "<d>2</d>", "<s><c><d>1</d><d>2</d></c></s>"},
        {ADD, "<s><!-- <c></c> --><c></c></s>", "c", NULL, NULL, "x", "<s><!-- <c></c> --><c>x</c></s>"},
        {ADD, "<s><cc></cc><c></c></s>", "c", NULL, NULL, "x", "<s><cc></cc><c>x</c></s>"},
        {ADD, "<s><c/></s>", "c", NULL, NULL, "x", NULL},
        {ADD, "<s></s>", "c", NULL, NULL, "x", NULL},
        {ADD, "<s><!-- <c> </s>", "c", NULL, NULL, "x", NULL},
        {SET, "<r><p id=\"a\"><n>1</n></p><p id=\"b\"><n>2</n></p></r>", "p", "b", "n", "a<b",
         "<r><p id=\"a\"><n>1</n></p><p id=\"b\"><n>a&lt;b</n></p></r>"},
        {SET, "<r>\n  <p id='a'>\n    <m>1</m>\n  </p>\n</r>", "p", "a", "n", "2",
         "<r>\n  <p id='a'>\n    <m>1</m>\n    <n>2</n>\n  </p>\n</r>"},
        {SET, "<r><p id=\"a\"><!-- <n>0</n> --><n>1</n></p></r>", "p", "a", "n", "2",
         "<r><p id=\"a\"><!-- <n>0</n> --><n>2</n></p></r>"},
        {SET, "<r><p id=\"ab\"></p></r>", "p", "a", "n", "2", NULL},
        {ATTRIBUTE, "<s><t a=\"1\" b='2'/></s>", "t", NULL, "b", "3\"", "<s><t a=\"1\" b=\"3&quot;\"/></s>"},
        {ATTRIBUTE, "<s><t a=\"1\"/></s>", "t", NULL, "b", "3", "<s><t a=\"1\" b=\"3\"/></s>"},
        {ATTRIBUTE, "<s><t></t></s>", "t", NULL, "b", "3", "<s><t b=\"3\"></t></s>"},
        {ATTRIBUTE, "<s><t xb=\"1\"/></s>", "t", NULL, "b", "3", "<s><t xb=\"1\" b=\"3\"/></s>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct xml_span span;
        struct text changed = TEXT_EMPTY;
        struct error error = ERROR_NONE;
        bool done = xml_element(rows[i].document, rows[i].element, rows[i].id, &span);
        if (done && rows[i].how == ADD)
            done = xml_add(rows[i].document, &span, rows[i].value, &changed, &error);
        else if (done)
            done = (rows[i].how == SET ? xml_set : xml_set_attribute)(rows[i].document, &span, rows[i].name,
                                                                      rows[i].value, &changed, &error);
        if (done != (rows[i].after != NULL) || (done && strcmp(changed.bytes, rows[i].after) != 0))
            fail_msg("row %zu: %s", i, done ? changed.bytes : "refused");
        text_free(&changed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
