/*
 * What is asked about a drop before it is claimed: its manifest, its digests, whether a single file is whole.
 *
 * Guarantees: an answer counts only while the drop looks as it did when it was asked; nothing of a drop is
 * parsed outside a worker. What is learnt here decides *when* to claim; the check after the claim decides
 * what it is.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "spool/archive.h"
#include "spool/checks.h"
#include "spool/share.h"

enum {
    PEEK_LIMIT = 1 << 20,
    ARCHIVE_LIMIT = 16 << 20, /* a larger .zip settles by quiet time, and only its ends are looked at */
    ARCHIVE_END = 65557,      /* an end record with the longest comment */
    ENROLMENT_LIMIT = 8 << 20,
    DIGESTS_AT_ONCE = 64 /* a porter looks at its shares between questions */
};

/* A question about one drop; the drop may be gone when the answer comes. */
struct question {
    struct daemon *daemon;
    char *path, *drop, *print;
    int64_t manifest;      /* bytes of the manifest asked about; -1: it is no matter */
    struct question *next; /* of the shares' open ones */
};

static void question_free(struct question *question)
{
    struct question **at = &question->daemon->shares->questions;
    while (*at != NULL && *at != question)
        at = &(*at)->next;
    if (*at != NULL)
        *at = question->next;
    free(question->path);
    free(question->drop);
    free(question->print);
    free(question);
}

void share_questions_close(struct shares *shares)
{
    while (shares->questions != NULL)
        question_free(shares->questions);
}

static struct question *question_make(struct daemon *daemon, const struct share *share,
                                      const struct drop *drop)
{
    struct question *question = calloc(1, sizeof *question);
    if (question == NULL)
        return NULL;
    question->daemon = daemon;
    question->next = daemon->shares->questions;
    daemon->shares->questions = question;
    question->path = strdup(share->path);
    question->drop = strdup(drop_name(drop));
    question->print = strdup(json_text(drop->seen, "print"));
    question->manifest = drop_list_lasts(share) ? drop_manifest_size(share, drop->seen) : -1;
    if (question->path != NULL && question->drop != NULL && question->print != NULL)
        return question;
    question_free(question);
    return NULL;
}

/* The drop a question was about, if it still looks as it did; the question is over. */
static struct drop *question_end(struct question *question)
{
    struct drop *drop = drop_find(share_find(question->daemon->shares, question->path), question->drop);
    if (drop != NULL && strcmp(json_text(drop->seen, "print"), question->print) != 0)
        drop = NULL;
    struct share *share = share_find(question->daemon->shares, question->path);
    if (drop != NULL && drop->asked) {
        drop->asked = false;
        share->asked--;
    }
    return drop;
}

/* A single file: the check that will judge it finds no fault only in a whole one. */
static void proved(void *context, const struct job_outcome *outcome)
{
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct drop *drop = question_end(question);
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    bool whole =
        job_answer_json(outcome, &answer, &error) && json_array_size(json_object_get(answer, "faults")) == 0;
    if (drop != NULL) {
        drop->manifest = whole ? MANIFEST_LISTS : MANIFEST_UNREADABLE;
        drop->digests = whole ? DIGESTS_MATCH : DIGESTS_DIFFER;
    }
    json_decref(answer);
    question_free(question);
    shares_wake(daemon->shares);
}

/* The drop whose manifest was asked about. Of photographs more may have come meanwhile: the list is the same. */
static struct drop *peek_end(struct question *question)
{
    struct drop *drop = question_end(question);
    struct share *share = share_find(question->daemon->shares, question->path);
    struct drop *found = drop_find(share, question->drop);
    if (found != NULL) {
        found->peeking = false;
        found->due = 0;
    }
    if (drop == NULL && found != NULL && question->manifest >= 0 && found->manifest == MANIFEST_UNSEEN &&
        drop_manifest_size(share, found->seen) == question->manifest)
        drop = found;
    return drop;
}

static void peeked(void *context, const struct job_outcome *outcome)
{
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct drop *drop = peek_end(question);
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    /* Half a manifest, caught while it is written, lists nothing: without this it would count as all there. */
    bool readable = job_answer_json(outcome, &answer, &error) && json_flag(answer, "readable");
    if (drop != NULL) {
        json_decref(drop->listed);
        drop->listed = json_incref(answer);
        drop->manifest = readable ? MANIFEST_LISTS : MANIFEST_UNREADABLE;
    }
    json_decref(answer);
    question_free(question);
    shares_wake(daemon->shares);
}

static void archive_seen(void *context, const struct job_outcome *outcome)
{
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct drop *drop = question_end(question);
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    const char *state = job_answer_json(outcome, &answer, &error) ? json_text(answer, "state") : "faulty";
    if (drop != NULL) {
        bool whole = strcmp(state, "whole") == 0;
        drop->digests = whole ? DIGESTS_MATCH : DIGESTS_DIFFER;
        drop->manifest = whole                           ? MANIFEST_LISTS
                         : strcmp(state, "growing") == 0 ? MANIFEST_ABSENT
                                                         : MANIFEST_UNREADABLE;
    }
    json_decref(answer);
    question_free(question);
    shares_wake(daemon->shares);
}

