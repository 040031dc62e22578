/*
 * The worker kind of compaction.
 *
 * "match-compact": segments written anew as one.
 *   parameters  {"sources":[{"name":"...","round":N},...],"leave_out":["photo id",...]}
 *               round: of photos whose record states none, the number in the segment's name
 *   inputs      the sources' files in order, then the file to be filled: open for reading and writing, of
 *               segment_merged_size bytes, all zeros
 *   answer      {"count":photos,"digest":SHA-256 of the file,"root":its Merkle root,"engine":"id version"}
 *
 * The file is synced before the answer is given. Reports progress in photos.
 */
#ifndef LEADSPOOL_MATCH_COMPACT_WORKER_H
#define LEADSPOOL_MATCH_COMPACT_WORKER_H

#include "base/worker.h"

enum worker_exit match_compact_worker(const struct worker_job *job, struct error *error);

#endif
