/*
 * Giving a site's record keys, and changing them, while no daemon runs (`leadspool key`).
 *
 * Each can be killed at any instant and asked for again: what is under way stands in var/keyring, and no daemon starts
 * before it is finished. The site is opened, not locked.
 */
#ifndef LEADSPOOL_SPOOL_RECORD_KEYS_H
#define LEADSPOOL_SPOOL_RECORD_KEYS_H

#include "casebook/rekey.h"
#include "spool/site.h"

struct record_keys_report {
    struct rekey_counts vault;
    bool nothing; /* it was done before */
};

/* A new keyring of a site whose record is empty, opened by this key. */
bool record_keys_make(const struct site *site, const struct site_key *key, struct error *error);

/* Encrypt a record that is in clear. `dry`: only say what there is to do. */
bool record_keys_encrypt(struct site *site, bool dry, rekey_told *told, void *context,
                         struct record_keys_report *report, struct error *error);
/* A new master key, a new password of the casebook. */
bool record_keys_rotate(struct site *site, bool dry, rekey_told *told, void *context,
                        struct record_keys_report *report, struct error *error);
/* Another site's key opens the same keyring from now on; a daemon that runs goes on. */
bool record_keys_change(const struct site *site, const struct site_key *to, struct error *error);
/* The keyring as it is; FAULT_ABSENT when the record is in clear. keyring_free. */
bool record_keys_read(const struct site *site, struct keyring **keyring, struct error *error);

#endif
