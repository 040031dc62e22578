/*
 * The record, opened with its keys; copies on their way into it.
 *
 * Guarantees: where a site has keys nothing of a drop is written below var/ in clear. Decides nothing about keys:
 * site_unlock has read them, or there are none.
 */
#include "spool/record.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encrypted_file.h"
#include "base/files.h"
#include "base/secret.h"
#include "base/site_key.h"
#include "casebook/format.h"
#include "casebook/log_files.h"

bool site_unlock(struct site *site, struct error *error)
{
    struct site_key *key = NULL;
    int var = directory_open_at(site->directory, "var", false, 0, error);
    if (var < 0)
        return false;
    bool done = true;
    if (site->keyring != NULL)
        goto done;
    if (!keyring_there(var)) {
        if (site->settings->encryption_required)
            done = error_set(error, FAULT_ENVIRONMENT,
                             "site.xml requires encryption, and the record is in clear (R34): leadspool key "
                             "new FILE, then "
                             "leadspool key encrypt");
        goto done;
    }
    done = secret_confine(error) &&
           site_key_find(site->settings->encryption_key, site->account, &key, error) &&
           keyring_read(var, key, &site->keyring, error);
    if (done && site->keyring->work != KEY_WORK_NONE)
        done = error_set(error, FAULT_ENVIRONMENT,
                         "the keys of the record are being changed, and that is not finished: %s",
                         site->keyring->work == KEY_WORK_ENCRYPT ? "leadspool key encrypt"
                                                                 : "leadspool key rotate");
done:
    site_key_free(key);
    close(var);
    return done;
}

bool record_has_keys(const struct site *site)
{
    return faccessat(site->directory, "var/" KEYRING_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool check_format(struct casebook *casebook, struct error *error)
{
    struct transaction *transaction = NULL;
    if (!transaction_begin(casebook, NULL, &transaction, error))
        return false;
    if (format_check(transaction, error))
        return transaction_commit(transaction, error);
    transaction_abort(transaction);
    return false;
}

bool record_open(const struct site *site, struct casebook **casebook, struct vault **vault,
                 struct error *error)
{
    char path[sizeof site->path + 32];
    snprintf(path, sizeof path, "%s/var/casebook", site->path);
    if (!casebook_open_encrypted(path, site->keyring == NULL ? "" : site->keyring->casebook, casebook, error))
        return error_context(error, "opening the casebook");
    if (!check_format(*casebook, error)) {
        casebook_close(*casebook, NULL);
        *casebook = NULL;
        return error_context(error, "opening the casebook");
    }
    snprintf(path, sizeof path, "%s/var/vault", site->path);
    if (!vault_open(path, vault, error))
        return error_context(error, "opening the vault");
    vault_use_keys(*vault, site->keyring);
    return true;
}

bool record_get_sound(struct transaction *transaction, enum book book, const char *key, json_t **record,
                      struct error *error)
{
    struct error own = ERROR_NONE;
    *record = NULL;
    if (book_get(transaction, book, key, record, &own) || own.fault == FAULT_ENVIRONMENT)
        return true;
    if (error != NULL)
        *error = own;
    return false;
}

void record_expect_much(const struct site *site)
{
    char path[sizeof site->path + 32];
    snprintf(path, sizeof path, "%s/var/casebook", site->path);
    log_files_lengthen(path);
}

int copy_open(const struct site *site, int folder, const char *name, struct error *error)
{
    int file = file_open(folder, name, error);
    if (file < 0 || site->keyring == NULL)
        return file;
    int memory = encrypted_in_memory(file, site->keyring, error);
    if (memory < 0)
        error_context(error, "the copy %s", name);
    close(file);
    return memory;
}

/* Where the bytes go, and what they are. */
struct sink {
    int target;
    struct encrypted_writer *writer; /* NULL: in clear, with */
    struct hashing *hashing;
};

static bool sink_open(struct sink *sink, const struct keyring *keyring, struct error *error)
{
    return keyring == NULL ? digest_begin(&sink->hashing, error)
                           : encrypted_begin(sink->target, keyring, &sink->writer, error);
}

static bool sink_add(const struct sink *sink, const void *bytes, size_t length, struct error *error)
{
    if (sink->writer != NULL)
        return encrypted_add(sink->writer, bytes, length, error);
    digest_update(sink->hashing, bytes, length);
    return file_write_all(sink->target, bytes, length, error);
}

static bool sink_close(const struct sink *sink, bool done, struct digest *digest, struct error *error)
{
    if (sink->writer != NULL && done)
        return encrypted_end(sink->writer, digest, NULL, error);
    encrypted_abandon(sink->writer);
    if (sink->hashing != NULL && done)
        *digest = digest_end(sink->hashing);
    else if (sink->hashing != NULL)
        digest_abandon(sink->hashing);
    return done;
}

bool copy_write(const struct keyring *keyring, int source, int target, int64_t most, copy_alive *alive,
                struct digest *digest, int64_t *size, struct error *error)
{
    struct sink sink = {.target = target};
    char block[65536];
    ssize_t got;
    bool done = true;
    *size = 0;
    if (!sink_open(&sink, keyring, error))
        return false;
    while (done && (got = read(source, block, sizeof block)) != 0) {
        if (got < 0) {
            struct error why = ERROR_NONE;
            *size = -1;
            error_system(&why, "reading it");
            done = why.fault != FAULT_TEMPORARY;
            if (!done)
                *error = why;
            break;
        }
        *size += got;
        if (*size > most)
            break;
        if (alive != NULL)
            alive();
        done = sink_add(&sink, block, (size_t)got, error);
    }
    return sink_close(&sink, done, digest, error);
}
