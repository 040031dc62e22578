/*
 * Signing a document and handing it over to review/decisions.
 *
 * Guarantees: the bytes given are the bytes signed, and the file appears in the drop whole or not at all. Does not know
 * who may sign what: the record answers that, in words.
 */
#include "command/signed_drop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"

enum { PEM_LIMIT = 256 << 10, POLL_MILLISECONDS = 200 };

static bool read_pem(const char *what, const char *path, char **bytes, size_t *length, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, "opening your %s %s", what, path);
    bool done = file_read_open(file, PEM_LIMIT, bytes, length, error) || error_context(error, "%s", path);
    close(file);
    return done;
}

/* "pkcs11:token=…;object=…", unless a file has that very name. */
static bool is_uri(const char *key)
{
    size_t scheme = strcspn(key, ":/");
    return key[scheme] == ':' && scheme > 1 && access(key, F_OK) != 0;
}

/* How much of the URI can be shown: nothing from a PIN on. */
static size_t without_pin(const char *uri)
{
    const char *pin = strstr(uri, "pin-");
    return pin == NULL ? strlen(uri) : (size_t)(pin - uri);
}

static bool sign_stored(const struct signed_drop *drop, bool detached, const struct text *xml, instant now,
                        unsigned char **envelope, size_t *length, struct error *error)
{
    char *certificate = NULL;
    struct pem pem = {0};
    struct cms_signer *signer = NULL;
    bool done = read_pem("certificate", drop->certificate, &certificate, &pem.length, error);
    pem.bytes = certificate;
    done = done && (cms_signer_open_stored(drop->key, pem, &signer, error) ||
                    error_context(error, "your key %.*s", (int)without_pin(drop->key), drop->key));
    done = done && (detached ? cms_signer_sign : cms_signer_envelope)(signer, xml->bytes, xml->length, now,
                                                                      envelope, length, error);
    cms_signer_close(signer);
    free(certificate);
    return done;
}

static bool sign(const struct signed_drop *drop, bool detached, const struct text *xml, instant now,
                 unsigned char **envelope, size_t *length, struct error *error)
{
    char *key = NULL, *certificate = NULL;
    struct pem key_pem = {0}, certificate_pem = {0};
    if (is_uri(drop->key))
        return sign_stored(drop, detached, xml, now, envelope, length, error);
    cms_prepare();
    bool done = read_pem("key", drop->key, &key, &key_pem.length, error) &&
                read_pem("certificate", drop->certificate, &certificate, &certificate_pem.length, error);
    key_pem.bytes = key;
    certificate_pem.bytes = certificate;
    done = done && (detached ? cms_sign_detached : cms_sign_enveloping)(
                       xml->bytes, xml->length, key_pem, certificate_pem, now, envelope, length, error);
    if (key != NULL)
        explicit_bzero(key, key_pem.length);
    free(key);
    free(certificate);
    return done;
}

static bool hand_over(const char *site, const char *name, const unsigned char *envelope, size_t length,
                      struct error *error)
{
    char path[4500];
    snprintf(path, sizeof path, "%s/review/decisions", site);
    int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return error_system(error, "opening the drop for decisions, %s", path);
    bool done = file_hand_over(folder, name, envelope, length, 0644, error);
    close(folder);
    return done;
}

static bool await(const struct invocation *invocation, const struct signed_drop *drop, const char *hex,
                  json_t **answer, struct error *error)
{
    struct site site;
    int64_t until = clock_monotonic() + 1000 * drop->wait;
    if (!invocation_open(invocation, &site, error))
        return false;
    bool done = true, found = false;
    while (done && !found) {
        json_t *arguments = json_pack("{s:s}", "digest", hex);
        json_decref(*answer);
        done = record_ask(&site, "decision", arguments, answer, error);
        found = done && json_flag(*answer, "found");
        if (done && !found && !json_flag(*answer, "daemon"))
            done =
                error_set(error, FAULT_TEMPORARY,
                          "handed over, but no daemon is running to judge it; leadspool run or drain will");
        if (done && !found && clock_monotonic() >= until)
            done = error_set(error, FAULT_TEMPORARY,
                             "handed over, but not answered within %ld s; ask later, or see review/answers/",
                             drop->wait);
        if (done && !found)
            nanosleep(&(struct timespec){.tv_nsec = POLL_MILLISECONDS * 1000000L}, NULL);
    }
    invocation_close(&site);
    return done;
}

static bool report(const struct invocation *invocation, const struct signed_drop *drop, const char *name,
                   const char *hex, const json_t *answer, struct error *error)
{
    bool applied = answer == NULL || strcmp(json_text(answer, "outcome"), "applied") == 0;
    if (invocation->json) {
        json_t *line = answer != NULL ? json_deep_copy(answer) : json_object();
        json_object_del(line, "found");
        json_object_del(line, "daemon");
        bool put = json_put_text(line, "decision", hex) && json_put_text(line, "file", name) &&
                   json_object_update(line, (json_t *)(uintptr_t)drop->about) == 0 && print_json(line, error);
        json_decref(line);
        if (!put)
            return false;
    } else if (answer == NULL)
        printf(_("handed over: %s\n"), name);
    else if (applied)
        printf("%s\n", json_text(answer, "text"));
    return applied || error_set(error, FAULT_REFUSED, "%s", json_text(answer, "text"));
}

bool signed_drop_sign(const char *key, const char *certificate, const struct text *document, instant now,
                      unsigned char **signature, size_t *length, struct error *error)
{
    const struct signed_drop drop = {.key = key, .certificate = certificate};
    if (key == NULL || certificate == NULL)
        return error_set(error, FAULT_USAGE, "say who signs: --as PERSON --key FILE --cert FILE");
    return sign(&drop, true, document, now, signature, length, error);
}

bool signed_drop_deliver(const struct invocation *invocation, const char *site,
                         const struct signed_drop *drop, const struct text *xml, instant now,
                         struct error *error)
{
    unsigned char *envelope = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    char hex[DIGEST_TEXT_SIZE], name[300];
    if (drop->key == NULL || drop->certificate == NULL)
        return error_set(error, FAULT_USAGE, "say who signs: --as PERSON --key FILE --cert FILE");
    bool done = sign(drop, false, xml, now, &envelope, &length, error);
    if (done) {
        struct digest digest = digest_of(envelope, length);
        digest_text(&digest, hex);
        snprintf(name, sizeof name, "%s-%.12s.p7m", drop->stem, hex);
        done = hand_over(site, name, envelope, length, error);
    }
    if (done && drop->wait > 0)
        done = await(invocation, drop, hex, &answer, error);
    done = done && report(invocation, drop, name, hex, answer, error);
    json_decref(answer);
    free(envelope);
    return done;
}
