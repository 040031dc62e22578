/*
 * The log of redactions as a table for spreadsheets (RFC 4180).
 *
 * Guarantees: every field is quoted, so that no text ends a field or a line; a text that a spreadsheet would compute begins
 * with an apostrophe.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "report/foil_pages.h"

static void add_field(struct text *csv, const char *value, bool last)
{
    text_add(csv, "\"");
    if (*value != '\0' && strchr("=+-@\t\r", *value) != NULL)
        text_add(csv, "'");
    for (const char *at = value; *at != '\0'; at++)
        text_add_bytes(csv, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    text_add(csv, last ? "\"\r\n" : "\",");
}

bool foil_log_csv(const json_t *entries, struct text *csv)
{
    static const char *const columns[] = {"number",    "document", "title",    "docket",  "page",
                                          "exemption", "reason",   "proposed", "drawnBy", "readBy"};
    const size_t count = sizeof columns / sizeof columns[0];
    size_t index;
    const json_t *entry;
    for (size_t i = 0; i < count; i++)
        add_field(csv, columns[i], i + 1 == count);
    json_array_foreach((json_t *)(uintptr_t)entries, index, entry)
    {
        for (size_t i = 0; i < count; i++) {
            char number[24];
            snprintf(number, sizeof number, "%lld", (long long)json_whole(entry, columns[i], 0));
            add_field(csv,
                      json_is_integer(json_object_get(entry, columns[i])) ? number
                                                                          : json_text(entry, columns[i]),
                      i + 1 == count);
        }
    }
    return !csv->failed;
}
