/*
 * leadspool submit: make a request packet and drop it into a command's folder.
 *
 * Guarantees: the packet appears whole or not at all; nothing of the site but that folder is touched, and no
 * daemon is needed. Judges nothing: the receipt in out/<command>/ does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "command/form.h"
#include "command/submit_form.h"

/* What was not said and can be filled in without judging. */
static bool complete(struct submission *submission, struct error *error)
{
    json_t *request = submission->request, *image;
    char uuid[UUID_TEXT_SIZE], now[INSTANT_TEXT_SIZE];
    size_t i;
    if (json_text_or_null(request, "kind") == NULL && !form_text(request, "kind", "new", error))
        return false;
    if (json_text_or_null(request, "requestId") == NULL &&
        (!uuid_make(uuid, error) || !form_text(request, "requestId", uuid, error)))
        return false;
    if (json_text_or_null(request, "submittedAt") == NULL &&
        !form_text(request, "submittedAt", instant_text(clock_now(), now), error))
        return false;
    json_array_foreach(json_object_get(request, "images"), i, image)
    {
        for (size_t f = 0; f < submission->file_count && !submission->unlisted; f++)
            if (strcmp(submission->files[f].name, json_text(image, "file")) == 0 &&
                !packet_measure(image, submission->files[f].path, error))
                return false;
    }
    return true;
}

static bool manifest_bytes(const struct submission *submission, struct text *xml, struct error *error)
{
    if (submission->manifest == NULL)
        return manifest_compose(submission->request, xml, error);
    int file = open(submission->manifest, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening the manifest %s", submission->manifest);
    char *bytes = NULL;
    size_t length = 0;
    /* No cap of the rules here: a manifest that is too large gets its answer from the site. */
    bool done = file_read_open(file, (size_t)64 << 20, &bytes, &length, error);
    close(file);
    if (done)
        text_add_bytes(xml, bytes, length);
    free(bytes);
    return done ? text_done(xml, error) : error_context(error, "%s", submission->manifest);
}

static bool ends_in_zip(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".zip") == 0;
}

static bool drop(const struct invocation *invocation, const struct submission *submission,
                 const struct text *xml, struct error *error)
{
    char path[4096], folder_path[4400];
    const char *command = json_text(submission->request, "command");
    const char *request_id = json_text(submission->request, "requestId");
    const char *given = submission->name != NULL ? submission->name : request_id;
    char name[256];
    snprintf(name, sizeof name, "%s%s", given, submission->zip && !ends_in_zip(given) ? ".zip" : "");
    if (!name_plain(name) || !name_plain(command))
        return error_set(error, FAULT_USAGE, "\"%s\" is no name for a drop: letters, digits, . _ - only",
                         name_plain(command) ? name : command);
    if (!site_find(invocation->site, path, sizeof path, error))
        return false;
    snprintf(folder_path, sizeof folder_path, "%s/in/%s", path, command);
    int folder = directory_open(folder_path, error);
    if (folder < 0)
        return error_context(error, "the site has no drop folder for the command %s that you may use",
                             command);
    bool done = (submission->zip ? packet_zip_drop : packet_drop)(
        folder, name, xml->bytes, xml->length, submission->files, submission->file_count, error);
    close(folder);
    if (!done)
        return false;
    if (!invocation->json) {
        /* With --manifest the id inside is not ours to know. */
        printf(_("dropped %s/%s"), folder_path, name);
        if (submission->manifest == NULL)
            printf(_("\nrequest %s\nanswer  %s/out/%s/ once the site has taken it"), request_id, path,
                   command);
        putchar('\n');
        return true;
    }
    json_t *line =
        json_pack("{s:s, s:s++, s:s}", "command", command, "drop", folder_path, "/", name, "name", name);
    if (line != NULL && submission->manifest == NULL)
        json_put_text(line, "requestId", request_id);
    done = line != NULL && print_json(line, error);
    json_decref(line);
    return done;
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct submission *submission = calloc(1, sizeof *submission);
    struct text xml = TEXT_EMPTY;
    bool done = false;
    int key;
    if (submission == NULL || (submission->request = json_object()) == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory");
        goto done;
    }
    while ((key = option_next(&command_submit, invocation, argc, argv, error)) > OPTION_END)
        if (!submission_take(submission, key, error))
            goto done;
    if (key != OPTION_END) {
        done = key == OPTION_HELP;
        goto done;
    }
    for (int i = optind; i < argc; i++) {
        error_set(error, FAULT_USAGE, "submit takes options only, not \"%s\"; images go after --image",
                  argv[i]);
        goto done;
    }
    if (json_text_or_null(submission->request, "command") == NULL) {
        error_set(error, FAULT_USAGE, "say --command COMMAND: whose folder the packet goes to");
        goto done;
    }
    done = complete(submission, error) && manifest_bytes(submission, &xml, error) &&
           drop(invocation, submission, &xml, error);
done:
    text_free(&xml);
    if (submission != NULL)
        json_decref(submission->request);
    free(submission);
    return done;
}

const struct command command_submit = {
    .name = "submit",
    .arguments = "--command COMMAND [OPTIONS] [--image FILE [IMAGE OPTIONS]]…",
    .purpose = "Make a request packet and drop it into a command's folder",
    .options = submit_options,
    .run = run,
};
