/*
 * Jobs that check drops.
 *
 * Guarantees: a worker gets the copies, never the sender's files, and of the site only certificates anybody
 * may have; what a descriptor is for follows from its place. Does not interpret an answer.
 */
#include "spool/checks.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "base/unicode.h"
#include "ingest/order.h"
#include "ingest/words.h"
#include "schemas/settings.h"
#include "spool/record.h"

static int open_copy(const struct daemon *daemon, int incoming, size_t number, struct error *error)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    return copy_open(daemon->site, incoming, name, error);
}

static bool add(int *inputs, size_t *count, int file)
{
    if (file >= 0)
        inputs[(*count)++] = file;
    return file >= 0;
}

/* All copies in order. */
static bool add_copies(const struct daemon *daemon, int incoming, size_t first, size_t total, int *inputs,
                       size_t *count, struct error *error)
{
    for (size_t i = first; i < total; i++) {
        if (*count >= CHANNEL_FILES_MOST - 8)
            return error_set(error, FAULT_INPUT, "it holds more files than can be checked at once (%d)",
                             CHANNEL_FILES_MOST - 8);
        if (!add(inputs, count, open_copy(daemon, incoming, i, error)))
            return false;
    }
    return true;
}

static bool add_authority(const struct daemon *daemon, int *inputs, size_t *count, struct error *error)
{
    const struct settings *settings = daemon->site->settings;
    return add(inputs, count, file_open(daemon->keys, settings->authority, error)) &&
           add(inputs, count, file_open(daemon->keys, settings->revocation_list, error));
}

/* Number of the copied file of that name, or -1. */
static long number_of(const json_t *files, const char *name)
{
    size_t index;
    json_t *file;
    json_array_foreach(files, index, file)
    {
        if (strcmp(json_text(file, "name"), name) == 0)
            return (long)index;
    }
    return -1;
}

/* The keeper's document, its signature, authority, list; photographs are decoded when their templates are made, so
   only their digests are needed here. */
static bool prepare_keeper(const struct daemon *daemon, const json_t *claim, int incoming, const char **kind,
                           json_t *parameters, int *inputs, size_t *count, struct error *error)
{
    static const char *const enrolment[] = {"enrolment.xml", "enrolment.xml.p7s"}, *const order[] = {
                                                                                       "order.xml",
                                                                                       "order.xml.p7s"};
    const char *const *documents = order_is(claim) ? order : enrolment;
    *kind = documents == order ? "check-order" : "check-enrolment";
    const json_t *files = json_object_get(claim, "files");
    json_t *photos = json_array(), *file;
    size_t index;
    for (int i = 0; i < 2; i++) {
        long number = number_of(files, documents[i]);
        int input = number >= 0 ? open_copy(daemon, incoming, (size_t)number, error)
                                : memory_file("absent", "", 0, error);
        if (!add(inputs, count, input)) {
            json_decref(photos);
            return false;
        }
    }
    json_array_foreach(files, index, file)
    {
        if (strcmp(json_text(file, "name"), documents[0]) != 0 &&
            strcmp(json_text(file, "name"), documents[1]) != 0)
            json_array_append(photos, file);
    }
    json_put(parameters, "files", photos);
    return add_authority(daemon, inputs, count, error);
}

/* The document, its signature, authority, list; of a disclosure then the approval and the recipient's certificate. */
static bool prepare_release(const struct daemon *daemon, const char *form, const json_t *claim, int incoming,
                            const char **kind, json_t *parameters, int *inputs, size_t *count,
                            struct error *error)
{
    static const char *const forms[][3] = {{"audit", "audit.xml", "check-audit"},
                                           {"retention", "retention.xml", "check-retention"},
                                           {"foil", "foil.xml", "check-foil"},
                                           {"disclosure", "disclosure.xml", "check-disclosure"},
                                           {"discovery", "discovery.xml", "check-discovery"}};
    bool disclosure = strcmp(form, "disclosure") == 0;
    size_t which = 0;
    char signature[40], approval[40];
    while (which + 1 < sizeof forms / sizeof *forms && strcmp(forms[which][0], form) != 0)
        which++;
    snprintf(signature, sizeof signature, "%s.p7s", forms[which][1]);
    snprintf(approval, sizeof approval, "%s.approval.p7s", forms[which][1]);
    const char *const names[] = {forms[which][1], signature, approval, "recipient.pem"};
    size_t needed = disclosure ? 4 : strcmp(form, "retention") == 0 ? 3 : 2;
    const json_t *files = json_object_get(claim, "files");
    *kind = forms[which][2];
    json_object_set(parameters, "files", (json_t *)(uintptr_t)files);
    for (size_t i = 0; i < needed; i++) {
        long number = number_of(files, names[i]);
        if (i == 2 && !add_authority(daemon, inputs, count, error))
            return false;
        if (!add(inputs, count,
                 number >= 0 ? open_copy(daemon, incoming, (size_t)number, error)
                             : memory_file("absent", "", 0, error)))
            return false;
    }
    return needed > 2 || add_authority(daemon, inputs, count, error);
}

static instant instant_of_claim(const json_t *claim)
{
    instant at = 0;
    return instant_parse(json_text(claim, "arrived"), &at, NULL) ? at : clock_now();
}

bool check_prepare_single(const struct daemon *daemon, const char *form, int file, instant arrived,
                          const char **kind, json_t **parameters, int *inputs, size_t *count,
                          struct error *error)
{
    char at[INSTANT_TEXT_SIZE];
    bool decision = strcmp(form, "decisions") == 0;
    *kind = decision ? "check-decision" : "check-acknowledgement";
    *parameters = json_pack("{ss,ss}", "arrived", instant_text(arrived, at), "received", at);
    *count = 0;
    if (add(inputs, count, file) && (!decision || add_authority(daemon, inputs, count, error)))
        return true;
    for (size_t i = 0; i < *count; i++)
        close(inputs[i]);
    return false;
}

