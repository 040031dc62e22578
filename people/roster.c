/*
 * roster.xml in memory, and who is who in it.
 *
 * Guarantees: a roster that was read was valid by its schema (ids, accounts and certificates once each); it
 * never changes afterwards. Does not: decide anything a rule decides; see roles.c and relations.c.
 */
#include "people/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "schemas/xml.h"

enum { DEADLINE_SECONDS = 10 }; /* unless it says otherwise */

/* Who is in the group holds the role. */
struct grant {
    enum role role;
    const char *group;
};

struct roster {
    struct xml_document *document; /* every text below is borrowed from it, or from `kept` */
    struct person *people;
    size_t count;
    char **kept;
    size_t kept_count;
    bool failed;
    struct grant *grants; /* roles that follow groups of the directory */
    size_t grant_count;
    int deadline; /* seconds; 0 = the directory is not asked */
    bool followed;
};

/* xml_text may reuse its buffer for another reading of the node; a roster outlives such details. */
static const char *keep(struct roster *roster, const char *text)
{
    if (text == NULL)
        return NULL;
    char **grown = realloc(roster->kept, (roster->kept_count + 1) * sizeof *grown);
    char *copy = grown == NULL ? NULL : strdup(text);
    if (grown != NULL)
        roster->kept = grown;
    if (copy == NULL) {
        roster->failed = true;
        return "";
    }
    roster->kept[roster->kept_count++] = copy;
    return copy;
}

static instant time_of(const char *text)
{
    instant at = 0;
    return text != NULL && instant_parse(text, &at, NULL) ? at : 0;
}

static void read_person(struct roster *roster, const struct xml_node *node, struct person *person)
{
    person->id = keep(roster, xml_attribute(node, "id"));
    person->name = keep(roster, xml_child_text(node, "name"));
    person->account = keep(roster, xml_child_text(node, "account"));
    person->shield = keep(roster, xml_child_text(node, "shield"));
    if (person->shield == NULL)
        person->shield = "";
    person->uid = -1;
    person->rank = atoi(xml_child_text(node, "rank"));
    person->supervisor = keep(roster, xml_child_text(node, "supervisor"));
    person->certificate = keep(roster, xml_child_text(node, "certificate"));
    person->trained_until = time_of(xml_child_text(node, "trainingUntil"));
    person->suspended_since = time_of(xml_child_text(node, "suspendedSince"));
    const struct xml_node *role = xml_child(xml_child(node, "roles"), "role");
    for (; role != NULL; role = xml_next(role)) {
        enum role named;
        if (role_parse(xml_text(role), &named))
            person->roles |= 1u << named;
    }
    const struct xml_node *acting = xml_child(node, "acting");
    if (acting == NULL)
        return;
    person->acting.for_person = keep(roster, xml_attribute(acting, "for"));
    person->acting.by = keep(roster, xml_attribute(acting, "by"));
    person->acting.from = time_of(xml_attribute(acting, "from"));
    person->acting.until = time_of(xml_attribute(acting, "until"));
}

