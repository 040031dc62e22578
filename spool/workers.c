/*
 * The table of worker kinds.
 *
 * Guarantees: a kind without a row cannot be run. Limits are what the largest allowed input needs, measured,
 * times about four. Neither forks nor walls in: the nursery does.
 */
#include "spool/workers.h"

#include <string.h>

#include "ingest/check_worker.h"
#include "ingest/foil_worker.h"
#include "ingest/release_worker.h"
#include "ingest/retention_worker.h"
#include "ingest/unpack_worker.h"
#include "match/compact_worker.h"
#include "match/match_worker.h"
#include "match/vendor_worker.h"
#include "page/readback.h"
#include "photo/photo_worker.h"
#include "report/disposal_worker.h"
#include "report/extract_reading_worker.h"
#include "report/extract_worker.h"
#include "report/figures_worker.h"
#include "report/foil_pages.h"
#include "report/reading_worker.h"
#include "report/render_worker.h"
#include "report/volume_worker.h"
#include "review/decision_worker.h"
#include "review/worksheet_reading_worker.h"
#include "review/worksheet_worker.h"

static const struct worker_kind kinds[] = {
    {"check-peek", check_peek, 5, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES, NULL, 0},
    {"check-peek-enrolment", check_peek_enrolment, 20, 1024, false, WORKER_ONCE, NULL, 0},
    {"check-packet", check_packet, 60, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES, NULL, 0},
    /* room for addresses: the file is mapped, not read */
    {"check-archive", check_archive, 20, 4096, false, WORKER_ONCE, NULL, 0},
    {"check-unpack", check_unpack, 20, 4096, false, WORKER_ONCE, NULL, 0},
    {"check-enrolment", check_enrolment, 600, 1024, false, WORKER_ONCE, NULL, 0},
    {"check-order", check_order, 20, 256, false, WORKER_ONCE, NULL, 0},
    {"check-acknowledgement", check_acknowledgement, 5, WORKER_SERVING_MEBIBYTES, false, WORKER_SERVES, NULL,
     0},
    {"check-discovery", check_discovery, 10, 256, false, WORKER_ONCE, NULL, 0},
    {"check-disclosure", check_disclosure, 10, 256, false, WORKER_ONCE, NULL, 0},
    {"check-foil", check_foil, 20, 512, false, WORKER_ONCE, NULL, 0},
    {"check-retention", check_retention, 20, 256, false, WORKER_ONCE, NULL, 0},
    {"check-audit", check_audit, 20, 256, false, WORKER_ONCE, NULL, 0},
    {"check-decision", check_decision_worker, 10, 256, false, WORKER_ONCE, NULL, 0},
    {"match-template", match_template_worker, 120, 1024, false, WORKER_ONCE, NULL, 0},
    /* as long and as large as the gallery makes it */
    {"match-search", match_search_worker, 0, 0, true, WORKER_ONCE, NULL, 0},
    {"engine-describe", engine_describe_worker, 10, 1024, false, WORKER_ONCE, engine_worker_load, 20},
    {"engine-template", engine_template_worker, 0, 2048, true, WORKER_ONCE, engine_worker_load, 300},
    {"engine-search", engine_search_worker, 0, 2048, true, WORKER_ONCE, engine_worker_load, 3600},
    {"engine-trial", engine_trial_worker, 0, 2048, true, WORKER_ONCE, engine_worker_load, 600},
    /* as large as the gallery, too */
    {"match-compact", match_compact_worker, 0, 0, false, WORKER_CAN_WAIT, NULL, 0},
    {"photo-edit", photo_edit_worker, 60, 1024, false, WORKER_ONCE, NULL, 0},
    {"photo-figure", photo_figure_worker, 60, 1024, false, WORKER_CAN_WAIT, NULL, 0},
    {"photo-measure", photo_measure_worker, 60, 1024, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-document", render_document_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"read-document", read_document_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-extract", render_extract_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-disposal", render_disposal_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"read-extract", read_extract_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-foil-proposals", render_foil_proposals_worker, 300, 1024, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-foil-sheet", render_foil_sheet_worker, 300, 1024, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-foil-export", render_foil_export_worker, 300, 1024, false, WORKER_CAN_WAIT, NULL, 0},
    {"read-foil-export", read_foil_export_worker, 300, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-figures", render_figures_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-worksheet", render_worksheet_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"read-worksheet", read_worksheet_worker, 60, 2048, false, WORKER_CAN_WAIT, NULL, 0},
    {"render-volume", render_volume_worker, 600, 1024, false, WORKER_CAN_WAIT, NULL, 0},
};

const struct worker_kind *worker_kind_find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return &kinds[i];
    return NULL;
}

void worker_kind_ready(const struct worker_kind *kind)
{
    static worker_function *const readers[] = {read_document_worker, read_foil_export_worker,
                                               read_extract_worker, read_worksheet_worker,
                                               render_volume_worker};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (kind->function == readers[i])
            readback_prepare(NULL);
}