/* Lists of words go to the workers in the form they compare (ingest/words.h): brought into it once, not with every
   packet. */
static void make_plain(json_t *words)
{
    for (size_t i = 0; i < json_array_size(words); i++) {
        char *plain = words_plain(json_string_value(json_array_get(words, i)));
        if (plain != NULL)
            json_array_set_new(words, i, json_string(plain));
        free(plain);
    }
}

/* Settings stay as they are while the daemon runs; only its loop asks. */
static json_t *policy_of(const struct settings *settings)
{
    static const struct settings *known;
    static json_t *policy;
    if (known != settings || policy == NULL) {
        json_decref(policy);
        policy = settings_policy(settings);
        make_plain(json_object_get(policy, "words"));
        make_plain(json_object_get(policy, "artificial"));
        known = settings;
    }
    return json_incref(policy);
}

bool check_prepare(const struct daemon *daemon, const char *form, const json_t *claim, int incoming,
                   const char **kind, json_t **parameters, int *inputs, size_t *count, struct error *error)
{
    json_t *files = json_object_get(claim, "files");
    size_t total = json_array_size(files);
    bool done;
    *count = 0;
    *parameters = json_pack("{sO,sO,sO,sO}", "received", json_object_get(claim, "arrived"), "arrived",
                            json_object_get(claim, "arrived"), "command", json_object_get(claim, "command"),
                            "files", files);
    if (strcmp(form, "requests") == 0) {
        *kind = "check-packet";
        json_put(*parameters, "settings", policy_of(daemon->site->settings));
        json_object_set(*parameters, "specials", json_object_get(claim, "specials"));
        done = add_copies(daemon, incoming, 0, total, inputs, count, error);
    } else if (strncmp(form, "disc", 4) == 0 || strcmp(form, "audit") == 0 || strcmp(form, "foil") == 0 ||
               strcmp(form, "retention") == 0) {
        done = prepare_release(daemon, form, claim, incoming, kind, *parameters, inputs, count, error);
    } else if (strcmp(form, "gallery") == 0) {
        done = prepare_keeper(daemon, claim, incoming, kind, *parameters, inputs, count, error);
    } else {
        json_decref(*parameters);
        int file = total > 0 ? open_copy(daemon, incoming, 0, error) : memory_file("absent", "", 0, error);
        return check_prepare_single(daemon, form, file, instant_of_claim(claim), kind, parameters, inputs,
                                    count, error);
    }
    if (!done)
        for (size_t i = 0; i < *count; i++)
            close(inputs[i]);
    return done;
}

/* One fault each for what was not copied. Acknowledgements get theirs where they are recorded, beside those of
   packets. */
json_t *check_of_no_file(const char *form, const json_t *claim)
{
    bool decision = strcmp(form, "decisions") == 0;
    if ((!decision && strcmp(form, "acks") != 0) || json_array_size(json_object_get(claim, "files")) > 0)
        return NULL;
    json_t *faults = json_array(), *special;
    size_t index;
    json_array_foreach(json_object_get(claim, "specials"), index, special)
    {
        const char *what = json_text(special, "what");
        bool large = strcmp(what, "too-large") == 0;
        if (decision)
            json_array_append_new(
                faults,
                json_pack("{ss,ss,ss,ss,ss+++,ss}", "code", large ? "packet-too-large" : "not-a-plain-file",
                          "outcome", "REJECT", "place", "", "clause", "R13", "text",
                          large ? _("the file is larger than this site takes") : _("this is no plain file ("),
                          large ? "" : what, large ? "" : ")", "remedy",
                          _("drop the signed decision itself, as one file")));
    }
    return json_pack("{so,sn,sn}", "faults", faults, "decision", "signer");
}

json_t *check_gave_up(const struct error *error)
{
    /* A reason that is no text must not keep the drop from being answered. */
    const char *reason =
        unicode_valid(error->text, strlen(error->text)) ? error->text : _("it could not be checked");
    return json_pack(
        "{sn,s[],s[{ss,ss,ss,ss,ss}]}", "request", "images", "faults", "code", "check-gave-up", "outcome",
        "QUARANTINE", "place", _("the whole drop"), "text", reason, "remedy",
        _("What you sent is kept aside. Save its files anew and send it again; if that fails too, call the "
          "unit."));
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool check_packet_digest(const json_t *claim, struct digest *digest, struct error *error)
{
    const json_t *files = json_object_get(claim, "files");
    size_t total = json_array_size(files), count = 0, index;
    json_t *file;
    char **lines = calloc(total + 1, sizeof *lines);
    struct text text = TEXT_EMPTY;
    bool done = lines != NULL;
    /* What a desktop leaves comes and goes by itself: with it or without, it is the same packet. */
    json_array_foreach(files, index, file)
    {
        if (done && !name_left_by_desktop(json_text(file, "name"), false))
            done = (lines[count++] = text_formatted("%s  %s\n", json_text(file, "digest"),
                                                    json_text(file, "name"))) != NULL;
    }
    if (done) {
        qsort(lines, count, sizeof *lines, compare);
        for (size_t i = 0; i < count; i++)
            text_add(&text, lines[i]);
        done = text_done(&text, error);
        if (done)
            *digest = digest_of(text.bytes, text.length);
    } else
        error_set(error, FAULT_TEMPORARY, "out of memory while digesting a packet");
    for (size_t i = 0; lines != NULL && i < count; i++)
        free(lines[i]);
    free(lines);
    text_free(&text);
    return done;
}
