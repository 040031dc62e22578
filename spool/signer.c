/*
 * The signer's process.
 *
 * Guarantees: it opens no file after its key, parses nothing and reads no share; a signature is over exactly
 * the bytes it was handed. Does not decide what deserves a signature: the outbox row that asks is the
 * decision.
 */
#include "spool/signer.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/service.h"

enum { KEY_MOST = 65536, CONTENT_MOST = 512 << 20 };

static int sign(const json_t *message, int file, const struct cms_signer *signer, struct error *error)
{
    char *bytes = NULL;
    unsigned char *signature = NULL;
    size_t length = 0, signature_length = 0;
    int sent = -1;
    if (file_read_open(file, CONTENT_MOST, &bytes, &length, error) &&
        cms_signer_sign(signer, bytes, length, json_whole(message, "at", 0), &signature, &signature_length,
                        error))
        sent = memory_file("signature", signature, signature_length, error);
    free(signature);
    free(bytes);
    return sent;
}

/* Many short texts with one question: what a flood of receipts asks for. */
static bool sign_texts(const json_t *message, int file, const struct cms_signer *signer, json_t *answer,
                       struct error *error)
{
    json_t *signatures = json_array_at(answer, "signatures"), *each;
    char *texts = NULL;
    size_t index, all = 0, at = 0;
    bool done = file_read_open(file, CONTENT_MOST, &texts, &all, error);
    json_array_foreach(json_object_get(message, "lengths"), index, each)
    {
        unsigned char *signature = NULL;
        size_t length = (size_t)json_integer_value(each), signature_length = 0;
        if (done && length > all - at)
            done = error_set(error, FAULT_INTERNAL, "a text to be signed is not there");
        done = done && cms_signer_sign(signer, texts + at, length, json_whole(message, "at", 0), &signature,
                                       &signature_length, error);
        if (!done)
            break;
        at += length;
        char *written = base64_write(signature, signature_length);
        done = written != NULL && json_array_append_new(signatures, json_string(written)) == 0;
        free(written);
        free(signature);
        if (!done)
            error_set(error, FAULT_TEMPORARY, "out of memory while signing");
    }
    free(texts);
    return done;
}

bool signer_check(int directory, const struct signer_place *place, struct error *error)
{
    static const char *const members[] = {"certificate", "key"};
    const char *const files[] = {place->certificate, place->key};
    struct stat status = {0};
    for (size_t i = 0; i < 2; i++)
        if (fstatat(directory, files[i], &status, 0) != 0) {
            error_system(error, "the site signs with keys/%s (site.xml, trust/@%s)", files[i], members[i]);
            error->fault = FAULT_ENVIRONMENT;
            return false;
        }
    return (status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) == 0 ||
           error_set(
               error, FAULT_ENVIRONMENT,
               "others may read or write the site's key, keys/%s (mode %04o): chmod 600 it, and make a new "
               "one if somebody could have taken it",
               place->key, (unsigned)(status.st_mode & 07777));
}

void signer_serve(int channel, int directory, const void *argument)
{
    const struct signer_place *place = argument;
    struct error error = ERROR_NONE;
    char *key = NULL, *certificate = NULL;
    size_t key_length = 0, certificate_length = 0;
    struct cms_signer *with = NULL;
    if (!site_become_owner(place->site, &error) || !service_end_with_daemon() ||
        !file_read(directory, place->key, KEY_MOST, &key, &key_length, &error) ||
        !file_read(directory, place->certificate, KEY_MOST, &certificate, &certificate_length, &error)) {
        log_line(LOG_LEVEL_ALARM, "signer", "reading the site's key: %s", error.text);
        _exit(1);
    }
    if (!cms_signer_open((struct pem){key, key_length}, (struct pem){certificate, certificate_length}, &with,
                         &error)) {
        log_line(LOG_LEVEL_ALARM, "signer", "reading the site's key: %s", error.text);
        _exit(1);
    }
    for (;;) {
        int file = -1, sent = -1;
        json_t *message = service_next(channel, &file), *answer = json_object();
        bool texts = json_object_get(message, "lengths") != NULL, done = false;
        if (texts)
            done = sign_texts(message, file, with, answer, &error);
        else
            done = (sent = sign(message, file, with, &error)) >= 0;
        service_answer(channel, message, answer, sent, done, &error);
        if (file >= 0)
            close(file);
        json_decref(message);
    }
}
