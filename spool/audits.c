/*
 * What auditors asked for by drop, issued: one at a time, in the slices in which commands are answered.
 *
 * Guarantees: a wish stands in the record from the drop's receipt until the transaction that issues what it asks for;
 * a crash in between begins it anew and issues it once. One that fails three times is left, with an alarm, until the
 * next start. Chooses and counts nothing itself (spool/control_extract.c, control_figures.c).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "spool/control_parts.h"
#include "spool/flow_audit.h"
#include "spool/state.h"

enum { ATTEMPTS_MOST = 3 };

struct audits {
    struct daemon *daemon;
    bool busy, again, stuck;
    int attempts;
    json_t *wish;  /* under way */
    char key[80];  /* its key in the index */
    json_t *more;  /* token to go on with; NULL: from the start, or it is issued */
    bool finished; /* in the slice just done */
};

static bool first_wish(void *context, const char *key, json_t *value, struct error *error)
{
    struct audits *audits = context;
    (void)error;
    snprintf(audits->key, sizeof audits->key, AUDIT_WAITS "%s", key + sizeof AUDIT_WAITS - 1);
    audits->wish = json_incref(value);
    return false;
}

static bool ask(struct transaction *transaction, struct audits *audits, struct error *error)
{
    const struct site *site = audits->daemon->site;
    struct control_asker asker = {.service = true};
    const struct control_context context = {.site = site, .vault = audits->daemon->vault, .now = clock_now()};
    json_t *arguments = json_deep_copy(json_object_get(audits->wish, "arguments"));
    struct control_question question = {.transaction = transaction,
                                        .context = &context,
                                        .asker = &asker,
                                        .arguments = arguments,
                                        .answer = json_object()};
    snprintf(asker.name, sizeof asker.name, "%s", json_text(audits->wish, "person"));
    if (audits->more != NULL)
        json_object_set(arguments, "more", audits->more);
    bool figures = json_text(audits->wish, "command")[sizeof "audit-" - 1] == 'f';
    bool done = question.answer != NULL &&
                (figures ? control_audit_figures : control_audit_extract)(&question, error);
    json_decref(audits->more);
    audits->more = done ? json_incref(json_object_get(question.answer, "more")) : NULL;
    audits->finished = done && audits->more == NULL;
    json_decref(question.answer);
    json_decref(arguments);
    return done;
}

static bool slice(struct transaction *transaction, void *context, struct error *error)
{
    struct audits *audits = context;
    audits->finished = false;
    if (audits->wish == NULL &&
        !book_walk(transaction, BOOK_INDEX, AUDIT_WAITS, NULL, first_wish, audits, NULL, error))
        return false;
    return audits->wish == NULL ||
           (ask(transaction, audits, error) &&
            (!audits->finished || book_remove(transaction, BOOK_INDEX, audits->key, error)));
}

static void forget(struct audits *audits)
{
    json_decref(audits->wish);
    json_decref(audits->more);
    audits->wish = audits->more = NULL;
}

static void done(void *context, const struct error *error)
{
    struct audits *audits = context;
    bool nothing = audits->wish == NULL;
    audits->busy = false;
    if (error != NULL && !loop_stopping(audits->daemon->loop)) {
        audits->stuck = ++audits->attempts >= ATTEMPTS_MOST;
        log_line(audits->stuck ? LOG_LEVEL_ALARM : LOG_LEVEL_WARNING,
                 audits->stuck ? "audit-stuck" : "audit-waits", "%s: %s", audits->key, error->text);
        forget(audits);
    } else if (audits->finished) {
        audits->attempts = 0;
        forget(audits);
        daemon_wake(audits->daemon); /* the outbox has something new */
    }
    if ((!nothing || audits->again) && !audits->stuck)
        audits_wake(audits);
}

bool audits_open(struct daemon *daemon, struct error *error)
{
    daemon->audits = calloc(1, sizeof *daemon->audits);
    if (daemon->audits == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while starting");
    daemon->audits->daemon = daemon;
    return true;
}

void audits_close(struct audits *audits)
{
    if (audits != NULL)
        forget(audits);
    free(audits);
}

void audits_wake(struct audits *audits)
{
    struct error error = ERROR_NONE;
    const struct commit commit = {.work = slice, .done = done, .context = audits};
    audits->again = audits->busy;
    if (audits->busy || audits->stuck)
        return;
    audits->busy = committer_hand(audits->daemon->committer, &commit, &error);
}

size_t audits_busy(const struct audits *audits)
{
    return audits->busy || audits->wish != NULL;
}
