/*
 * JPEG and PNG in, pixels out, under limits.
 *
 * Recognised by content, never by name. Everything a hostile or broken file may ask for is limited before it
 * is given: measures and components from the header, number of scans, memory. A warning of the JPEG library
 * is an error, since truncated and corrupt files otherwise decode as if they were whole.
 *
 * Made to run in a sandboxed worker; parses untrusted bytes.
 */
#ifndef LEADSPOOL_PHOTO_DECODE_H
#define LEADSPOOL_PHOTO_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "photo/image.h"

struct photo_limits {
    size_t bytes;          /* of the file */
    int side;              /* pixels of the longer side */
    int64_t pixels;        /* width * height */
    int scans;             /* of a progressive JPEG */
    size_t memory;         /* bytes the decoding library may hold beside the pixels */
    unsigned milliseconds; /* of processor time, watched while a picture is decoded; 0: as long as it takes */
    /* Called once the measures are known to be within the limits, before memory is asked for; may be NULL. */
    void (*admitted)(void *context, uint64_t pixels);
    void *context;
};

/* 64 MiB, 8192, 40 million, 40, 384 MiB. */
extern const struct photo_limits photo_limits_default;

enum photo_format { PHOTO_JPEG, PHOTO_PNG };

struct photo {
    struct image image;       /* oriented as it should be shown */
    enum photo_format format; /* what the file is */
    int orientation;          /* EXIF orientation 1..8 found in the file and undone; 1 when it has none */
};

/* "JPEG" or "PNG". */
const char *photo_format_name(enum photo_format format);

/* Decode one file. CMYK and palettes become RGB, 16 bits become 8, transparency is laid over white, the EXIF
   orientation is applied. FAULT_INPUT says what is wrong with the file and what its sender should do;
   FAULT_TEMPORARY when memory ran out. `limits` may be NULL for the default. The caller frees photo->image.
   */
bool photo_decode(const uint8_t *bytes, size_t length, const struct photo_limits *limits, struct photo *photo,
                  struct error *error);

/* The same of a whole open file. */
bool photo_decode_file(int file, const struct photo_limits *limits, struct photo *photo, struct error *error);

/* Could it be decoded? Reads every coefficient of every scan, or every row, under the same limits, and makes no
   picture: what else decoding does is arithmetic that cannot fail. photo->image gets the measures it would have,
   oriented, and no pixels. Half the time of decoding a JPEG, and its memory does not grow with the picture. */
bool photo_check(const uint8_t *bytes, size_t length, const struct photo_limits *limits, struct photo *photo,
                 struct error *error);

#endif
