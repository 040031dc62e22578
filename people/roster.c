/*
 * roster.xml in memory, and who is who in it.
 *
 * Guarantees: a roster that was read was valid by its schema (ids, accounts and certificates once each); it
 * never changes afterwards. Does not: decide anything a rule decides; see roles.c and relations.c.
 */
#include "people/roster.h"

#include <stdlib.h>
#include <string.h>

#include "schemas/xml.h"

struct roster {
    struct xml_document *document; /* every text below is borrowed from it, or from `kept` */
    struct person *people;
    size_t count;
    char **kept;
    size_t kept_count;
    bool failed;
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
