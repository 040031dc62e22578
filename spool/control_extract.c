/*
 * `leadspool audit extract`: a focused audit, gathered in slices and issued as a document with the records themselves
 * (R52 R53).
 *
 * Guarantees: a slice is a few milliseconds of the committer's time. The lines of events.jsonl are those that were
 * hashed, byte for byte; dockets.jsonl and decisions.jsonl hold the records these events are about, as they stand when
 * the extract is issued. Each file is in the vault, and named with its digest in the extract, before anything is
 * published. One extract at a time is kept here between questions; one nobody went on with is dropped for the next.
 * All of this runs on the one thread of the committer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/event.h"
#include "report/extract.h"
#include "report/extract_issue.h"
#include "review/tours.h"
#include "spool/control_parts.h"

enum { RECORDS_SLICE = 64 };

static struct gathering {
    uint64_t number;
    json_t *facts, *dockets, *decisions; /* the latter two: objects, key -> true, as first met */
    char docket[64], person[64], reason[1024];
    bool any_docket, any_person;
    instant from, until;
    int64_t next;    /* event to go on with; 0: all were read */
    size_t reported; /* records written so far, dockets first */
    struct text events, records, judgements;
} now_gathering;

static void forget(void)
{
    struct gathering *gathering = &now_gathering;
    json_decref(gathering->facts);
    json_decref(gathering->dockets);
    json_decref(gathering->decisions);
    text_free(&gathering->events);
    text_free(&gathering->records);
    text_free(&gathering->judgements);
    *gathering = (struct gathering){.number = gathering->number};
}

static bool may_ask(const struct control_asker *asker, struct error *error)
{
    return asker->service || person_has(asker->person, ROLE_INTEGRITY) ||
           person_has(asker->person, ROLE_INTERNAL_AFFAIRS) ||
           error_set(error, FAULT_REFUSED,
                     "%s may not ask for audit-extract: only integrity and internal affairs may (R52)",
                     asker->name);
}

static bool read_days(const struct control_question *question, struct gathering *gathering,
                      struct error *error)
{
    char after[TOUR_DATE_SIZE];
    const char *from = json_text_or_null(question->arguments, "from"),
               *to = json_text_or_null(question->arguments, "to");
    gathering->from = 0;
    gathering->until = question->context->now + 1;
    if ((from != NULL && !tour_day_begins(from, &gathering->from)) ||
        (to != NULL && !(tour_date_shift(to, 1, after) && tour_day_begins(after, &gathering->until))))
        return error_set(error, FAULT_INPUT, "\"%s\" is no day: write 2026-01-31", from != NULL ? from : to);
    return gathering->from < gathering->until ||
           error_set(error, FAULT_INPUT, "%s is before %s: the first day comes first", to, from);
}

static bool begin(const struct control_question *question, struct error *error)
{
    struct gathering *gathering = &now_gathering;
    const char *docket = json_text_or_null(question->arguments, "docket"),
               *person = json_text_or_null(question->arguments, "person"),
               *reason = json_text(question->arguments, "reason");
    if (!may_ask(question->asker, error))
        return false;
    if (reason[strspn(reason, " \t")] == '\0')
        return error_set(error, FAULT_USAGE,
                         "say --reason TEXT: what the audit is for is recorded with it (R32 R53)");
    if (docket == NULL && person == NULL && json_text_or_null(question->arguments, "from") == NULL)
        return error_set(error, FAULT_USAGE, "say what the audit is about: --docket, --person or --from");
    forget();
    if (!read_days(question, gathering, error))
        return false;
    gathering->number++;
    gathering->any_docket = docket == NULL;
    gathering->any_person = person == NULL;
    snprintf(gathering->docket, sizeof gathering->docket, "%s", docket == NULL ? "" : docket);
    snprintf(gathering->person, sizeof gathering->person, "%s", person == NULL ? "" : person);
    snprintf(gathering->reason, sizeof gathering->reason, "%s", reason);
    gathering->next = 1;
    gathering->facts = extract_facts();
    gathering->dockets = json_object();
    gathering->decisions = json_object();
    return (gathering->facts != NULL && gathering->dockets != NULL && gathering->decisions != NULL) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while making an extract");
}

