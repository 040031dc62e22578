/*
 * Heads of the log: put out, and held against it; and a person's word that documents go out although it was changed.
 *
 * Guarantees: a head is believed only with the site's signature beside it. Judges nothing of a person: the record does, by the
 * receipt in audit/out.
 */
#include "command/audit_head.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/form.h"
#include "command/packet.h"
#include "command/signed_drop.h"
#include "schemas/xml.h"

enum { SIGNATURE_LIMIT = 256 << 10, NAME_SIZE = 96 };

bool audit_head(struct site *site, bool json, struct error *error)
{
    json_t *answer = NULL;
    bool done = record_ask(site, "audit-head", NULL, &answer, error);
    const json_t *head = json_object_get(answer, "head");
    if (done && json)
        done = print_json(head, error);
    else if (done)
        printf(_("event %lld, %s\nIt comes to audit/out/heads, signed. Keep it where nobody who can write to "
                 "this "
                 "site can write.\n"),
               (long long)json_whole(head, "sequence", 0), json_text(head, "hash"));
    json_decref(answer);
    return done;
}

static bool signed_by_site(const struct site *site, const char *path, const char *bytes, size_t length,
                           struct error *error)
{
    char *signature = NULL, *pem = NULL, *name = text_formatted("%s.p7s", path);
    size_t signature_length = 0, pem_length = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    int keys = directory_open_at(site->directory, "keys", false, 0, error);
    cms_prepare();
    bool done = keys >= 0 && name != NULL && form_bytes(name, &signature, &signature_length, error) &&
                file_read(keys, site->settings->authority, PEM_SIZE_LIMIT, &pem, &pem_length, error) &&
                cms_verify_detached(signature, signature_length, bytes, length, (struct pem){pem, pem_length},
                                    (struct pem){NULL, 0}, 0, &signer, &verdict, error);
    json_decref(signer);
    free(signature);
    free(pem);
    free(name);
    if (keys >= 0)
        close(keys);
    return done || error_context(error, "%s", path);
}

/* The event of that number as it is in the record now. */
static bool event_now(struct site *site, int64_t sequence, char hash[DIGEST_TEXT_SIZE], int64_t *last,
                      struct error *error)
{
    json_t *answer = NULL, *event = NULL;
    struct error none = ERROR_NONE;
    bool done =
        record_ask(site, "audit-export", json_pack("{s:I}", "from", (json_int_t)sequence), &answer, error);
    const char *lines = json_text(answer, "lines");
    *last = json_whole(json_object_get(answer, "head"), "sequence", 0);
    hash[0] = '\0';
    if (done && *lines != '\0' && json_read(lines, strcspn(lines, "\n"), &event, &none) &&
        json_whole(event, "sequence", 0) == sequence)
        snprintf(hash, DIGEST_TEXT_SIZE, "%s", json_text(event, "hash"));
    json_decref(event);
    json_decref(answer);
    return done;
}

bool audit_head_check(struct site *site, const char *path, bool json, struct error *error)
{
    char *bytes = NULL, hash[DIGEST_TEXT_SIZE];
    size_t length = 0;
    json_t *head = NULL;
    int64_t last = 0;
    bool done = form_bytes(path, &bytes, &length, error) && json_read(bytes, length, &head, error) &&
                signed_by_site(site, path, bytes, length, error);
    int64_t sequence = json_whole(head, "sequence", 0);
    if (done && json_whole(head, "head", 0) != 1)
        done = error_set(error, FAULT_INPUT, "%s is no head of a log", path);
    done = done && (sequence == 0 || event_now(site, sequence, hash, &last, error));
    if (done && sequence > last)
        done = error_set(
            error, FAULT_INPUT,
            "the log ends with event %lld; on %s it had %lld: its newest events were taken away, or "
            "this is a restored record",
            (long long)last, json_text(head, "at"), (long long)sequence);
    else if (done && sequence > 0 && strcmp(hash, json_text(head, "hash")) != 0)
        done = error_set(error, FAULT_INPUT,
                         "event %lld is not the one of %s: the log was changed at it or before",
                         (long long)sequence, json_text(head, "at"));
    if (done && !json)
        printf(_("The log holds event %lld as it was on %s.\n"), (long long)sequence, json_text(head, "at"));
    json_decref(head);
    free(bytes);
    return done;
}

/* --- acknowledging --- */

static bool compose(const struct audit_acknowledgement *acknowledgement, struct text *xml,
                    struct error *error)
{
    char uuid[UUID_TEXT_SIZE];
    struct xml_document *document = NULL;
    if (!uuid_make(uuid, error))
        return false;
    text_format(xml,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<audit xmlns=\"urn:leadspool:audit:1\">\n"
                "  <auditId>%s</auditId>\n  <kind>acknowledge</kind>\n  <by>",
                uuid);
    text_add_xml(xml, acknowledgement->person);
    text_add(xml, "</by>\n  <reason>");
    text_add_xml(xml, acknowledgement->reason);
    text_add(xml, "</reason>\n</audit>\n");
    bool done = text_done(xml, error) && xml_read_valid(SCHEMA_AUDIT, "your acknowledgement", xml->bytes,
                                                        xml->length, &document, error);
    xml_document_free(document);
    return done;
}

/* A folder of the two, hidden until it is whole. */
static bool drop(const struct site *site, const struct text *xml, const unsigned char *signature,
                 size_t length, struct error *error)
{
    char name[NAME_SIZE], hidden[NAME_SIZE + 16], hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(xml->bytes, xml->length);
    snprintf(name, sizeof name, "acknowledge-%.12s", digest_text(&digest, hex));
    snprintf(hidden, sizeof hidden, ".sending-%s", name);
    int in = openat(site->directory, "audit/in", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (in < 0)
        return error_system(error, "opening audit/in of the site");
    int folder = directory_open_at(in, hidden, true, 0755, error);
    bool done = folder >= 0 &&
                file_write_durable(folder, "audit.xml", xml->bytes, xml->length, 0644, error) &&
                file_write_durable(folder, "audit.xml.p7s", signature, length, 0644, error) &&
                file_rename(in, hidden, in, name, false, error) && directory_sync(in, error);
    if (!done && folder >= 0)
        directory_remove_tree(in, hidden, NULL);
    if (folder >= 0)
        close(folder);
    close(in);
    if (done)
        printf(_("handed over: audit/in/%s; the receipt comes to audit/out\n"), name);
    return done;
}

bool audit_acknowledge(const struct site *site, const struct audit_acknowledgement *acknowledgement,
                       struct error *error)
{
    struct text xml = TEXT_EMPTY;
    unsigned char *signature = NULL;
    size_t length = 0;
    if (acknowledgement->person == NULL || acknowledgement->key == NULL ||
        acknowledgement->certificate == NULL || acknowledgement->reason == NULL)
        return error_set(error, FAULT_USAGE,
                         "say --as, --key, --cert and --reason: it is signed by a person");
    bool done = compose(acknowledgement, &xml, error) &&
                signed_drop_sign(acknowledgement->key, acknowledgement->certificate, &xml, clock_now(),
                                 &signature, &length, error) &&
                drop(site, &xml, signature, length, error);
    free(signature);
    text_free(&xml);
    return done;
}
