/*
 * leadspool site: changes to the site itself, by its administrator.
 *
 *   add-command NAME          another command may ask: site.xml, then its folders
 *   certificate CERT KEY      the site signs with another key from the next start on
 *   move DIRECTORY            the whole site to another place, verified
 *   rebuild [FOLDER…]         what should lie on the shares and does not, again
 *
 * Guarantees: each says what it would do with --dry-run, and what it did; each checks before it changes, and doing it again
 * finishes what was interrupted. Casework is not touched.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cms.h"
#include "base/files.h"
#include "base/language.h"
#include "command/command.h"
#include "command/form.h"
#include "command/site_file.h"
#include "command/site_move.h"
#include "command/site_rebuild.h"
#include "command/xml_edit.h"

static const struct option_spec options[] = {
    {'n', "dry-run", NULL, "say what would be done, and do nothing"},
    {0, NULL, NULL, NULL},
};

static bool add_command(struct site *site, const char *name, bool dry, struct error *error)
{
    char *document = NULL;
    struct xml_span commands;
    struct text xml = TEXT_EMPTY, changed = TEXT_EMPTY;
    struct settings *settings = NULL;
    bool done = site_file_read(site, "site.xml", &document, error);
    for (size_t i = 0; done && i < site->settings->command_count; i++)
        if (strcmp(site->settings->commands[i].name, name) == 0)
            done = error_set(error, FAULT_REFUSED, "%s is a command of this site already", name);
    if (done && !xml_element(document, "commands", NULL, &commands))
        done = error_set(error, FAULT_INPUT, "site.xml has no element commands");
    text_add(&xml, "    <command>");
    text_add_xml(&xml, name);
    text_add(&xml, "</command>\n");
    done = done && text_done(&xml, error) && xml_add(document, &commands, xml.bytes, &changed, error) &&
           site_file_change(site, "site.xml", document, changed.bytes, dry, error);
    if (done && !dry) {
        done = settings_read("site.xml", changed.bytes, changed.length, &settings, error) &&
               site_make_places(site->directory, settings, site->account, site->group, error);
        if (done)
            printf(_("in/%s and out/%s are there: give them to the command's accounts by group or ACL.\n"),
                   name, name);
    }
    settings_free(settings);
    text_free(&xml);
    text_free(&changed);
    free(document);
    return done;
}

/* A trial signature, made and verified as every receipt's is: the key fits, the certificate chains to the site's authority
   and is in force. */
static bool try_pair(const struct site *site, struct pem certificate, struct pem key, struct error *error)
{
    static const char trial[] = "trial";
    char *authority = NULL, path[300];
    unsigned char *signature = NULL;
    size_t length = 0;
    json_t *signer = NULL;
    enum signature_verdict verdict;
    struct pem trusted = {0};
    instant now = clock_now();
    snprintf(path, sizeof path, "keys/%s", site->settings->authority);
    bool done = file_read(site->directory, path, PEM_SIZE_LIMIT, &authority, &trusted.length, error);
    trusted.bytes = authority;
    done = done &&
           cms_sign_detached(trial, sizeof trial - 1, key, certificate, now, &signature, &length, error) &&
           cms_verify_detached(signature, length, trial, sizeof trial - 1, trusted, (struct pem){0}, now,
                               &signer, &verdict, error);
    json_decref(signer);
    free(signature);
    free(authority);
    return done || error_context(error, "key and certificate as the site's");
}

/* Under names of their own, so that the change of site.xml is the one instant at which both are exchanged. */
static bool keep_pair(const struct site *site, struct pem certificate, struct pem key, const char *name,
                      struct error *error)
{
    char file[2][100];
    const struct pem *pems[] = {&certificate, &key};
    int keys = directory_open_at(site->directory, "keys", false, 0, error);
    bool done = keys >= 0;
    snprintf(file[0], sizeof file[0], "%s.pem", name);
    snprintf(file[1], sizeof file[1], "%s.key", name);
    for (size_t i = 0; done && i < 2; i++) {
        done =
            file_write_durable(keys, file[i], pems[i]->bytes, pems[i]->length, i == 0 ? 0644 : 0600, error);
        if (done && geteuid() == 0 &&
            fchownat(keys, file[i], site->account, site->group, AT_SYMLINK_NOFOLLOW) != 0)
            done = error_system(error, "giving keys/%s to the service account", file[i]);
    }
    if (keys >= 0)
        close(keys);
    return done;
}

