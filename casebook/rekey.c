/*
 * The casebook written anew under another password.
 *
 * Guarantees: the old one is read only, and renamed away when the new one is whole and durable; two renames, and which of the
 * three names are there tells where a crash came:
 *
 *   casebook                     not begun
 *   casebook, casebook.next      being written: begun again
 *   casebook.old, casebook.next  between the renames
 *   casebook, casebook.old       done
 */
#include "casebook/rekey.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/files.h"
#include "casebook/internal.h"

enum { TOGETHER = 500 /* records of one transaction */ };

struct copying {
    struct casebook *to;
    struct transaction *transaction; /* of `to` */
    enum book book;
    unsigned count;
};

static bool there(int var, const char *name)
{
    return faccessat(var, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool commit(struct copying *copying, struct error *error)
{
    struct transaction *transaction = copying->transaction;
    copying->transaction = NULL;
    copying->count = 0;
    return transaction == NULL || transaction_commit(transaction, error);
}

static bool copy_record(void *context, const char *key, const char *bytes, size_t length, struct error *error)
{
    struct copying *copying = context;
    if (copying->transaction == NULL && !transaction_begin(copying->to, NULL, &copying->transaction, error))
        return false;
    if (!bytes_put(copying->transaction, copying->book, key, bytes, length, error))
        return false;
    return ++copying->count < TOGETHER || commit(copying, error);
}

static bool copy_books(struct casebook *from, struct casebook *to, rekey_told *told, void *context,
                       struct error *error)
{
    struct copying copying = {.to = to};
    struct transaction *reading = NULL;
    bool done = transaction_begin(from, NULL, &reading, error);
    for (int book = 0; done && book < BOOK_COUNT; book++) {
        copying.book = (enum book)book;
        done = bytes_walk(reading, copying.book, "", NULL, copy_record, &copying, error) &&
               commit(&copying, error);
        if (done && told != NULL)
            told(context, "casebook", (unsigned)book + 1, BOOK_COUNT);
    }
    transaction_abort(copying.transaction);
    transaction_abort(reading);
    return done;
}

static bool copy(const char *path, const char *from, const char *to, rekey_told *told, void *context,
                 struct error *error)
{
    struct casebook *old = NULL, *made = NULL;
    char name[4200];
    snprintf(name, sizeof name, "%s/casebook", path);
    bool done = casebook_open_encrypted(name, from, &old, error);
    snprintf(name, sizeof name, "%s/casebook.next", path);
    done = done && casebook_open_encrypted(name, to, &made, error) &&
           copy_books(old, made, told, context, error);
    done = casebook_close(made, done ? error : NULL) && done;
    casebook_close(old, NULL);
    return done || error_context(error, "writing the casebook anew");
}

bool casebook_rekey(int var, const char *path, const char *from, const char *to, rekey_told *told,
                    void *context, struct error *error)
{
    if (there(var, "casebook") && !there(var, "casebook.old")) {
        if (!directory_remove_tree(var, "casebook.next", error) ||
            !copy(path, from, to, told, context, error) || !volume_sync(var, error) ||
            !file_rename(var, "casebook", var, "casebook.old", false, error))
            return false;
    }
    if (!there(var, "casebook") && !file_rename(var, "casebook.next", var, "casebook", false, error))
        return false;
    return directory_sync(var, error);
}

bool casebook_forget_old(int var, struct error *error)
{
    return directory_remove_tree(var, "casebook.old", error) && directory_sync(var, error);
}
