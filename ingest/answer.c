/*
 * The answer to a drop: receipt row, event, and the note beside what was quarantined.
 *
 * Guarantees: one row and one event for each drop; directories follow from the drop alone, so that answering
 * twice makes nothing new. Signing and publishing are the outbox's business.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "casebook/event.h"
#include "casebook/outbox.h"
#include "ingest/admission.h"
#include "ingest/receipt.h"

/* What is far too long for it is in the receipt's faults already, cut. */
static const char *stated(const json_t *request, const char *member)
{
    enum { MOST = 100 };
    const char *value = json_text_or_null(request, member);
    return value != NULL && strlen(value) <= MOST ? value : NULL;
}

json_t *answer_facts(const struct admission *admission)
{
    const json_t *claim = admission->claim, *request = admission->request;
    const struct settings *settings = admission->settings;
    json_t *facts =
        json_pack("{ss,ss,ss,ss,ss,ss,sO,sO*,sO*}", "site", settings->name, "contact", settings->contact,
                  "claim", json_text(claim, "claim"), "drop", json_text(claim, "drop"), "receivedAt",
                  json_text(claim, "arrived"), "outcome", admission->outcome, "faults", admission->faults,
                  "files", json_object_get(claim, "files"), "archive", json_object_get(claim, "archive"));
    if (facts == NULL || !json_put_text(facts, "command", admission->command) ||
        !json_put_text(facts, "requestId", stated(request, "requestId")) ||
        !json_put_text(facts, "kind", stated(request, "kind")) ||
        !json_put_text(facts, "docket", json_text_or_null(admission->docket, "docket")) ||
        !json_put_text(facts, "packet", json_text_or_null(claim, "digest")) ||
        !json_put_text(facts, "nextStep", admission->next_step) ||
        !json_put_flag(facts, "demonstration", settings->demonstration)) {
        json_decref(facts);
        return NULL;
    }
    return facts;
}

char *answer_place(const char *command, const char *folder, const char *drop, const char *digest)
{
    /* A name of 255 bytes and what is appended would not fit a file system's 255. */
    int length = (int)name_cut(drop, 200);
    return text_formatted("%s%s%s/%.*s-%.12s", command == NULL ? "" : "out/", command == NULL ? "" : command,
                          folder, length, drop, digest);
}

/* The docket's own folder when the drop belongs to it, else one for what was refused. */
static char *directory_of(const struct admission *admission)
{
    bool refused = strcmp(admission->outcome, "REJECT") == 0 || strcmp(admission->outcome, "QUARANTINE") == 0;
    if (!refused && admission->docket != NULL)
        return text_formatted("out/%s/%s", admission->command, json_text(admission->docket, "docket"));
    return answer_place(admission->command, admission->request != NULL ? "/refused" : "/unreadable",
                        json_text(admission->claim, "drop"), json_text(admission->claim, "digest"));
}

bool answer_receipt(struct admission *admission, const char *directory, const char *name, json_t *facts,
                    const char *docket, int64_t *row, struct error *error)
{
    json_t *files = NULL, *record = NULL;
    bool done = false;
    if (directory == NULL || name == NULL || facts == NULL) {
        admission_memory(error);
        goto done;
    }
    files = receipt_files(facts, name, error);
    if (files == NULL)
        goto done;
    record = json_pack("{ss,ss,sO,ss*}", "kind", "receipt", "directory", directory, "files", files, "docket",
                       docket);
    done = record != NULL ? outbox_add(admission->transaction, record, admission->now, row, error)
                          : admission_memory(error);
done:
    json_decref(facts);
    json_decref(files);
    json_decref(record);
    return done;
}

bool answer_add(struct admission *admission, int64_t *row, struct error *error)
{
    bool refused = strcmp(admission->outcome, "REJECT") == 0 || strcmp(admission->outcome, "QUARANTINE") == 0;
    int64_t number = refused ? 1 : json_whole(admission->docket, "receipts", 1);
    char *name = text_formatted("receipt-%lld", (long long)number), *directory = directory_of(admission);
    bool done = answer_receipt(admission, directory, name, answer_facts(admission),
                               refused ? NULL : json_text_or_null(admission->docket, "docket"), row, error);
    free(name);
    free(directory);
    return done;
}

bool answer_add_in(struct admission *admission, const char *folder, const char *kind, const char *request_id,
                   struct error *error)
{
    char *directory = answer_place(NULL, folder, json_text(admission->claim, "drop"),
                                   json_text(admission->claim, "digest"));
    json_t *facts = answer_facts(admission);
    bool done = (facts != NULL && json_put_text(facts, "requestId", request_id) &&
                 json_put_text(facts, "kind", kind)) ||
                admission_memory(error);
    if (done)
        done = answer_receipt(admission, directory, "receipt-1", facts, NULL, NULL, error);
    else
        json_decref(facts);
    free(directory);
    return done;
}

bool answer_note_quarantine(struct admission *admission, struct error *error)
{
    json_t *facts = answer_facts(admission), *record = NULL;
    struct text plain = TEXT_EMPTY;
    bool done = false;
    if (facts == NULL ||
        !json_put_text(facts, "nextStep",
                       _("Find out with the sender what this was. The bytes are in the vault under the "
                         "digests below; they are not opened again by themselves."))) {
        admission_memory(error);
        goto done;
    }
    if (!receipt_plain(facts, &plain, error))
        goto done;
    record = json_pack("{ss,ss+,s[{ss,ss,sb}]}", "kind", "notice", "directory", "quarantine/",
                       json_text(admission->claim, "claim"), "files", "name", "reason.txt", "text",
                       plain.bytes, "sign", 0);
    done = record != NULL ? outbox_add(admission->transaction, record, admission->now, NULL, error)
                          : admission_memory(error);
done:
    text_free(&plain);
    json_decref(facts);
    json_decref(record);
    return done;
}

bool answer_event(const struct admission *admission, const char *action, struct error *error)
{
    const json_t *fault = json_array_get(admission->faults, 0);
    const char *docket = json_text_or_null(admission->docket, "docket");
    const struct event event = {.actor = json_text_or_null(admission->claim, "owner"),
                                .role = "sender",
                                .action = action,
                                .docket = docket,
                                .object = json_text_or_null(admission->claim, "digest"),
                                .clause = json_text_or_null(fault, "clause"),
                                .outcome = admission->outcome};
    return event_append(admission->transaction, admission->now, &event, NULL, error);
}
