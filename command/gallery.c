/*
 * leadspool gallery stat|list|verify|compact: what can be searched.
 *
 * verify reads the segment files itself, as the service account: they never change once written, so that
 * nobody has to wait for it. Shows no biography.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/form.h"
#include "command/gallery_compact.h"
#include "command/table.h"
#include "match/engine.h"
#include "match/segment.h"

enum {
    KEY_STATUS = 256,
    KEY_PERSON,
    KEY_UNMARKED,
    KEY_SOURCE,
    KEY_SEALED,
    KEY_FAULTY,
    KEY_CITATION,
    KEY_DRY
};

static const struct option_spec options[] = {
    {KEY_STATUS, "status", "WORD",
     "list: only pending, enrolled, unmarked, faulty, sealed or withdrawn photos"},
    {KEY_UNMARKED, "unmarked", NULL,
     "list: only photos whose eyes a person has to mark, with what is proposed"},
    {KEY_FAULTY, "faulty", NULL, "list: only photos that could not be enrolled, with the reason"},
    {KEY_SEALED, "sealed", NULL, "list: only sealed photos, with the reason and since when"},
    {KEY_PERSON, "person", "ID", "list: only photos of this person"},
    {KEY_SOURCE, "source", "WORD", "list: only photos of this source: arrest, parole or other"},
    {KEY_CITATION, "citation", "TEXT", "list: only photos held under this citation, whole"},
    {KEY_DRY, "dry-run", NULL, "compact: only say what would be done"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

struct output {
    bool json, unmarked, sealed;
    struct table table;
    json_t *total; /* of stat: status -> photos; of verify: the segments */
    json_t *first; /* of stat: the first answer, with what is under way */
};

static bool take_counts(void *context, const json_t *answer, struct error *error)
{
    struct output *output = context;
    const char *status;
    json_t *count;
    (void)error;
    if (output->first == NULL)
        output->first = json_deep_copy(answer);
    json_object_foreach(json_object_get(answer, "photos"), status, count) json_put_whole(
        output->total, status, json_whole(output->total, status, 0) + (int64_t)json_integer_value(count));
    return true;
}

static bool take_segments(void *context, const json_t *answer, struct error *error)
{
    struct output *output = context;
    (void)error;
    json_decref(output->total);
    output->total = json_incref(json_object_get(answer, "rows"));
    return true;
}

/* Pixels as docs/formats/enrolment.md wants them: "101.5,120 180.25,121". */
static const char *proposed_text(const json_t *eyes, char text[64])
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(eyes); i++) {
        long long value = json_integer_value(json_array_get(eyes, i));
        at += (size_t)snprintf(text + at, 64 - at, "%s%lld.%02lld",
                               i == 0   ? ""
                               : i == 2 ? " "
                                        : ",",
                               value / 100, value % 100);
    }
    return text;
}

/* A row of the list of what is to be marked. */
static void add_unmarked(struct table *table, const json_t *row)
{
    char when[MOMENT_SIZE], proposed[64];
    table_add(table, json_text(row, "photo"));
    table_add(table, json_text(row, "person"));
    table_add(table, moment_local(json_text(row, "capturedAt"), when));
    table_add_whole(table, json_whole(row, "confidence", 0));
    table_add(table, proposed_text(json_object_get(row, "eyesProposed"), proposed));
    table_add(table, json_text(row, "digest"));
}

/* Its status, and what became of it beside. */
static const char *status_text(const json_t *row, char text[64])
{
    const char *more = json_object_get(row, "destroyed") != NULL   ? ", destroyed"
                       : json_object_get(row, "gone") != NULL      ? ", removed"
                       : json_object_get(row, "legalHold") != NULL ? _(", on legal hold")
                                                                   : "";
    snprintf(text, 64, "%s%s", json_text(row, "status"), more);
    return text;
}

static void add_sealed(struct table *table, const json_t *row)
{
    static const char *const members[] = {"photo", "person", "source", "sealedFor", "sealEffect"};
    char when[MOMENT_SIZE], status[64];
    for (size_t m = 0; m < sizeof members / sizeof *members; m++)
        table_add(table, json_text(row, members[m]));
    table_add(table, moment_local(json_text(row, "sealedAt"), when));
    table_add(table, status_text(row, status));
}

static bool take_photos(void *context, const json_t *answer, struct error *error)
{
    static const char *const members[] = {"photo", "person", "status", "source", "segment", "fault"};
    enum { STATUS = 2 };
    char status[64];
    struct output *output = context;
    char when[MOMENT_SIZE];
    json_t *row;
    size_t i;
    json_array_foreach(json_object_get(answer, "rows"), i, row)
    {
        if (output->json) {
            if (!print_json(row, error))
                return false;
            continue;
        }
        if (output->unmarked || output->sealed) {
            (output->sealed ? add_sealed : add_unmarked)(&output->table, row);
            continue;
        }
        for (size_t m = 0; m < 4; m++)
            table_add(&output->table, m == STATUS ? status_text(row, status) : json_text(row, members[m]));
        table_add(&output->table, moment_local(json_text(row, "capturedAt"), when));
        for (size_t m = 4; m < 6; m++)
            table_add(&output->table, json_text(row, members[m]));
    }
    return true;
}

