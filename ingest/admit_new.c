/*
 * A new request becomes a docket.
 *
 * Guarantees: the record holds the whole request and every image with its measures; one hold row for each
 * fault that a person has to decide on. Opens no item and does not queue: the caller does what the state
 * calls for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/image_index.h"
#include "casebook/queue.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/words.h"

static json_t *image_record(const struct admission *admission, const json_t *listed, const json_t *seen)
{
    json_t *edits = json_object_get(listed, "edits");
    json_t *record =
        json_pack("{ss,ss,sO*,sO*,sO*,sO*,ss,ss,ss,sO*}", "digest", json_text(seen, "digest"), "file",
                  json_text(seen, "file"), "width", json_object_get(seen, "width"), "height",
                  json_object_get(seen, "height"), "format", json_object_get(seen, "format"), "quality",
                  json_object_get(seen, "quality"), "packet", json_text(admission->request, "requestId"),
                  "received", json_text(admission->claim, "arrived"), "source", json_text(listed, "source"),
                  "eyes", json_object_get(listed, "eyes"));
    static const char *const stated[] = {"sourceText", "capturedAt", "recordingId"};
    for (size_t i = 0; record != NULL && i < sizeof stated / sizeof *stated; i++)
        if (json_object_get(listed, stated[i]) != NULL)
            json_object_set(record, stated[i], json_object_get(listed, stated[i]));
    if (record != NULL &&
        json_object_set_new(record, "edits", edits == NULL ? json_array() : json_incref(edits)) != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}

/* Under the name of its recording as it reads, however it is written: CAM-7 and "cam 7" are one. */
static bool note_image(struct admission *admission, const json_t *listed, const json_t *seen,
                       struct error *error)
{
    const char *recording = json_text_or_null(listed, "recordingId");
    char *plain = recording == NULL ? NULL : words_plain(recording);
    if (recording != NULL && plain == NULL)
        return admission_memory(error);
    bool done = image_index_add(admission->transaction, json_text(admission->docket, "docket"),
                                json_text(seen, "digest"), plain, error);
    free(plain);
    return done;
}

bool admit_images(struct admission *admission, size_t *added, struct error *error)
{
    json_t *images = json_array_at(admission->docket, "images");
    size_t index;
    const json_t *listed;
    *added = 0;
    json_array_foreach(json_object_get(admission->request, "images"), index, listed)
    {
        const json_t *seen =
            json_find(json_object_get(admission->check, "images"), "file", json_text(listed, "file"));
        if (seen == NULL || json_find(images, "digest", json_text(seen, "digest")) != NULL)
            continue;
        if (json_array_append_new(images, image_record(admission, listed, seen)) != 0)
            return admission_memory(error);
        if (!note_image(admission, listed, seen, error))
            return false;
        ++*added;
    }
    return true;
}

bool admit_holds(struct admission *admission, struct error *error)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(admission->faults, index, fault)
    {
        const struct hold hold = {.code = json_text(fault, "code"),
                                  .clause = json_text_or_null(fault, "clause"),
                                  .role = json_text(fault, "role"),
                                  .reason = json_text(fault, "text"),
                                  .item = NULL,
                                  .image = json_text_or_null(fault, "image"),
                                  .dockets = json_text_or_null(fault, "dockets")};
        if (strcmp(json_text(fault, "outcome"), "HOLD") == 0 &&
            !hold_open(admission->transaction, json_text(admission->docket, "docket"), &hold, admission->now,
                       NULL, error))
            return false;
    }
    return true;
}

static json_t *docket_record(const struct admission *admission, const char *number)
{
    const char *priority = json_text(admission->request, "priority");
    bool urgent = strcmp(priority, "expedite") == 0 || strcmp(priority, "imminent") == 0;
    return json_pack("{ss,ss,ss,ss,ss,si,ss,sO,s[],s[],s[],s[],s{},si,si,si}", "docket", number, "command",
                     admission->command, "requestId", json_text(admission->request, "requestId"), "claim",
                     json_text(admission->claim, "claim"), "received", json_text(admission->claim, "arrived"),
                     "round", 1, "lane", queue_lane_name(urgent ? QUEUE_PRIORITY : QUEUE_ROUTINE), "request",
                     admission->request, "images", "searches", "peers", "rounds", "people", "notices", 0,
                     "receipts", 1, "reports", 0);
}

bool admit_new(struct admission *admission, struct error *error)
{
    char number[DOCKET_NUMBER_SIZE];
    size_t added;
    bool held = strcmp(admission->outcome, "HOLD") == 0;
    const json_t *fault = json_array_get(admission->faults, 0);
    if (!docket_number_next(admission->transaction, admission->settings->docket_prefix,
                            civil_of(admission->now).year, number, error))
        return false;
    admission->docket = docket_record(admission, number);
    if (admission->docket == NULL)
        return admission_memory(error);
    return admit_images(admission, &added, error) && (!held || admit_holds(admission, error)) &&
           docket_change_state(admission->transaction, admission->docket, held ? DOCKET_HELD : DOCKET_INTAKE,
                               admission->now, NULL, NULL, held ? json_text_or_null(fault, "clause") : NULL,
                               error);
}
