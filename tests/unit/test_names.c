/*
 * Names senders may give: what we write of them, and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/names.h"
#include "base/unicode.h"

static void test_there_and_back(void **state)
{
    (void)state;
    static const struct {
        const char *name, *escaped;
    } rows[] = {
        {"till camera.jpg", "till camera.jpg"},
        {"100%.jpg", "100%25.jpg"},
        {"%2e%2e%2f", "%252e%252e%252f"},
        {"new\nline\t", "new%0Aline%09"},
        {"\xFF\xFE", "%FF%FE"},
        {"n\xC3\xA4h", "n\xC3\xA4h"},
        {"cut\xC3", "cut%C3"},
        {"\xE2\x80\xAEgnp.exe", "%E2%80%AEgnp.exe"}, /* right to left from here */
        {"a\xE2\x80\xA8z", "a%E2%80%A8z"},           /* line separator */
        {"a\xEF\xBF\xBEz", "a%EF%BF%BEz"},           /* no character, and not allowed in XML */
        {"a\xC2\x85z", "a%C2%85z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *escaped = name_escape(rows[i].name), back[256];
        assert_string_equal(escaped, rows[i].escaped);
        assert_true(name_unescape(escaped, back, sizeof back, NULL));
        assert_string_equal(back, rows[i].name);
        free(escaped);
    }
}

static void test_no_names(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", ".", "..", "%2E%2E", "a%2Fb", "a/b", "%00", "%", "%4", "%zz"};
    char name[256], longest[3 * 256 + 1];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(name_unescape(wrong[i], name, sizeof name, NULL));
    memset(longest, 'n', sizeof longest);
    longest[256] = '\0';
    assert_false(name_unescape(longest, name, sizeof name, NULL));
    longest[255] = '\0';
    assert_true(name_unescape(longest, name, sizeof name, NULL));
}

static void test_what_desktops_leave(void **state)
{
    (void)state;
    static const char *const files[] = {
        "Thumbs.db", "thumbs.db",  "Desktop.ini",      "._a.jpg",
        ".DS_Store", "~$nifest.x", ".~lock.a.odt#",    "a.jpg:Zone.Identifier",
        "._",        ".directory", "ehthumbs_vista.db"};
    static const char *const not_files[] = {"a.jpg",    "~a.jpg",   "manifest - Copy.xml", "thumbs.jpg",   "",
                                            ".~lock.a", "__MACOSX", ":Zone.Identifier",    "Thumbs.db.jpg"};
    static const char *const not_folders[] = {"Thumbs.db", "packet", "._a", "", "MACOSX"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(name_left_by_desktop(files[i], false));
    for (size_t i = 0; i < sizeof not_files / sizeof *not_files; i++)
        assert_false(name_left_by_desktop(not_files[i], false));
    for (size_t i = 0; i < sizeof not_folders / sizeof *not_folders; i++)
        assert_false(name_left_by_desktop(not_folders[i], true));
    assert_true(name_left_by_desktop("__MACOSX", true));
    assert_true(name_left_by_desktop("@eaDir", true));
}

static void test_cut(void **state)
{
    (void)state;
    assert_int_equal(name_cut("abc", 10), 3);
    assert_int_equal(name_cut("abc", 2), 2);
    assert_int_equal(name_cut("a%FFb", 3), 1);
    assert_int_equal(name_cut("a%FFb", 4), 4);
    assert_int_equal(name_cut("a\xC3\xA4", 2), 1);
    assert_int_equal(name_cut("\xF0\x9F\x98\x80", 3), 0);
    assert_int_equal(name_cut("", 3), 0);
}

/* A manifest says "é" in one character, a Mac's folder in two. */
static void test_composed_and_not(void **state)
{
    (void)state;
    static const char *const composed = "caf\xC3\xA9.jpg", *const apart = "cafe\xCC\x81.jpg";
    json_t *mac = json_pack("[{ss},{ss}]", "name", "a.jpg", "name", apart);
    json_t *both = json_pack("[{ss},{ss}]", "name", apart, "name", composed);
    json_t *twice = json_pack("[{ss},{ss}]", "name", "e\xCC\x81\xCC\xA3", "name", "e\xCC\xA3\xCC\x81");
    assert_int_equal(name_position(mac, "name", composed), 1);
    assert_int_equal(name_position(mac, "name", "cafe.jpg"), -1);
    assert_int_equal(name_position(both, "name", composed), 1);
    assert_int_equal(name_position(both, "name", apart), 0);
    assert_int_equal(name_position(twice, "name", "\xE1\xBA\xB9\xCC\x81"), -1);
    assert_int_equal(name_position(mac, "name", "%C3%A9"), -1);
    json_decref(mac);
    json_decref(both);
    json_decref(twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),      cmocka_unit_test(test_no_names),
        cmocka_unit_test(test_what_desktops_leave), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_composed_and_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
