/*
 * Do the certificates and the key a site works with belong together?
 *
 * Guarantees: dates are not judged here: the daemon's report has them. A file that cannot be read for want of rights is no
 * finding; one that cannot be read for what is in it is.
 */
#include "command/check_trust.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/language.h"
#include "base/pem_dates.h"

enum { COUNT = 3 };

static bool say(struct finding *finding, const char *file, const char *text, struct error *error)
{
    char path[300];
    snprintf(path, sizeof path, "keys/%s", file);
    return found(finding, VERDICT_CRITICAL, "trust", _("what the site signs with"), path, text, error);
}

/* A time at which both certificates hold, today if it can be: who looks at a wrong clock, or at what ran out, is told so already. */
static instant time_of(const struct pem *pems)
{
    instant now = clock_now(), from = 0, until = INSTANT_NEVER;
    for (int i = 0; i < 2; i++) {
        instant begins = 0, ends = INSTANT_NEVER;
        if (!certificate_dates(pems[i], &begins, &ends, NULL))
            continue;
        from = begins > from ? begins : from;
        until = ends < until ? ends : until;
    }
    return now < from || now > until ? from + 1000 : now;
}

/* A document of the site and its reader, in small. */
static bool look_at_signature(const struct settings *settings, const struct pem *pems,
                              struct finding *finding, struct error *error)
{
    static const char document[] = "leadspool check";
    struct cms_signer *signer = NULL;
    unsigned char *signature = NULL;
    size_t length = 0;
    json_t *who = NULL;
    enum signature_verdict verdict = SIGNATURE_GOOD;
    struct error wrong = ERROR_NONE;
    instant now = time_of(pems);
    bool done;
    if (!cms_signer_open(pems[2], pems[1], &signer, &wrong) ||
        !cms_signer_sign(signer, document, sizeof document, now, &signature, &length, &wrong))
        done = say(finding, settings->key, wrong.text, error);
    else if (!cms_verify_detached(signature, length, document, sizeof document, pems[0],
                                  (struct pem){NULL, 0}, 0, &who, &verdict, &wrong) &&
             verdict != SIGNATURE_NOT_VALID_THEN && verdict != SIGNATURE_NOT_VALID_NOW)
        done = say(finding, settings->certificate, wrong.text, error);
    else
        done = true;
    cms_signer_close(signer);
    free(signature);
    json_decref(who);
    return done;
}

static bool look_at_copy(const struct site *site, struct pem authority, struct finding *finding,
                         struct error *error)
{
    struct error wrong = ERROR_NONE;
    char *bytes = NULL, text[300];
    size_t length = 0;
    bool read = file_read(site->directory, "ca.pem", PEM_SIZE_LIMIT, &bytes, &length, &wrong);
    bool same = read && length == authority.length && memcmp(bytes, authority.bytes, length) == 0;
    free(bytes);
    snprintf(text, sizeof text,
             _("it is not the same as keys/%s: whoever checks signatures with it is misled. Find out which "
               "of the two was "
               "changed, and copy the right one over the other"),
             site->settings->authority);
    return same || (!read && wrong.fault == FAULT_ABSENT) ||
           found(finding, VERDICT_CRITICAL, "trust", _("authority"), "ca.pem", text, error);
}

bool check_trust(const struct site *site, struct finding *finding, struct error *error)
{
    const struct settings *settings = site->settings;
    const char *const files[COUNT] = {settings->authority, settings->certificate, settings->key};
    char *bytes[COUNT] = {NULL};
    struct pem pems[COUNT] = {{NULL, 0}};
    bool all = true, done = true;
    int keys = openat(site->directory, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; keys >= 0 && i < COUNT; i++) {
        struct error wrong = ERROR_NONE;
        all = file_read(keys, files[i], PEM_SIZE_LIMIT, &bytes[i], &pems[i].length, &wrong) && all;
        pems[i].bytes = bytes[i];
    }
    if (keys >= 0 && all) {
        cms_prepare();
        done =
            look_at_signature(settings, pems, finding, error) && look_at_copy(site, pems[0], finding, error);
    }
    for (int i = 0; i < COUNT; i++)
        free(bytes[i]);
    if (keys >= 0)
        close(keys);
    return done;
}
