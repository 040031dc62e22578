/*
 * Signing a decision and handing it over.
 *
 * Guarantees: what is signed is valid by the schema, names the digest of the item read, and appears in the
 * drop whole or not at all. Does not know who may decide what: the record answers that, in words.
 */
#include "command/judgement.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "command/form.h"
#include "command/work_item.h"
#include "review/compose.h"
#include "schemas/xml.h"

enum { PEM_LIMIT = 256 << 10, POLL_MILLISECONDS = 200 };

const char *judgement_outcomes(const char *stage)
{
    static const char *const words[][2] = {
        {"intake", "confirm, unsuitable, refuse"},      {"investigation", "candidate, none, search-again"},
        {"background", "proceed, return, none"},        {"peer", "complete"},
        {"supervision", "approve, continue, negative"}, {"hold", "release, refuse"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], stage) == 0)
            return words[i][1];
    return "";
}

bool word_among(const char *word, const char *words)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && *at != '\0'; at += strspn(at, ", ")) {
        size_t here = strcspn(at, ", ");
        if (here == length && strncmp(at, word, length) == 0)
            return true;
        at += here;
    }
    return false;
}

bool judgement_take(struct judgement *judgement, int key, bool *taken, struct error *error)
{
    *taken = true;
    switch (key) {
    case 'a':
        judgement->person = optarg;
        return true;
    case 'k':
        judgement->key = optarg;
        return true;
    case 'c':
        judgement->certificate = optarg;
        return true;
    case 'r':
        return form_text(judgement->decision, "reasons", optarg, error);
    case 'w':
        return option_whole("wait", optarg, 0, 86400, &judgement->wait, error);
    default:
        *taken = false;
        return true;
    }
}

void judgement_free(struct judgement *judgement)
{
    json_decref(judgement->item);
    json_decref(judgement->decision);
    json_decref(judgement->said);
    free(judgement->written);
    *judgement = (struct judgement){0};
}

/* --others: one word for every label of the item that was not named. */
static bool add_others(struct judgement *judgement, struct error *error)
{
    bool peer = strcmp(json_text(judgement->item, "stage"), "peer") == 0;
    const char *list = peer ? "marks" : "dispositions", *word = peer ? "mark" : "disposition";
    json_t *picture, *entry;
    size_t i, e;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        const char *label = json_text(picture, "label");
        bool said = !work_item_judged(label);
        json_array_foreach(json_object_get(judgement->decision, list), e, entry) said =
            said || strcmp(json_text(entry, "label"), label) == 0;
        if (!said && !form_append(judgement->decision, list,
                                  json_pack("{s:s, s:s}", "label", label, word, judgement->others), error))
            return false;
    }
    return true;
}

/* The probe by label or digest; with eyes or edits alone, or nothing at all, the only submitted picture. */
static bool add_probe(struct judgement *judgement, struct error *error)
{
    json_t *probe = json_object_get(judgement->decision, "probe"), *picture;
    const char *digest = NULL, *only = NULL;
    struct text labels = TEXT_EMPTY;
    size_t i, count = 0;
    if (probe != NULL && json_text_or_null(probe, "image") != NULL && judgement->probe == NULL)
        return true;
    json_array_foreach(json_object_get(judgement->item, "pictures"), i, picture)
    {
        if (!work_item_submitted(json_text(picture, "label")))
            continue;
        text_format(&labels, "%s%s", count++ == 0 ? "" : ", ", json_text(picture, "label"));
        only = json_text(picture, "sha256");
    }
    bool done = text_done(&labels, error);
    if (done && judgement->probe != NULL) {
        digest = work_item_picture(judgement->item, judgement->probe);
        if (digest == NULL)
            done = error_set(error, FAULT_USAGE, "no submitted picture is called \"%s\": there is %s",
                             judgement->probe, count == 0 ? "none" : labels.bytes);
    } else if (done && count == 1) {
        digest = only;
    } else if (done) {
        done = error_set(error, FAULT_USAGE, "%zu pictures were submitted: say --probe with one of %s", count,
                         count == 0 ? "their digests" : labels.bytes);
    }
    text_free(&labels);
    return done && form_text(json_object_at(judgement->decision, "probe"), "image", digest, error);
}

/* A search again is made with the same probe unless another is said. */
static bool chooses_probe(const struct judgement *judgement)
{
    const char *outcome = json_text(judgement->decision, "outcome");
    return strcmp(outcome, "confirm") == 0 ||
           (strcmp(outcome, "search-again") == 0 &&
            (judgement->probe != NULL || json_object_get(judgement->decision, "probe") != NULL));
}

static bool complete(struct judgement *judgement, instant now, struct error *error)
{
    char when[INSTANT_TEXT_SIZE];
    json_t *decision = judgement->decision;
    const json_t *item = judgement->item, *hold = json_object_get(item, "hold");
    const char *stage = json_text(item, "stage");
    bool done = form_text(decision, "docket", json_text(item, "docket"), error) &&
                form_text(decision, "stage", stage, error) &&
                form_put(decision, "round", json_integer(json_whole(item, "round", 0)), error) &&
                form_put(decision, "slot", json_integer(json_whole(item, "slot", 0)), error) &&
                form_text(decision, "item", json_text(item, "digest"), error) &&
                form_text(decision, "signer", judgement->person, error) &&
                form_text(decision, "at", instant_text(now, when), error);
    if (done && json_is_integer(hold))
        done = form_put(decision, "hold", json_integer(json_integer_value(hold)), error);
    if (done && judgement->others != NULL)
        done = add_others(judgement, error);
    if (done && chooses_probe(judgement))
        done = add_probe(judgement, error);
    return done;
}

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

