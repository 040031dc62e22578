/*
 * `leadspool audit verify|export|head`, in slices.
 *
 * Guarantees: a slice is a few milliseconds of the committer's time. A check goes on over many questions, so
 * it is kept here between them, under a token the asker hands back; one nobody went on with is dropped for
 * the next that needs its place. All of this runs on the one thread of the committer. Checks nothing itself:
 * casebook/audit.c does.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/audit.h"
#include "casebook/chain_break.h"
#include "casebook/event.h"
#include "casebook/published.h"
#include "spool/control_parts.h"
#include "spool/heads.h"

enum { CHECKS_MOST = 4, VERIFY_BUDGET = 2 << 20, EXPORT_BUDGET = 256 << 10 };

static struct check {
    struct audit *audit;
    uint64_t number;
    instant used;
} checks[CHECKS_MOST];

static void check_drop(struct check *check)
{
    audit_end(check->audit);
    *check = (struct check){0};
}

static bool check_begin(struct control_question *question, struct check **begun, struct error *error)
{
    static uint64_t numbers;
    struct check *place = &checks[0];
    for (size_t i = 1; i < CHECKS_MOST && place->audit != NULL; i++)
        if (checks[i].audit == NULL || checks[i].used < place->used)
            place = &checks[i];
    if (place->audit != NULL)
        check_drop(place);
    int gallery =
        openat(question->context->site->directory, "var/gallery", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (gallery < 0)
        return error_system(error, "opening the gallery");
    if (!audit_begin(question->context->vault, &place->audit, error)) {
        close(gallery);
        return false;
    }
    audit_gallery(place->audit, gallery);
    place->number = ++numbers;
    *begun = place;
    return true;
}

static bool check_find(const char *token, struct check **found, struct error *error)
{
    uint64_t number = strtoull(token, NULL, 10);
    for (size_t i = 0; i < CHECKS_MOST; i++)
        if (checks[i].audit != NULL && checks[i].number == number) {
            *found = &checks[i];
            return true;
        }
    return error_set(error, FAULT_INPUT,
                     "this check is gone: the daemon was started anew, or several others ran meanwhile; "
                     "start it again");
}

/* Found by a check and not mended yet: an alarm until another check finds nothing. What is wrong with the chain is
   chain_break's. */
static bool note_problems(struct control_question *question, const json_t *report, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    const json_t *problem, *first = NULL;
    size_t i, count = (size_t)json_whole(report, "more", 0);
    json_array_foreach(json_object_get(report, "problems"), i, problem)
    {
        if (chain_break_is(problem))
            continue;
        count++;
        first = first == NULL ? problem : first;
    }
    if (first == NULL)
        return book_remove(question->transaction, BOOK_RUNS, CONTROL_VERIFIED, error);
    json_t *record = json_pack("{s:s,s:I,s:O}", "at", instant_text(question->context->now, at), "problems",
                               (json_int_t)count, "first", first);
    bool done = record != NULL
                    ? book_put(question->transaction, BOOK_RUNS, CONTROL_VERIFIED, record, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while noting what a check found");
    json_decref(record);
    return done;
}

bool control_audit_verify(struct control_question *question, struct error *error)
{
    char token[32];
    const char *more = json_text_or_null(question->arguments, "more");
    struct check *check = NULL;
    bool finished = false, changed = false;
    if (!(more == NULL ? check_begin(question, &check, error) : check_find(more, &check, error)))
        return false;
    check->used = question->context->now;
    snprintf(token, sizeof token, "%" PRIu64, check->number);
    if (!audit_step(check->audit, question->transaction, VERIFY_BUDGET, &finished, error)) {
        check_drop(check);
        return false;
    }
    bool done = control_put(question, "report", json_deep_copy(audit_report(check->audit)), error);
    if (done && finished)
        done = note_problems(question, audit_report(check->audit), error) &&
               chain_break_note(question->transaction, audit_report(check->audit), question->context->now,
                                &changed, error) &&
               (!changed || control_put(question, "wake", json_true(), error));
    if (finished || !done)
        check_drop(check);
    return done && (finished || control_more(question, token, error));
}

/* Events leave as the exact lines that were hashed, in one text a slice. */
bool control_audit_export(struct control_question *question, struct error *error)
{
    char token[32], hash[DIGEST_TEXT_SIZE];
    struct text lines = TEXT_EMPTY;
    const char *more = json_text_or_null(question->arguments, "more");
    int64_t from = more != NULL ? strtoll(more, NULL, 10) : json_whole(question->arguments, "from", 1);
    int64_t next = 0, last = 0;
    bool done = event_head(question->transaction, &last, hash, error) &&
                audit_export(question->transaction, from, EXPORT_BUDGET, &lines, &next, error) &&
                text_done(&lines, error) &&
                control_put(question, "lines", json_stringn(lines.bytes, lines.length), error);
    if (done && next > 0) {
        snprintf(token, sizeof token, "%" PRId64, next);
        done = control_more(question, token, error);
    }
    text_free(&lines);
    return done && control_put(question, "head",
                               json_pack("{s:I, s:s}", "sequence", (json_int_t)last, "hash", hash), error);
}

bool control_audit_published(struct control_question *question, struct error *error)
{
    char *next = NULL;
    json_t *files = json_array();
    bool done =
        control_put(question, "files", files, error) &&
        (json_text_or_null(question->arguments, "more") != NULL || control_status_files(question, error)) &&
        published_list(question->transaction, json_text_or_null(question->arguments, "more"), CONTROL_SLICE,
                       files, &next, error) &&
        (next == NULL || control_more(question, next, error));
    free(next);
    return done;
}

bool control_audit_head(struct control_question *question, struct error *error)
{
    json_t *head = NULL;
    bool done = heads_issue(question->transaction, question->context->site->settings, question->context->now,
                            &head, error);
    return control_put(question, "head", head == NULL ? json_null() : head, error) && done &&
           control_put(question, "wake", json_true(), error);
}
