/*
 * Mistakes people make by hand, and in which words they hear of them: one fault each, without a parser's language.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// clang-format off
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/members.h"

#define HEAD "<?xml version='1.0'?><request xmlns='urn:leadspool:request:1'>\n"
#define BASIS "<basis>The till of a shop was emptied.</basis>"
#define TEN(text) text text text text text text text text text text
#define MANY TEN(TEN("\xF0\x9F\x98\x80"))
#define SECOND(member) BODY_WITH(member) IMAGE("a.jpg", "")
#define BODY BODY_WITH("<caseNumber>1</caseNumber>")
#define BODY_WITH(member)                                                                                    \
    "<requestKind>new</requestKind><requestId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01</requestId>" member       \
    "<command>one</command><submittedAt>2026-11-20T09:30:00Z</submittedAt>"                                  \
    "<requester><name>D</name><shield>1</shield><account>d</account></requester>"                            \
    "<supervisorDiscussion><person>L</person><at>2026-11-20T08:50:00Z</at></supervisorDiscussion>"           \
    "<use>U1</use><subUse>committed</subUse>" BASIS "<priority>routine</priority>"                           \
    "<eventContext>none</eventContext><politicalActivity>false</politicalActivity>"                          \
    "<priorSearches><none/></priorSearches>"
#define IMAGE(file, more) "<images>" ONE(file, more) "</images></request>"
#define ONE(file, more)                                                                                      \
    "<image><file>" file "</file>" more                                                                      \
    "<source>phone</source><depictsUnknownPerson>true</depictsUnknownPerson></image>"
#define DIGEST "0000000000000000000000000000000000000000000000000000000000ABCDEF"
#define DIGEST_SMALL "0000000000000000000000000000000000000000000000000000000000abcdef"

static const struct {
    const char *what, *manifest, *code, *words, *remedy;
} mistakes[] = {
    {"a number of no character", HEAD "<basis>a&#1;b</basis></request>", "malformed-xml",
     "a control character, written as", ""},
    {"a section left open", HEAD "<basis><![CDATA[a</basis></request>", "malformed-xml",
     "is not closed by \"]]>\"", ""},
    {"an attribute twice", HEAD "<use a='1' a='2'/></request>", "malformed-xml",
     "has the attribute \"a\" twice", ""},
    {"an attribute without a value", HEAD "<use why></use></request>", "malformed-xml", "without a value",
     ""},
    {"two hyphens", HEAD "<!-- a -- b --></request>", "malformed-xml", "two hyphens in a row", ""},
    {"curly quotation marks", "<?xml version=\u201c1.0\u201d?><request/>", "malformed-xml",
     "word processors make curly ones", ""},
    {"an attribute nobody asked for", HEAD SECOND("<caseNumber why='b'>1</caseNumber>"),
     "not-as-the-schema-says", "this attribute does not belong here", "READ-ME.txt"},
    {"an attribute of a group", HEAD BODY "<images why='b'>" ONE("a.jpg", "") "</images></request>",
     "not-as-the-schema-says", "this attribute does not belong here", ""},
    {"text between the elements", HEAD SECOND("<caseNumber>1</caseNumber>hello"), "not-as-the-schema-says",
     "text stands between the elements", ""},
    {"a type of its own",
     HEAD SECOND(
         "<caseNumber xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='uuid'>1</caseNumber>"),
     "not-as-the-schema-says", "xsi:type and xsi:nil are not taken", ""},
    {"an ampersand", HEAD "<basis>Smith & Wesson</basis></request>", "malformed-xml", "written as \"&amp;\"",
     "request.html"},
    {"an ampersand and a name", HEAD "<basis>A&B</basis></request>", "malformed-xml", "written as \"&amp;\"",
     ""},
    {"an entity of HTML", HEAD "<basis>A&nbsp;B</basis></request>", "malformed-xml", "written as \"&amp;\"",
     ""},
    {"less than", HEAD "<basis>he was < 6 ft</basis></request>", "malformed-xml", "written as \"&lt;\"", ""},
    {"curly quotes", "<request xmlns=\xE2\x80\x9Curn\xE2\x80\x9D/>", "malformed-xml",
     "straight quotation marks", ""},
    {"a line before", "\n" HEAD BODY "</request>", "malformed-xml", "stands before \"<?xml\"", ""},
    {"a letter", "Dear unit,", "malformed-xml", "does not begin with a tag", ""},
    {"cut", HEAD "<basis>A", "malformed-xml", "stops before its end", ""},
    {"tags that do not fit", HEAD "<basis>A</Basis></request>", "malformed-xml", "closed under another name",
     ""},
    {"twice", HEAD BODY IMAGE("a.jpg", "") "<more/>", "malformed-xml", "behind its end", ""},
    {"a comma", HEAD BODY IMAGE("a.jpg", "<size>1,000</size>"), "not-as-the-schema-says",
     "\"1,000\" is not a whole number of bytes", ""},
    {"a digest in capitals", HEAD BODY IMAGE("a.jpg", "<sha256>" DIGEST "</sha256>"),
     "not-as-the-schema-says", "lower-case", ""},
    {"a whole path", HEAD BODY IMAGE("C:\\Desktop\\a.jpg", ""), "not-as-the-schema-says",
     "the name of one file, without a folder", ""},
    {"a path", HEAD BODY IMAGE("images/a.jpg", ""), "not-as-the-schema-says",
     "the name of one file, without a folder", ""},
    {"half a character at the cut", HEAD SECOND("<caseNumber>x" MANY "</caseNumber>"), "case-number-form",
     "is not written as this site", ""},
    {"half a character at the cut of the schema",
     HEAD SECOND("<caseNumber>1</caseNumber><relatesTo>x" MANY "</relatesTo>"), "not-as-the-schema-says",
     "a docket number such as", ""},
    {"a name nobody can give", HEAD BODY IMAGE("x" MANY MANY ".jpg", ""), "not-as-the-schema-says", "", ""},
    {"more than a file may have", HEAD BODY IMAGE("a.jpg", "<size>5368709120</size>"), "packet-too-large",
     "\"a.jpg\" is listed with 5368709120 bytes; one file may have 1 MB", "smaller files"},
    {"more than a packet may have",
     HEAD BODY "<images>" ONE("b.jpg", "<size>1048576</size>") ONE("c.jpg", "<size>1000000</size>")
         ONE("d.jpg", "<size>900000</size>") "</images></request>",
     "packet-too-large", "larger together than a packet may be (2 MB)", "smaller files"},
    {"more files than a packet may hold",
     HEAD BODY "<images>" ONE("1.jpg", "") ONE("2.jpg", "") ONE("3.jpg", "") ONE("4.jpg", "")
         ONE("5.jpg", "") "</images></request>",
     "packet-too-large", "5 images are listed; a packet holds 5 files at most", "fewer"},
    {"a manifest alone", HEAD BODY IMAGE("b.jpg", ""), "file-missing", "\"b.jpg\" is listed",
     "drop that folder"},
};

static json_t *check(const char *manifest, bool alone)
{
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    int inputs[2] = {memory_file("manifest.xml", manifest, strlen(manifest), &error),
                     memory_file("a.jpg", "no picture", 10, &error)};
    int output = memory_file_empty("answer", &error);
    json_t *parameters =
        json_pack("{ss,ss,s[{ss,ss,si}],s{ss,ss,si,si,si,s[],s[]}}", "command", "one", "received",
                  "2026-11-20T09:31:00.000Z", "files", "name", "manifest.xml", "digest", DIGEST_SMALL, "size",
                  (int)strlen(manifest), "settings", "case", ".{1,40}", "complaint", ".{1,40}", "files", 5,
                  "fileBytes", 1 << 20, "totalBytes", 2 << 20, "words", "intelligence");
    if (!alone)
        json_array_append_new(json_object_get(parameters, "files"),
                              json_pack("{ss,ss,si}", "name", "a.jpg", "digest", DIGEST_SMALL, "size", 10));
    struct worker_job job = {.kind = "check-packet",
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = alone ? 1 : 2,
                             .output = output};
    if (check_packet(&job, &error) != WORKER_DONE ||
        !file_read_open(output, 1 << 20, &bytes, &length, &error) ||
        !json_read(bytes, length, &answer, &error))
        fail_msg("%s", error.text);
    free(bytes);
    close(output);
    close(inputs[0]);
    close(inputs[1]);
    json_decref(parameters);
    return answer;
}

/* About the manifest: what is said of the picture, which is none, is no matter here. */
static void one_fault_in_plain_words(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    assert_true(check_prepare_process(&error));
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        json_t *answer = check(mistakes[i].manifest, strcmp(mistakes[i].code, "file-missing") == 0);
        const json_t *fault, *found = NULL;
        size_t index, count = 0;
        json_array_foreach(json_object_get(answer, "faults"), index, fault)
        {
            const char *code = json_text(fault, "code");
            bool aside = strcmp(code, "image-unreadable") == 0 || strcmp(code, "file-not-listed") == 0 ||
                         (mistakes[i].code[0] == 'm' && strcmp(code, "manifest-missing") == 0);
            count += !aside;
            found = aside ? found : fault;
        }
        if (count != 1 || strcmp(json_text(found, "code"), mistakes[i].code) != 0 ||
            strstr(json_text(found, "text"), mistakes[i].words) == NULL ||
            strstr(json_text(found, "remedy"), mistakes[i].remedy) == NULL) {
            char *said = json_dumps(answer, JSON_INDENT(1));
            fail_msg("%s: %s", mistakes[i].what, said);
        }
        json_decref(answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_fault_in_plain_words)};
    return cmocka_run_group_tests_name("receipt words", tests, NULL, NULL);
}
