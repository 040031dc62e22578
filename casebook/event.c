/*
 * Appending, reading and verifying events.
 *
 * Guarantees: numbers have no gaps, because the head (number and hash of the last event) is a counter record
 * written in the same transaction; an aborted transaction leaves neither event nor head. The line stored is
 * the line exported: its exact bytes are what is hashed.
 * Does not decide what is an event, and keeps out prose by construction (struct event in event.h).
 */
#include "casebook/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "casebook/internal.h"

const char event_no_hash[DIGEST_TEXT_SIZE] =
    "0000000000000000000000000000000000000000000000000000000000000000";

enum { KEY_SIZE = 24 };

static void key_write(int64_t sequence, char *key)
{
    snprintf(key, KEY_SIZE, "%016" PRId64, sequence);
}

/* One word of printable ASCII in `word` (EVENT_FIELD_LIMIT + 4 bytes). */
static void word_write(const char *value, char *word)
{
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0' && used < EVENT_FIELD_LIMIT;
         at++) {
        bool plain = *at > ' ' && *at < 0x7F && *at != '"' && *at != '\\' && *at != '%';
        if (plain)
            word[used++] = (char)*at;
        else
            used += (size_t)snprintf(word + used, 4, "%%%02X", *at);
    }
    word[used] = '\0';
}

static bool word_put(json_t *line, const char *key, const char *value, const char *otherwise)
{
    char word[EVENT_FIELD_LIMIT + 4];
    if (value == NULL || value[0] == '\0')
        value = otherwise;
    if (value == NULL)
        return true;
    word_write(value, word);
    return json_put_text(line, key, word);
}

bool event_head(struct transaction *transaction, int64_t *sequence, char *hash, struct error *error)
{
    json_t *head = NULL;
    if (!book_get(transaction, BOOK_COUNTERS, "head", &head, error))
        return error_context(error, "reading the head of the events");
    *sequence = json_whole(head, "sequence", 0);
    const char *text = head == NULL ? event_no_hash : json_text(head, "hash");
    bool done = strlen(text) == DIGEST_TEXT_SIZE - 1;
    if (done)
        memcpy(hash, text, DIGEST_TEXT_SIZE);
    else
        error_set(error, FAULT_ENVIRONMENT,
                  "the head of the events names no hash: restore the casebook from a "
                  "backup");
    json_decref(head);
    return done;
}

static bool head_put(struct transaction *transaction, int64_t sequence, const char *hash, struct error *error)
{
    json_t *head = json_pack("{s:I,s:s}", "sequence", (json_int_t)sequence, "hash", hash);
    bool done = head == NULL ? error_set(error, FAULT_TEMPORARY, "out of memory while writing an event")
                             : book_put(transaction, BOOK_COUNTERS, "head", head, error);
    json_decref(head);
    return done;
}

/* The line's members but for `hash`; NULL when memory ran out. */
static json_t *line_build(const struct event *event, instant at, int64_t sequence, const char *previous)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *line = json_object();
    if (line != NULL && json_put_whole(line, "sequence", sequence) &&
        json_put_text(line, "at", instant_text(at, when)) && json_put_text(line, "previous", previous) &&
        word_put(line, "actor", event->actor, "leadspool") && word_put(line, "role", event->role, "system") &&
        word_put(line, "action", event->action, NULL) && word_put(line, "docket", event->docket, NULL) &&
        word_put(line, "object", event->object, NULL) && word_put(line, "clause", event->clause, NULL) &&
        word_put(line, "outcome", event->outcome, "done"))
        return line;
    json_decref(line);
    return NULL;
}

