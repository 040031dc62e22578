/*
 * Heads of the chain, for keeping elsewhere.
 *
 * Guarantees: a head says of the log exactly what `audit export` gives: number and hash of its last event then. Its file's name
 * has day and number, so that none replaces another.
 */
#include "spool/heads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "casebook/outbox.h"

#define HEAD_LAST "head"
enum { DAY_SIZE = 16 };

static const char *day_of(instant at, char day[DAY_SIZE])
{
    struct civil civil = civil_of(at);
    snprintf(day, DAY_SIZE, "%04u-%02u-%02u", (unsigned)civil.year % 10000, (unsigned)civil.month % 100,
             (unsigned)civil.day % 100);
    return day;
}

static bool add_row(struct transaction *transaction, const json_t *head, instant now, struct error *error)
{
    char name[96], day[DAY_SIZE], *text = json_canonical(head);
    snprintf(name, sizeof name, "head-%s-%lld.json", day_of(now, day),
             (long long)json_whole(head, "sequence", 0));
    json_t *row = text == NULL ? NULL
                               : json_pack("{s:s,s:s,s:s,s:[{s:s,s:s,s:b}]}", "kind", "head", "what", "head",
                                           "directory", "audit/out/heads", "files", "name", name, "text",
                                           text, "sign", 1);
    bool done = row != NULL ? outbox_add(transaction, row, now, NULL, error)
                            : error_set(error, FAULT_TEMPORARY, "out of memory while issuing a head");
    json_decref(row);
    free(text);
    return done;
}

bool heads_issue(struct transaction *transaction, const struct settings *settings, instant now, json_t **head,
                 struct error *error)
{
    char hash[DIGEST_TEXT_SIZE], at[INSTANT_TEXT_SIZE];
    int64_t sequence = 0;
    json_t *made = NULL;
    bool done = event_head(transaction, &sequence, hash, error);
    if (done) {
        made = json_pack("{s:i,s:s,s:s,s:I,s:s}", "head", 1, "site", settings->name, "at",
                         instant_text(now, at), "sequence", (json_int_t)sequence, "hash", hash);
        done = made != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while issuing a head");
    }
    done = done && book_put(transaction, BOOK_RUNS, HEAD_LAST, made, error) &&
           add_row(transaction, made, now, error);
    if (head != NULL)
        *head = json_incref(made);
    json_decref(made);
    return done;
}

/* When the log was last put out, or else began. */
static bool since(struct transaction *transaction, instant *at, struct error *error)
{
    json_t *last = NULL, *first = NULL;
    char *line = NULL;
    *at = 0;
    if (!book_get(transaction, BOOK_RUNS, HEAD_LAST, &last, error))
        return false;
    struct error none = ERROR_NONE;
    if (last == NULL && event_line(transaction, 1, &line, &none))
        json_read(line, strlen(line), &first, &none);
    instant_parse(json_text(last != NULL ? last : first, "at"), at, NULL);
    json_decref(last);
    json_decref(first);
    free(line);
    return true;
}

bool heads_daily(struct transaction *transaction, const struct settings *settings, instant now,
                 struct error *error)
{
    char today[DAY_SIZE], then[DAY_SIZE];
    instant at = 0;
    if (!since(transaction, &at, error))
        return false;
    return strcmp(day_of(at, then), day_of(now, today)) == 0 ||
           heads_issue(transaction, settings, now, NULL, error);
}
