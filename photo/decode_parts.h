/*
 * What decode.c shares with its two decoders. Not for others.
 */
#ifndef LEADSPOOL_PHOTO_DECODE_PARTS_H
#define LEADSPOOL_PHOTO_DECODE_PARTS_H

#include "photo/decode.h"

/* Refuses measures beyond the limits, before any memory is asked for. */
bool decode_check_measures(uint64_t width, uint64_t height, const struct photo_limits *limits,
                           struct error *error);

/* Of this process so far, in nanoseconds; 0 when the system does not tell. */
int64_t decode_processor_time(void);

/* Each fills photo->image (not yet oriented) and photo->orientation; without `pixels` the image gets its measures
   alone. On failure the image may be half made; the caller frees it. */
bool decode_jpeg(const uint8_t *bytes, size_t length, const struct photo_limits *limits, bool pixels,
                 struct photo *photo, struct error *error);
bool decode_png(const uint8_t *bytes, size_t length, const struct photo_limits *limits, bool pixels,
                struct photo *photo, struct error *error);

#endif
