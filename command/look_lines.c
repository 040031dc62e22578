/*
 * Reading lines of Samba's full_audit.
 *
 * Guarantees: a line is taken whole or not at all; opening a folder, or a file for its attributes alone, is no look. Does not
 * judge whose file it is.
 */
#include "command/look_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    FIELDS =
        9, /* prefix, time, account, address, operation, result, access, form, how; the path is what remains */
    READS_DATA = 0x1 /* FILE_READ_DATA, MS-SMB2 2.2.13.1.1 */
};

static bool time_of(const char *text, instant *at)
{
    struct civil civil = {0};
    int end = 0;
    if (sscanf(text, "%4d/%2d/%2d %2d:%2d:%2d%n", &civil.year, &civil.month, &civil.day, &civil.hour,
               &civil.minute, &civil.second, &end) != 6 ||
        text[end] != '\0' || civil.year < 2000 || civil.month < 1 || civil.month > 12 || civil.day < 1 ||
        civil.day > 31 || civil.hour < 0 || civil.hour > 23 || civil.minute < 0 || civil.minute > 59 ||
        civil.second < 0 || civil.second > 60)
        return false;
    *at = instant_of_civil(civil);
    return true;
}

static json_t *read_fields(char *fields[FIELDS], const char *path)
{
    instant at = 0;
    char utc[INSTANT_TEXT_SIZE];
    const char *below = NULL;
    for (const char *found = path; (found = strstr(found, "/out/")) != NULL; found++)
        below = found + strlen("/out/");
    if (strcmp(fields[4], "create_file") != 0 || strcmp(fields[5], "ok") != 0 ||
        strcmp(fields[7], "file") != 0 || (strtoul(fields[6], NULL, 16) & READS_DATA) == 0 || below == NULL ||
        *fields[2] == '\0' || !time_of(fields[1], &at))
        return NULL;
    return json_pack("{s:s,s:s,s:s}", "at", instant_text(at, utc), "account", fields[2], "path", below);
}

json_t *look_line(const char *line)
{
    const char *start = strstr(line, "leadspool|");
    char *copy = start == NULL ? NULL : strdup(start), *rest = copy;
    char *fields[FIELDS] = {NULL};
    size_t count = 0;
    if (copy == NULL)
        return NULL;
    copy[strcspn(copy, "\r\n")] = '\0';
    while (count < FIELDS && rest != NULL) {
        char *bar = strchr(rest, '|');
        fields[count++] = rest;
        if (bar != NULL)
            *bar = '\0';
        rest = bar == NULL ? NULL : bar + 1;
    }
    json_t *look = rest == NULL ? NULL : read_fields(fields, rest);
    free(copy);
    return look;
}
