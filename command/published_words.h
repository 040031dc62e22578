/*
 * What the record says was published (the answer to audit-published), folder by folder; and what lies beside it.
 */
#ifndef LEADSPOOL_COMMAND_PUBLISHED_WORDS_H
#define LEADSPOOL_COMMAND_PUBLISHED_WORDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "spool/site.h"

/* One word of the record about a name; the last one of a name counts. */
struct published_word {
    char *directory, *name; /* name "": the folder was removed */
    struct digest digest;
    bool certain;
    json_t *others; /* digests it may have as well; owned, NULL: none */
    size_t number;  /* in the order in which they became true */
};

/* What should lie in one folder, by name; `count` 0: nothing any more. Borrowed. */
struct published_folder {
    const char *directory;
    const struct published_word *words;
    size_t count;
};

struct published_words {
    struct published_word *all;
    size_t count, room;
    struct published_folder *folders; /* by directory; by published_words_settle */
    size_t folder_count;
    json_t *changed; /* files of the site that are not what the last start found; NULL: none */
};

/* A slice of the answer (record_ask_all); `context` is the struct. */
bool published_words_take(void *context, const json_t *answer, struct error *error);
bool published_words_settle(struct published_words *words, struct error *error);
void published_words_free(struct published_words *words);

/* Call `found` for every file and folder on the site's shares that nobody published, but in folders others drop into; *unread
   grows by folders this account may not read. */
typedef void published_foreign(void *context, const char *directory, const char *name, bool folder);
bool published_unknown(const struct site *site, const struct published_words *words, published_foreign *found,
                       void *context, int64_t *unread, struct error *error);

#endif
