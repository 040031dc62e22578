/*
 * Commands that only drop files, and what commands print: packets, decisions, tables, options.
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cms.h"
#include "base/json.h"
#include "command/packet.h"
#include "command/table.h"
#include "schemas/xml.h"
#include "tests/support/test_site.h"

static struct test_site test;

static int make_site(void **state)
{
    (void)state;
    test_site_make(&test);
    return 0;
}

static int remove_site(void **state)
{
    (void)state;
    test_site_remove(&test);
    return 0;
}

static char *read_below(const char *path, size_t *length)
{
    char *bytes = NULL;
    int site = directory_open(test.path, NULL);
    int file = openat(site, path, O_RDONLY);
    assert_true(file >= 0);
    assert_true(file_read_open(file, 1 << 20, &bytes, length, NULL));
    close(file);
    close(site);
    return bytes;
}

static void write_below(const char *directory, const char *name, const char *text)
{
    int site = directory_open(test.path, NULL), folder = directory_make_path(site, directory, 0755, NULL);
    assert_true(file_write_durable(folder, name, text, strlen(text), 0644, NULL));
    close(folder);
    close(site);
}

/* Every member the manifest can have, as the schema wants it. */
static void test_manifest_is_valid(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct text xml = TEXT_EMPTY;
    struct xml_document *document = NULL;
    json_t *request = json_loads(
        "{\"kind\":\"new\",\"requestId\":\"0b5e0c1e-3b0a-4d53-9d8f-5b8f1d0a7c11\",\"relatesTo\":\"FR-2026-"
        "000001\","
        "\"caseNumber\":\"<&>\",\"complaintNumber\":\"2026-014-00001\",\"command\":\"precinct-014\","
        "\"submittedAt\":\"2026-11-22T10:00:00Z\",\"requester\":{\"name\":\"N\",\"shield\":\"1\",\"account\":"
        "\"n\"},"
        "\"supervisorDiscussion\":{\"person\":\"S\",\"at\":\"2026-11-22T09:00:00Z\"},\"cmsRef\":\"x\","
        "\"use\":\"U1\","
        "\"subUse\":\"committed\",\"basis\":\"b\",\"subjectDescription\":\"d\",\"characteristics\":[\"tall\","
        "\"scar\"],"
        "\"priority\":\"expedite\",\"priorityGround\":\"g\",\"eventContext\":\"none\",\"politicalActivity\":"
        "false,"
        "\"priorSearches\":[{\"unit\":\"u\",\"date\":\"2026-11-01\",\"result\":\"none\"}],\"images\":[{"
        "\"file\":\"a.jpg\","
        "\"size\":3,\"source\":\"body-worn\",\"capturedAt\":\"2026-11-22T08:00:00Z\",\"recordingId\":\"r\","
        "\"depictsUnknownPerson\":true,\"bodyWorn\":{\"witnessed\":true,\"unableToApprehend\":true,"
        "\"stillExtracted\":true,\"warrantScreening\":false},\"subjectBox\":{\"x\":1,\"y\":2,\"width\":3,"
        "\"height\":4},"
        "\"eyes\":[100,205,300,250],\"edits\":[{\"operation\":\"crop\",\"parameters\":\"p\",\"by\":\"q\","
        "\"at\":\"2026-11-22T08:00:00Z\",\"before\":"
        "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"after\":"
        "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}]}],\"corroboration\":{"
        "\"outcome\":"
        "\"corroborated\",\"evidence\":\"e\",\"person\":\"p\",\"at\":\"2026-11-22T08:00:00Z\"},\"reason\":"
        "\"r\"}",
        0, NULL);
    assert_non_null(request);
    assert_true(manifest_compose(request, &xml, &error));
    if (!xml_read_valid(SCHEMA_REQUEST, "manifest.xml", xml.bytes, xml.length, &document, &error))
        fail_msg("%s\n%s", error.text, xml.bytes);
    assert_string_equal(xml_child_text(xml_root(document), "caseNumber"), "<&>");
    const struct xml_node *image = xml_child(xml_child(xml_root(document), "images"), "image");
    assert_string_equal(xml_attribute(xml_child(image, "eyes"), "leftY"), "2.05");
    xml_document_free(document);
    text_free(&xml);
    json_decref(request);
}

