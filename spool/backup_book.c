/*
 * The last backup and a restore, in the record.
 *
 * Guarantees: each is an event too, in the same transaction. Makes and reads no backup itself.
 */
#include "spool/backup_book.h"

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/event.h"

static bool note(struct transaction *transaction, const char *key, const json_t *record, instant now,
                 const struct event *event, struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    json_t *noted = json_deep_copy(record);
    bool done = (noted != NULL && json_put_text(noted, "at", instant_text(now, at))) ||
                error_set(error, FAULT_TEMPORARY, "out of memory while noting a backup");
    done = done && book_put(transaction, BOOK_RUNS, key, noted, error) &&
           event_append(transaction, now, event, NULL, error);
    json_decref(noted);
    return done;
}

bool backup_note(struct transaction *transaction, const char *actor, const json_t *record, instant now,
                 struct error *error)
{
    const struct event event = {.actor = actor,
                                .role = "service",
                                .action = "record-backed-up",
                                .object = json_text(record, "manifest")};
    return note(transaction, BACKUP_LAST, record, now, &event, error);
}

bool backup_restored_note(struct transaction *transaction, const json_t *record, instant now,
                          struct error *error)
{
    const struct event event = {.role = "service",
                                .action = "record-restored",
                                .object = json_text(record, "manifest"),
                                .clause = "R38"};
    return note(transaction, BACKUP_RESTORED, record, now, &event, error);
}

bool backup_restored_end(struct transaction *transaction, const char *actor, const char *list,
                         const char *reason, instant now, struct error *error)
{
    const struct event event = {.actor = actor,
                                .role = "service",
                                .action = "restore-completed",
                                .object = list,
                                .clause = "R38",
                                .outcome = list != NULL ? "list" : "nothing-since"};
    json_t *told =
        json_pack("{s:s,s:s*,s:s*}", "by", actor, "list", list, "reason", list == NULL ? reason : NULL);
    bool done = told != NULL ? note(transaction, "restore-told", told, now, &event, error)
                             : error_set(error, FAULT_TEMPORARY, "out of memory while noting a restore");
    json_decref(told);
    return done && book_remove(transaction, BOOK_RUNS, BACKUP_RESTORED, error);
}

bool backup_restored_why(struct transaction *transaction, struct text *words, struct error *error)
{
    json_t *record = NULL;
    if (!book_get(transaction, BOOK_RUNS, BACKUP_RESTORED, &record, error))
        return false;
    if (record != NULL)
        text_format(
            words,
            _("Nothing is searched: this record was restored from a backup that ends with event %lld, "
              "and nobody said what was sealed and destroyed after it: leadspool restore --since FILE.\n"),
            (long long)json_whole(record, "sequence", 0));
    json_decref(record);
    return true;
}
