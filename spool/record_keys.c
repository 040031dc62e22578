/*
 * The keys of a site's record, given and changed.
 *
 * Guarantees: the keyring has a key durably before anything is encrypted with it, and loses one only when nothing needs
 * it any more. Each change is an event, once. Refused while a daemon has the site.
 */
#include "spool/record_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/secret.h"
#include "casebook/event.h"
#include "spool/record.h"

struct change {
    struct site *site;
    int var;
    char path[4200]; /* of var */
    struct site_key *key;
    struct keyring *keyring;
    struct vault *vault;
};

static int open_var(const struct site *site, struct error *error)
{
    return directory_open_at(site->directory, "var", false, 0, error);
}

bool record_keys_make(const struct site *site, const struct site_key *key, struct error *error)
{
    struct keyring *keyring = NULL;
    int var = open_var(site, error);
    bool done = var >= 0 && keyring_make(clock_now(), &keyring, error);
    if (done) {
        memcpy(keyring->casebook, keyring->casebook_next, sizeof keyring->casebook);
        secret_wipe(keyring->casebook_next, sizeof keyring->casebook_next);
        done = keyring_write(var, key, keyring, error);
    }
    keyring_free(keyring);
    if (var >= 0)
        close(var);
    return done;
}

bool record_keys_read(const struct site *site, struct keyring **keyring, struct error *error)
{
    struct site_key *key = NULL;
    int var = open_var(site, error);
    if (var < 0)
        return false;
    bool done = (keyring_there(var) ||
                 error_set(error, FAULT_ABSENT,
                           "the record is in clear: it has no keys (leadspool key encrypt gives it some)")) &&
                secret_confine(error) &&
                site_key_find(site->settings->encryption_key, site->account, &key, error) &&
                keyring_read(var, key, keyring, error);
    site_key_free(key);
    close(var);
    return done;
}

bool record_keys_change(const struct site *site, const struct site_key *to, struct error *error)
{
    struct keyring *keyring = NULL;
    int var = open_var(site, error);
    bool done = var >= 0 && record_keys_read(site, &keyring, error) && site_become_owner(site, error) &&
                keyring_write(var, to, keyring, error);
    keyring_free(keyring);
    if (var >= 0)
        close(var);
    return done;
}

/* --- with the site locked --- */

static void end(struct change *change)
{
    vault_close(change->vault);
    keyring_free(change->keyring);
    site_key_free(change->key);
    if (change->var >= 0)
        close(change->var);
}

static bool begin(struct change *change, struct site *site, struct error *error)
{
    *change = (struct change){.site = site, .var = open_var(site, error)};
    snprintf(change->path, sizeof change->path, "%s/var", site->path);
    char path[4300];
    snprintf(path, sizeof path, "%s/vault", change->path);
    /* The key is read as whoever called: root's files are root's. */
    return change->var >= 0 && secret_confine(error) &&
           site_key_find(site->settings->encryption_key, site->account, &change->key, error) &&
           (!keyring_there(change->var) || keyring_read(change->var, change->key, &change->keyring, error)) &&
           site_become_owner(site, error) && site_lock(site, error) &&
           vault_open(path, &change->vault, error);
}

static bool write_keyring(struct change *change, struct error *error)
{
    return keyring_write(change->var, change->key, change->keyring, error);
}

/* The casebook under its next password, and that one the only one. */
static bool rekey_casebook(struct change *change, rekey_told *told, void *context, struct error *error)
{
    struct keyring *keyring = change->keyring;
    if (keyring->casebook_next[0] != '\0') {
        if (!casebook_rekey(change->var, change->path, keyring->casebook, keyring->casebook_next, told,
                            context, error))
            return false;
        memcpy(keyring->casebook, keyring->casebook_next, sizeof keyring->casebook);
        secret_wipe(keyring->casebook_next, sizeof keyring->casebook_next);
        if (!write_keyring(change, error))
            return false;
    }
    return casebook_forget_old(change->var, error);
}

static bool said(struct transaction *transaction, const char *action, bool *already, struct error *error)
{
    int64_t sequence = 0;
    char hash[DIGEST_TEXT_SIZE], *line = NULL;
    json_t *event = NULL;
    *already = false;
    if (!event_head(transaction, &sequence, hash, error))
        return false;
    if (sequence == 0)
        return true;
    if (!event_line(transaction, sequence, &line, error))
        return false;
    *already = json_read(line, strlen(line), &event, NULL) && strcmp(json_text(event, "action"), action) == 0;
    json_decref(event);
    free(line);
    return true;
}

