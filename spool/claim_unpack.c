/*
 * A packet that came as one .zip file is taken apart; the rest of its way is that of a folder.
 *
 * Guarantees: a worker looks at the file and another unpacks it; what came out is hashed by the porter, which parses
 * nothing, so that no worker can give an object of the vault a wrong name. Copies are made only for the members of an
 * archive without a fault; where the site has keys, in memory, from where the porter encrypts them. The file itself stays beside them and goes to the vault as it was received.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/channel.h"
#include "base/files.h"
#include "base/json.h"
#include "spool/archive.h"
#include "spool/claim.h"
#include "spool/record.h"

/* The members' place in the record, as check-archive lists them, until they are its files. */
#define MEMBERS "members"

static void unpack_members(struct claim *claim);

static void go_on(struct claim *claim, json_t *check)
{
    struct error error = ERROR_NONE;
    if (!claim_note_digest(claim, &error)) {
        json_decref(check);
        claim_later(claim, &error);
    } else if (check != NULL)
        claim_answer(claim, check);
    else
        claim_check(claim);
}

/* The members become the files of the claim; the one file its archive. */
static bool take_members(struct claim *claim, const json_t *copies)
{
    json_t *members = json_object_get(claim->record, MEMBERS), *member;
    bool same = json_array_size(copies) == json_array_size(members);
    size_t index;
    json_array_foreach(members, index, member)
    {
        const json_t *copy = json_array_get(copies, index);
        same = same && json_whole(copy, "size", -1) == json_whole(member, "size", 0) &&
               json_put_text(member, "digest", json_text(copy, "digest"));
        json_object_del(member, "index");
    }
    return same &&
           json_object_set(claim->record, "archive",
                           json_array_get(json_object_get(claim->record, "files"), 0)) == 0 &&
           json_object_set(claim->record, "files", members) == 0 &&
           json_object_del(claim->record, MEMBERS) == 0;
}

static void hashed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    struct error own = ERROR_NONE;
    if (error != NULL)
        claim_later(claim, error);
    else if (take_members(claim, json_object_get(answer, "files")))
        go_on(claim, NULL);
    else {
        error_set(&own, FAULT_INTERNAL, "a .zip file did not unpack to what it lists");
        claim_check_failed(claim, &own, claim_unpack);
    }
}

void claim_forget_members(struct claim *claim)
{
    for (size_t i = 0; i < claim->member_count; i++)
        close(claim->members[i]);
    free(claim->members);
    json_decref(claim->encrypted);
    claim->members = NULL;
    claim->encrypted = NULL;
    claim->member_count = 0;
}

static void encrypt_next(struct claim *claim);

static void encrypted(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    if (error != NULL) {
        claim_later(claim, error);
        return;
    }
    json_array_append(claim->encrypted, (json_t *)(uintptr_t)answer);
    encrypt_next(claim);
}

/* The porter reads each from memory, so that none is ever written in clear. */
static void encrypt_next(struct claim *claim)
{
    size_t number = json_array_size(claim->encrypted);
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    if (number < claim->member_count) {
        claim_ask_porter(claim,
                         json_pack("{ss,ss,ss}", "op", "encrypt", "folder", claim->folder, "name", name),
                         claim->members[number], encrypted);
        return;
    }
    json_t *answer = json_pack("{sO}", "files", claim->encrypted);
    claim_forget_members(claim);
    hashed(claim, answer, -1, NULL);
    json_decref(answer);
}

static void unpacked(void *context, const struct job_outcome *outcome)
{
    struct claim *claim = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    bool done = job_answer_json(outcome, &answer, &error);
    if (done && claim->members != NULL)
        encrypt_next(claim);
    else if (done)
        claim_ask_porter(claim,
                         json_pack("{ss,sI}", "op", "hash", "count",
                                   (json_int_t)json_array_size(json_object_get(claim->record, MEMBERS))),
                         claim->incoming, hashed);
    else
        claim_check_failed(claim, &error, unpack_members);
    json_decref(answer);
}

