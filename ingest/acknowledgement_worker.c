/*
 * check-acknowledgement: what case management says it has filed (R18, R27).
 *
 * Guarantees: one small document, all faults listed. Whether the docket exists and waits for it is not looked
 * at.
 */
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "schemas/xml.h"

static json_t *record_of(const struct xml_node *root)
{
    json_t *record = json_object();
    if (record == NULL || !member_text(record, root, "docket") || !member_text(record, root, "subject") ||
        !member_text(record, root, "cmsRef") || !member_text(record, root, "at") ||
        !member_text(record, root, "by")) {
        json_decref(record);
        return NULL;
    }
    return record;
}

enum worker_exit check_acknowledgement(const struct worker_job *job, struct error *error)
{
    struct xml_reading reading = {0};
    json_t *answer = json_pack("{s[],sn}", "faults", "acknowledgement"), *record;
    char *bytes = NULL;
    size_t length = 0;
    bool done = false;
    if (answer == NULL) {
        error_set(error, FAULT_TEMPORARY, "out of memory");
        goto done;
    }
    if (!document_bytes(job->inputs[0], _("the acknowledgement"), XML_SIZE_LIMIT, &bytes, &length, error) ||
        !xml_read(SCHEMA_ACKNOWLEDGEMENT, bytes, length, &reading, error))
        goto done;
    if (!reading_faults(&reading, _("the acknowledgement"), "docs/formats/acknowledgement.md",
                        json_object_get(answer, "faults"))) {
        error_set(error, FAULT_TEMPORARY, "out of memory");
        goto done;
    }
    if (reading.outcome == XML_VALID) {
        record = record_of(xml_root(reading.document));
        if (record == NULL || !json_put(answer, "acknowledgement", record)) {
            error_set(error, FAULT_TEMPORARY, "out of memory");
            goto done;
        }
    }
    done = worker_answer_json(job, answer, error);
done:
    free(bytes);
    xml_reading_free(&reading);
    json_decref(answer);
    return done ? WORKER_DONE : worker_exit_of(error);
}