/* In the record itself; nothing else writes to it meanwhile, so that the last event tells whether it was said. */
static bool note(const struct change *change, const char *action, struct error *error)
{
    struct casebook *casebook = NULL;
    struct transaction *transaction = NULL;
    char path[4300];
    bool already = false;
    const struct event event = {
        .actor = "leadspool", .role = "administrator", .action = action, .outcome = "done"};
    snprintf(path, sizeof path, "%s/casebook", change->path);
    bool done = casebook_open_encrypted(path, change->keyring->casebook, &casebook, error) &&
                transaction_begin(casebook, NULL, &transaction, error) &&
                said(transaction, action, &already, error) &&
                (already || event_append(transaction, clock_now(), &event, NULL, error));
    if (done)
        done = transaction_commit(transaction, error);
    else
        transaction_abort(transaction);
    return casebook_close(casebook, done ? error : NULL) && done;
}

static bool finish(struct change *change, const char *action, struct error *error)
{
    if (!note(change, action, error))
        return false;
    keyring_forget_old(change->keyring);
    change->keyring->work = KEY_WORK_NONE;
    return write_keyring(change, error);
}

static bool other_work(const struct change *change, enum key_work own, struct error *error)
{
    return change->keyring->work == KEY_WORK_NONE || change->keyring->work == own ||
           error_set(error, FAULT_TEMPORARY, "something else was begun and is not finished: %s",
                     change->keyring->work == KEY_WORK_ENCRYPT ? "leadspool key encrypt"
                                                               : "leadspool key rotate");
}

static bool begin_encryption(struct change *change, struct error *error)
{
    if (change->keyring != NULL)
        return true;
    if (!keyring_make(clock_now(), &change->keyring, error))
        return false;
    change->keyring->work = KEY_WORK_ENCRYPT;
    return write_keyring(change, error);
}

bool record_keys_encrypt(struct site *site, bool dry, rekey_told *told, void *context,
                         struct record_keys_report *report, struct error *error)
{
    struct change change;
    *report = (struct record_keys_report){0};
    bool done = begin(&change, site, error);
    if (done && change.keyring != NULL) {
        report->nothing = change.keyring->work == KEY_WORK_NONE;
        done = other_work(&change, KEY_WORK_ENCRYPT, error);
        vault_use_keys(change.vault, change.keyring);
    }
    if (!done || report->nothing)
        goto done;
    if (dry) {
        done = vault_encrypt_all(change.vault, true, told, context, &report->vault, error);
        goto done;
    }
    done = begin_encryption(&change, error);
    if (!done)
        goto done;
    vault_use_keys(change.vault, change.keyring);
    /* Copies of drops that are not answered: they are copied in again. */
    done = directory_remove_tree(change.var, "incoming", error) &&
           vault_encrypt_all(change.vault, false, told, context, &report->vault, error) &&
           rekey_casebook(&change, told, context, error) && finish(&change, "record-encrypted", error);
done:
    end(&change);
    return done;
}

static bool begin_rotation(struct change *change, struct error *error)
{
    if (change->keyring->work == KEY_WORK_ROTATE)
        return true;
    change->keyring->work = KEY_WORK_ROTATE;
    return casebook_forget_old(change->var, error) && keyring_renew(change->keyring, clock_now(), error) &&
           write_keyring(change, error);
}

bool record_keys_rotate(struct site *site, bool dry, rekey_told *told, void *context,
                        struct record_keys_report *report, struct error *error)
{
    struct change change;
    *report = (struct record_keys_report){0};
    bool done = begin(&change, site, error) &&
                (change.keyring != NULL ||
                 error_set(error, FAULT_ABSENT,
                           "the record is in clear: there is no key to change (leadspool key encrypt)")) &&
                other_work(&change, KEY_WORK_ROTATE, error);
    if (done && !dry)
        done = begin_rotation(&change, error);
    if (done)
        vault_use_keys(change.vault, change.keyring);
    /* Copies of drops that are not answered are under the old key: they are copied in again. */
    done = done && (dry || directory_remove_tree(change.var, "incoming", error)) &&
           vault_rewrap_all(change.vault, dry, told, context, &report->vault, error);
    if (done && !dry)
        done = rekey_casebook(&change, told, context, error) && finish(&change, "keys-rotated", error);
    end(&change);
    return done;
}