static bool name_pair(const char *document, const char *name, struct text *changed, struct error *error)
{
    struct xml_span trust, root;
    struct text between = TEXT_EMPTY;
    char value[2][100], element[300];
    snprintf(value[0], sizeof value[0], "%s.pem", name);
    snprintf(value[1], sizeof value[1], "%s.key", name);
    bool done = false;
    if (xml_element(document, "trust", NULL, &trust)) {
        done = xml_set_attribute(document, &trust, "certificate", value[0], &between, error) &&
               xml_element(between.bytes, "trust", NULL, &trust) &&
               xml_set_attribute(between.bytes, &trust, "key", value[1], changed, error);
    } else if (xml_element(document, "site", NULL, &root)) {
        snprintf(element, sizeof element, "  <trust certificate=\"%s\" key=\"%s\"/>\n", value[0], value[1]);
        done = xml_add(document, &root, element, changed, error);
    } else {
        error_set(error, FAULT_INPUT, "site.xml has no element site");
    }
    text_free(&between);
    return done;
}

static bool change_certificate(const struct site *site, const char *certificate_path, const char *key_path,
                               bool dry, struct error *error)
{
    struct pem certificate = {0}, key = {0};
    char *bytes[2] = {NULL, NULL}, *document = NULL, fingerprint[65], name[64];
    struct text changed = TEXT_EMPTY;
    bool done = form_bytes(certificate_path, &bytes[0], &certificate.length, error) &&
                form_bytes(key_path, &bytes[1], &key.length, error);
    certificate.bytes = bytes[0];
    key.bytes = bytes[1];
    done = done && try_pair(site, certificate, key, error) &&
           certificate_fingerprint(certificate, fingerprint, error) &&
           site_file_read(site, "site.xml", &document, error);
    snprintf(name, sizeof name, "site-%.12s", done ? fingerprint : "");
    done = done && name_pair(document, name, &changed, error) &&
           (dry || keep_pair(site, certificate, key, name, error)) &&
           site_file_change(site, "site.xml", document, changed.bytes, dry, error);
    if (done && !dry)
        printf(
            _("keys/%s.pem and keys/%s.key are there. What was signed before stays good: its certificate is "
              "in it.\n"),
            name, name);
    text_free(&changed);
    free(document);
    free(bytes[0]);
    if (bytes[1] != NULL)
        explicit_bzero(bytes[1], key.length);
    free(bytes[1]);
    return done;
}

static bool act(struct site *site, int count, char **words, bool dry, struct error *error)
{
    static const struct {
        const char *verb;
        int count;
    } verbs[] = {{"add-command", 2}, {"certificate", 3}, {"move", 2}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (count == verbs[i].count && strcmp(words[0], verbs[i].verb) == 0)
            return i == 0   ? add_command(site, words[1], dry, error)
                   : i == 1 ? change_certificate(site, words[1], words[2], dry, error)
                            : site_move(site, words[1], dry, error);
    /* The words after it end with the NULL of argv. */
    if (count > 0 && strcmp(words[0], "rebuild") == 0)
        return site_rebuild(site, words + 1, dry, error);
    return error_set(error, FAULT_USAGE,
                     "say add-command NAME, certificate CERT KEY, move DIRECTORY, or rebuild [FOLDER...]");
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct site site;
    bool dry = false;
    int key;
    while ((key = option_next(&command_site, invocation, argc, argv, error)) > OPTION_END)
        dry = true;
    if (key != OPTION_END || !invocation_open(invocation, &site, error))
        return key == OPTION_HELP;
    bool done = (geteuid() == 0 || geteuid() == site.account)
                    ? act(&site, argc - optind, argv + optind, dry, error)
                    : error_set(error, FAULT_REFUSED, "only the service account and root change a site");
    invocation_close(&site);
    return done;
}

const struct command command_site = {
    .name = "site",
    .arguments = "[-n] add-command NAME | certificate CERT KEY | move DIRECTORY | rebuild [FOLDER…]",
    .purpose = "Change the site: another command, another certificate, another disk, lost shares",
    .options = options,
    .run = run,
};
