/*
 * Asking the record from a command, and printing what programs read.
 *
 * Guarantees: a refusal in an answer becomes the command's error with the exit code the answer names; long
 * answers arrive in slices, so that no command holds the committer. Does not know any question's meaning.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/json.h"
#include "command/command.h"
#include "schemas/settings.h"
#include "spool/control.h"

bool invocation_open(const struct invocation *invocation, struct site *site, struct error *error)
{
    char path[sizeof site->path];
    *site = (struct site){.directory = -1, .lock = -1};
    if (!site_find(invocation->site, path, sizeof path, error) || !site_open(path, site, error))
        return false;
    if (!zone_use(site->settings->zone, error)) {
        error_context(error, "%s/site.xml: /site/zone", site->path);
        site_close(site);
        return false;
    }
    return true;
}

void invocation_close(struct site *site)
{
    control_end();
    site_close(site);
}

/* Back from the exit code an answer names to the kind of error it was. */
static enum fault fault_of_exit(int64_t code)
{
    for (int fault = FAULT_USAGE; fault <= FAULT_INTERNAL; fault++)
        if (error_exit_code((enum fault)fault) == code)
            return (enum fault)fault;
    return FAULT_INTERNAL;
}

bool record_ask(struct site *site, const char *command, json_t *arguments, json_t **answer,
                struct error *error)
{
    *answer = NULL;
    json_t *request = json_object();
    bool built =
        request != NULL && json_put_whole(request, "schema", 1) && json_put_text(request, "command", command);
    if (arguments == NULL)
        arguments = json_object();
    built = json_put(request, "arguments", arguments) && built;
    bool done = built ? control_ask(site, request, answer, error)
                      : error_set(error, FAULT_TEMPORARY, "out of memory while asking the record");
    json_decref(request);
    if (!done)
        return false;
    if (json_flag(*answer, "ok"))
        return true;
    error_set(error, fault_of_exit(json_whole(*answer, "exit", EX_SOFTWARE)), "%s",
              json_text(*answer, "error"));
    json_decref(*answer);
    *answer = NULL;
    return false;
}

bool record_ask_all(struct site *site, const char *command, json_t *arguments, record_take *take,
                    void *context, struct error *error)
{
    if (arguments == NULL)
        arguments = json_object();
    bool more = true, done = true;
    while (done && more) {
        json_t *answer = NULL;
        done =
            record_ask(site, command, json_incref(arguments), &answer, error) && take(context, answer, error);
        const char *token = done ? json_text_or_null(answer, "more") : NULL;
        more = token != NULL;
        if (more && !json_put_text(arguments, "more", token))
            done = error_set(error, FAULT_TEMPORARY, "out of memory while asking the record");
        json_decref(answer);
    }
    json_decref(arguments);
    return done;
}

bool print_json(const json_t *value, struct error *error)
{
    json_t *line = json_object();
    bool done = line != NULL && json_put_whole(line, "schema", 1) &&
                json_object_update_missing(line, (json_t *)(uintptr_t)value) == 0;
    if (done) {
        json_object_del(line, "ok");
        json_object_del(line, "more");
    }
    char *bytes = done ? json_dumps(line, JSON_COMPACT) : NULL;
    json_decref(line);
    if (bytes == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while printing JSON");
    puts(bytes);
    free(bytes);
    return true;
}
