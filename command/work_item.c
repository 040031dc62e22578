/*
 * Reading work items from the shares.
 *
 * Guarantees: what is read is valid item.xml, and its digest is that of the bytes judged. Asks the record
 * nothing: an item that was replaced meanwhile makes the decision stale, and the record refuses it.
 */
#include "command/work_item.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "schemas/xml.h"

enum { PATH_SIZE = 4500 };

static bool put_pictures(json_t *item, const struct xml_node *pictures, struct error *error)
{
    json_t *list = json_array_at(item, "pictures");
    for (const struct xml_node *picture = xml_child(pictures, "picture"); picture != NULL;
         picture = xml_next(picture)) {
        json_t *entry = json_pack("{s:s, s:s}", "label", xml_attribute(picture, "label"), "sha256",
                                  xml_attribute(picture, "sha256"));
        if (entry == NULL || json_array_append_new(list, entry) != 0)
            return error_set(error, FAULT_TEMPORARY, "out of memory while reading an item");
    }
    return true;
}

static bool parse(const char *bytes, size_t length, json_t **item, struct error *error)
{
    static const char *const numbers[] = {"round", "slot", "hold"};
    struct xml_document *document = NULL;
    char hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(bytes, length);
    if (!xml_read_valid(SCHEMA_ITEM, "item.xml", bytes, length, &document, error))
        return false;
    const struct xml_node *root = xml_root(document);
    *item = json_object();
    bool done = json_put_text(*item, "docket", xml_child_text(root, "docket")) &&
                json_put_text(*item, "stage", xml_child_text(root, "stage")) &&
                json_put_text(*item, "digest", digest_text(&digest, hex));
    for (size_t i = 0; i < 3 && done; i++) {
        const char *number = xml_child_text(root, numbers[i]);
        done = number == NULL || json_put_whole(*item, numbers[i], strtoll(number, NULL, 10));
    }
    done = done ? put_pictures(*item, xml_child(root, "pictures"), error)
                : error_set(error, FAULT_TEMPORARY, "out of memory while reading an item");
    xml_document_free(document);
    if (!done) {
        json_decref(*item);
        *item = NULL;
    }
    return done;
}

/* `path` is an item.xml or the directory that holds it. */
static bool read_path(const char *path, json_t **item, struct error *error)
{
    char folder[PATH_SIZE], *bytes = NULL;
    struct stat status;
    size_t length = 0;
    snprintf(folder, sizeof folder, "%s", path);
    const char *name = "item.xml";
    char *slash = strrchr(folder, '/');
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        if (slash == NULL)
            snprintf(folder, sizeof folder, ".");
        else
            *slash = '\0';
        name = slash == NULL ? path : slash + 1;
    }
    int directory = directory_open(folder, error);
    if (directory < 0)
        return false;
    bool done = file_read(directory, name, XML_SIZE_LIMIT, &bytes, &length, error) &&
                parse(bytes, length, item, error);
    if (done)
        json_put_text(*item, "directory", folder);
    close(directory);
    free(bytes);
    return done || error_context(error, "%s", path);
}

/* DOCKET-STAGE-ROUND-SLOT taken apart from its end: a docket number has dashes itself. */
static bool split_id(const char *id, char *docket, char *stage, long *round, long *slot)
{
    static const char *const stages[] = {"hold",       "intake", "investigation",
                                         "background", "peer",   "supervision"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        char needle[32], rest = '\0';
        snprintf(needle, sizeof needle, "-%s-", stages[i]);
        const char *at = strstr(id, needle);
        if (at == NULL || at - id > 60 || sscanf(at + strlen(needle), "%ld-%ld%c", round, slot, &rest) != 2)
            continue;
        snprintf(docket, 64, "%.*s", (int)(at - id), id);
        snprintf(stage, 32, "%s", stages[i]);
        return true;
    }
    return false;
}

