/*
 * The phases of an audit that read the books: the chain of events, then the checksum of every record.
 *
 * Guarantees: one changed event is one problem, because the chain is taken up again with the hash it states.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/audit_phases.h"
#include "casebook/event.h"

/* The hash a damaged line states, so that the chain can be taken up again behind it. */
static void hash_stated(const char *line, size_t length, char *hash)
{
    json_t *event = NULL;
    struct digest digest;
    if (json_read(line, length, &event, NULL) && digest_parse(json_text(event, "hash"), &digest))
        digest_text(&digest, hash);
    json_decref(event);
}

static bool visit_event(void *context, int64_t sequence, const char *line, size_t length, struct error *error)
{
    (void)error;
    struct audit *audit = context;
    char subject[48], text[160];
    struct error wrong = ERROR_NONE;
    if (sequence != audit->sequence + 1) {
        snprintf(subject, sizeof subject, _("event %" PRId64), audit->sequence + 1);
        snprintf(text, sizeof text, _("events %" PRId64 " to %" PRId64 " are missing"), audit->sequence + 1,
                 sequence - 1);
        audit_problem(audit, "event-missing", subject, text);
        /* The link across the gap cannot hold; what follows is checked on its own. */
        json_t *event = NULL;
        if (json_read(line, length, &event, NULL))
            snprintf(audit->hash, sizeof audit->hash, "%.64s", json_text(event, "previous"));
        json_decref(event);
    }
    if (!event_line_verify(line, length, sequence, audit->hash, audit->hash, &wrong)) {
        snprintf(subject, sizeof subject, _("event %" PRId64), sequence);
        audit_problem(audit, "event-changed", subject, wrong.text);
        hash_stated(line, length, audit->hash);
    }
    audit->sequence = sequence;
    audit_count(audit, "events", 1);
    audit->budget -= (int64_t)length + AUDIT_RECORD_COST;
    return audit->budget > 0;
}

bool audit_step_events(struct audit *audit, struct error *error)
{
    char hash[DIGEST_TEXT_SIZE];
    int64_t head = 0;
    if (!event_walk(audit->transaction, audit->sequence + 1, 0, visit_event, audit, error))
        return false;
    if (audit->budget <= 0)
        return true;
    struct error wrong = ERROR_NONE;
    if (!event_head(audit->transaction, &head, hash, &wrong))
        audit_problem(audit, "head-differs", "head", wrong.text);
    else if (head != audit->sequence || strcmp(hash, audit->hash) != 0)
        audit_problem(
            audit, "head-differs", "head",
            _("the last event is not the one the casebook recorded as its last: events at the end are "
              "missing or "
              "were replaced"));
    json_t *report_head = json_object_get(audit->report, "head");
    json_put_whole(report_head, "sequence", audit->sequence);
    json_put_text(report_head, "hash", audit->hash);
    audit_phase_next(audit);
    return true;
}

static bool visit_record(void *context, const char *key, const char *bytes, size_t length,
                         struct error *error)
{
    (void)error;
    struct audit *audit = context;
    json_t *value = NULL;
    struct error wrong = ERROR_NONE;
    if (!record_read(audit->book, key, bytes, length, &value, &wrong)) {
        char subject[AUDIT_KEY_LIMIT + 32];
        snprintf(subject, sizeof subject, "%s %s", book_name(audit->book), key);
        audit_problem(audit, "record-corrupt", subject, wrong.text);
    }
    json_decref(value);
    audit_at(audit, key, length);
    return audit->budget > 0;
}

bool audit_step_records(struct audit *audit, struct error *error)
{
    struct error wrong = ERROR_NONE;
    if (audit->book != BOOK_EVENTS &&
        !bytes_walk(audit->transaction, audit->book, "", audit->after, visit_record, audit, &wrong)) {
        if (wrong.fault != FAULT_INTERNAL && wrong.fault != FAULT_ENVIRONMENT)
            return error_set(error, wrong.fault, "%s", wrong.text);
        audit_problem(audit, "book-damaged", book_name(audit->book), wrong.text);
    }
    if (audit->budget <= 0)
        return true;
    audit->after[0] = '\0';
    if (++audit->book == BOOK_COUNT)
        audit_phase_next(audit);
    return true;
}
