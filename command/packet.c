/*
 * Making request packets.
 *
 * Guarantees: the manifest is well-formed whatever the texts hold; a packet appears in the drop folder whole
 * or not at all. Checks no rule: that is ingest's, for this program's packets as for anybody's.
 */
#include "command/packet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"

bool uuid_make(char text[UUID_TEXT_SIZE], struct error *error)
{
    unsigned char b[16];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        return error_system(error, "drawing a request id");
    b[6] = (unsigned char)((b[6] & 0x0F) | 0x40); /* RFC 9562: version 4, variant 10 */
    b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
    snprintf(text, UUID_TEXT_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return true;
}

static void element(struct text *xml, int depth, const char *name, const char *value)
{
    if (value == NULL)
        return;
    text_format(xml, "%*s<%s>", 2 * depth, "", name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

/* Members of `object` with the elements' own names, in order. */
static void elements(struct text *xml, int depth, const json_t *object, const char *const *names)
{
    for (; *names != NULL; names++) {
        const json_t *value = json_object_get(object, *names);
        char number[32];
        if (json_is_boolean(value))
            element(xml, depth, *names, json_is_true(value) ? "true" : "false");
        else if (json_is_integer(value)) {
            snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
            element(xml, depth, *names, number);
        } else
            element(xml, depth, *names, json_text_or_null(object, *names));
    }
}

/* A structured member: its element with the given children, when it is there. */
static void group(struct text *xml, int depth, const json_t *object, const char *name,
                  const char *const *names)
{
    const json_t *member = json_object_get(object, name);
    if (!json_is_object(member))
        return;
    text_format(xml, "%*s<%s>\n", 2 * depth, "", name);
    elements(xml, depth + 1, member, names);
    text_format(xml, "%*s</%s>\n", 2 * depth, "", name);
}

static void add_eyes(struct text *xml, int depth, const json_t *eyes)
{
    static const char *const names[] = {"leftX", "leftY", "rightX", "rightY"};
    if (json_array_size(eyes) != 4)
        return;
    text_format(xml, "%*s<eyes", 2 * depth, "");
    for (size_t i = 0; i < 4; i++) {
        long long hundredths = (long long)json_integer_value(json_array_get(eyes, i));
        text_format(xml, " %s=\"%lld.%02lld\"", names[i], hundredths / 100, hundredths % 100);
    }
    text_add(xml, "/>\n");
}

static void add_image(struct text *xml, const json_t *image)
{
    static const char *const head[] = {"file",       "size",       "sha256",      "source",
                                       "sourceText", "capturedAt", "recordingId", "depictsUnknownPerson",
                                       NULL};
    static const char *const worn[] = {"witnessed", "unableToApprehend", "stillExtracted", "warrantScreening",
                                       NULL};
    static const char *const change[] = {"operation", "parameters", "by", "at", "before", "after", NULL};
    text_add(xml, "    <image>\n");
    elements(xml, 3, image, head);
    group(xml, 3, image, "bodyWorn", worn);
    const json_t *box = json_object_get(image, "subjectBox");
    if (json_is_object(box))
        text_format(xml, "      <subjectBox x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\"/>\n",
                    (long long)json_whole(box, "x", 0), (long long)json_whole(box, "y", 0),
                    (long long)json_whole(box, "width", 0), (long long)json_whole(box, "height", 0));
    add_eyes(xml, 3, json_object_get(image, "eyes"));
    const json_t *edits = json_object_get(image, "edits"), *edit;
    if (json_array_size(edits) > 0) {
        size_t i;
        text_add(xml, "      <edits>\n");
        json_array_foreach(edits, i, edit)
        {
            text_add(xml, "        <edit>\n");
            elements(xml, 5, edit, change);
            text_add(xml, "        </edit>\n");
        }
        text_add(xml, "      </edits>\n");
    }
    text_add(xml, "    </image>\n");
}

static void add_prior_searches(struct text *xml, const json_t *prior)
{
    static const char *const names[] = {"unit", "date", "result", NULL};
    if (json_is_string(prior))
        text_add(xml, "  <priorSearches><none/></priorSearches>\n");
    if (json_array_size(prior) == 0)
        return;
    text_add(xml, "  <priorSearches>\n");
    const json_t *search;
    size_t i;
    json_array_foreach(prior, i, search)
    {
        text_add(xml, "    <search>\n");
        elements(xml, 3, search, names);
        text_add(xml, "    </search>\n");
    }
    text_add(xml, "  </priorSearches>\n");
}

bool manifest_compose(const json_t *request, struct text *xml, struct error *error)
{
    static const char *const head[] = {"requestId",       "docket",  "relatesTo",   "caseNumber",
                                       "complaintNumber", "command", "submittedAt", NULL};
    static const char *const requester[] = {"name", "shield", "account", NULL};
    static const char *const discussion[] = {"person", "at", NULL};
    static const char *const use[] = {"cmsRef", "use", "subUse", "basis", "subjectDescription", NULL};
    static const char *const rest[] = {"priority", "priorityGround", "eventContext", "politicalActivity",
                                       NULL};
    static const char *const corroboration[] = {"outcome", "evidence", "person", "at", NULL};
    static const char *const tail[] = {"reason", NULL};
    const json_t *entry;
    size_t i;
    text_add(xml,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<request xmlns=\"urn:leadspool:request:1\">\n");
    element(xml, 1, "requestKind", json_text_or_null(request, "kind"));
    elements(xml, 1, request, head);
    group(xml, 1, request, "requester", requester);
    group(xml, 1, request, "supervisorDiscussion", discussion);
    elements(xml, 1, request, use);
    const json_t *characteristics = json_object_get(request, "characteristics");
    if (json_array_size(characteristics) > 0) {
        text_add(xml, "  <characteristics>\n");
        json_array_foreach(characteristics, i, entry)
            element(xml, 2, "characteristic", json_string_value(entry));
        text_add(xml, "  </characteristics>\n");
    }
    elements(xml, 1, request, rest);
    add_prior_searches(xml, json_object_get(request, "priorSearches"));
    const json_t *images = json_object_get(request, "images");
    if (json_array_size(images) > 0) {
        text_add(xml, "  <images>\n");
        json_array_foreach(images, i, entry) add_image(xml, entry);
        text_add(xml, "  </images>\n");
    }
    group(xml, 1, request, "corroboration", corroboration);
    elements(xml, 1, request, tail);
    text_add(xml, "</request>\n");
    return text_done(xml, error);
}

bool packet_measure(json_t *image, const char *path, struct error *error)
{
    struct digest digest;
    uint64_t size = 0;
    char hex[DIGEST_TEXT_SIZE];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0)
        return error_system(error, "opening the image %s", path);
    if (fstat(file, &status) == 0 && !S_ISREG(status.st_mode)) {
        close(file);
        return error_set(error, FAULT_USAGE, "%s is no file: name the picture itself", path);
    }
    bool done = digest_of_file(file, &digest, &size, error) || error_context(error, "%s", path);
    close(file);
    if (done && !(json_put_whole(image, "size", (int64_t)size) &&
                  json_put_text(image, "sha256", digest_text(&digest, hex))))
        done = error_set(error, FAULT_TEMPORARY, "out of memory while describing %s", path);
    return done;
}

static bool fill(int folder, const char *manifest, size_t length, const struct packet_file *files,
                 size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        int file = open(files[i].path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return error_system(error, "opening %s", files[i].path);
        bool done = file_copy_durable(folder, files[i].name, file, 0644, error);
        close(file);
        if (!done)
            return false;
    }
    return file_write_durable(folder, "manifest.xml", manifest, length, 0644, error);
}

bool packet_drop(int drop, const char *name, const char *manifest, size_t length,
                 const struct packet_file *files, size_t count, struct error *error)
{
    char hidden[UUID_TEXT_SIZE + 16], uuid[UUID_TEXT_SIZE];
    struct stat status;
    if (!uuid_make(uuid, error))
        return false;
    snprintf(hidden, sizeof hidden, ".sending-%s", uuid);
    int folder = directory_open_at(drop, hidden, true, 0755, error);
    bool done = folder >= 0 && fill(folder, manifest, length, files, count, error);
    /* Looked at before the rename only for the better message: the rename itself refuses a taken name. */
    if (done && fstatat(drop, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        done =
            error_set(error, FAULT_INPUT, "a drop named %s lies there already; choose another --name", name);
    done = done && file_rename(drop, hidden, drop, name, false, error) && directory_sync(drop, error);
    if (folder >= 0)
        close(folder);
    if (!done)
        directory_remove_tree(drop, hidden, NULL);
    return done;
}
