/*
 * leadspool audit import-looks: who opened which document over Samba, into the record (R32).
 *
 * Guarantees: lines that say something else are passed over and counted; the record leaves out what it has, so the same
 * file may be read again after anything went wrong.
 */
#include "command/audit_looks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/look_lines.h"

enum { TOGETHER = 64, LINE_MOST = 700 }; /* a question at the socket has 64 KiB */

struct import {
    struct site *site;
    json_t *looks; /* read, not handed over yet */
    long long lines, recorded, known, others;
};

static bool hand_over(struct import *import, struct error *error)
{
    json_t *answer = NULL;
    if (json_array_size(import->looks) == 0)
        return true;
    bool done =
        record_ask(import->site, "audit-looks", json_pack("{s:O}", "looks", import->looks), &answer, error);
    import->recorded += json_whole(answer, "recorded", 0);
    import->known += json_whole(answer, "known", 0);
    import->others += json_whole(answer, "others", 0);
    json_decref(answer);
    json_array_clear(import->looks);
    return done;
}

static bool read_lines(struct import *import, FILE *file, struct error *error)
{
    char *line = NULL;
    size_t size = 0;
    bool done = true;
    while (done && getline(&line, &size, file) >= 0) {
        json_t *look = strlen(line) > LINE_MOST ? NULL : look_line(line);
        import->lines++;
        import->others += look == NULL ? 1 : 0;
        if (look != NULL)
            json_array_append_new(import->looks, look);
        if (json_array_size(import->looks) >= TOGETHER)
            done = hand_over(import, error);
    }
    free(line);
    if (done && ferror(file) != 0)
        done = error_system(error, "reading the lines");
    return done && hand_over(import, error);
}

bool audit_import_looks(struct site *site, const char *path, bool json, struct error *error)
{
    struct import import = {.site = site, .looks = json_array()};
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "re");
    bool done = file != NULL ? read_lines(&import, file, error) : error_system(error, "opening %s", path);
    if (file != NULL && !standard)
        fclose(file);
    json_decref(import.looks);
    if (done && json) {
        json_t *answer = json_pack("{s:I,s:I,s:I,s:I}", "lines", (json_int_t)import.lines, "recorded",
                                   (json_int_t)import.recorded, "known", (json_int_t)import.known, "others",
                                   (json_int_t)import.others);
        done = print_json(answer, error);
        json_decref(answer);
    } else if (done) {
        printf(_("%lld lines: %lld looks recorded, %lld recorded before, %lld about something else\n"),
               import.lines, import.recorded, import.known, import.others);
    }
    return done;
}