bool event_append(struct transaction *transaction, instant at, const struct event *event, int64_t *sequence,
                  struct error *error)
{
    char previous[DIGEST_TEXT_SIZE], hash[DIGEST_TEXT_SIZE], key[KEY_SIZE];
    int64_t last = 0;
    struct digest digest;
    char *bytes = NULL;
    bool done = false;
    if (event->action == NULL || event->action[0] == '\0')
        return error_set(error, FAULT_INTERNAL, "an event without an action");
    if (!event_head(transaction, &last, previous, error))
        return false;
    json_t *line = line_build(event, at, last + 1, previous);
    if (line == NULL || !json_digest(line, &digest) ||
        !json_put_text(line, "hash", digest_text(&digest, hash)) || (bytes = json_canonical(line)) == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while writing an event");
        goto done;
    }
    key_write(last + 1, key);
    done = bytes_put(transaction, BOOK_EVENTS, key, bytes, strlen(bytes), error) &&
           head_put(transaction, last + 1, hash, error);
    if (done && sequence != NULL)
        *sequence = last + 1;
done:
    free(bytes);
    json_decref(line);
    return done || error_context(error, "event %s", event->action);
}

bool event_line(struct transaction *transaction, int64_t sequence, char **line, struct error *error)
{
    char key[KEY_SIZE];
    size_t length = 0;
    key_write(sequence, key);
    if (!bytes_get(transaction, BOOK_EVENTS, key, line, &length, error))
        return false;
    return *line != NULL || error_set(error, FAULT_ABSENT, "there is no event %" PRId64, sequence);
}

struct event_walk {
    event_visitor *visitor;
    void *context;
    size_t left; /* 0 = no limit */
};

static bool visit_event(void *context, const char *key, const char *bytes, size_t length, struct error *error)
{
    struct event_walk *walk = context;
    if (!walk->visitor(walk->context, strtoll(key, NULL, 10), bytes, length, error))
        return false;
    return walk->left == 0 || --walk->left > 0;
}

bool event_walk(struct transaction *transaction, int64_t from, size_t limit, event_visitor *visitor,
                void *context, struct error *error)
{
    struct event_walk walk = {visitor, context, limit};
    char after[KEY_SIZE];
    key_write(from > 1 ? from - 1 : 0, after);
    return bytes_walk(transaction, BOOK_EVENTS, "", after, visit_event, &walk, error);
}

bool event_line_verify(const char *line, size_t length, int64_t sequence, const char *previous, char *hash,
                       struct error *error)
{
    json_t *event = NULL, *stated = NULL;
    char *canonical = NULL;
    struct digest digest;
    char computed[DIGEST_TEXT_SIZE];
    bool done = false;
    if (!json_read(line, length, &event, error))
        return error_context(error, "event %" PRId64 " is no JSON", sequence);
    canonical = json_canonical(event);
    if (canonical == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory while verifying event %" PRId64, sequence);
        goto done;
    }
    if (strlen(canonical) != length || memcmp(canonical, line, length) != 0) {
        error_set(error, FAULT_INPUT, "event %" PRId64 " is not in canonical form: its bytes were changed",
                  sequence);
        goto done;
    }
    if (json_whole(event, "sequence", -1) != sequence) {
        error_set(error, FAULT_INPUT, "where event %" PRId64 " belongs stands event %" PRId64, sequence,
                  json_whole(event, "sequence", -1));
        goto done;
    }
    if (strcmp(json_text(event, "previous"), previous) != 0) {
        error_set(error, FAULT_INPUT,
                  "event %" PRId64
                  " does not follow on the one before: it names %.64s, that one's hash is %s",
                  sequence, json_text(event, "previous"), previous);
        goto done;
    }
    stated = json_incref(json_object_get(event, "hash"));
    json_object_del(event, "hash");
    if (!json_digest(event, &digest)) {
        error_set(error, FAULT_TEMPORARY, "out of memory while verifying event %" PRId64, sequence);
        goto done;
    }
    const char *stated_hash = json_is_string(stated) ? json_string_value(stated) : "(none)";
    if (strcmp(digest_text(&digest, computed), stated_hash) != 0) {
        error_set(error, FAULT_INPUT,
                  "event %" PRId64 " was changed: it states the hash %.64s, its content has %s", sequence,
                  stated_hash, computed);
        goto done;
    }
    memcpy(hash, computed, DIGEST_TEXT_SIZE);
    done = true;
done:
    free(canonical);
    json_decref(stated);
    json_decref(event);
    return done;
}
