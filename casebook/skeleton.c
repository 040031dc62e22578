/*
 * Skeletons of records, by a list of what may stay.
 *
 * Guarantees: a member that is not listed is not in the skeleton, at any depth. Does not store anything.
 */
#include "casebook/skeleton.h"

#include <stdio.h>
#include <string.h>

/* Paths through objects; arrays are passed through. What a path names stays whole. */
static const char *const docket[] = {
    "docket",
    "command",
    "requestId",
    "claim",
    "received",
    "state",
    "since",
    "round",
    "lane",
    "request.kind",
    "request.requestId",
    "request.docket",
    "request.command",
    "request.submittedAt",
    "request.use",
    "request.subUse",
    "request.priority",
    "request.eventContext",
    "request.politicalActivity",
    "images.digest",
    "images.packet",
    "images.received",
    "images.width",
    "images.height",
    "images.format",
    "images.source",
    "investigator",
    "intake.by",
    "intake.at",
    "intake.decision",
    "intake.round",
    "probe.image",
    "earlierProbes",
    "probe.searched",
    "probe.by",
    "probe.at", /* L1 asks for every change made to a probe, described and dated */
    "probe.edits.operation",
    "probe.edits.by",
    "probe.edits.at",
    "probe.edits.before",
    "probe.edits.after",
    "searches",
    "list",
    "comparison.by",
    "comparison.at",
    "comparison.decision",
    "comparison.round",
    "background.by",
    "background.at",
    "background.decision",
    "background.round",
    "peers.round",
    "peers.slot",
    "peers.by",
    "peers.at",
    "peers.verdict",
    "peers.decision",
    "rounds",
    "supervision.by",
    "supervision.at",
    "supervision.decision",
    "supervision.round",
    "documents",
    "releases",
    "discovery.office",
    "discovery.filed",
    "discovery.volumes.number",
    "discovery.volumes.at",
    "discovery.volumes.core",
    "discovery.volumes.extended",
    "discovery.volumes.delivered",
    "receipts",
    "notices",
    "reports",
    "confirmations",
    "continuations",
    "recalls",
    "reminders",
    "recalled",
    "people",
    "history",
    NULL};
static const char *const item[] = {"item",      "docket",    "stage",     "round",  "slot",
                                   "digest",    "opened",    "directory", "closed", "by",
                                   "takenBack", "published", NULL};
static const char *const hold[] = {"docket", "number",      "code",   "clause",  "role", "opened",
                                   "item",   "escalations", "closed", "outcome", "by",   NULL};
static const char *const search[] = {"search",     "docket",        "number", "at",      "engine",
                                     "parameters", "snapshot",      "count",  "persons", "stages",
                                     "compared",   "probes.digest", NULL};
static const char *const decision[] = {"digest",
                                       "by",
                                       "received",
                                       "judged",
                                       "outcome",
                                       "clause",
                                       "code",
                                       "stage",
                                       "docket",
                                       "state",
                                       "decision.stage",
                                       "decision.docket",
                                       "decision.round",
                                       "decision.slot",
                                       "decision.item",
                                       "decision.signer",
                                       "decision.at",
                                       "decision.amends",
                                       "decision.outcome",
                                       "signer.fingerprint",
                                       "signer.signedAt",
                                       "signer.content",
                                       NULL};
/* Names of files and folders may be a sender's: those with the docket's number are ours, and are put back below. */
static const char *const row[] = {"row",   "kind",         "what",    "docket",    "command",   "item",
                                  "state", "files.digest", "created", "delivered", "cancelled", "attempts",
                                  NULL};

static const char *const *paths_of(enum book book)
{
    switch (book) {
    case BOOK_DOCKETS:
        return docket;
    case BOOK_ITEMS:
        return item;
    case BOOK_HOLDS:
        return hold;
    case BOOK_SEARCHES:
        return search;
    case BOOK_DECISIONS:
        return decision;
    case BOOK_OUTBOX:
        return row;
    default:
        return NULL;
    }
}

enum { PATH_SIZE = 128 };

/* Is `path` listed (2), the beginning of something listed (1), or neither (0)? */
static int listed(const char *const *paths, const char *path)
{
    size_t length = strlen(path);
    int found = 0;
    for (; *paths != NULL; paths++) {
        if (strcmp(*paths, path) == 0)
            return 2;
        if (strncmp(*paths, path, length) == 0 && (*paths)[length] == '.')
            found = 1;
    }
    return found;
}

static json_t *reduced(const char *const *paths, const char *path, const json_t *value)
{
    if (json_is_array(value)) {
        json_t *array = json_array();
        for (size_t i = 0; array != NULL && i < json_array_size(value); i++) {
            json_t *each = reduced(paths, path, json_array_get(value, i));
            if (each != NULL)
                json_array_append_new(array, each);
        }
        return array;
    }
    if (!json_is_object(value))
        return NULL;
    json_t *object = json_object(), *member;
    const char *name;
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        char below[PATH_SIZE];
        if (snprintf(below, sizeof below, "%s%s%s", path, path[0] == '\0' ? "" : ".", name) >=
            (int)sizeof below)
            continue;
        int stays = listed(paths, below);
        json_t *kept = stays == 2   ? json_deep_copy(member)
                       : stays == 1 ? reduced(paths, below, member)
                                    : NULL;
        if (kept != NULL)
            json_object_set_new(object, name, kept);
    }
    return object;
}

/* Folders that leadspool named: the docket's number is in them, and no name a sender chose. */
static void keep_directory(json_t *skeleton, const json_t *record)
{
    const char *directory = json_string_value(json_object_get(record, "directory"));
    const char *number = json_string_value(json_object_get(record, "docket"));
    if (directory != NULL && number != NULL && strstr(directory, number) != NULL)
        json_object_set(skeleton, "directory", json_object_get(record, "directory"));
}

json_t *skeleton_of(enum book book, const json_t *record)
{
    const char *const *paths = paths_of(book);
    json_t *skeleton = paths == NULL ? NULL : reduced(paths, "", record);
    if (skeleton != NULL && book == BOOK_OUTBOX)
        keep_directory(skeleton, record);
    return skeleton;
}
