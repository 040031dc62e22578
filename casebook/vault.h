/*
 * The vault: every byte received or made, as files `hh/<sha256>` whose content never changes. With keys (vault_use_keys)
 * each is an encrypted file (base/encrypted_file.h) under a name that only who has the keys can tell (keyring_name).
 *
 * Guarantees: a final name means *was durable*: bytes are synced before the rename, the directories after it.
 * An object only counts once a committed transaction refers to it (vault_reference). Storing a digest that
 * has a file already replaces that file with the bytes just synced: so whatever a failed sync left behind
 * under a name nobody refers to is rewritten, never trusted.
 *
 * Call order for a drop: vault_batch_begin, vault_batch_adopt for each file, vault_batch_sync, then the
 * transaction with vault_reference for each, commit. After a crash the objects without a reference are
 * harmless.
 */
#ifndef LEADSPOOL_CASEBOOK_VAULT_H
#define LEADSPOOL_CASEBOOK_VAULT_H

#include "base/digest.h"
#include "base/keyring.h"
#include "casebook/casebook.h"

/* The kind of use of what came in packets for the gallery. */
#define VAULT_GALLERY_FILE "gallery-file"

struct vault;
struct vault_batch;

/* Open (and make, with its 256 directories) the vault at `path`, and delete temporaries a crash left. */
bool vault_open(const char *path, struct vault **vault, struct error *error);
void vault_close(struct vault *vault);
/* From now on what it stores and opens is encrypted. Borrowed; before anything else is done with it. */
void vault_use_keys(struct vault *vault, const struct keyring *keys);

/* A batch of new objects; one set of syncs for all. vault_batch_end frees it and removes the temporaries of
   one that was not synced; NULL is allowed. */
bool vault_batch_begin(struct vault *vault, struct vault_batch **batch, struct error *error);
/* A file already copied on the same file system, as `name` in `directory` (borrowed, must stay open until the
   sync). Its digest and size were computed by whoever copied it, who encrypted it too where there are keys. A size that
   differs is FAULT_INTERNAL. */
bool vault_batch_adopt(struct vault_batch *batch, int directory, const char *name,
                       const struct digest *digest, uint64_t size, struct error *error);
/* Bytes in memory (a rendered document, a signature): written to a temporary of the vault. `digest` is set. */
bool vault_batch_add(struct vault_batch *batch, const void *bytes, size_t length, struct digest *digest,
                     struct error *error);
/* Make all durable under their final names. FAULT_DURABILITY when a sync failed: the process stops. */
bool vault_batch_sync(struct vault_batch *batch, struct error *error);
void vault_batch_end(struct vault_batch *batch);

/* A batch of one: store bytes durably. */
bool vault_put_bytes(struct vault *vault, const void *bytes, size_t length, struct digest *digest,
                     struct error *error);

/* A read-only descriptor of an object, close-on-exec; -1 on failure (FAULT_ABSENT when there is none). *size
   may be NULL. Of an encrypted one it is its content, in a sealed file in memory. */
int vault_open_object(const struct vault *vault, const struct digest *digest, uint64_t *size,
                      struct error *error);
/* The same as it lies there, however large, for a process that has the keys: encrypted (*encrypted) where there are any. */
int vault_open_stored(const struct vault *vault, const struct digest *digest, bool *encrypted,
                      struct error *error);
/* The whole object in memory, NUL-terminated, at most `limit` bytes; caller frees. */
bool vault_read(const struct vault *vault, const struct digest *digest, size_t limit, char **bytes,
                size_t *length, struct error *error);

/* Is there a file of it, whatever is in that? */
bool vault_has_file(const struct vault *vault, const struct digest *digest);

/* An object read piece by piece, in the memory of two chunks however large it is. */
struct vault_object;
bool vault_object_open(const struct vault *vault, const struct digest *digest, struct vault_object **object,
                       struct error *error);
uint64_t vault_object_size(const struct vault_object *object);
/* *got is 0 at the end. FAULT_ENVIRONMENT when its bytes were changed, where that shows. */
bool vault_object_read(struct vault_object *object, uint64_t offset, void *bytes, size_t length, size_t *got,
                       struct error *error);
/* NULL is allowed. */
void vault_object_close(struct vault_object *object);

/* Hash the object's file: FAULT_ABSENT when missing, FAULT_ENVIRONMENT when its bytes or size changed. */
bool vault_verify(const struct vault *vault, const struct digest *digest, uint64_t size, struct error *error);

/* The casebook's side: count one more user of an object. `kind` is one word ("image", "manifest",
   "packet-file", "document", …; the first one stays). An object disposed of before and received again is a
   new one. */
bool vault_reference(struct transaction *transaction, const struct digest *digest, uint64_t size,
                     const char *kind, struct error *error);
/* One user less; *left (may be NULL) says how many remain. The file stays until vault_dispose. */
bool vault_unreference(struct transaction *transaction, const struct digest *digest, int64_t *left,
                       struct error *error);
/* All users of that kind at once; *left says how many of other kinds remain. None of that kind is no error. */
bool vault_give_up(struct transaction *transaction, const struct digest *digest, const char *kind,
                   int64_t *left, struct error *error);
/* `count` users of that kind; more than there are is FAULT_INTERNAL. */
bool vault_give_up_some(struct transaction *transaction, const struct digest *digest, const char *kind,
                        int64_t count, int64_t *left, struct error *error);
/* Record that event number `event` disposed of an object nobody uses any more (FAULT_REFUSED while somebody
   does), and note its file for vault_erase_disposed. Verification then answers "disposed by event n". */
bool vault_dispose(struct transaction *transaction, const struct digest *digest, int64_t event,
                   struct error *error);
bool vault_erase(struct vault *vault, const struct digest *digest, struct error *error);
/* Remove the files of what was disposed of in earlier transactions, some hundred at most (*erased; 0: none was left).
   In a transaction that adds nothing to the vault: bytes received again in the same moment would go with them. */
/* Remove an object's file; of an encrypted one the data key is wiped first. None there is no error. */
bool vault_erase_disposed(struct transaction *transaction, struct vault *vault, size_t *erased,
                          struct error *error);

/* Visit the digests of what is in the files below directory `index` (0 to 255), in no order; for audits. `why` is NULL, or why
   that cannot be told: then `name` is that of the file. */
typedef bool vault_visitor(void *context, const char *name, const char *why, struct error *error);
bool vault_walk_files(const struct vault *vault, unsigned index, vault_visitor *visitor, void *context,
                      struct error *error);

#endif