static bool sign_stored(const struct judgement *judgement, const struct text *xml, instant now,
                        unsigned char **envelope, size_t *length, struct error *error)
{
    char *certificate = NULL;
    struct pem pem = {0};
    struct cms_signer *signer = NULL;
    bool done = read_pem("certificate", judgement->certificate, &certificate, &pem.length, error);
    pem.bytes = certificate;
    done = done && (cms_signer_open_stored(judgement->key, pem, &signer, error) ||
                    error_context(error, "your key %s", judgement->key));
    done = done && cms_signer_envelope(signer, xml->bytes, xml->length, now, envelope, length, error);
    cms_signer_close(signer);
    free(certificate);
    return done;
}

static bool sign(const struct judgement *judgement, const struct text *xml, instant now,
                 unsigned char **envelope, size_t *length, struct error *error)
{
    char *key = NULL, *certificate = NULL;
    struct pem key_pem = {0}, certificate_pem = {0};
    if (is_uri(judgement->key))
        return sign_stored(judgement, xml, now, envelope, length, error);
    cms_prepare();
    bool done = read_pem("key", judgement->key, &key, &key_pem.length, error) &&
                read_pem("certificate", judgement->certificate, &certificate, &certificate_pem.length, error);
    key_pem.bytes = key;
    certificate_pem.bytes = certificate;
    done = done && cms_sign_enveloping(xml->bytes, xml->length, key_pem, certificate_pem, now, envelope,
                                       length, error);
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

static bool await(const struct invocation *invocation, const struct judgement *judgement, const char *hex,
                  json_t **answer, struct error *error)
{
    struct site site;
    int64_t until = clock_monotonic() + 1000 * judgement->wait;
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
                             judgement->wait);
        if (done && !found)
            nanosleep(&(struct timespec){.tv_nsec = POLL_MILLISECONDS * 1000000L}, NULL);
    }
    invocation_close(&site);
    return done;
}

static bool report(const struct invocation *invocation, const struct judgement *judgement, const char *name,
                   const char *hex, const json_t *answer, struct error *error)
{
    bool applied = answer == NULL || strcmp(json_text(answer, "outcome"), "applied") == 0;
    if (invocation->json) {
        json_t *line = answer != NULL ? json_deep_copy(answer) : json_object();
        json_object_del(line, "found");
        json_object_del(line, "daemon");
        bool put = json_put_text(line, "decision", hex) && json_put_text(line, "file", name) &&
                   json_put_text(line, "docket", json_text(judgement->item, "docket")) &&
                   json_put_text(line, "stage", json_text(judgement->item, "stage")) &&
                   print_json(line, error);
        json_decref(line);
        if (!put)
            return false;
    } else if (answer == NULL)
        printf("handed over: %s\n", name);
    else if (applied)
        printf("%s\n", json_text(answer, "text"));
    return applied || error_set(error, FAULT_REFUSED, "%s", json_text(answer, "text"));
}

static bool check(const struct judgement *judgement, struct error *error)
{
    if (judgement->person == NULL || judgement->key == NULL || judgement->certificate == NULL)
        return error_set(error, FAULT_USAGE, "say who signs: --as PERSON --key FILE --cert FILE");
    const char *stage = json_text(judgement->item, "stage"), *words = judgement_outcomes(stage);
    const char *outcome = json_text_or_null(judgement->decision, "outcome");
    if (outcome == NULL)
        return error_set(error, FAULT_USAGE, "say --outcome with one of: %s", words);
    return word_among(outcome, words) ||
           error_set(error, FAULT_USAGE, "%s has no outcome \"%s\": say one of: %s", stage, outcome, words);
}

/* The XML to be signed. */
static bool write_xml(struct judgement *judgement, instant now, struct text *xml, struct error *error)
{
    if (judgement->written == NULL)
        return check(judgement, error) && complete(judgement, now, error) &&
               decision_compose(judgement->decision, xml, error);
    text_add_bytes(xml, judgement->written, judgement->written_length);
    return judgement_written_agrees(judgement, error) && check(judgement, error) && text_done(xml, error);
}

bool judgement_deliver(const struct invocation *invocation, const char *site, struct judgement *judgement,
                       struct error *error)
{
    struct text xml = TEXT_EMPTY;
    struct xml_document *document = NULL;
    unsigned char *envelope = NULL;
    size_t length = 0;
    json_t *answer = NULL;
    char hex[DIGEST_TEXT_SIZE], name[300];
    instant now = clock_now();
    bool done = write_xml(judgement, now, &xml, error) &&
                xml_read_valid(SCHEMA_DECISION, "your decision", xml.bytes, xml.length, &document, error) &&
                sign(judgement, &xml, now, &envelope, &length, error);
    if (done) {
        struct digest digest = digest_of(envelope, length);
        digest_text(&digest, hex);
        snprintf(name, sizeof name, "%s-%s-%.12s.p7m", json_text(judgement->item, "docket"),
                 json_text(judgement->item, "stage"), hex);
        done = hand_over(site, name, envelope, length, error);
    }
    if (done && judgement->wait > 0)
        done = await(invocation, judgement, hex, &answer, error);
    done = done && report(invocation, judgement, name, hex, answer, error);
    json_decref(answer);
    xml_document_free(document);
    free(envelope);
    text_free(&xml);
    return done;
}
