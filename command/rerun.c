/*
 * leadspool rerun: a search made again from its record, and whether the same came out.
 *
 * Prints what the record answers, or what rerun_volume.c computes of a volume of discovery. Ends with success only when nothing differs.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/inquiry.h"
#include "command/rerun_volume.h"
#include "command/table.h"

enum { KEY_VOLUME = 256 };

static const struct option_spec options[] = {
    {'r', "reason", "TEXT", "why you look at a docket you are not assigned to; recorded"},
    {KEY_VOLUME, "volume", "FOLDER", "instead: compute the scores of an opened volume of discovery again"},
    {'j', "json", NULL, "one JSON object a line"},
    {0, NULL, NULL, NULL},
};

static bool print_rows(const json_t *rows, struct error *error)
{
    struct table table = TABLE_OF(N_(">RANK"), N_("PHOTO"), N_("PERSON"), N_(">SCORE"));
    char rank[24], score[32];
    const json_t *row;
    size_t i;
    json_array_foreach(rows, i, row)
    {
        int64_t millionths = json_whole(row, "score", 0);
        snprintf(rank, sizeof rank, "%lld", (long long)json_whole(row, "rank", 0));
        snprintf(score, sizeof score, "%s%lld.%06lld", millionths < 0 ? "-" : "",
                 (long long)((millionths < 0 ? -millionths : millionths) / 1000000),
                 (long long)((millionths < 0 ? -millionths : millionths) % 1000000));
        table_add(&table, rank);
        table_add(&table, json_text(row, "photo"));
        table_add(&table, json_text(row, "person"));
        table_add(&table, score);
    }
    putchar('\n');
    return table_print(&table, stdout, NULL, error);
}

static bool print_answer(const json_t *answer, struct error *error)
{
    char when[MOMENT_SIZE];
    const json_t *engine = json_object_get(answer, "engine");
    printf(_("Search %s of %s: %lld photos, %lld persons, %s version %s.\n%s\n"), json_text(answer, "search"),
           moment_local(json_text(answer, "at"), when), (long long)json_whole(answer, "photos", 0),
           (long long)json_whole(answer, "persons", 0), json_text(engine, "id"), json_text(engine, "version"),
           json_text(answer, "text"));
    if (json_text_or_null(answer, "withheld") != NULL)
        printf(_("The list is not shown: %s.\n"), json_text(answer, "withheld"));
    if (json_object_get(answer, "rows") != NULL && !print_rows(json_object_get(answer, "rows"), error))
        return false;
    return strcmp(json_text(answer, "outcome"), "differs") != 0 ||
           error_set(error, FAULT_INTERNAL, "the search cannot be reproduced");
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    static const struct inquiry inquiry = {.command = &command_rerun,
                                           .missing = "say a docket or a search, such as FR-2026-000001/1",
                                           .apart = true,
                                           .print = print_answer};
    /* With a volume nothing else is asked: no record, no site. */
    for (int i = optind; i + 1 < argc; i++)
        if (strcmp(argv[i], "--volume") == 0) {
            for (int j = optind; j < argc; j++)
                invocation->json = invocation->json || strcmp(argv[j], "-j") == 0;
            return rerun_volume(argv[i + 1], invocation->json, error);
        }
    return inquiry_run(&inquiry, invocation, argc, argv, error);
}

const struct command command_rerun = {
    .name = "rerun",
    .arguments = "[--reason TEXT] DOCKET[/N]… | - | --volume FOLDER",
    .purpose = "Make a search again from its record and say whether the same comes out",
    .options = options,
    .run = run,
};
