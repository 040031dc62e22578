/*
 * Fixed texts in another language: looked up, formatted, counted; formats of errors too; English stays what it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/language.h"
#include "base/text.h"

/* Polish counts in three forms. Made where the program looks: below the folder it lies in. */
static const char polish[] =
    "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n"
    "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : "
    "2);\\n\"\n"
    "msgid \"Docket\"\nmsgstr \"Teczka\"\n"
    "msgid \"no person %s\"\nmsgstr \"nie ma osoby %s\"\n"
    "msgid \"%lu item waits\"\nmsgid_plural \"%lu items wait\"\n"
    "msgstr[0] \"%lu pozycja\"\nmsgstr[1] \"%lu pozycje\"\nmsgstr[2] \"%lu pozycji\"\n";

static int make_polish(void **state)
{
    (void)state;
    char program[3000], command[8000];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(length > 0);
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    snprintf(command, sizeof command,
             "mkdir -p %s/share/leadspool/locale/pl_PL/LC_MESSAGES && "
             "msgfmt -o %s/share/leadspool/locale/pl_PL/LC_MESSAGES/leadspool.mo -",
             program, program);
    FILE *pipe = popen(command, "w"); /* NOLINT(cert-env33-c): a fixed command */
    assert_non_null(pipe);
    fputs(polish, pipe);
    return pclose(pipe);
}

static void english_is_what_stands_there(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    assert_true(language_choose("en", &error));
    assert_string_equal(language_tag(), "en");
    assert_string_equal(_("Docket"), "Docket");
    assert_string_equal(language_plural("%lu item waits", "%lu items wait", 1), "%lu item waits");
    assert_string_equal(language_plural("%lu item waits", "%lu items wait", 0), "%lu items wait");
}

static void another_language_is_looked_up(void **state)
{
    (void)state;
    struct error error = ERROR_NONE;
    setenv("LANGUAGE", "en", 1); /* of whoever started the program: of no account */
    assert_true(language_choose("pl_PL", &error));
    assert_string_equal(language_tag(), "pl-PL");
    assert_string_equal(_("Docket"), "Teczka");
    assert_string_equal(_("Exhibit"), "Exhibit");
    assert_string_equal(_(""), "");
    error_set(&error, FAULT_ABSENT, "no person %s", "quill");
    assert_string_equal(error.text, "nie ma osoby quill");
    static const struct {
        unsigned long count;
        const char *words;
    } counts[] = {
        {1, "1 pozycja"}, {3, "3 pozycje"}, {5, "5 pozycji"}, {12, "12 pozycji"}, {22, "22 pozycje"}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        char *text = text_formatted(language_plural("%lu item waits", "%lu items wait", counts[i].count),
                                    counts[i].count);
        assert_string_equal(text, counts[i].words);
        free(text);
    }
    assert_true(language_choose("en", &error));
    assert_string_equal(_("Docket"), "Docket");
}

static void a_language_that_is_not_there_is_refused(void **state)
{
    (void)state;
    static const char *const absent[] = {"tlh", "../pl_PL", "an unreasonably long name of a language"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        struct error error = ERROR_NONE;
        assert_false(language_choose(absent[i], &error));
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        assert_non_null(strstr(error.text, "there is no translation"));
        assert_string_equal(language_tag(), "en");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_is_what_stands_there),
        cmocka_unit_test(another_language_is_looked_up),
        cmocka_unit_test(a_language_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, make_polish, NULL);
}
