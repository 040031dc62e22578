/*
 * A part of a FOIL request, drawn: a page that says what it is, then every document as a section of its own.
 *
 * What the jobs of report/foil_pages.h share. The first section (0) is the part's own page; section n is the n-th document
 * of the facts.
 */
#ifndef LEADSPOOL_REPORT_FOIL_PART_H
#define LEADSPOOL_REPORT_FOIL_PART_H

#include "base/digest.h"
#include "base/language.h"
#include "page/ink.h"
#include "page/rendering.h"
#include "report/documents.h"

#define FOIL_EXPORT_KIND N_("Records under FOIL") /* with the request's number the title of an export */

/* What stands at the foot of each page of document `number`, before the page's own number: the export's reader finds the
   pages by it. Returns `stamp`, STAMP_PREFIX_SIZE bytes. */
const char *foil_part_stamp(const char *request, long number, char *stamp);

struct foil_part {
    const struct worker_job *job;
    json_t *facts;        /* owned */
    struct digest digest; /* of the file of the facts */
    json_t *pictures;     /* of each document in turn, by section; owned */
    json_t *sealed;       /* numbers of pictures drawn that are sealed; owned */
    struct rendering rendering;
    struct worker_job opened; /* the job as the first page sees it */
    json_t *parameters;       /* of that; owned */
};

/* Read the facts and find the documents' pictures among the inputs. FAULT_INPUT when a member is missing, FAULT_INTERNAL
   when a picture is not among them. */
bool foil_part_open(struct foil_part *part, const struct worker_job *job, struct error *error);
void foil_part_close(struct foil_part *part);

/* Draw all of it; `setup` says whether marks are noted or boxes left out. document_finish is the caller's. */
bool foil_part_draw(struct foil_part *part, struct document_setup *setup, struct error *error);
/* The same, noting marks; the PDF is not made. */
bool foil_part_note(struct foil_part *part, struct ink *ink, struct error *error);

/* The section of a document by its number in the request; 0 when the part has none of that number. */
size_t foil_part_section(const struct foil_part *part, int64_t number);
/* The document of a section from 1. */
const json_t *foil_part_document(const struct foil_part *part, size_t section);
/* Is this picture of the drawing (its number in the ink) one that is sealed? Asked after drawing. */
bool foil_part_sealed(const struct foil_part *part, int picture);

/* The boxes of the facts, by section; free with free(). FAULT_INPUT when one is of no document or no rectangle. */
bool foil_part_redactions(const struct foil_part *part, struct redaction **list, size_t *count,
                          struct error *error);

#endif