static void test_submit_drops_a_whole_packet(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    struct xml_document *document = NULL;
    char picture[200];
    size_t length = 0;
    write_below("pictures", "probe.png", "not really");
    snprintf(picture, sizeof picture, "%s/pictures/probe.png", test.path);
    if (!TEST_COMMAND(&command_submit, test.path, &error, "--command", "precinct-014", "--name", "packet-1",
                      "--case", "C-7", "--requester", "R. Quest", "--shield", "77", "--account", "rquest",
                      "--discussed-with", "S. Visor", "--discussed-at", "2026-11-22T09:00:00Z", "--use", "U1",
                      "--sub-use", "committed", "--basis", "seen on camera", "--priority", "routine",
                      "--event", "none", "--political", "no", "--prior", "none", "--image", picture,
                      "--source", "cctv-private", "--captured-at", "2026-11-21T09:00:00Z", "--unknown-person",
                      "yes", "--eyes", "10,20.5,30,20"))
        fail_msg("%s", error.text);
    char *manifest = read_below("in/precinct-014/packet-1/manifest.xml", &length);
    if (!xml_read_valid(SCHEMA_REQUEST, "manifest.xml", manifest, length, &document, &error))
        fail_msg("%s\n%s", error.text, manifest);
    xml_document_free(document);
    assert_non_null(strstr(manifest, "<size>10</size>"));
    assert_non_null(strstr(manifest, "leftY=\"20.50\""));
    free(manifest);
    free(read_below("in/precinct-014/packet-1/probe.png", &length));
    assert_int_equal(length, 10);
    /* A second drop of that name is refused, and leaves nothing hidden behind. */
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--command", "precinct-014", "--name",
                              "packet-1", "--kind", "withdrawal"));
    char path[200];
    snprintf(path, sizeof path, "%s/in/precinct-014", test.path);
    DIR *folder = opendir(path);
    int entries = 0;
    while (readdir(folder) != NULL)
        entries++;
    closedir(folder);
    assert_int_equal(entries, 3);
}

static void test_submit_refuses_wrong_usage(void **state)
{
    (void)state;
    struct error error;
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--case", "C"));
    assert_int_equal(error.fault, FAULT_USAGE);
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--command", "../out"));
    assert_int_equal(error.fault, FAULT_USAGE);
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--command", "elsewhere"));
    assert_int_equal(error.fault, FAULT_ABSENT);
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--command", "a", "--source", "phone"));
    assert_non_null(strstr(error.text, "--image"));
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--command"));
    assert_false(TEST_COMMAND(&command_submit, test.path, &error, "--nonsense"));
    assert_int_equal(error.fault, FAULT_USAGE);
}

