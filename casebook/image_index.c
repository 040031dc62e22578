/*
 * The index of images and recordings.
 *
 * Guarantees: one entry for a docket and an image, one for a docket and a recording, however often they are
 * noted. Does not decide what follows from an image that was seen: ingest does.
 */
#include "casebook/image_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/docket.h"

enum { KEY_SIZE = 160, NAMED_MOST = 5 };

static bool key_write(const char *kind, const char *digest, const char *docket, char *key,
                      struct error *error)
{
    if (snprintf(key, KEY_SIZE, "%s/%s/%s", kind, digest, docket) >= KEY_SIZE)
        return error_set(error, FAULT_INTERNAL, "docket \"%.40s\" cannot be noted in the index of images",
                         docket);
    return true;
}

/* A recording's id is whatever its owner calls it: its digest is of one length. */
static void recording_digest(const char *recording, char text[DIGEST_TEXT_SIZE])
{
    struct digest digest = digest_of(recording, strlen(recording));
    digest_text(&digest, text);
}

static bool note(struct transaction *transaction, const char *kind, const char *digest, const char *docket,
                 struct error *error)
{
    char key[KEY_SIZE];
    json_t *entry = json_pack("{ss}", "docket", docket);
    bool done = entry != NULL || error_set(error, FAULT_TEMPORARY, "out of memory while indexing an image");
    done = done && key_write(kind, digest, docket, key, error) &&
           book_put(transaction, BOOK_INDEX, key, entry, error);
    json_decref(entry);
    return done;
}

bool image_index_add(struct transaction *transaction, const char *docket, const char *digest,
                     const char *recording, struct error *error)
{
    char of_recording[DIGEST_TEXT_SIZE];
    if (!note(transaction, "image", digest, docket, error))
        return false;
    if (recording == NULL || recording[0] == '\0')
        return true;
    recording_digest(recording, of_recording);
    return note(transaction, "recording", of_recording, docket, error);
}

struct looking {
    struct transaction *transaction;
    const char *digest, *docket;
    struct text found;
    size_t count;
    bool searched; /* of those named so far any was */
};

/* Has the picture been compared with the gallery, or is it chosen and waits for that? Two that wait for the same night
   would else be searched without anybody having seen both. */
static bool is_probe(const struct looking *looking, const json_t *docket, bool *searched)
{
    const char *probe = json_text(json_object_get(docket, "probe"), "image");
    const json_t *earlier;
    enum docket_state state;
    size_t index;
    *searched = json_array_size(json_object_get(docket, "searches")) > 0;
    json_array_foreach(json_object_get(docket, "earlierProbes"), index, earlier)
    {
        if (strcmp(json_string_value(earlier), looking->digest) == 0)
            return true;
    }
    bool waits =
        docket_state_of(docket, &state, NULL) && (state == DOCKET_QUEUED || state == DOCKET_MATCHING);
    return (*searched || waits) && strcmp(probe, looking->digest) == 0;
}

static bool visit_image(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    struct looking *looking = context;
    const char *number = json_text(value, "docket");
    json_t *other = NULL;
    if (strcmp(number, looking->docket) == 0)
        return true;
    if (!book_get(looking->transaction, BOOK_DOCKETS, number, &other, error))
        return false;
    bool searched = false, found = is_probe(looking, other, &searched);
    json_decref(other);
    looking->searched |= found && searched;
    if (found && looking->count < NAMED_MOST)
        text_format(&looking->found, "%s%s", looking->count++ == 0 ? "" : ", ", number);
    return true;
}

bool image_index_searched(struct transaction *transaction, const char *digest, const char *docket,
                          char **found, bool *searched, struct error *error)
{
    struct looking looking = {.transaction = transaction, .digest = digest, .docket = docket};
    char prefix[KEY_SIZE];
    *found = NULL;
    bool done = key_write("image", digest, "", prefix, error) &&
                book_walk(transaction, BOOK_INDEX, prefix, NULL, visit_image, &looking, NULL, error) &&
                (looking.count == 0 || text_done(&looking.found, error));
    if (done && looking.count > 0)
        *found = looking.found.bytes;
    else
        text_free(&looking.found);
    *searched = looking.searched;
    return done;
}

char *image_index_words(const char *file, const char *found, bool searched)
{
    return text_formatted(searched ? _("\"%s\" was searched before under docket %s")
                                   : _("\"%s\" waits for its search under docket %s"),
                          file, found);
}

struct counting {
    const char *docket; /* NULL: none */
    size_t count;
    bool own;
};

static bool visit_recording(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key;
    (void)error;
    struct counting *counting = context;
    counting->count++;
    counting->own |= counting->docket != NULL && strcmp(json_text(value, "docket"), counting->docket) == 0;
    return true;
}

bool image_index_recording(struct transaction *transaction, const char *recording, const char *docket,
                           size_t *count, struct error *error)
{
    char prefix[KEY_SIZE], digest[DIGEST_TEXT_SIZE];
    struct counting counting = {.docket = docket};
    recording_digest(recording, digest);
    if (!key_write("recording", digest, "", prefix, error) ||
        !book_walk(transaction, BOOK_INDEX, prefix, NULL, visit_recording, &counting, NULL, error))
        return false;
    *count = counting.own ? 0 : counting.count;
    return true;
}