static bool read_id(const char *site, const char *id, const char *docket, const char *stage, long round,
                    long slot, json_t **item, struct error *error)
{
    char path[PATH_SIZE];
    if (strcmp(stage, "hold") == 0)
        snprintf(path, sizeof path, "%s/hold/%s-%ld", site, docket, slot);
    else if (strcmp(stage, "peer") == 0)
        snprintf(path, sizeof path, "%s/review/peer/%s-%ld", site, docket, slot);
    else
        snprintf(path, sizeof path, "%s/review/%s/%s", site, stage, docket);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return error_set(error, FAULT_ABSENT,
                         "the item %s is not open (any more, or not published yet): leadspool list --items",
                         id);
    if (!read_path(path, item, error))
        return error_context(error, "the item %s", id);
    long there = (long)json_whole(*item, "round", 0), now = (long)json_whole(*item, "slot", 0);
    if ((there == round && now == slot) || strcmp(stage, "hold") == 0)
        return true;
    json_decref(*item);
    *item = NULL;
    return error_set(error, FAULT_ABSENT,
                     "the item %s is closed; in its place lies %s-%s-%ld-%ld: look at it anew", id, docket,
                     stage, there, now);
}

bool work_item_read(const char *site, const char *operand, json_t **item, struct error *error)
{
    char docket[64], stage[32], path[PATH_SIZE];
    long round = 0, slot = 0;
    struct stat status;
    *item = NULL;
    if (strchr(operand, '/') == NULL && split_id(operand, docket, stage, &round, &slot))
        return read_id(site, operand, docket, stage, round, slot, item, error);
    if (operand[0] == '/' || stat(operand, &status) == 0)
        return read_path(operand, item, error);
    snprintf(path, sizeof path, "%s/%s", site, operand);
    if (stat(path, &status) == 0)
        return read_path(path, item, error);
    return error_set(error, FAULT_ABSENT,
                     "there is no item %s: give an item id (leadspool list --items), its directory, or its "
                     "item.xml",
                     operand);
}

/* The numbers of the holds of a docket that lie in hold/. */
static size_t find_holds(const char *site, const char *docket, long *only, struct text *names)
{
    char path[PATH_SIZE];
    size_t count = 0, length = strlen(docket);
    snprintf(path, sizeof path, "%s/hold", site);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char *end = NULL;
        if (strncmp(entry->d_name, docket, length) != 0 || entry->d_name[length] != '-')
            continue;
        long number = strtol(entry->d_name + length + 1, &end, 10);
        if (number <= 0 || *end != '\0')
            continue;
        *only = number;
        count++;
        text_format(names, " %ld", number);
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}

bool work_item_read_hold(const char *site, const char *docket, long number, json_t **item,
                         struct error *error)
{
    char path[PATH_SIZE];
    *item = NULL;
    if (number == 0) {
        struct text names = TEXT_EMPTY;
        size_t count = find_holds(site, docket, &number, &names);
        if (count > 1)
            error_set(error, FAULT_USAGE, "%s has several holds open: say --hold with one of%s", docket,
                      names.bytes);
        text_free(&names);
        if (count == 0)
            return error_set(error, FAULT_ABSENT, "hold/ has no open hold of %s", docket);
        if (count > 1)
            return false;
    }
    snprintf(path, sizeof path, "%s/hold/%s-%ld", site, docket, number);
    return read_path(path, item, error) ||
           error_context(error, "hold %ld of %s is not open (any more)", number, docket);
}

bool work_item_submitted(const char *label)
{
    return label[0] == 'S';
}

bool work_item_judged(const char *label)
{
    return label[0] == 'C' || label[0] == 'A';
}

const char *work_item_picture(const json_t *item, const char *text)
{
    struct digest digest;
    json_t *picture;
    size_t i;
    if (digest_parse(text, &digest))
        return text;
    json_array_foreach(json_object_get(item, "pictures"), i,
                       picture) if (strcmp(json_text(picture, "label"), text) ==
                                    0) return json_text(picture, "sha256");
    return NULL;
}
