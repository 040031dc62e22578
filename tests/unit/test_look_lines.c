/*
 * Lines of Samba's full_audit: which tell of a look, and what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "command/look_lines.h"

#define READ "leadspool|2026/11/23 00:13:27|imogen|10.1.2.3|create_file|ok|0x120089|file|open|"
#define PATH "/srv/leadspool/out/precinct-014/FR-2026-000001/receipt-1.xml"

static void test_looks(void **state)
{
    (void)state;
    static const struct {
        const char *line, *at, *account, *path;
    } TABLE[] = {
        {READ PATH "\n", "2026-11-23T05:13:27.000Z", "imogen", "precinct-014/FR-2026-000001/receipt-1.xml"},
        {"Nov 23 00:13:27 files smbd_audit[812]: " READ PATH, "2026-11-23T05:13:27.000Z", "imogen",
         "precinct-014/FR-2026-000001/receipt-1.xml"},
        {READ "/out/srv/out/a/b|c.pdf", "2026-11-23T05:13:27.000Z", "imogen", "a/b|c.pdf"},
        {"leadspool|2026/07/01 12:00:00|DEPT\\lane|::1|create_file|ok|0x1|file|open|/s/out/a/b",
         "2026-07-01T16:00:00.000Z", "DEPT\\lane", "a/b"},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        json_t *look = look_line(TABLE[i].line);
        assert_non_null(look);
        assert_string_equal(json_text(look, "at"), TABLE[i].at);
        assert_string_equal(json_text(look, "account"), TABLE[i].account);
        assert_string_equal(json_text(look, "path"), TABLE[i].path);
        json_decref(look);
    }
}

static void test_other_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "leadspool|",
        "../../source3/modules/vfs_full_audit.c:643(do_log)",
        READ, /* no path */
        READ "/srv/leadspool/in/precinct-014/x",
        "leadspool|2026/11/23 00:13:27|imogen|10.1.2.3|create_file|ok|0x80|file|open|" PATH, /* its attributes */
        "leadspool|2026/11/23 00:13:27|imogen|10.1.2.3|create_file|ok|0x81|dir|open|" PATH, /* a folder */
        "leadspool|2026/11/23 00:13:27|imogen|10.1.2.3|create_file|fail (x)|0x1|file|open|" PATH,
        "leadspool|2026/11/23 00:13:27|imogen|10.1.2.3|close|ok|0x1|file|open|" PATH,
        "leadspool|2026/13/23 00:13:27|imogen|10.1.2.3|create_file|ok|0x1|file|open|" PATH,
        "leadspool|yesterday|imogen|10.1.2.3|create_file|ok|0x1|file|open|" PATH,
        "leadspool|2026/11/23 00:13:27||10.1.2.3|create_file|ok|0x1|file|open|" PATH,
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_null(look_line(lines[i]));
}

int main(void)
{
    struct error error = ERROR_NONE;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_looks), cmocka_unit_test(test_other_lines)};
    if (!zone_use("America/New_York", &error))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
