/*
 * What has to lie on the shares, read from the rows of the outbox: delivered ones in their order, which is that of
 * publication in each folder, then those under way.
 *
 * Guarantees: a name of which nothing certain is known is given without a digest, never with an old one. Looks at no
 * share, and judges nothing.
 */
#include "casebook/published.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json.h"

struct listing {
    json_t *files;
    size_t left; /* rows */
    char *last;  /* key */
    bool certain;
};

static bool out_of_memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while listing what was published");
}

static bool add(const struct listing *listing, const json_t *row, const char *name, const char *digest,
                struct error *error)
{
    json_t *entry = json_pack("[s,s*,s*]", json_text(row, "directory"), name, digest);
    return (entry != NULL && json_array_append_new(listing->files, entry) == 0) || out_of_memory(error);
}

/* NULL when the row does not say what the file holds. */
static const char *content(const json_t *file, char digest[DIGEST_TEXT_SIZE])
{
    const char *text = json_text_or_null(file, "text");
    struct digest of;
    if (text == NULL)
        return json_text_or_null(file, "digest");
    of = digest_of(text, strlen(text));
    return digest_text(&of, digest);
}

static bool add_signature(const struct listing *listing, const json_t *row, const json_t *file,
                          struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    const char *signature = json_text_or_null(file, "signature");
    unsigned char *bytes = NULL;
    size_t length = 0;
    if (signature == NULL && !json_flag(file, "sign"))
        return true;
    char *name = text_formatted("%s.p7s", json_text(file, "name"));
    bool known = listing->certain && signature != NULL && base64_read(signature, &bytes, &length);
    struct digest of = digest_of(known ? bytes : (const unsigned char *)"", length);
    bool done = name != NULL ? add(listing, row, name, known ? digest_text(&of, digest) : NULL, error)
                             : out_of_memory(error);
    free(bytes);
    free(name);
    return done;
}

static bool add_files(const struct listing *listing, const json_t *row, struct error *error)
{
    char digest[DIGEST_TEXT_SIZE];
    const json_t *file;
    size_t index;
    json_array_foreach(json_object_get(row, "files"), index, file)
    {
        if (!add(listing, row, json_text(file, "name"), listing->certain ? content(file, digest) : NULL,
                 error) ||
            !add_signature(listing, row, file, error))
            return false;
    }
    /* What is being drawn is not among the files yet. */
    const char *drawn = json_text_or_null(json_object_get(row, "render"), "name");
    return drawn == NULL || add(listing, row, drawn, NULL, error);
}

static bool add_removal(const struct listing *listing, const json_t *row, const json_t *names,
                        struct error *error)
{
    const json_t *name;
    size_t index;
    if (!json_is_array(names))
        return add(listing, row, NULL, NULL, error);
    json_array_foreach(names, index, name)
    {
        if (!add(listing, row, json_string_value(name), NULL, error))
            return false;
    }
    return true;
}

static bool visit_row(void *context, const char *key, json_t *row, struct error *error)
{
    struct listing *listing = context;
    const json_t *remove = json_object_get(row, "remove");
    listing->certain =
        strcmp(json_text(row, "state"), "delivered") == 0 && json_object_get(row, "cancelled") == NULL;
    free(listing->last);
    listing->last = strdup(key);
    if (listing->last == NULL)
        return out_of_memory(error);
    if (!(remove != NULL ? add_removal(listing, row, remove, error) : add_files(listing, row, error)))
        return false;
    return --listing->left > 0;
}

static bool visit_view(void *context, const char *key, json_t *view, struct error *error)
{
    struct listing *listing = context;
    const char *path = key + strlen(PUBLISHED_VIEW), *slash = strrchr(path, '/');
    free(listing->last);
    listing->last = strdup(key);
    json_t *entry = slash == NULL || listing->last == NULL
                        ? NULL
                        : json_pack("[s%,s,s,O]", path, (size_t)(slash - path), slash + 1,
                                    json_text(view, "digest"), json_object_get(view, "before"));
    if (entry == NULL || json_array_append_new(listing->files, entry) != 0)
        return out_of_memory(error);
    return --listing->left > 0;
}

static bool walk_views(struct transaction *transaction, const char *after, struct listing *listing,
                       struct error *error)
{
    bool here = after != NULL && strncmp(after, PUBLISHED_VIEW, strlen(PUBLISHED_VIEW)) == 0;
    return listing->left == 0 || book_walk(transaction, BOOK_INDEX, PUBLISHED_VIEW, here ? after : NULL,
                                           visit_view, listing, NULL, error);
}

bool published_list(struct transaction *transaction, const char *after, size_t rows, json_t *files,
                    char **next, struct error *error)
{
    static const char *const prefixes[] = {"1-", "0-"}; /* delivered, under way (casebook/outbox.h) */
    struct listing listing = {.files = files, .left = rows};
    struct error wrong = ERROR_NONE;
    *next = NULL;
    size_t first = after == NULL || *after == '1' ? 0 : *after == '0' ? 1 : 2;
    for (size_t i = first; i < 2 && listing.left > 0; i++) {
        bool here = after != NULL && strncmp(after, prefixes[i], 2) == 0;
        if (!book_walk(transaction, BOOK_OUTBOX, prefixes[i], here ? after : NULL, visit_row, &listing, NULL,
                       &wrong)) {
            free(listing.last);
            if (error != NULL)
                *error = wrong;
            return false;
        }
    }
    if (!walk_views(transaction, after, &listing, error)) {
        free(listing.last);
        return false;
    }
    if (listing.left == 0)
        *next = listing.last;
    else
        free(listing.last);
    return true;
}
