/*
 * Inside the casebook only: the Berkeley DB handles, and books as plain bytes below the JSON layer.
 */
#ifndef LEADSPOOL_CASEBOOK_INTERNAL_H
#define LEADSPOOL_CASEBOOK_INTERNAL_H

#include <db.h>

#include "casebook/casebook.h"
#include "casebook/reserve.h"

/* Rows added to the outbox and not read since (outbox_new.c), in order of their numbers. */
struct new_rows {
    struct new_row *first, *last;
    size_t count;
};

struct casebook {
    DB_ENV *environment;
    DB *books[BOOK_COUNT];
    struct transaction *outermost; /* the batch that is open, or NULL */
    bool failed;                   /* a write was not durable: nothing more is accepted */
    struct reserve reserve;
    bool room;         /* there was some when the batch began */
    bool written;      /* the batch wrote */
    char message[512]; /* what Berkeley DB said in words about the call that failed */
    bool encrypted;
    char *password; /* secret memory; of an encrypted one */
    size_t password_size;
    _Atomic uint64_t copy; /* the hot copy under way (hot_copy.c), 0: none; any thread may look */
    uint64_t copies;       /* how many there were */
    int64_t copy_until;    /* over by then, unless it is gone on with */
    struct new_rows rows;  /* committed */
};

struct transaction {
    struct casebook *casebook;
    struct transaction *parent;
    DB_TXN *handle;
    struct transaction *child; /* while a nested one is open, this one may not be used */
    struct held *held;         /* counters to be written when the outermost one commits (held.c) */
    struct new_rows rows;
};

/* False when this transaction may not be used now, or with that key. */
bool bytes_usable(const struct transaction *transaction, const char *key, struct error *error);

/* Counters held back. held_get: is anything known of the key in this transaction or around it? *value is a copy of
   one's own, NULL when it was removed. held_put: `value` NULL = removed; copied. */
bool held_get(const struct transaction *transaction, const char *key, json_t **value, struct error *error);
bool held_put(struct transaction *transaction, const char *key, const json_t *value, struct error *error);
/* All that is known, written now by this transaction; it stays held. */
bool held_write(struct transaction *transaction, struct error *error);
/* A nested one's become its parent's. */
void held_merge(struct transaction *transaction);
void held_free(struct transaction *transaction);

/* Keep a copy of a row just added; where memory lacks, it is read later. */
void new_rows_add(struct transaction *transaction, const json_t *row);
/* The copy of a row (new reference), which is forgotten; NULL: none. */
json_t *new_rows_take(struct transaction *transaction, int64_t id);
void new_rows_merge(struct new_rows *to, struct new_rows *from);
/* The oldest go when there are many. */
void new_rows_shorten(struct new_rows *rows);
void new_rows_free(struct new_rows *rows);

/* book_put without the holding back. */
bool record_write(struct transaction *transaction, enum book book, const char *key, const json_t *value,
                  struct error *error);

/* Turn a return value of Berkeley DB into an error: the kind from the number, the words from the number and
   from what the library said. */
bool casebook_failed(struct casebook *casebook, int number, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* False with FAULT_DURABILITY once a write was not durable. */
bool casebook_usable(const struct casebook *casebook, struct error *error);

/* *bytes is NUL-terminated (the NUL not counted), caller frees; NULL when there is no such key. */
bool bytes_get(struct transaction *transaction, enum book book, const char *key, char **bytes, size_t *length,
               struct error *error);
bool bytes_put(struct transaction *transaction, enum book book, const char *key, const void *bytes,
               size_t length, struct error *error);
bool bytes_remove(struct transaction *transaction, enum book book, const char *key, struct error *error);
/* The visitor may do anything to the book: no cursor is open while it runs. What it is shown was read a
   little earlier, together with at most a few dozen following records. */
typedef bool bytes_visitor(void *context, const char *key, const char *bytes, size_t length,
                           struct error *error);
bool bytes_walk(struct transaction *transaction, enum book book, const char *prefix, const char *after,
                bytes_visitor *visitor, void *context, struct error *error);

/* A stored JSON record back into its object; FAULT_ENVIRONMENT when its checksum or its JSON is broken. */
bool record_read(enum book book, const char *key, const char *bytes, size_t length, json_t **value,
                 struct error *error);

#endif
