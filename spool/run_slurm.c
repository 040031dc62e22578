/*
 * A run computed by Slurm: the question out, what was found in, and who needs no answer any more.
 *
 * Guarantees: the answer is the bytes a local search gives. Where the gallery was cut, the last step is a search of this
 * machine that only looks at the best of the parts (match/search_cut.h). Waits for nothing: the slurm process does.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/language.h"
#include "base/log.h"
#include "casebook/docket.h"
#include "spool/engines.h"
#include "spool/run_parts.h"

enum { ANSWER_MOST = 256 << 20, LOOK_MS = 2000 };

static bool is_among(const json_t *texts, const char *text)
{
    const json_t *one;
    size_t i;
    json_array_foreach(texts, i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), text) == 0)
            return true;
    }
    return false;
}

/* Dockets that were withdrawn in time are neither in the answer nor asked for any more. */
static void leave_out(struct runs *runs, const json_t *withdrawn, const json_t *rows)
{
    json_t *asked = json_object_get(runs->asked, "probes"), *entry;
    size_t i;
    json_array_foreach(json_object_get(runs->run, "dockets"), i, entry)
    {
        const char *docket = json_text(entry, "docket");
        if (json_object_get(entry, "fault") != NULL || json_find(rows, "id", docket) != NULL ||
            !is_among(withdrawn, docket))
            continue;
        json_put_text(entry, "fault", _("it was withdrawn while it was searched"));
        long at = json_position(asked, "id", docket);
        if (at >= 0)
            json_array_remove(asked, (size_t)at);
    }
}

static void take(struct runs *runs, json_t *answer)
{
    struct error error = ERROR_NONE;
    json_t *whole = json_object_get(answer, "whole"), *found = json_object_get(answer, "found");
    leave_out(runs, json_object_get(answer, "withdrawn"),
              json_object_get(whole != NULL ? whole : found, "probes"));
    runs->distributed = false;
    if (found != NULL)
        run_search_end(runs, found);
    else if (whole != NULL)
        run_judged(runs, json_incref(whole), NULL, &error);
    else
        run_finish(runs); /* every docket was withdrawn */
}

static void answered(void *context, const json_t *message, int file, const struct error *error)
{
    struct runs *runs = context;
    struct error own = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    const char *misdeed = json_text_or_null(message, "misdeed");
    bool done = error == NULL && file_read_open(file, ANSWER_MOST, &bytes, &length, &own) &&
                json_read(bytes, length, &answer, &own);
    free(bytes);
    if (error != NULL)
        own = *error;
    if (done)
        take(runs, answer);
    else
        run_judged(runs, NULL, engines_is_vendor(runs->daemon->engines) ? misdeed : NULL, &own);
    json_decref(answer);
}

static void send_next(struct runs *runs);

static void probe_sent(void *context, const json_t *message, int file, const struct error *error)
{
    struct runs *runs = context;
    struct error own = ERROR_NONE;
    (void)message;
    (void)file;
    if (error == NULL) {
        runs->sent++;
        send_next(runs);
        return;
    }
    own = *error;
    run_judged(runs, NULL, NULL, &own);
}

/* The next probe into the shared folder, by way of the slurm process: it has no vault and no keys. Then the question. */
static void send_next(struct runs *runs)
{
    struct error error = ERROR_NONE;
    struct digest digest;
    json_t *probe = json_array_get(json_object_get(runs->question, "probes"), runs->sent);
    char *text = probe == NULL ? json_canonical(runs->question) : NULL;
    int file = -1;
    if (text != NULL)
        file = memory_file("question", text, strlen(text), &error);
    else if (probe != NULL && digest_parse(json_string_value(probe), &digest))
        file = vault_open_object(runs->daemon->vault, &digest, NULL, &error);
    if (file < 0 && error.fault == FAULT_NONE)
        error_set(&error, FAULT_TEMPORARY, "out of memory for the tasks of a run");
    bool done = file >= 0 && service_ask(runs->daemon->slurm,
                                         probe == NULL ? json_pack("{ss}", "op", "search")
                                                       : json_pack("{ss,sO}", "op", "probe", "digest", probe),
                                         file, probe == NULL ? answered : probe_sent, runs, &error);
    if (file >= 0)
        close(file);
    free(text);
    if (!done)
        run_judged(runs, NULL, NULL, &error);
}

bool run_slurm(struct runs *runs, json_t *parameters, const json_t *probes, struct error *error)
{
    const struct engine_source source = engines_source(runs->daemon->engines);
    const struct match_engine *engine = engines_current(runs->daemon->engines);
    const struct settings *settings = runs->daemon->site->settings;
    if (source.object >= 0) {
        json_put_whole(parameters, "mebibytes", settings->engine_mebibytes);
        json_put_whole(parameters, "seconds", settings->engine_seconds);
    }
    json_decref(runs->question);
    runs->sent = 0;
    runs->question = json_pack("{sO,sO,s{ss,ss,ss*}}", "parameters", parameters, "probes", probes, "engine",
                               "id", engine->id, "version", engine->version, "object",
                               source.object >= 0 ? source.digest : NULL);
    if (runs->question == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for the tasks of a run");
    runs->distributed = true;
    send_next(runs);
    return true;
}

/* --- who is withdrawn meanwhile --- */

static bool look(struct transaction *transaction, void *context, struct error *error)
{
    struct runs *runs = context;
    size_t i;
    const json_t *entry;
    json_array_foreach(json_object_get(runs->run, "dockets"), i, entry)
    {
        const char *number = json_text(entry, "docket");
        struct error unread = ERROR_NONE;
        json_t *docket = NULL;
        enum docket_state state;
        bool gone = docket_get(transaction, number, &docket, &unread) &&
                    docket_state_of(docket, &state, &unread) && state != DOCKET_MATCHING;
        json_decref(docket);
        if (gone && !is_among(runs->withdrawn, number) &&
            json_array_append_new(runs->withdrawn, json_string(number)) != 0)
            return error_set(error, FAULT_TEMPORARY, "out of memory for withdrawn dockets");
    }
    return true;
}

static void looked(void *context, const struct error *error)
{
    struct runs *runs = context;
    struct error untold = ERROR_NONE;
    size_t count = json_array_size(runs->withdrawn);
    runs->looking = false;
    for (; error == NULL && runs->told < count; runs->told++)
        service_tell(
            runs->daemon->slurm,
            json_pack("{ss,sO}", "op", "withdraw", "docket", json_array_get(runs->withdrawn, runs->told)),
            &untold);
}

static void look_now(void *context)
{
    struct runs *runs = context;
    struct error error = ERROR_NONE;
    struct commit commit = {.work = look, .done = looked, .context = runs};
    if (runs->withdrawn == NULL)
        runs->withdrawn = json_array();
    runs->looking = runs->distributed && !runs->recording && runs->run != NULL;
    if (runs->looking && !committer_hand(runs->daemon->committer, &commit, &error))
        runs->looking = false;
}

void run_slurm_look(struct runs *runs)
{
    if (!runs->distributed || runs->recording || runs->looking)
        return;
    runs->looking = loop_after(runs->daemon->loop, LOOK_MS, look_now, runs, NULL);
}

void run_slurm_done(struct runs *runs)
{
    struct error error = ERROR_NONE;
    json_decref(runs->withdrawn);
    runs->withdrawn = NULL;
    runs->told = 0;
    if (runs->daemon->slurm != NULL)
        service_tell(runs->daemon->slurm, json_pack("{ss}", "op", "clean"), &error);
}
