/*
 * Reading the manifest.
 *
 * Guarantees: nothing is guessed – a member that is missing or unreadable is missing in the record; the rules
 * (rules.c) say what that means. Pure but for memory.
 */
#include "ingest/manifest.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "ingest/fault.h"
#include "ingest/members.h"
#include "ingest/words.h"

/* As many as the schema takes: what is beyond is refused for that, and nobody looks at it. */
enum { IMAGES_MOST = 1000, EDITS_MOST = 50, CHARACTERISTICS_MOST = 50, SEARCHES_MOST = 100 };

/* Texts of one element, in a sub-object that appears only when the element is there. */
static bool texts_below(json_t *object, const struct xml_node *parent, const char *name,
                        const char *const *members)
{
    const struct xml_node *node = xml_child(parent, name);
    if (node == NULL)
        return true;
    json_t *inner = json_object_at(object, name);
    bool done = inner != NULL;
    for (; done && *members != NULL; members++)
        done = member_text(inner, node, *members);
    return done;
}

static bool read_edits(json_t *image, const struct xml_node *node)
{
    static const char *const members[] = {"operation", "parameters", "by", "at", "before", "after"};
    json_t *edits = json_array_at(image, "edits");
    bool done = edits != NULL;
    for (const struct xml_node *at = xml_child(xml_child(node, "edits"), "edit");
         done && at != NULL && json_array_size(edits) < EDITS_MOST; at = xml_next(at)) {
        json_t *edit = json_object();
        done = edit != NULL;
        for (size_t i = 0; done && i < sizeof members / sizeof *members; i++)
            done = member_text(edit, at, members[i]);
        done = json_array_append_new(edits, edit) == 0 && done;
    }
    return done;
}

static bool read_body_worn(json_t *image, const struct xml_node *parent)
{
    const struct xml_node *node = xml_child(parent, "bodyWorn");
    if (node == NULL)
        return true;
    json_t *record = json_object_at(image, "bodyWorn");
    return record != NULL && member_flag(record, node, "witnessed") &&
           member_flag(record, node, "unableToApprehend") && member_flag(record, node, "stillExtracted") &&
           member_flag(record, node, "warrantScreening");
}

static bool read_box(json_t *image, const struct xml_node *parent)
{
    static const char *const attributes[] = {"x", "y", "width", "height"};
    const struct xml_node *node = xml_child(parent, "subjectBox");
    if (node == NULL)
        return true;
    json_t *box = json_object_at(image, "subjectBox");
    bool done = box != NULL;
    for (size_t i = 0; done && i < 4; i++) {
        const char *value = xml_attribute(node, attributes[i]);
        done = value == NULL || json_put_whole(box, attributes[i], strtol(value, NULL, 10));
    }
    return done;
}

static bool read_images(json_t *request, const struct xml_node *root)
{
    json_t *images = json_array_at(request, "images");
    bool done = images != NULL;
    for (const struct xml_node *node = xml_child(xml_child(root, "images"), "image");
         done && node != NULL && json_array_size(images) < IMAGES_MOST; node = xml_next(node)) {
        json_t *image = json_object();
        done = image != NULL && member_file(image, node, "file") && member_whole(image, node, "size") &&
               member_text(image, node, "sha256") && member_text(image, node, "source") &&
               member_text(image, node, "sourceText") && member_text(image, node, "capturedAt") &&
               member_text(image, node, "recordingId") && member_flag(image, node, "depictsUnknownPerson") &&
               read_body_worn(image, node) && read_box(image, node) && member_eyes(image, node, "eyes") &&
               read_edits(image, node);
        done = json_array_append_new(images, image) == 0 && done;
    }
    return done;
}

static bool read_prior_searches(json_t *request, const struct xml_node *root)
{
    const struct xml_node *node = xml_child(root, "priorSearches");
    if (xml_child(node, "none") != NULL)
        return json_put_text(request, "priorSearches", "none");
    if (xml_child(node, "search") == NULL)
        return true;
    json_t *list = json_array_at(request, "priorSearches");
    bool done = list != NULL;
    for (const struct xml_node *at = xml_child(node, "search");
         done && at != NULL && json_array_size(list) < SEARCHES_MOST; at = xml_next(at)) {
        json_t *search = json_object();
        done = search != NULL && member_text(search, at, "unit") && member_text(search, at, "date") &&
               member_text(search, at, "result");
        done = json_array_append_new(list, search) == 0 && done;
    }
    return done;
}

static bool read_characteristics(json_t *request, const struct xml_node *root)
{
    const struct xml_node *node = xml_child(root, "characteristics");
    json_t *list = node == NULL ? NULL : json_array_at(request, "characteristics");
    for (const struct xml_node *at = xml_child(node, "characteristic");
         at != NULL && json_array_size(list) < CHARACTERISTICS_MOST; at = xml_next(at))
        if (json_array_append_new(list, json_string(xml_text(at))) != 0)
            return false;
    return true;
}

