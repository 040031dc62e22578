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
    {"check-peek", check_peek, 5, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES},
    {"check-packet", check_packet, 60, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES},
    /* room for addresses: the file is mapped, not read */
    {"check-archive", check_archive, 20, 4096, false, WORKER_ONCE},
    {"check-unpack", check_unpack, 20, 4096, false, WORKER_ONCE},
    {"check-enrolment", check_enrolment, 600, 1024, false, WORKER_ONCE},
    {"check-order", check_order, 20, 256, false, WORKER_ONCE},
    {"check-acknowledgement", check_acknowledgement, 5, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES},
    {"check-decision", check_decision_worker, 10, 256, false, WORKER_ONCE},
    {"match-template", match_template_worker, 120, 1024, false, WORKER_ONCE},
    /* as long and as large as the gallery makes it */
    {"match-search", match_search_worker, 0, 0, true, WORKER_ONCE},
    {"photo-edit", photo_edit_worker, 60, 1024, false, WORKER_ONCE},
    {"photo-figure", photo_figure_worker, 60, 1024, false, WORKER_CAN_WAIT},
    {"photo-measure", photo_measure_worker, 60, 1024, false, WORKER_CAN_WAIT},
    {"render-document", render_document_worker, 60, 2048, false, WORKER_CAN_WAIT},
    {"render-worksheet", render_worksheet_worker, 60, 2048, false, WORKER_CAN_WAIT},
};

const struct worker_kind *worker_kind_find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return &kinds[i];
    return NULL;
}
