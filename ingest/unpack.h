/*
 * A packet in one .zip file: what is accepted as one, and what it holds. Shared by the files unpack*.c.
 *
 * Source of the layout: APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3 to 4.5. Accepted is only the plain part of it
 * that everyday tools write, laid out in the one way that every reader understands alike: members one after the
 * other from the first byte, then the central directory, then the end record, and nothing else anywhere. Whatever
 * two readers could read differently is refused before anything is unpacked.
 *
 * Nothing here allocates by a number the archive states before that number was held against a limit.
 */
#ifndef LEADSPOOL_INGEST_UNPACK_H
#define LEADSPOOL_INGEST_UNPACK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { UNPACK_STORED = 0, UNPACK_DEFLATED = 8 };    /* the two methods taken (APPNOTE 4.4.5) */
enum { UNPACK_ENCRYPTED = 1, UNPACK_STREAMED = 8 }; /* of the flags (4.4.4) */

/* Bytes, and files, of a packet: the site's settings. */
struct unpack_limits {
    uint64_t files, file_bytes, total_bytes;
};

/* One entry of the central directory; names point into the archive and are not terminated. */
struct unpack_member {
    const char *raw_name;
    size_t raw_length;
    const uint8_t *extra; /* its extra fields in the central directory, in the archive */
    size_t extra_length;
    uint64_t offset; /* of its local header */
    uint64_t data;   /* offset of its bytes */
    uint64_t stored; /* bytes it takes in the archive */
    uint64_t size;   /* bytes it says to come to */
    uint32_t crc, attributes;
    uint16_t method, flags;
    uint8_t version; /* of the format that reading it takes, times ten */
    uint8_t host;    /* what kind of system wrote its attributes: 3 and 19 are Unix */
    size_t index;    /* its place in the central directory: how libzip counts it */
    char *
        name; /* in the packet, UTF-8 or bytes, as a folder would have it; NULL = no part of the packet; owned */
};

struct unpack_archive {
    const uint8_t *bytes;
    size_t length;
    struct unpack_member *members; /* owned; in the order of the central directory */
    size_t count;
    bool ended; /* the last byte is the last of an end record: nothing of it is still on its way */
};

/* The faults of an archive, each with its outcome and remedy (the table is in unpack_faults.c). */
enum unpack_code {
    ARCHIVE_UNREADABLE,
    ARCHIVE_DAMAGED,
    ARCHIVE_ENCRYPTED,
    ARCHIVE_METHOD,
    ARCHIVE_FOLDERS,
    ARCHIVE_NAME,
    ARCHIVE_NOT_PLAIN,
    ARCHIVE_TOO_LARGE,
    ARCHIVE_PATH,
    ARCHIVE_BOMB,
    ARCHIVE_FOREIGN_BYTES,
    ARCHIVE_INCONSISTENT
};

/* Append one, about a member (NULL: about the whole). What is a tool's doing is said once. Beyond UNPACK_FAULTS_MOST only the first of each code is
   kept. False when memory ran out. */
enum { UNPACK_FAULTS_MOST = 20 };
bool unpack_fault(json_t *faults, enum unpack_code code, const struct unpack_member *member,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Read the structure: the members with their places. At the first thing that is not as it must be a fault is
   added and the rest is not read. False with an error only for our own trouble. Free in either case. */
bool unpack_read(const void *bytes, size_t length, const struct unpack_limits *limits,
                 struct unpack_archive *archive, json_t *faults, struct error *error);
void unpack_free(struct unpack_archive *archive);

/* Hold every member's kind, stated size and real size against the rules: decoded once into a small buffer, its end
   and its checksum compared. Stops at the limits, whatever a member claims to be. */
bool unpack_measure(const struct unpack_archive *archive, const struct unpack_limits *limits, json_t *faults,
                    struct error *error);

/* Give the members that belong to the packet their names: `names` are those of the central directory in its order,
   as UTF-8 where the archive says how. An enclosing folder is taken off, what desktops leave is left out. */
bool unpack_name(struct unpack_archive *archive, const char *const *names, const struct unpack_limits *limits,
                 json_t *faults, struct error *error);

#endif