static bool take_event(void *context, int64_t sequence, const char *line, size_t length, struct error *error)
{
    struct gathering *gathering = context;
    const struct extract_query query = {.docket = gathering->any_docket ? NULL : gathering->docket,
                                        .person = gathering->any_person ? NULL : gathering->person,
                                        .from = gathering->from,
                                        .until = gathering->until};
    json_t *event = NULL;
    gathering->next = sequence + 1;
    if (!json_read(line, length, &event, error))
        return false;
    bool done = true;
    if (extract_wants(&query, event)) {
        const char *docket = json_text_or_null(event, "docket"), *object = json_text_or_null(event, "object");
        text_add_bytes(&gathering->events, line, length);
        text_add(&gathering->events, "\n");
        done = extract_add(gathering->facts, event, error) &&
               (docket == NULL || json_put_flag(gathering->dockets, docket, true)) &&
               (object == NULL || strncmp(json_text(event, "action"), "decision-", 9) != 0 ||
                json_put_flag(gathering->decisions, object, true));
    }
    json_decref(event);
    return done;
}

/* The record as one canonical line; one that is gone meanwhile leaves none. */
static bool add_record(struct control_question *question, enum book book, const char *key, struct text *lines,
                       struct error *error)
{
    json_t *record = NULL;
    if (!book_get(question->transaction, book, key, &record, error))
        return false;
    char *line = record == NULL ? NULL : json_canonical(record);
    if (line != NULL) {
        text_add(lines, line);
        text_add(lines, "\n");
    }
    bool done = record == NULL || line != NULL ||
                error_set(error, FAULT_TEMPORARY, "out of memory while making an extract");
    free(line);
    json_decref(record);
    return done;
}

/* Up to `most` of the keys from the `first` on. */
static bool add_records(struct control_question *question, enum book book, json_t *keys, size_t first,
                        size_t most, struct text *lines, struct error *error)
{
    const char *key;
    json_t *value;
    size_t at = 0;
    json_object_foreach(keys, key, value)
    {
        if (at >= first && at < first + most && !add_record(question, book, key, lines, error))
            return false;
        at++;
    }
    return true;
}

static bool add_file(struct control_question *question, const char *name, struct text *lines, json_t *files,
                     json_t *said, struct error *error)
{
    struct digest digest;
    char hex[DIGEST_TEXT_SIZE];
    const char *bytes = lines->bytes == NULL ? "" : lines->bytes;
    if (!text_done(lines, error) ||
        !vault_put_bytes(question->context->vault, bytes, lines->length, &digest, error) ||
        !vault_reference(question->transaction, &digest, lines->length, "extract", error))
        return false;
    digest_text(&digest, hex);
    return (json_array_append_new(files, json_pack("{ss,ss,sb}", "name", name, "digest", hex, "sign", 1)) ==
                0 &&
            json_array_append_new(said, json_pack("{ss,ss,sI}", "name", name, "sha256", hex, "bytes",
                                                  (json_int_t)lines->length)) == 0) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while making an extract");
}

static bool put_question(const struct control_question *question, const struct gathering *gathering,
                         struct error *error)
{
    char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE], hash[DIGEST_TEXT_SIZE];
    int64_t head = 0;
    json_t *asked = json_object_at(gathering->facts, "asked");
    if (!event_head(question->transaction, &head, hash, error))
        return false;
    bool put = asked != NULL && json_put_text(asked, "by", question->asker->name) &&
               json_put_text(asked, "reason", gathering->reason) &&
               json_put_text(asked, "docket", gathering->any_docket ? NULL : gathering->docket) &&
               json_put_text(asked, "person", gathering->any_person ? NULL : gathering->person) &&
               json_put_text(asked, "until", instant_text(gathering->until, until)) &&
               (gathering->from == 0 || json_put_text(asked, "from", instant_text(gathering->from, from))) &&
               json_put(gathering->facts, "head",
                        json_pack("{s:I,s:s}", "sequence", (json_int_t)head, "hash", hash)) &&
               json_put_whole(gathering->facts, "dockets", (int64_t)json_object_size(gathering->dockets)) &&
               json_put_whole(gathering->facts, "decisions", (int64_t)json_object_size(gathering->decisions));
    return put || error_set(error, FAULT_TEMPORARY, "out of memory while making an extract");
}

