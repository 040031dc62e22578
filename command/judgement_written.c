/*
 * A decision somebody wrote down already: the XML of a worksheet, or a JSON object.
 *
 * Guarantees: XML is signed byte for byte as it was written, so that what a person saw on the worksheet is what
 * their signature covers; an option that would say something else is refused rather than mixed in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "command/form.h"
#include "command/judgement.h"
#include "review/parse.h"
#include "schemas/xml.h"

static bool read_xml(struct judgement *judgement, const char *path, struct error *error)
{
    struct xml_document *document = NULL;
    bool done = xml_read_valid(SCHEMA_DECISION, path, judgement->written, judgement->written_length,
                               &document, error) &&
                decision_parse(document, &judgement->said, error);
    xml_document_free(document);
    return done;
}

bool judgement_read(struct judgement *judgement, const char *path, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    json_t *value = NULL;
    if (judgement->written != NULL)
        return error_set(error, FAULT_USAGE, "--from is said twice");
    if (!form_bytes(path, &bytes, &length, error))
        return false;
    if (bytes[strspn(bytes, " \t\r\n\xEF\xBB\xBF")] == '<') {
        judgement->written = bytes;
        judgement->written_length = length;
        return read_xml(judgement, path, error);
    }
    bool done = json_read(bytes, length, &value, error) || error_context(error, "%s", path);
    free(bytes);
    if (done && !json_is_object(value))
        done = error_set(error, FAULT_INPUT, "%s holds no JSON object", path);
    if (done)
        json_object_update_missing(judgement->decision, value);
    json_decref(value);
    return done;
}

void judgement_item_id(const struct judgement *judgement, char *id, size_t size)
{
    snprintf(id, size, "%s-%s-%lld-%lld", json_text(judgement->said, "docket"),
             json_text(judgement->said, "stage"), (long long)json_whole(judgement->said, "round", 0),
             (long long)json_whole(judgement->said, "slot", 0));
}

bool judgement_written_agrees(struct judgement *judgement, struct error *error)
{
    const json_t *said = judgement->said, *item = judgement->item;
    const char *signer = json_text(said, "signer");
    if (json_object_size(judgement->decision) > 0 || judgement->others != NULL || judgement->probe != NULL)
        return error_set(error, FAULT_USAGE,
                         "a worksheet's decision is signed as it is: leave the other options out, or change "
                         "it on the worksheet and save it again");
    if (judgement->person == NULL)
        judgement->person = signer;
    if (strcmp(judgement->person, signer) != 0)
        return error_set(error, FAULT_USAGE,
                         "the file is the decision of %s, not of %s: write your own id on the worksheet and "
                         "save it again",
                         signer, judgement->person);
    if (strcmp(json_text(said, "item"), json_text(item, "digest")) != 0)
        return error_set(error, FAULT_ABSENT,
                         "the file is about the item %.12s..., but %s at %s is %.12s... now: open its "
                         "worksheet as it stands",
                         json_text(said, "item"), json_text(item, "docket"), json_text(item, "stage"),
                         json_text(item, "digest"));
    json_decref(judgement->decision);
    judgement->decision = json_deep_copy(said);
    return judgement->decision != NULL || error_set(error, FAULT_TEMPORARY, "out of memory");
}