static bool begin_members(struct claim *claim, size_t count, struct error *error)
{
    claim_forget_members(claim);
    claim->members = calloc(count + 1, sizeof *claim->members);
    claim->encrypted = json_array();
    return (claim->members != NULL && claim->encrypted != NULL) ||
           error_set(error, FAULT_TEMPORARY, "out of memory while unpacking");
}

/* One for the worker, one kept. */
static int make_in_memory(struct claim *claim)
{
    int file = memory_file_empty("member", NULL);
    if (file < 0)
        return -1;
    claim->members[claim->member_count++] = file;
    return fcntl(file, F_DUPFD_CLOEXEC, 0);
}

static int make_in_folder(int incoming, size_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", number);
    return openat(incoming, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* The copies to be, numbered as those of a folder: nothing an archive says becomes a name. Their room is taken now, so
   that a full disk is waited for here and does not count against the worker. */
static bool make_copies(struct claim *claim, const json_t *members, int *inputs, size_t *count,
                        struct error *error)
{
    bool in_memory = claim->daemon->site->keyring != NULL;
    if (in_memory && !begin_members(claim, json_array_size(members), error))
        return false;
    for (size_t i = 0; i < json_array_size(members); i++) {
        json_int_t size = json_whole(json_array_get(members, i), "size", 0);
        int copy = in_memory ? make_in_memory(claim) : make_in_folder(claim->incoming, i);
        if (copy < 0)
            return error_system(error, "making room for what a .zip file holds");
        inputs[(*count)++] = copy;
        if (size > 0 && fallocate(copy, 0, 0, size) != 0 && errno != EOPNOTSUPP)
            return error_system(error, "making room for what a .zip file holds");
    }
    return true;
}

static void unpack_members(struct claim *claim)
{
    const json_t *members = json_object_get(claim->record, MEMBERS);
    struct error error = ERROR_NONE;
    int inputs[CHANNEL_FILES_MOST];
    inputs[0] = copy_open(claim->daemon->site, claim->incoming, ARCHIVE_COPY, &error);
    size_t count = inputs[0] >= 0 ? 1 : 0;
    bool ready = count > 0 && make_copies(claim, members, inputs, &count, &error);
    json_t *parameters = json_pack("{sO}", MEMBERS, members);
    if (ready)
        ready = nursery_run(claim->daemon->nursery, "check-unpack", parameters, inputs, count, unpacked,
                            claim, &error);
    else
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
    json_decref(parameters);
    if (!ready)
        claim_later(claim, &error);
}

static void looked_at(void *context, const struct job_outcome *outcome)
{
    struct claim *claim = context;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (!job_answer_json(outcome, &answer, &error))
        claim_check_failed(claim, &error, claim_unpack);
    else if (strcmp(json_text(answer, "state"), "whole") == 0) {
        json_object_set(claim->record, MEMBERS, json_object_get(answer, MEMBERS));
        unpack_members(claim);
    } else /* refused for what it is: the one file is all there is to list */
        go_on(claim,
              json_pack("{sn,s[],sO}", "request", "images", "faults", json_object_get(answer, "faults")));
    json_decref(answer);
}

/* The only copy, 0 as for a folder, makes way for its members; done already when this is another attempt. */
static bool set_aside(struct claim *claim, struct error *error)
{
    json_t *file = json_array_get(json_object_get(claim->record, "files"), 0);
    if (json_text_or_null(file, "copy") != NULL)
        return true;
    return claim_note_digest(claim, error) &&
           file_rename(claim->incoming, "0", claim->incoming, ARCHIVE_COPY, true, error) &&
           (json_put_text(file, "copy", ARCHIVE_COPY) ||
            error_set(error, FAULT_TEMPORARY, "out of memory while unpacking"));
}

void claim_unpack(struct claim *claim)
{
    struct error error = ERROR_NONE;
    int input =
        set_aside(claim, &error) ? copy_open(claim->daemon->site, claim->incoming, ARCHIVE_COPY, &error) : -1;
    json_t *parameters = archive_parameters(claim->daemon->site->settings);
    if (input < 0 || !nursery_run(claim->daemon->nursery, "check-archive", parameters, &input, 1, looked_at,
                                  claim, &error))
        claim_later(claim, &error);
    json_decref(parameters);
}
