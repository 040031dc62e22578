/*
 * What reading and writing of segments share. Not for others.
 */
#ifndef LEADSPOOL_MATCH_SEGMENT_PARTS_H
#define LEADSPOOL_MATCH_SEGMENT_PARTS_H

#include "match/segment.h"

#define SEGMENT_MAGIC "LSGALLRY"

uint32_t segment_record_size(size_t template_size);
uint64_t segment_record_check(const struct segment_record *record, size_t template_size);

#endif
