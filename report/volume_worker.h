/*
 * The worker function of job `render-volume`: pages, files and lists of one edition of a volume, packed and encrypted.
 *
 * inputs      0, 1 the two fonts; 2 the facts (JSON, report/discovery_facts.c); 3 an empty file to write the package to;
 *             then the objects the facts name by "input" (counted from there)
 * parameters  {"certificates":[PEM]}
 * answer      {"pages":n,"first":n,"last":n,"files":n,"plain":bytes,"sums":SHA-256 of the file SHA256SUMS,
 *              "parts":[{"name","first","last"}]}
 *
 * The package is a tar archive inside CMS EnvelopedData:
 *   index.pdf                  what is here, withheld and not held; bears the first Bates numbers
 *   record-N.pdf               request, chronology, people, decisions
 *   images-N.pdf               images with their edits
 *   searches-N.pdf             searches, lists; in the extended edition the photographs of the lists
 *   files/E001-…               originals, byte for byte
 *   SHA256SUMS                 of all of them, as sha256sum checks it
 * Every page of a PDF bears a number that goes on through the parts. Memory holds one part at a time, however large
 * the volume.
 *
 * Exits: as render-document (report/render_worker.h).
 */
#ifndef LEADSPOOL_REPORT_VOLUME_WORKER_H
#define LEADSPOOL_REPORT_VOLUME_WORKER_H

#include "base/worker.h"

worker_function render_volume_worker;

enum { VOLUME_FACTS = 2, VOLUME_OUTPUT, VOLUME_OBJECTS };

#endif
