/*
 * The form of a casebook, and the steps from one to the next.
 *
 * Guarantees: a step and the number it leads to are one transaction; a program never works with a form it does not know. A record that
 * cannot be read is no form: it is said.
 */
#include "casebook/format.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "casebook/event.h"

#define FORMAT "format"

static const struct format_step steps[] = {
    {1, "the record gets the number of its form, so that a program too old for it says so"},
};

bool format_get(struct transaction *transaction, int64_t *format, struct error *error)
{
    json_t *record = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, FORMAT, &record, error))
        return false;
    *format = json_whole(record, "value", 1);
    json_decref(record);
    return true;
}

static bool put(struct transaction *transaction, int64_t format, struct error *error)
{
    json_t *record = json_pack("{s:I}", "value", (json_int_t)format);
    bool done = record != NULL ? book_put(transaction, BOOK_COUNTERS, FORMAT, record, error)
                               : error_set(error, FAULT_TEMPORARY, "out of memory while noting a form");
    json_decref(record);
    return done;
}

bool format_check(struct transaction *transaction, struct error *error)
{
    char hash[DIGEST_TEXT_SIZE];
    int64_t format = 0, sequence = 0;
    if (!format_get(transaction, &format, error) || !event_head(transaction, &sequence, hash, error))
        return false;
    if (format > CASEBOOK_FORMAT)
        return error_set(
            error, FAULT_ENVIRONMENT,
            "the record is of form %lld, and this program knows forms up to %d: a newer leadspool "
            "wrote it. Install that one again; there is no way back but a backup made before the "
            "upgrade",
            (long long)format, CASEBOOK_FORMAT);
    return sequence > 0 || format == CASEBOOK_FORMAT || put(transaction, CASEBOOK_FORMAT, error);
}

const struct format_step *format_step(int64_t from)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i].from == from)
            return &steps[i];
    return NULL;
}

bool format_upgrade(struct transaction *transaction, int64_t from, const char *actor, struct error *error)
{
    char outcome[32];
    snprintf(outcome, sizeof outcome, "form-%lld", (long long)from + 1);
    const struct event event = {
        .actor = actor, .role = "administrator", .action = "record-upgraded", .outcome = outcome};
    return put(transaction, from + 1, error) && event_append(transaction, clock_now(), &event, NULL, error);
}