static bool read_request(json_t *request, const struct xml_node *root)
{
    static const char *const texts[] = {
        "requestId",   "docket",         "relatesTo", "caseNumber",  "complaintNumber", "command",
        "submittedAt", "cmsRef",         "use",       "subUse",      "basis",           "subjectDescription",
        "priority",    "priorityGround", "reason",    "eventContext"};
    static const char *const requester[] = {"name", "shield", "account", NULL};
    static const char *const discussion[] = {"person", "at", NULL};
    static const char *const corroboration[] = {"outcome", "evidence", "person", "at", NULL};
    bool done = json_put_text(request, "kind", xml_child_text(root, "requestKind"));
    for (size_t i = 0; done && i < sizeof texts / sizeof *texts; i++)
        done = member_text(request, root, texts[i]);
    return done && texts_below(request, root, "requester", requester) &&
           texts_below(request, root, "supervisorDiscussion", discussion) &&
           texts_below(request, root, "corroboration", corroboration) &&
           member_flag(request, root, "politicalActivity") && read_characteristics(request, root) &&
           read_prior_searches(request, root) && read_images(request, root);
}

/* A dash, a dot or something invisible where words are asked for: the schema takes it, and it says nothing. */
static bool says_nothing(const struct xml_node *node)
{
    const char *text = xml_first(node) == NULL ? xml_text(node) : NULL;
    if (text == NULL || text[0] == '\0')
        return false;
    for (const char *at = text; *at != '\0'; at++)
        if (isalnum((unsigned char)*at))
            return false;
    return words_length(text) == 0;
}

static bool read_lines(struct manifest *manifest, const struct xml_node *node, const char *path);

/* Places among siblings of one name are counted along: asking each of thousands for its own takes the square of it. */
static bool read_children(struct manifest *manifest, const struct xml_node *node, const char *path)
{
    json_t *all = json_object(), *passed = json_object();
    bool done = all != NULL && passed != NULL;
    for (const struct xml_node *at = xml_first(node); done && at != NULL; at = xml_following(at))
        done = json_put_whole(all, xml_name(at), json_whole(all, xml_name(at), 0) + 1);
    for (const struct xml_node *at = xml_first(node); done && at != NULL; at = xml_following(at)) {
        const char *name = xml_name(at);
        int64_t number = json_whole(passed, name, 0) + 1;
        char *below = json_whole(all, name, 0) > 1
                          ? text_formatted("%s/%s[%lld]", path, name, (long long)number)
                          : text_formatted("%s/%s", path, name);
        done = below != NULL && json_put_whole(passed, name, number) && read_lines(manifest, at, below);
        free(below);
    }
    json_decref(all);
    json_decref(passed);
    return done;
}

static bool read_lines(struct manifest *manifest, const struct xml_node *node, const char *path)
{
    char *place = NULL;
    bool done = json_put_whole(manifest->lines, path, (int64_t)xml_line(node));
    if (done && json_array_size(manifest->faults) < FAULTS_MOST && says_nothing(node))
        done = (place = manifest_place(manifest->lines, path)) != NULL &&
               fault_add(manifest->faults,
                         &(struct fault_words){.code = "text-says-nothing",
                                               .outcome = "REJECT",
                                               .place = place,
                                               .text = _("there is no word in it"),
                                               .remedy = _("say it in words, or leave the element out where "
                                                           "it may be left out")});
    free(place);
    return done && (xml_first(node) == NULL || read_children(manifest, node, path));
}

bool manifest_read(const char *bytes, size_t length, struct manifest *manifest, struct error *error)
{
    struct xml_reading reading = {0};
    *manifest = (struct manifest){.lines = json_object(), .faults = json_array()};
    bool done = false;
    if (manifest->lines == NULL || manifest->faults == NULL)
        goto memory;
    if (!xml_read(SCHEMA_REQUEST, bytes, length, &reading, error))
        goto done;
    if (!reading_faults(&reading, "manifest.xml", "READ-ME.txt", manifest->faults))
        goto memory;
    const struct xml_node *root = xml_root(reading.document);
    if (root != NULL && strcmp(xml_name(root), schema_name(SCHEMA_REQUEST)) == 0) {
        manifest->request = json_object();
        char *path = xml_path(root);
        bool read = path != NULL && manifest->request != NULL && read_request(manifest->request, root) &&
                    read_lines(manifest, root, path);
        free(path);
        if (!read)
            goto memory;
    }
    done = true;
    goto done;
memory:
    error_set(error, FAULT_TEMPORARY, "reading manifest.xml: out of memory");
done:
    xml_reading_free(&reading);
    return done;
}

void manifest_free(struct manifest *manifest)
{
    json_decref(manifest->request);
    json_decref(manifest->lines);
    json_decref(manifest->faults);
    *manifest = (struct manifest){0};
}

char *manifest_place(const json_t *lines, const char *path)
{
    char *nearest = strdup(path), *slash;
    while (nearest != NULL && json_object_get(lines, nearest) == NULL &&
           (slash = strrchr(nearest, '/')) != NULL)
        *slash = '\0';
    char *place = nearest == NULL ? NULL
                  : nearest[0] == '\0'
                      ? strdup(path)
                      : text_formatted("line %lld %s", (long long)json_whole(lines, nearest, 0), path);
    free(nearest);
    return place;
}