static const char item_xml[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<item xmlns=\"urn:leadspool:item:1\">\n"
    "  <docket>FR-2026-000009</docket><stage>peer</stage><round>2</round><slot>3</slot>\n"
    "  <opened>2026-11-22T10:00:00.000Z</opened>\n  <pictures>\n"
    "    <picture label=\"P01\" "
    "sha256=\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"/>\n"
    "    <picture label=\"A01\" "
    "sha256=\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"/>\n"
    "    <picture label=\"A02\" "
    "sha256=\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"/>\n"
    "  </pictures>\n</item>\n";

/* The one file in review/decisions, whose content is removed from there; the caller frees. */
static char *take_decision(size_t *length)
{
    char path[200], name[400] = "", *bytes = NULL;
    snprintf(path, sizeof path, "%s/review/decisions", test.path);
    DIR *folder = opendir(path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            snprintf(name, sizeof name, "review/decisions/%s", entry->d_name);
    closedir(folder);
    assert_string_not_equal(name, "");
    bytes = read_below(name, length);
    int site = directory_open(test.path, NULL);
    unlinkat(site, name, 0);
    close(site);
    return bytes;
}

/* Verify as the worker will, and give the XML inside. */
static char *open_decision(void)
{
    struct error error = ERROR_NONE;
    size_t length = 0, ca_length = 0, crl_length = 0, content_length = 0;
    char *envelope = take_decision(&length), *ca = read_below("keys/ca.pem", &ca_length),
         *crl = read_below("keys/crl.pem", &crl_length), *content = NULL;
    json_t *signer = NULL;
    enum signature_verdict verdict;
    if (!cms_verify(envelope, length, (struct pem){ca, ca_length}, (struct pem){crl, crl_length}, clock_now(),
                    &content, &content_length, &signer, &verdict, &error))
        fail_msg("%s", error.text);
    json_decref(signer);
    free(envelope);
    free(ca);
    free(crl);
    struct xml_document *document = NULL;
    if (!xml_read_valid(SCHEMA_DECISION, "decision", content, content_length, &document, &error))
        fail_msg("%s\n%s", error.text, content);
    xml_document_free(document);
    return content;
}

static void test_decide_signs_and_hands_over(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    char key[200], certificate[200];
    write_below("review/peer/FR-2026-000009-3", "item.xml", item_xml);
    snprintf(key, sizeof key, "%s/demo/people/finch.key", test.path);
    snprintf(certificate, sizeof certificate, "%s/demo/people/finch.pem", test.path);
    if (!TEST_COMMAND(&command_decide, test.path, &error, "FR-2026-000009-peer-2-3", "--as", "finch", "--key",
                      key, "--cert", certificate, "--outcome", "complete", "--mark", "A02=possible:same scar",
                      "--others", "not"))
        fail_msg("%s", error.text);
    char *xml = open_decision();
    assert_non_null(strstr(xml, "<mark label=\"A02\" mark=\"possible\" reason=\"same scar\"/>"));
    assert_non_null(strstr(xml, "<mark label=\"A01\" mark=\"not\"/>"));
    assert_null(strstr(xml, "P01"));
    assert_non_null(strstr(xml, "<signer>finch</signer>"));
    free(xml);
    /* The id of an earlier round is not taken for the item that lies there now. */
    assert_false(TEST_COMMAND(&command_decide, test.path, &error, "FR-2026-000009-peer-1-3", "--as", "finch",
                              "--key", key, "--cert", certificate, "--outcome", "complete"));
    assert_int_equal(error.fault, FAULT_ABSENT);
    /* What the schema refuses is never signed. */
    assert_false(TEST_COMMAND(&command_decide, test.path, &error, "review/peer/FR-2026-000009-3", "--as",
                              "finch", "--key", key, "--cert", certificate, "--outcome", "complete", "--mark",
                              "A01=perhaps"));
    assert_int_equal(error.fault, FAULT_INPUT);
}

static void test_decide_intake_with_edits(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    char key[200], certificate[200], item[1000];
    snprintf(item, sizeof item,
             "<item xmlns=\"urn:leadspool:item:1\"><docket>FR-2026-000010</docket><stage>intake</stage>"
             "<round>1</round><slot>1</slot><opened>2026-11-22T10:00:00.000Z</opened><pictures><picture "
             "label=\"S01\" sha256=\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"/>"
             "</pictures></item>");
    write_below("review/intake/FR-2026-000010", "item.xml", item);
    snprintf(key, sizeof key, "%s/demo/people/quill.key", test.path);
    snprintf(certificate, sizeof certificate, "%s/demo/people/quill.pem", test.path);
    if (!TEST_COMMAND(&command_decide, test.path, &error, "FR-2026-000010-intake-1-1", "-a", "quill", "-k",
                      key, "-c", certificate, "-o", "confirm", "--basis", "R1,R14", "--edit",
                      "crop=1,2,300,400", "--edit", "rotate=-25", "--edit", "scale=150", "--eyes",
                      "10,20,30,20.25"))
        fail_msg("%s", error.text);
    char *xml = open_decision();
    assert_non_null(strstr(xml, "<clause>R14</clause>"));
    assert_non_null(strstr(xml, "<image>e3b0c442"));
    assert_non_null(strstr(xml, "angle=\"-250\""));
    assert_non_null(strstr(xml, "percent=\"150\""));
    assert_non_null(strstr(xml, "rightY=\"20.25\""));
    free(xml);
}

static void test_release_finds_the_hold(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    char key[200], certificate[200];
    const char *item =
        "<item xmlns=\"urn:leadspool:item:1\"><docket>FR-2026-000011</docket><stage>hold</stage>"
        "<round>1</round><slot>2</slot><opened>2026-11-22T10:00:00.000Z</opened><hold>2</hold>"
        "</item>";
    write_below("hold/FR-2026-000011-2", "item.xml", item);
    snprintf(key, sizeof key, "%s/demo/people/lark.key", test.path);
    snprintf(certificate, sizeof certificate, "%s/demo/people/lark.pem", test.path);
    if (!TEST_COMMAND(&command_release, test.path, &error, "FR-2026-000011", "-a", "lark", "-k", key, "-c",
                      certificate, "--reasons", "one marked subject"))
        fail_msg("%s", error.text);
    char *xml = open_decision();
    assert_non_null(strstr(xml, "<hold>2</hold>"));
    assert_non_null(strstr(xml, "<outcome>release</outcome>"));
    free(xml);
    assert_false(TEST_COMMAND(&command_refuse, test.path, &error, "FR-2026-000012", "-a", "lark", "-k", key,
                              "-c", certificate));
    assert_int_equal(error.fault, FAULT_ABSENT);
}

static void test_tables_align_and_are_safe(void **state)
{
    (void)state;
    struct table table = TABLE_OF("NAME", ">N");
    char *printed = NULL, shown[64];
    size_t size = 0;
    FILE *file = open_memstream(&printed, &size);
    table_add(&table, "é\x1b[31m");
    table_add_whole(&table, 7);
    table_add(&table, NULL);
    table_add_whole(&table, 1234);
    assert_true(table_print(&table, file, "none", NULL));
    fclose(file);
    assert_string_equal(printed, "NAME       N\né?[31m     7\n-       1234\n");
    free(printed);
    assert_string_equal(text_shown("abcdefgh", shown, 8), "abcd…");
    /* The mark that turns a line round could make one docket look like another. */
    assert_string_equal(text_shown("a\xE2\x80\xAE"
                                   "b",
                                   shown, sizeof shown),
                        "a?b");
}

static void test_init_refuses_what_is_not_empty(void **state)
{
    (void)state;
    struct error error;
    assert_false(TEST_COMMAND(&command_init, NULL, &error, test.path));
    assert_int_equal(error.fault, FAULT_INPUT);
    assert_false(
        TEST_COMMAND(&command_init, NULL, &error, "--zone", "Nowhere/Atall", "/tmp/leadspool-never"));
    assert_int_not_equal(access("/tmp/leadspool-never", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manifest_is_valid),
        cmocka_unit_test(test_submit_drops_a_whole_packet),
        cmocka_unit_test(test_submit_refuses_wrong_usage),
        cmocka_unit_test(test_decide_signs_and_hands_over),
        cmocka_unit_test(test_decide_intake_with_edits),
        cmocka_unit_test(test_release_finds_the_hold),
        cmocka_unit_test(test_tables_align_and_are_safe),
        cmocka_unit_test(test_init_refuses_what_is_not_empty),
    };
    return cmocka_run_group_tests(tests, make_site, remove_site);
}