static bool read_directory(struct roster *roster, struct error *error)
{
    const struct xml_node *directory = xml_child(xml_root(roster->document), "directory");
    size_t count = 0;
    if (directory == NULL)
        return true;
    const char *deadline = xml_attribute(directory, "deadlineSeconds");
    roster->deadline = deadline == NULL ? DEADLINE_SECONDS : atoi(deadline);
    const struct xml_node *first = xml_child(directory, "group");
    for (const struct xml_node *node = first; node != NULL; node = xml_next(node))
        count++;
    roster->grants = calloc(count + 1, sizeof *roster->grants);
    if (roster->grants == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for the roster");
    for (const struct xml_node *node = first; node != NULL; node = xml_next(node)) {
        struct grant *grant = &roster->grants[roster->grant_count];
        if (!role_parse(xml_attribute(node, "role"), &grant->role))
            continue;
        grant->group = keep(roster, xml_text(node));
        roster->grant_count++;
    }
    for (size_t i = 0; i < roster->count; i++) {
        roster->people[i].disabled = true;
        for (size_t g = 0; g < roster->grant_count; g++)
            roster->people[i].roles &= ~(1u << roster->grants[g].role);
    }
    return true;
}

bool roster_read(const char *bytes, size_t length, struct roster **result, struct error *error)
{
    *result = NULL;
    struct roster *roster = calloc(1, sizeof *roster);
    if (roster == NULL)
        return error_set(error, FAULT_TEMPORARY, "no memory for the roster");
    if (!xml_read_valid(SCHEMA_ROSTER, "roster.xml", bytes, length, &roster->document, error))
        goto failed;
    const struct xml_node *first = xml_child(xml_root(roster->document), "person");
    size_t count = 0;
    for (const struct xml_node *node = first; node != NULL; node = xml_next(node))
        count++;
    roster->people = calloc(count == 0 ? 1 : count, sizeof *roster->people);
    if (roster->people == NULL) {
        error_set(error, FAULT_TEMPORARY, "no memory for the roster");
        goto failed;
    }
    for (const struct xml_node *node = first; node != NULL; node = xml_next(node))
        read_person(roster, node, &roster->people[roster->count++]);
    if (!read_directory(roster, error))
        goto failed;
    if (roster->failed) {
        error_set(error, FAULT_TEMPORARY, "no memory for the roster");
        goto failed;
    }
    *result = roster;
    return true;
failed:
    roster_free(roster);
    return false;
}

void roster_free(struct roster *roster)
{
    if (roster == NULL)
        return;
    for (size_t i = 0; i < roster->kept_count; i++)
        free(roster->kept[i]);
    free(roster->kept);
    free(roster->people);
    free(roster->grants);
    xml_document_free(roster->document);
    free(roster);
}

size_t roster_count(const struct roster *roster)
{
    return roster->count;
}

const struct person *roster_at(const struct roster *roster, size_t index)
{
    return &roster->people[index];
}

const struct person *roster_by_id(const struct roster *roster, const char *id)
{
    for (size_t i = 0; id != NULL && i < roster->count; i++)
        if (strcmp(roster->people[i].id, id) == 0)
            return &roster->people[i];
    return NULL;
}

const struct person *roster_by_account(const struct roster *roster, const char *account)
{
    for (size_t i = 0; account != NULL && i < roster->count; i++)
        if (strcmp(roster->people[i].account, account) == 0)
            return &roster->people[i];
    return NULL;
}

const struct person *roster_by_certificate(const struct roster *roster, const char *fingerprint)
{
    for (size_t i = 0; fingerprint != NULL && i < roster->count; i++) {
        const char *certificate = roster->people[i].certificate;
        if (certificate != NULL && strcmp(certificate, fingerprint) == 0)
            return &roster->people[i];
    }
    return NULL;
}

const struct person *roster_by_uid(const struct roster *roster, int64_t uid)
{
    for (size_t i = 0; i < roster->count; i++)
        if (uid >= 0 && roster->people[i].uid == uid)
            return &roster->people[i];
    return NULL;
}

bool roster_asks(const struct roster *roster)
{
    return roster->deadline > 0;
}

bool roster_followed(const struct roster *roster)
{
    return roster->deadline == 0 || roster->followed;
}

json_t *roster_question(const struct roster *roster)
{
    if (!roster_asks(roster))
        return NULL;
    json_t *question =
        json_pack("{s:[],s:[],s:I}", "accounts", "groups", "deadline", (json_int_t)roster->deadline * 1000);
    for (size_t i = 0; i < roster->count; i++)
        json_array_append_new(json_object_get(question, "accounts"), json_string(roster->people[i].account));
    for (size_t i = 0; i < roster->grant_count; i++)
        json_array_append_new(json_object_get(question, "groups"), json_string(roster->grants[i].group));
    return question;
}

static bool is_member(const json_t *group, const struct person *person, const json_t *account)
{
    size_t i;
    json_t *member;
    if (group == NULL)
        return false;
    if (json_whole(group, "gid", -1) == json_whole(account, "gid", -2))
        return true;
    json_array_foreach(json_object_get(group, "members"), i, member)
    {
        if (json_is_string(member) && strcmp(json_string_value(member), person->account) == 0)
            return true;
    }
    return false;
}

void roster_follow(struct roster *roster, const json_t *answer)
{
    const json_t *accounts = json_object_get(answer, "accounts"), *groups = json_object_get(answer, "groups");
    roster->followed = true;
    for (size_t i = 0; i < roster->count; i++) {
        struct person *person = &roster->people[i];
        const json_t *account = json_object_get(accounts, person->account);
        person->uid = json_whole(account, "uid", -1);
        person->disabled = account == NULL || json_flag(account, "expired");
        for (size_t g = 0; account != NULL && g < roster->grant_count; g++)
            if (is_member(json_object_get(groups, roster->grants[g].group), person, account))
                person->roles |= 1u << roster->grants[g].role;
    }
}
