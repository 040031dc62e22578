/*
 * Composing, signing and handing over retention.xml.
 *
 * Guarantees: what is signed is valid by the schema; the drop appears whole, under its final name, or not at all. Who may
 * order what, the record answers: the receipt comes to retention/out.
 */
#include "command/retention_order.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "command/folder_drop.h"
#include "command/packet.h"
#include "command/signed_drop.h"
#include "schemas/xml.h"

enum { SIGNATURE_LIMIT = 256 << 10 };

#define DOCUMENT "retention.xml"

static void add_element(struct text *xml, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_format(xml, "  <%s>", name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

static bool compose(const struct retention_order *order, struct text *xml, struct error *error)
{
    char uuid[UUID_TEXT_SIZE];
    bool disposes = strcmp(order->kind, "dispose") == 0;
    struct xml_document *document = NULL;
    if (!uuid_make(uuid, error))
        return false;
    text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<retention xmlns=\"urn:leadspool:retention:1\">\n");
    add_element(xml, "retentionId", uuid);
    add_element(xml, "kind", order->kind);
    add_element(xml, "by", order->person);
    add_element(xml, "reason", order->reason);
    add_element(xml, "citation", order->citation);
    add_element(xml, "list", order->list);
    if (order->id_count > 0) {
        text_format(xml, "  <%s>\n", disposes ? "decided" : "dockets");
        for (size_t i = 0; i < order->id_count; i++)
            add_element(xml, disposes ? "id" : "docket", order->ids[i]);
        text_format(xml, "  </%s>\n", disposes ? "decided" : "dockets");
    }
    text_add(xml, "</retention>\n");
    bool done = text_done(xml, error) &&
                xml_read_valid(SCHEMA_RETENTION, "your order", xml->bytes, xml->length, &document, error);
    xml_document_free(document);
    return done;
}

static bool write_signed(int folder, const char *signature_name, const char *key, const char *certificate,
                         const struct text *xml, struct error *error)
{
    unsigned char *signature = NULL;
    size_t length = 0;
    bool done = signed_drop_sign(key, certificate, xml, clock_now(), &signature, &length, error) &&
                file_write_durable(folder, signature_name, signature, length, 0644, error);
    free(signature);
    return done;
}

/* A new folder for whoever signs next. */
static bool put_aside(const struct invocation *invocation, const struct retention_order *order,
                      const struct text *xml, struct error *error)
{
    if (mkdir(order->folder, 0755) != 0)
        return error_system(error, "making %s", order->folder);
    int folder = directory_open(order->folder, error);
    bool done = folder >= 0 && file_write_durable(folder, DOCUMENT, xml->bytes, xml->length, 0644, error) &&
                write_signed(folder, DOCUMENT ".p7s", order->key, order->certificate, xml, error);
    if (folder >= 0)
        close(folder);
    if (done && !invocation->json)
        printf(
            _("%s holds the order, signed once.\nSomebody of the legal bureau now says: leadspool retention "
              "approve %s --as PERSON --key FILE --cert FILE\n"),
            order->folder, order->folder);
    return done;
}

bool retention_order_send(const struct invocation *invocation, const struct retention_order *order,
                          struct error *error)
{
    struct text xml = TEXT_EMPTY;
    unsigned char *signature = NULL;
    size_t length = 0;
    bool done = compose(order, &xml, error);
    if (done && order->folder != NULL)
        done = put_aside(invocation, order, &xml, error);
    else if (done && signed_drop_sign(order->key, order->certificate, &xml, clock_now(), &signature, &length,
                                      error)) {
        const struct drop_part parts[] = {{DOCUMENT, xml.bytes, xml.length},
                                          {DOCUMENT ".p7s", (const char *)signature, length}};
        done = folder_drop(invocation, "retention", "retention", parts, 2, error);
    } else
        done = false;
    free(signature);
    text_free(&xml);
    return done;
}

bool retention_order_approve(const struct invocation *invocation, const char *path, const char *key,
                             const char *certificate, struct error *error)
{
    char *document = NULL, *first = NULL;
    size_t length = 0, first_length = 0, second_length = 0;
    unsigned char *second = NULL;
    int folder = directory_open(path, error);
    bool done = folder >= 0 && file_read(folder, DOCUMENT, XML_SIZE_LIMIT, &document, &length, error) &&
                file_read(folder, DOCUMENT ".p7s", SIGNATURE_LIMIT, &first, &first_length, error);
    if (done) {
        const struct text xml = {.bytes = document, .length = length};
        done = signed_drop_sign(key, certificate, &xml, clock_now(), &second, &second_length, error);
    }
    if (done) {
        const struct drop_part parts[] = {{DOCUMENT, document, length},
                                          {DOCUMENT ".p7s", first, first_length},
                                          {DOCUMENT ".approval.p7s", (const char *)second, second_length}};
        done = folder_drop(invocation, "retention", "retention", parts, 3, error);
    }
    free(document);
    free(first);
    free(second);
    if (folder >= 0)
        close(folder);
    return done;
}