static bool issue(struct control_question *question, struct error *error)
{
    struct gathering *gathering = &now_gathering;
    const struct digest reason = digest_of(gathering->reason, strlen(gathering->reason));
    char directory[EXTRACT_DIRECTORY_SIZE], hex[DIGEST_TEXT_SIZE];
    json_t *files = json_array(), *said = json_array_at(gathering->facts, "files");
    digest_text(&reason, hex);
    const struct extract extract = {.name = "extract",
                                    .file = "extract",
                                    .job = "render-extract",
                                    .action = "extract-issued",
                                    .outcome = gathering->any_person ? "done" : gathering->person,
                                    .docket = gathering->any_docket ? NULL : gathering->docket,
                                    .object = hex,
                                    .files = files};
    bool done =
        put_question(question, gathering, error) &&
        add_file(question, "events.jsonl", &gathering->events, files, said, error) &&
        add_file(question, "dockets.jsonl", &gathering->records, files, said, error) &&
        add_file(question, "decisions.jsonl", &gathering->judgements, files, said, error) &&
        extract_issue(question->transaction, question->context->site->settings, &extract, gathering->facts,
                      question->asker->name, question->context->now, directory, error) &&
        control_put(question, "extract", json_incref(gathering->facts), error) &&
        control_put(question, "directory", json_string(directory), error);
    json_decref(files);
    forget();
    return done;
}

/* Events first, then the records they are about; *finished when all of it is there. */
static bool gather(struct control_question *question, bool *finished, struct error *error)
{
    struct gathering *gathering = &now_gathering;
    *finished = false;
    if (gathering->next > 0) {
        int64_t before = gathering->next;
        if (!event_walk(question->transaction, gathering->next, CONTROL_SLICE, take_event, gathering, error))
            return false;
        if (gathering->next - before < CONTROL_SLICE)
            gathering->next = 0;
        return true;
    }
    size_t dockets = json_object_size(gathering->dockets), decisions = json_object_size(gathering->decisions);
    size_t first = gathering->reported;
    gathering->reported += RECORDS_SLICE;
    *finished = gathering->reported >= dockets + decisions;
    /* A slice that spans the end of the one list goes on with the other. */
    size_t skipped = first > dockets ? first - dockets : 0, rest = dockets > first ? dockets - first : 0;
    return add_records(question, BOOK_DOCKETS, gathering->dockets, first, RECORDS_SLICE, &gathering->records,
                       error) &&
           (rest >= RECORDS_SLICE || add_records(question, BOOK_DECISIONS, gathering->decisions, skipped,
                                                 RECORDS_SLICE - rest, &gathering->judgements, error));
}

bool control_audit_extract(struct control_question *question, struct error *error)
{
    char token[32];
    bool finished = false;
    const char *more = json_text_or_null(question->arguments, "more");
    if (more == NULL && !begin(question, error))
        return false;
    if (more != NULL && (now_gathering.facts == NULL || strtoull(more, NULL, 10) != now_gathering.number))
        return error_set(
            error, FAULT_INPUT,
            "this extract is gone: the daemon was started anew, or another was begun meanwhile; start "
            "it again");
    if (!gather(question, &finished, error))
        return false;
    if (finished)
        return issue(question, error);
    snprintf(token, sizeof token, "%" PRIu64, now_gathering.number);
    return control_more(question, token, error);
}
