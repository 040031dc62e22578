/*
 * Request packets as a sender makes them: the manifest, and the folder that is dropped.
 *
 * Used by `leadspool submit` and by tests that need drops. Nothing is judged here: a packet with an
 * unauthorised use can be made, because refusing it is the site's work.
 */
#ifndef LEADSPOOL_COMMAND_PACKET_H
#define LEADSPOOL_COMMAND_PACKET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

#define UUID_TEXT_SIZE 37

/* A random (version 4) UUID into `text`. */
bool uuid_make(char text[UUID_TEXT_SIZE], struct error *error);

/* Write `request` (shape: spool/INTERNALS.md §4) as manifest.xml. Members that are absent stay out. */
bool manifest_compose(const json_t *request, struct text *xml, struct error *error);

/* One file of a packet beside its manifest. */
struct packet_file {
    const char *path; /* where it is read from */
    const char *name; /* its name in the packet */
};

/* Set "size" and "sha256" of an image of a request from the file at `path`. */
bool packet_measure(json_t *image, const char *path, struct error *error);

/* Drop a packet as `name` into the open folder `drop`: filled under a hidden name, every file synced, then
   renamed, so that a reader sees all of it or nothing. FAULT_INPUT when the name is taken. */
bool packet_drop(int drop, const char *name, const char *manifest, size_t length,
                 const struct packet_file *files, size_t count, struct error *error);
/* The same as one .zip file; `name` ends in .zip. */
bool packet_zip_drop(int drop, const char *name, const char *manifest, size_t length,
                     const struct packet_file *files, size_t count, struct error *error);

#endif
