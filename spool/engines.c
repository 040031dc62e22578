/*
 * The engine of the site.
 *
 * Guarantees: a vendor's object is the one whose digest stands in site.xml, copied and sealed before that was compared; no
 * instruction of it runs in the daemon. It is taken only if it describes itself under the name the site gives it and the
 * site's policy on learned weights lets it (R12). Does not look at scores: match/answer_check.c does.
 */
#include "spool/engines.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "match/answer_check.h"
#include "match/engine_book.h"
#include "match/quarantine.h"
#include "spool/engine_process.h"
#include "spool/state.h"

struct engines {
    struct daemon *daemon;
    bool vendor, asked, ready;
    int object; /* sealed copy of a vendor's, -1 = none */
    char digest[DIGEST_TEXT_SIZE];
    json_t *card;
    struct match_engine engine;
    char reason[ERROR_TEXT_SIZE]; /* why there is none */
};

static void refuse(struct engines *engines, const char *format, const char *text)
{
    snprintf(engines->reason, sizeof engines->reason, format, text);
    log_line(LOG_LEVEL_ALARM, "engine-refused", "%s", engines->reason);
}

/* The card of one admitted, as the engine that records and files are made with. */
static void take(struct engines *engines, const json_t *card)
{
    engines->card = json_deep_copy(card);
    card = engines->card;
    engines->engine = (struct match_engine){.id = json_text(card, "id"),
                                            .version = json_text(card, "version"),
                                            .template_size = (size_t)json_whole(card, "template_size", 0),
                                            .score_least = json_whole(card, "score_least", 0),
                                            .score_most = json_whole(card, "score_most", 0),
                                            .digest = engines->digest};
    engines->ready = card != NULL;
}

static bool admitted(const struct engines *engines, const json_t *card, struct error *error)
{
    const struct settings *settings = engines->daemon->site->settings;
    if (!answer_card_check(card, engines->digest, error))
        return false;
    if (strcmp(json_text(card, "id"), settings->engine_name) != 0)
        return error_set(error, FAULT_INPUT, "it calls itself %s, site.xml calls it %s",
                         json_text(card, "id"), settings->engine_name);
    if (strcmp(json_text(card, "weights"), "none") != 0 && !settings->engine_learned)
        return error_set(error, FAULT_REFUSED,
                         "it declares learned weights (%.200s), and this site takes no such engine (R12): "
                         "learnedWeights=\"allow\" of <engine> in site.xml would",
                         json_text(card, "weights"));
    return true;
}

static bool note(struct transaction *transaction, void *context, struct error *error)
{
    const struct engines *engines = context;
    return engine_book_note(transaction, engines->daemon->site->settings->engine_sha256,
                            engines->vendor ? engines->card : NULL, engines->ready ? NULL : engines->reason,
                            clock_now(), error);
}

static void noted(void *context, const struct error *error)
{
    struct engines *engines = context;
    if (error != NULL)
        log_line(LOG_LEVEL_ERROR, "engine", "%s", error->text);
    engines->asked = false;
    daemon_wake(engines->daemon);
}

/* It is known what there is: into the record, then work may begin. */
static void known(struct engines *engines)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = note, .done = noted, .context = engines};
    engines->asked = true;
    if (!committer_hand(engines->daemon->committer, &commit, &error))
        noted(engines, &error);
}

static void described(void *context, const struct job_outcome *outcome)
{
    struct engines *engines = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (engines_misdeed(engines, outcome, &error) != NULL || !job_answer_json(outcome, &answer, &error) ||
        !admitted(engines, json_object_get(answer, "card"), &error))
        refuse(engines, "the engine of site.xml is not used: %.900s", error.text);
    else {
        take(engines, json_object_get(answer, "card"));
        log_line(LOG_LEVEL_NOTICE, "engine-admitted", "%s version %s", engines->engine.id,
                 engines->engine.version);
    }
    json_decref(answer);
    known(engines);
}

int engine_of_site(const struct settings *settings, char digest[DIGEST_TEXT_SIZE], struct error *error)
{
    struct digest found;
    digest[0] = '\0';
    int object =
        settings->engine_object[0] == '\0' ? -1 : engine_object(settings->engine_object, &found, error);
    if (object < 0 || strcmp(digest_text(&found, digest), settings->engine_sha256) == 0)
        return object;
    error_set(error, FAULT_ENVIRONMENT, "the SHA-256 of %s is %s; site.xml says %s", settings->engine_object,
              digest, settings->engine_sha256);
    close(object);
    return -1;
}

static bool describe(struct engines *engines, struct error *error)
{
    json_t *parameters = json_object();
    engines->object = engine_of_site(engines->daemon->site->settings, engines->digest, error);
    engines->asked = engines->object >= 0 && parameters != NULL;
    bool done =
        engines->asked && engines_run(engines, "describe", parameters, NULL, 0, described, engines, error);
    json_decref(parameters);
    return done;
}