static bool list(struct site *site, json_t *arguments, bool json, struct error *error)
{
    struct output output = {.json = json,
                            .table = TABLE_OF(N_("PHOTO"), N_("PERSON"), N_("STATUS"), N_("SOURCE"),
                                              N_("CAPTURED"), N_("SEGMENT"), N_("FAULT"))};
    if (strcmp(json_text(arguments, "status"), "unmarked") == 0) {
        output.unmarked = true;
        output.table = (struct table)TABLE_OF(N_("PHOTO"), N_("PERSON"), N_("CAPTURED"), N_(">CONFIDENCE"),
                                              N_("PROPOSED"), N_("SHA256"));
    }
    const char *status = json_text(arguments, "status");
    if (strcmp(status, "sealed") == 0 || strcmp(status, "withdrawn") == 0) {
        output.sealed = true;
        output.table = (struct table)TABLE_OF(N_("PHOTO"), N_("PERSON"), N_("SOURCE"), N_("REASON"),
                                              N_("ENDS"), N_("SINCE"), N_("STATUS"));
    }
    return record_ask_all(site, "gallery-list", arguments, take_photos, &output, error) &&
           (json || table_print(&output.table, stdout, _("no photos"), error));
}

/* What is under way, or waits. */
static void print_live(const json_t *answer)
{
    const json_t *enrolment = json_object_get(answer, "enrolment"), *compaction;
    int64_t doomed = json_whole(answer, "doomed", 0);
    if (doomed > 0)
        printf(_("%-12s%lld photos, to be compacted away\n"), _("to go"), (long long)doomed);
    if (enrolment != NULL)
        printf(_("%-12s%lld of %lld photos of this round, for %s\n"), "enrolling",
               (long long)json_whole(enrolment, "done", 0), (long long)json_whole(enrolment, "total", 0),
               json_text(enrolment, "segment"));
    if ((compaction = json_object_get(answer, "compaction")) != NULL)
        printf(_("%-12s%lld of %lld photos of %lld segments\n"), "compacting",
               (long long)json_whole(compaction, "done", 0), (long long)json_whole(compaction, "total", 0),
               (long long)json_whole(compaction, "segments", 0));
}

static bool stat_gallery(struct site *site, bool json, struct error *error)
{
    struct output photos = {.total = json_object()}, segments = {0};
    struct table table = TABLE_OF(N_("SEGMENT"), N_(">TEMPLATES"), N_("ENGINE"), N_("ROOT"));
    const char *status;
    json_t *count, *segment;
    size_t i;
    bool done = record_ask_all(site, "gallery-stat", NULL, take_counts, &photos, error) &&
                record_ask_all(site, "gallery-segments", NULL, take_segments, &segments, error);
    if (done && json) {
        json_t *line = json_pack("{s:O, s:O, s:I, s:O*, s:O*}", "photos", photos.total, "segments",
                                 segments.total, "doomed", (json_int_t)json_whole(photos.first, "doomed", 0),
                                 "enrolment", json_object_get(photos.first, "enrolment"), "compaction",
                                 json_object_get(photos.first, "compaction"));
        done = line != NULL && print_json(line, error);
        json_decref(line);
    } else if (done) {
        json_object_foreach(photos.total, status, count)
            printf(_("%-12s%lld photos\n"), status, (long long)json_integer_value(count));
        print_live(photos.first);
        putchar('\n');
        json_array_foreach(segments.total, i, segment)
        {
            table_add(&table, json_text(segment, "segment"));
            table_add_whole(&table, json_whole(segment, "count", 0));
            table_add(&table, json_text(segment, "engine"));
            table_add(&table, json_text(segment, "root"));
        }
        done = table_print(&table, stdout, _("no segments: nothing can be searched yet"), error);
    }
    json_decref(photos.total);
    json_decref(photos.first);
    json_decref(segments.total);
    return done;
}

