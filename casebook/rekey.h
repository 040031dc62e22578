/*
 * Giving a record keys, or other keys: the vault's files and the casebook, while no daemon runs.
 *
 * Each function can be killed at any instant and called again: what is done is found done. The order, and what of it
 * stands in the keyring meanwhile, is the caller's (spool/record_keys.h).
 */
#ifndef LEADSPOOL_CASEBOOK_REKEY_H
#define LEADSPOOL_CASEBOOK_REKEY_H

#include "casebook/casebook.h"
#include "casebook/vault.h"

/* Told now and then: which part, and how much of it is done (of 256 folders; of the books). */
typedef void rekey_told(void *context, const char *what, unsigned done, unsigned total);

struct rekey_counts {
    uint64_t files, bytes; /* of the vault, looked at */
    uint64_t changed;      /* encrypted, or wrapped anew */
    uint64_t unreadable;   /* left as they are: their bytes are not what their name says */
};

/* Encrypt every file of the vault (which has its keys) that lies there in clear. `dry`: only count. */
bool vault_encrypt_all(struct vault *vault, bool dry, rekey_told *told, void *context,
                       struct rekey_counts *counts, struct error *error);
/* Wrap the data key of every file with the newest master key, and wipe what older ones open. */
bool vault_rewrap_all(struct vault *vault, bool dry, rekey_told *told, void *context,
                      struct rekey_counts *counts, struct error *error);

/* The casebook below `var` written anew under the password `to`, from one under `from`; "" = in clear. `path` is var's. When it
   returns true, var/casebook is the new one, durably; the old one is var/casebook.old until casebook_forget_old. */
bool casebook_rekey(int var, const char *path, const char *from, const char *to, rekey_told *told,
                    void *context, struct error *error);
bool casebook_forget_old(int var, struct error *error);

#endif
