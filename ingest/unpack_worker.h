/*
 * The workers that take a .zip file apart: sandboxed, descriptors in, one JSON answer out.
 *
 * check-archive          input 0: the file; to ask only whether it has its end, the first four bytes and the last 65557
 *   parameters {"limits":{"files","fileBytes","totalBytes"}}
 *   answer {"state":"whole"|"growing"|"faulty","faults":[…],"members":[{"name","index","size"}]}
 *     growing: it begins as an archive and has no end yet. members: of a whole one, the packet's files as a folder
 *     would have them, names escaped (base/names.h), manifest.xml first, then by name.
 *
 * check-unpack           inputs: the file, then an empty file to write to for each of "members"
 *   parameters {"members":[{"name","index","size"}]} of a whole archive
 *   answer {"members":n}
 */
#ifndef LEADSPOOL_INGEST_UNPACK_WORKER_H
#define LEADSPOOL_INGEST_UNPACK_WORKER_H

#include "base/worker.h"

enum worker_exit check_archive(const struct worker_job *job, struct error *error);
enum worker_exit check_unpack(const struct worker_job *job, struct error *error);

#endif