/* One segment: its bytes against the digest recorded when it was made, then every hash inside. */
static bool verify_segment(int gallery, const json_t *record, bool *gone, struct error *error)
{
    const char *name = json_text(record, "segment");
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest;
    struct segment segment;
    int file = openat(gallery, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) {
        *gone = errno == ENOENT;
        return error_system(error, "opening var/gallery/%s", name);
    }
    bool done = digest_of_file(file, &digest, NULL, error);
    if (done && strcmp(digest_text(&digest, hex), json_text(record, "digest")) != 0)
        done = error_set(error, FAULT_ENVIRONMENT, "its bytes changed since it was written");
    if (done && segment_open(file, NULL, &segment, error)) {
        done = segment_verify(&segment, error);
        if (done && segment.header->count != (uint64_t)json_whole(record, "count", 0))
            done = error_set(error, FAULT_ENVIRONMENT, "it holds %llu templates, the record says %lld",
                             (unsigned long long)segment.header->count,
                             (long long)json_whole(record, "count", 0));
        segment_close(&segment);
    } else
        done = false;
    close(file);
    return done;
}

static bool still_listed(struct site *site, const char *name)
{
    struct output segments = {0};
    struct error unread = ERROR_NONE;
    bool listed = !record_ask_all(site, "gallery-segments", NULL, take_segments, &segments, &unread) ||
                  json_find(segments.total, "segment", name) != NULL;
    json_decref(segments.total);
    return listed;
}

static bool verify(struct site *site, bool json, struct error *error)
{
    struct output segments = {0};
    json_t *record;
    size_t i, damaged = 0;
    if (!record_ask_all(site, "gallery-segments", NULL, take_segments, &segments, error))
        return false;
    int gallery = openat(site->directory, "var/gallery", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done =
        gallery >= 0 || error_system(error, "opening var/gallery; only the service account and root may");
    json_array_foreach(segments.total, i, record)
    {
        struct error problem = ERROR_NONE;
        if (!done)
            break;
        bool gone = false, whole = verify_segment(gallery, record, &gone, &problem);
        /* Compacted away between the list and here: its photos are in another file. */
        if (gone && !still_listed(site, json_text(record, "segment")))
            continue;
        damaged += whole ? 0 : 1;
        if (json) {
            json_t *line = json_pack("{s:s, s:b, s:s}", "segment", json_text(record, "segment"), "whole",
                                     whole, "problem", problem.text);
            done = line != NULL && print_json(line, error);
            json_decref(line);
        } else
            printf("%s  %s%s\n", json_text(record, "segment"), whole ? "whole" : "DAMAGED: ", problem.text);
    }
    if (gallery >= 0)
        close(gallery);
    json_decref(segments.total);
    return done && (damaged == 0 || error_set(error, FAULT_INPUT, "%zu segment(s) damaged", damaged));
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    json_t *arguments = json_object();
    struct site site;
    bool done = true, dry = false;
    int key;
    while (done && (key = option_next(&command_gallery, invocation, argc, argv, error)) > OPTION_END) {
        if (key == 'j')
            invocation->json = true;
        else if (key == KEY_UNMARKED)
            done = form_text(arguments, "status", "unmarked", error);
        else if (key == KEY_FAULTY || key == KEY_SEALED)
            done = form_text(arguments, "status", key == KEY_FAULTY ? "faulty" : "sealed", error);
        else if (key == KEY_CITATION)
            done = form_text(arguments, "citation", optarg, error);
        else if (key == KEY_DRY)
            dry = true;
        else if (key == KEY_SOURCE)
            done = form_text(arguments, "source", optarg, error);
        else
            done = form_text(arguments, key == KEY_STATUS ? "status" : "person", optarg, error);
    }
    if (!done || key != OPTION_END) {
        json_decref(arguments);
        return done && key == OPTION_HELP;
    }
    const char *what = optind + 1 == argc ? argv[optind] : "";
    bool is_list = strcmp(what, "list") == 0, is_stat = strcmp(what, "stat") == 0;
    bool is_compact = strcmp(what, "compact") == 0;
    if (!is_list && !is_stat && !is_compact && strcmp(what, "verify") != 0)
        done = error_set(error, FAULT_USAGE,
                         "say gallery stat, gallery list, gallery verify or gallery compact");
    else if (dry && !is_compact)
        done = error_set(error, FAULT_USAGE, "--dry-run is for gallery compact");
    if (done && (done = invocation_open(invocation, &site, error))) {
        done = is_list      ? list(&site, json_incref(arguments), invocation->json, error)
               : is_stat    ? stat_gallery(&site, invocation->json, error)
               : is_compact ? gallery_compact(&site, dry, invocation->json, error)
                            : verify(&site, invocation->json, error);
        invocation_close(&site);
    }
    json_decref(arguments);
    return done;
}

const struct command command_gallery = {
    .name = "gallery",
    .arguments = "stat | list [--status WORD | --unmarked | --faulty | --sealed] [--person ID] [--source "
                 "WORD] [--citation TEXT] | verify | compact [--dry-run]",
    .purpose = "Count, list, verify or compact the photos that can be searched",
    .options = options,
    .run = run,
};
