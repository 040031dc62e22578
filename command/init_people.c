/*
 * Keys and certificates a new site begins with, and the people of a demonstration.
 *
 * Guarantees: private keys have mode 0600 and lie in folders of mode 0700. The people are invented; no name
 * here is anybody's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "command/init_parts.h"

/* An hour ago: clocks of other machines lag. */
enum { BACKDATE_MILLISECONDS = 3600 * 1000, AUTHORITY_DAYS = 3650, LIST_DAYS = 3650, SITE_DAYS = 3650 };

struct demo_person demo_people[] = {
    {"quill", "Ada Quillfeather", "9001", 30, "investigator peer", "harrow", ""},
    {"marrow", "Bruno Marrowbone", "9002", 30, "investigator peer", "vesper", ""},
    {"finch", "Clementine Finchwhistle", "9003", 30, "investigator peer", "harrow", ""},
    {"ochre", "Dorian Ochrewell", "9004", 30, "investigator peer", "harrow", ""},
    {"tansy", "Edith Tansybrook", "9005", 30, "investigator peer", "vesper", ""},
    {"umber", "Felix Umberstone", "9006", 30, "investigator peer", "vesper", ""},
    {"harrow", "Greta Harrowgate", "8001", 50, "supervisor", NULL, ""},
    {"vesper", "Hugo Vesperlight", "8002", 50, "supervisor", NULL, ""},
    {"thorn", "Isolde Thornapple", "7001", 80, "chief-of-detectives", NULL, ""},
    {"cairn", "Jasper Cairnmoor", "7002", 90, "deputy-commissioner-intelligence", NULL, ""},
    {"lark", "Lavinia Larkspur", "6001", 60, "legal", NULL, ""},
    {"sedge", "Mortimer Sedgewater", "6002", 60, "privacy-officer", NULL, ""},
    {"heath", "Nerissa Heathcombe", "6003", 70, "city-privacy-officer", NULL, ""},
    {"moss", "Octavia Mossback", "5001", 20, "gallery-keeper", NULL, ""},
    {"fern", "Percival Fernbottom", "5002", 20, "records", NULL, ""},
    {"sage", "Ursula Sagewater", "5006", 20, "records", NULL, ""},
    {"birch", "Quentin Birchbark", "5003", 20, "discovery-clerk", NULL, ""},
    {"slate", "Rowena Slateford", "5004", 60, "integrity", NULL, ""},
    {"flint", "Silas Flintlock", "5005", 60, "internal-affairs", NULL, ""},
    {"reed", "Tabitha Reedmace", "4001", 10, "administrator", NULL, ""},
};
const size_t demo_people_count = sizeof demo_people / sizeof *demo_people;

/* A file of the service account's, when root makes the site for it. */
static bool write_for(const struct plan *plan, int directory, const char *name, const char *text, mode_t mode,
                      struct error *error)
{
    if (!file_write_durable(directory, name, text, strlen(text), mode, error))
        return false;
    return geteuid() != 0 ||
           fchownat(directory, name, plan->account, plan->group, AT_SYMLINK_NOFOLLOW) == 0 ||
           error_system(error, "giving %s to the service account", name);
}

bool init_keys(const struct plan *plan, int site, int keys, struct credential *authority, struct error *error)
{
    struct credential own = CREDENTIAL_EMPTY;
    char name[300], *revocations = NULL;
    instant from = plan->now - BACKDATE_MILLISECONDS;
    snprintf(name, sizeof name, "%s authority%s", plan->name,
             plan->demonstration ? " (demonstration, not for casework)" : "");
    bool done = authority_create(name, from, AUTHORITY_DAYS, authority, error) &&
                authority_issue(authority, plan->name, "site", from, SITE_DAYS, &own, error) &&
                authority_revoke(authority, NULL, 0, from, LIST_DAYS, &revocations, error) &&
                write_for(plan, keys, "ca.pem", authority->certificate, 0644, error) &&
                write_for(plan, keys, "ca.key", authority->key, 0600, error) &&
                write_for(plan, keys, "crl.pem", revocations, 0644, error) &&
                write_for(plan, keys, "site.pem", own.certificate, 0644, error) &&
                write_for(plan, keys, "site.key", own.key, 0600, error) &&
                /* For those who check our signatures: keys/ is closed to them. */
                file_write_durable(site, "ca.pem", authority->certificate, strlen(authority->certificate),
                                   0644, error);
    free(revocations);
    credential_free(&own);
    return done;
}

static bool issue(const struct plan *plan, int people, const struct credential *authority,
                  struct demo_person *person, struct error *error)
{
    struct credential credential = CREDENTIAL_EMPTY;
    char key[64], certificate[64];
    snprintf(key, sizeof key, "%s.key", person->id);
    snprintf(certificate, sizeof certificate, "%s.pem", person->id);
    bool done = authority_issue(authority, person->name, person->id, plan->now - BACKDATE_MILLISECONDS,
                                SITE_DAYS, &credential, error) &&
                file_write_durable(people, key, credential.key, strlen(credential.key), 0600, error) &&
                file_write_durable(people, certificate, credential.certificate,
                                   strlen(credential.certificate), 0644, error);
    if (done)
        snprintf(person->certificate, sizeof person->certificate, "%s", credential.fingerprint);
    credential_free(&credential);
    return done || error_context(error, "certificate of %s", person->id);
}

bool init_demo_people(const struct plan *plan, int site, const struct credential *authority,
                      struct error *error)
{
    static const char warning[] =
        "The keys below people/ belong to invented people of a demonstration. They are not encrypted and "
        "anybody\n"
        "who can read this folder can sign with them: never use this site for casework.\n";
    int demo = directory_make_path(site, "demo", 0755, error);
    int people = demo < 0 ? -1 : directory_make_path(site, "demo/people", 0700, error);
    bool done =
        people >= 0 && file_write_durable(demo, "README.txt", warning, sizeof warning - 1, 0644, error);
    for (size_t i = 0; i < demo_people_count && done; i++)
        done = issue(plan, people, authority, &demo_people[i], error);
    if (people >= 0)
        close(people);
    if (demo >= 0)
        close(demo);
    return done;
}
