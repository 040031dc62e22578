/*
 * site.xml as a flat list, and what changed between two: every loosened rule has a line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/text.h"
#include "schemas/settings_members.h"

#define SITE(members)                                                                                        \
    "<site "                                                                                                 \
    "xmlns=\"urn:leadspool:site:1\"><name>n</name><agency>a</agency><unit>u</unit><contact>c</contact>"      \
    "<zone>UTC</zone><commands><command>one</command></commands>" members "</site>"

static json_t *members_of(const char *text, size_t length)
{
    struct error error = ERROR_NONE;
    json_t *members = NULL;
    if (!settings_members(text, length, &members, &error))
        fail_msg("%s", error.text);
    return members;
}

static bool note(void *context, const char *member, const char *was, const char *is, struct error *error)
{
    (void)error;
    text_format(context, "%s:%s->%s\n", member, was == NULL ? "none" : was, is == NULL ? "none" : is);
    return true;
}

static void test_changes(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *said;
    } rows[] = {
        {SITE(""), SITE(""), ""},
        {SITE("<identity>both</identity>"), SITE("<!-- a comment --><identity> both </identity>"), ""},
        {SITE("<review minPeers=\"2\" foils=\"4\"/>"), SITE("<review minPeers=\"1\" foils=\"4\"/>"),
         "review@minPeers:2->1\n"},
        {SITE("<identity>both</identity>"), SITE(""), "identity:both->none\n"},
        /* One entry goes, the others keep their names. */
        {SITE("<protectedTraits><word>race</word><word>creed</word><word>gender "
              "identity</word></protectedTraits>"),
         SITE("<protectedTraits><word>race</word><word>gender identity</word></protectedTraits>"),
         "protectedTraits/word[creed]:creed->none\n"},
        {SITE("<tours><tour name=\"first\" start=\"00:00\" end=\"08:00\"/><tour name=\"second\" "
              "start=\"08:00\" "
              "end=\"16:00\"/></tours>"),
         SITE("<tours><tour name=\"second\" start=\"08:00\" end=\"15:00\"/></tours>"),
         "tours/tour[first]@end:08:00->none\ntours/tour[first]@name:first->none\n"
         "tours/tour[first]@start:00:00->none\ntours/tour[second]@end:16:00->15:00\n"},
        /* Two entries that nothing tells apart. */
        {SITE("<escalation><step hours=\"4\"/></escalation>"),
         SITE("<escalation><step hours=\"4\"/><step hours=\"4\" role=\"legal\"/></escalation>"),
         "escalation/step[4]@hours#2:none->4\nescalation/"
         "step[4]@role:none->legal\n"},
        {SITE(""), SITE("<commands/>"), NULL},
    };
    for (size_t i = 0; i + 1 < sizeof rows / sizeof *rows; i++) {
        struct text said = TEXT_EMPTY;
        struct error error = ERROR_NONE;
        json_t *before = members_of(rows[i].before, strlen(rows[i].before)),
               *after = members_of(rows[i].after, strlen(rows[i].after));
        assert_true(settings_changes(before, after, note, &said, &error));
        assert_string_equal(said.bytes == NULL ? "" : said.bytes, rows[i].said);
        text_free(&said);
        json_decref(before);
        json_decref(after);
    }
}

/* Each attribute and each text of the fullest example is a member: taking any of them out shows. */
static void test_nothing_is_left_out(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0, values = 0;
    int directory = directory_open("schemas/examples/valid", &error);
    assert_true(directory >= 0 && file_read(directory, "site.xml", 1 << 20, &bytes, &length, &error));
    json_t *members = members_of(bytes, length);
    /* Attributes are the only thing with =" in a document whose comments have none; xmlns and xml are no members. */
    for (const char *at = bytes; (at = strstr(at, "=\"")) != NULL; at++)
        values++;
    size_t attributes = 0;
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value) attributes += strchr(name, '@') != NULL ? 1 : 0;
    assert_int_equal(attributes, values - 3); /* version and encoding of the document, its namespace */
    json_decref(members);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_changes),
                                       cmocka_unit_test(test_nothing_is_left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
