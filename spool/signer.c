/*
 * The signer's process.
 *
 * Guarantees: it opens no file after its key, parses nothing and reads no share; a signature is over exactly
 * the bytes it was handed. Does not decide what deserves a signature: the outbox row that asks is the
 * decision.
 */
#include "spool/signer.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cms.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "spool/service.h"

enum { KEY_MOST = 65536, CONTENT_MOST = 512 << 20 };

static int sign(const json_t *message, int file, struct pem key, struct pem certificate, struct error *error)
{
    char *bytes = NULL;
    unsigned char *signature = NULL;
    size_t length = 0, signature_length = 0;
    int sent = -1;
    if (file_read_open(file, CONTENT_MOST, &bytes, &length, error) &&
        cms_sign_detached(bytes, length, key, certificate, json_whole(message, "at", 0), &signature,
                          &signature_length, error))
        sent = memory_file("signature", signature, signature_length, error);
    free(signature);
    free(bytes);
    return sent;
}

void signer_serve(int channel, int directory, const void *argument)
{
    const struct signer_place *place = argument;
    struct error error = ERROR_NONE;
    char *key = NULL, *certificate = NULL;
    size_t key_length = 0, certificate_length = 0;
    if (!site_become_owner(place->site, &error) || !service_end_with_daemon() ||
        !file_read(directory, place->key, KEY_MOST, &key, &key_length, &error) ||
        !file_read(directory, place->certificate, KEY_MOST, &certificate, &certificate_length, &error)) {
        log_line(LOG_LEVEL_ALARM, "signer", "reading the site's key: %s", error.text);
        _exit(1);
    }
    for (;;) {
        int file = -1;
        json_t *message = service_next(channel, &file);
        int sent = sign(message, file, (struct pem){key, key_length},
                        (struct pem){certificate, certificate_length}, &error);
        service_answer(channel, message, json_object(), sent, sent >= 0, &error);
        if (file >= 0)
            close(file);
        json_decref(message);
    }
}
