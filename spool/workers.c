/*
 * The table of worker kinds.
 *
 * Guarantees: a kind without a row cannot be run. Limits are what the largest allowed input needs, measured,
 * times about four. Neither forks nor walls in: the nursery does.
 */
#include "spool/workers.h"

#include <string.h>

#include "ingest/check_worker.h"
#include "ingest/unpack_worker.h"
#include "match/match_worker.h"
#include "photo/photo_worker.h"
#include "report/render_worker.h"
#include "review/decision_worker.h"
#include "review/worksheet_worker.h"

static const struct worker_kind kinds[] = {
    {"check-peek", check_peek, 5, 256, false},
    {"check-packet", check_packet, 60, 1024, false},
    {"check-archive", check_archive, 20, 4096, false}, /* room for addresses: the file is mapped, not read */
    {"check-unpack", check_unpack, 20, 4096, false},
    {"check-enrolment", check_enrolment, 600, 1024, false},
    {"check-acknowledgement", check_acknowledgement, 5, 256, false},
    {"check-decision", check_decision_worker, 10, 256, false},
    {"match-template", match_template_worker, 120, 1024, false},
    {"match-search", match_search_worker, 0, 0, true}, /* as long and as large as the gallery makes it */
    {"photo-edit", photo_edit_worker, 60, 1024, false},
    {"photo-figure", photo_figure_worker, 60, 1024, false},
    {"photo-measure", photo_measure_worker, 60, 1024, false},
    {"render-document", render_document_worker, 60, 2048, false},
    {"render-worksheet", render_worksheet_worker, 60, 2048, false},
};

const struct worker_kind *worker_kind_find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return &kinds[i];
    return NULL;
}