bool engines_open(struct daemon *daemon, struct error *error)
{
    struct engines *engines = calloc(1, sizeof *engines);
    daemon->engines = engines;
    if (engines == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the engine");
    engines->daemon = daemon;
    engines->object = -1;
    engines->asked = true;
    engines->vendor = daemon->site->settings->engine_object[0] != '\0';
    if (!engines->vendor) {
        engines->engine = match_engine_embedded;
        engines->card = match_engine_card(&match_engine_embedded);
        engines->ready = true;
    }
    return true;
}

void engines_start(struct engines *engines)
{
    struct error error = ERROR_NONE;
    if (engines->vendor && describe(engines, &error))
        return;
    if (engines->vendor)
        refuse(engines, "the engine of site.xml is not used: %.900s", error.text);
    known(engines);
}

void engines_close(struct engines *engines)
{
    if (engines == NULL)
        return;
    if (engines->object >= 0)
        close(engines->object);
    json_decref(engines->card);
    free(engines);
}

const struct match_engine *engines_current(const struct engines *engines)
{
    return engines->ready ? &engines->engine : NULL;
}

bool engines_is_vendor(const struct engines *engines)
{
    return engines->vendor;
}

size_t engines_busy(const struct engines *engines)
{
    return engines->asked ? 1 : 0;
}

bool engine_run(struct nursery *nursery, const struct engine_source *source, const char *what,
                json_t *parameters, const int *inputs, size_t input_count, job_done *done, void *context,
                struct error *error)
{
    char kind[32];
    int files[CHANNEL_FILES_MOST];
    bool vendor = source->object >= 0;
    snprintf(kind, sizeof kind, "%s-%s", vendor ? "engine" : "match", what);
    if (!vendor)
        return nursery_run(nursery, kind, parameters, inputs, input_count, done, context, error);
    files[0] = input_count < CHANNEL_FILES_MOST ? dup(source->object) : -1;
    if (files[0] < 0 || !json_put(parameters, "object", json_pack("{ss}", "digest", source->digest)) ||
        !json_put_whole(parameters, "mebibytes", source->settings->engine_mebibytes) ||
        (strcmp(what, "search") == 0 &&
         !json_put_whole(parameters, "seconds", source->settings->engine_seconds))) {
        for (size_t i = 0; i < input_count; i++)
            close(inputs[i]);
        if (files[0] >= 0)
            close(files[0]);
        return error_set(error, FAULT_TEMPORARY,
                         "too many files or too little memory for a job of the engine");
    }
    if (input_count > 0)
        memcpy(files + 1, inputs, input_count * sizeof *inputs);
    return nursery_run(nursery, kind, parameters, files, input_count + 1, done, context, error);
}

struct engine_source engines_source(const struct engines *engines)
{
    return (struct engine_source){
        .settings = engines->daemon->site->settings, .object = engines->object, .digest = engines->digest};
}

bool engines_run(const struct engines *engines, const char *what, json_t *parameters, const int *inputs,
                 size_t input_count, job_done *done, void *context, struct error *error)
{
    const struct engine_source source = engines_source(engines);
    return engine_run(engines->daemon->nursery, &source, what, parameters, inputs, input_count, done, context,
                      error);
}

const char *engines_misdeed(const struct engines *engines, const struct job_outcome *outcome,
                            struct error *reason)
{
    json_t *none = NULL;
    if (!engines->vendor || (outcome->signal == 0 && outcome->exit != WORKER_FAULTY))
        return NULL;
    /* Whatever runs out for the whole machine ends a process so, too. */
    if (outcome->signal == SIGKILL)
        return NULL;
    if (outcome->signal == SIGALRM) {
        error_set(reason, FAULT_INPUT, "it gave no answer within its time");
        return "late";
    }
    if (outcome->signal == SIGSYS)
        error_set(reason, FAULT_INPUT, "it was ended for a forbidden system call");
    else if (outcome->signal != 0)
        error_set(reason, FAULT_INPUT, "it was ended by signal %d (%s)", outcome->signal,
                  strsignal(outcome->signal));
    else
        job_answer_json(outcome, &none, reason);
    json_decref(none);
    answer_words(reason->text);
    return outcome->signal != 0 ? "crashed" : "malformed";
}

/* --- quarantine --- */

struct quarantining {
    struct engines *engines;
    char phase[16], code[16], reason[ERROR_TEXT_SIZE];
    json_t *dockets;
    engines_then *then;
    void *context;
};

static bool put(struct transaction *transaction, void *context, struct error *error)
{
    const struct quarantining *quarantining = context;
    return quarantine_put(transaction, quarantining->engines->card, quarantining->phase, quarantining->code,
                          quarantining->reason, quarantining->dockets, clock_now(), error);
}

static void is_put(void *context, const struct error *error)
{
    struct quarantining *quarantining = context;
    struct engines *engines = quarantining->engines;
    /* What cannot be recorded would begin anew at once, and for ever. */
    if (error != NULL) {
        refuse(engines,
               "nothing is searched until the next start: a quarantine could not be recorded: %.800s",
               error->text);
        engines->ready = false;
    }
    quarantining->then(quarantining->context);
    json_decref(quarantining->dockets);
    free(quarantining);
}

void engines_quarantine(struct engines *engines, const char *phase, const char *code, const char *reason,
                        const json_t *dockets, engines_then *then, void *context)
{
    struct error error = ERROR_NONE;
    struct quarantining *quarantining = calloc(1, sizeof *quarantining);
    log_line(LOG_LEVEL_ALARM, "run-quarantined",
             "%s of engine %s version %s: %s; leadspool engine clear lets searches go on", phase,
             engines->ready ? engines->engine.id : "?", engines->ready ? engines->engine.version : "?",
             reason);
    if (quarantining == NULL) {
        engines->ready = false;
        then(context);
        return;
    }
    *quarantining = (struct quarantining){.engines = engines,
                                          .dockets = json_incref((json_t *)(uintptr_t)dockets),
                                          .then = then,
                                          .context = context};
    snprintf(quarantining->phase, sizeof quarantining->phase, "%s", phase);
    snprintf(quarantining->code, sizeof quarantining->code, "%s", code);
    snprintf(quarantining->reason, sizeof quarantining->reason, "%s", reason);
    struct commit commit = {.work = put, .done = is_put, .context = quarantining};
    if (!committer_hand(engines->daemon->committer, &commit, &error))
        is_put(quarantining, &error);
}

const json_t *engines_card(const struct engines *engines)
{
    return engines->card;
}