static void fetched(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct error own = ERROR_NONE;
    const struct share *share = share_find(daemon->shares, question->path);
    json_t *parameters = NULL;
    const char *kind = share != NULL && drop_list_lasts(share) ? "check-peek-enrolment" : "check-peek";
    int inputs[4], input = error == NULL && file >= 0 ? dup(file) : -1;
    size_t count = 1;
    inputs[0] = input;
    bool single = share != NULL && share->manifest == NULL, ready = input >= 0;
    if (ready && single)
        ready = check_prepare_single(daemon, share->form, input, clock_now(), &kind, &parameters, inputs,
                                     &count, &own);
    else
        parameters = json_object();
    ready = ready && nursery_run(daemon->nursery, kind, parameters, inputs, count, single ? proved : peeked,
                                 question, &own);
    json_decref(parameters);
    if (ready)
        return;
    struct drop *drop = peek_end(question);
    if (drop != NULL)
        drop->manifest = MANIFEST_UNREADABLE;
    question_free(question);
    shares_wake(daemon->shares);
}

static void archive_fetched(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct error own = ERROR_NONE;
    int input = error == NULL && file >= 0 ? dup(file) : -1;
    json_t *parameters = archive_parameters(daemon->site->settings);
    bool ready = input >= 0 && nursery_run(daemon->nursery, "check-archive", parameters, &input, 1,
                                           archive_seen, question, &own);
    json_decref(parameters);
    if (ready)
        return;
    struct drop *drop = question_end(question);
    if (drop != NULL)
        drop->manifest = MANIFEST_UNREADABLE;
    question_free(question);
    shares_wake(daemon->shares);
}

/* Up to which of its listed files a drop is compared next. */
static size_t slice_end(const struct drop *drop)
{
    size_t count = json_array_size(json_object_get(drop->listed, "files"));
    return drop->compared + DIGESTS_AT_ONCE < count ? drop->compared + DIGESTS_AT_ONCE : count;
}

static void digested(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct question *question = context;
    struct daemon *daemon = question->daemon;
    struct drop *drop = question_end(question);
    if (drop != NULL) {
        const json_t *digests = json_object_get(answer, "digests");
        const json_t *files = json_object_get(drop->listed, "files");
        size_t count = json_array_size(files), end = slice_end(drop);
        bool match = error == NULL;
        for (; match && drop->compared < end; drop->compared++) {
            const json_t *listed = json_array_get(files, drop->compared);
            const char *found = json_text_or_null(digests, json_text(drop_file(drop, listed), "name"));
            match = found != NULL && strcmp(found, json_text(listed, "sha256")) == 0;
        }
        drop->digests = !match ? DIGESTS_DIFFER : end == count ? DIGESTS_MATCH : DIGESTS_UNSEEN;
    }
    question_free(question);
    shares_wake(daemon->shares);
}

static void ask(struct daemon *daemon, struct share *share, struct drop *drop, json_t *message,
                service_done *done)
{
    struct question *question = question_make(daemon, share, drop);
    struct error error = ERROR_NONE;
    drop->asked = true;
    share->asked++;
    if (question == NULL ||
        !service_ask(daemon_porter(daemon, share->path), message, -1, done, question, &error)) {
        if (question == NULL)
            json_decref(message);
        else
            question_free(question);
        drop->asked = drop->peeking = false;
        share->asked--;
        drop->manifest = MANIFEST_UNREADABLE;
    }
}

void share_ask_digests(struct daemon *daemon, struct share *share, struct drop *drop)
{
    json_t *names = json_array();
    for (size_t i = drop->compared; i < slice_end(drop); i++)
        json_array_append(
            names, json_object_get(drop_file(drop, json_array_get(json_object_get(drop->listed, "files"), i)),
                                   "name"));
    ask(daemon, share, drop,
        json_pack("{ss,ss,ss,so,sI}", "op", "digest", "path", share->path, "drop", drop_name(drop), "names",
                  names, "limit", (json_int_t)daemon->site->settings->packet_total_bytes),
        digested);
}

void share_ask_manifest(struct daemon *daemon, struct share *share, struct drop *drop)
{
    bool archive = drop_is_archive(share, drop), gallery = drop_list_lasts(share);
    drop->peeking = !archive && share->manifest != NULL;
    json_t *message = json_pack("{ss,ss,ss,ss*,si}", "op", "peek", "path", share->path, "drop",
                                drop_name(drop), "name", archive ? NULL : share->manifest, "limit",
                                archive   ? ARCHIVE_LIMIT
                                : gallery ? ENROLMENT_LIMIT
                                          : PEEK_LIMIT);
    if (archive)
        json_put_whole(message, "ends", ARCHIVE_END);
    ask(daemon, share, drop, message, archive ? archive_fetched : fetched);
}
