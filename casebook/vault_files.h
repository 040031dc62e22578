/*
 * Inside the vault only: its root and how its files are reached.
 */
#ifndef LEADSPOOL_CASEBOOK_VAULT_FILES_H
#define LEADSPOOL_CASEBOOK_VAULT_FILES_H

#include <sys/stat.h>

#include "casebook/vault.h"

struct vault {
    int root;
    const struct keyring *keys; /* NULL: in clear */
};

/* What the file of an object is called: its digest, or with keys what is made of it. */
struct digest vault_name(const struct vault *vault, const struct digest *digest);

/* The file as it lies there; -1 on failure. */
int vault_open_file(const struct vault *vault, const struct digest *digest, struct stat *status,
                    struct error *error);

/* The directory of the objects whose digest begins with the byte `index`; close it. -1 on failure. */
int vault_directory(const struct vault *vault, unsigned index, struct error *error);

/* Open a regular file for reading, following no link and waiting for no FIFO's writer. -1 on failure. */
int vault_open_regular(int directory, const char *name, struct stat *status, struct error *error);

#endif
