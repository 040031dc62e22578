/*
 * check-peek and check-packet: is this packet whole, allowed and readable?
 *
 * Guarantees: all faults of a packet in one answer: schema, rules, files listed and present, digests,
 * pictures. Nothing of a hostile manifest is looked at further. Does not read the record: whether the request
 * id is known is admit.c's to find out.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cms.h"
#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/members.h"
#include "ingest/packet_limits.h"
#include "ingest/picture.h"
#include "ingest/rules.h"
#include "photo/eye_points.h"
#include "schemas/xml.h"

#define MANIFEST "manifest.xml"

bool check_prepare_process(struct error *error)
{
    cms_prepare();
    return schemas_prepare(error);
}

static bool read_manifest(int input, struct manifest *manifest, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    *manifest = (struct manifest){0};
    bool done = document_bytes(input, MANIFEST, XML_SIZE_LIMIT, &bytes, &length, error) &&
                manifest_read(bytes, length, manifest, error);
    free(bytes);
    return done;
}

/* May a file of the packet be called so? What can never come is not waited for; the schema's fault says so. */
static bool can_come(const char *name)
{
    return name != NULL && name[0] != '.' && strchr(name, '\\') == NULL && strstr(name, "%2F") == NULL &&
           strlen(name) <= 3 * NAME_MAX; /* escaped, a byte may have become three */
}

enum worker_exit check_peek(const struct worker_job *job, struct error *error)
{
    struct manifest manifest = {0};
    json_t *answer = NULL;
    enum worker_exit code = WORKER_PERSON;
    if (job->input_count < 1 || !read_manifest(job->inputs[0], &manifest, error))
        goto done;
    answer = json_pack("{sb,s[]}", "readable", manifest.request != NULL, "files");
    json_t *files = json_object_get(answer, "files");
    size_t index;
    const json_t *image;
    json_array_foreach(json_object_get(manifest.request, "images"), index, image)
    {
        json_t *file = json_object();
        if (!can_come(json_text_or_null(image, "file"))) {
            json_decref(file);
            continue;
        }
        if (!json_put_text(file, "name", json_text(image, "file")) ||
            !json_put_text(file, "sha256", json_text_or_null(image, "sha256")) ||
            (json_object_get(image, "size") != NULL &&
             !json_put_whole(file, "size", json_whole(image, "size", 0))) ||
            json_array_append_new(files, file) != 0) {
            error_set(error, FAULT_TEMPORARY, "out of memory");
            goto done;
        }
    }
    if (worker_answer_json(job, answer, error))
        code = WORKER_DONE;
done:
    json_decref(answer);
    manifest_free(&manifest);
    return code == WORKER_DONE ? code : worker_exit_of(error);
}

static bool add(json_t *faults, const char *code, const char *clause, const char *place, const char *remedy,
                char *text)
{
    bool done = text != NULL && fault_add(faults, &(struct fault_words){.code = code,
                                                                        .outcome = "REJECT",
                                                                        .place = place,
                                                                        .clause = clause,
                                                                        .text = text,
                                                                        .remedy = remedy});
    free(text);
    return done;
}

struct packet {
    const struct worker_job *job;
    const json_t *files;
    const json_t *specials; /* what was not copied, and why: said by admit.c */
    struct manifest manifest;
    json_t *images; /* of the answer */
    long *
        positions; /* of each listed image: its file's number, -1 when it is not there; -2 listed a second time */
    size_t listed;
    bool beyond; /* the list alone is more than the site takes */
};

enum { NOT_THERE = -1, LISTED_BEFORE = -2 };

/* Once for all images: asked for one by one, thousands of them would be looked for among thousands. */
static bool find_files(struct packet *packet)
{
    const json_t *images = json_object_get(packet->manifest.request, "images");
    json_t *names = json_object();
    packet->listed = json_array_size(images);
    packet->positions = calloc(packet->listed + 1, sizeof *packet->positions);
    bool done = names != NULL && packet->positions != NULL;
    for (size_t i = 0; done && i < packet->listed; i++) {
        const char *name = json_text(json_array_get(images, i), "file");
        bool again = json_object_get(names, name) != NULL;
        packet->positions[i] = again ? LISTED_BEFORE : name_position(packet->files, "name", name);
        done = again || json_put_flag(names, name, true);
    }
    json_decref(names);
    return done;
}

/* The file as the packet holds it against what the manifest says of it. */
static bool compare(struct packet *packet, const json_t *image, const json_t *file, const char *place)
{
    json_t *faults = packet->manifest.faults;
    const char *name = json_text(image, "file"), *digest = json_text_or_null(image, "sha256");
    int64_t size = json_whole(image, "size", -1), has = json_whole(file, "size", -1);
    /* One in capitals is the schema's to refuse. */
    if (digest != NULL && strcasecmp(digest, json_text(file, "digest")) != 0)
        return add(faults, "file-differs", "R15", place,
                   _("send the file the manifest names, or correct its SHA-256"),
                   text_formatted(_("\"%s\" is not the file whose SHA-256 is listed"), name));
    if (size >= 0 && size != has)
        return add(faults, "file-differs", "R15", place, _("send the whole file, or correct its size"),
                   text_formatted(_("\"%s\" has %lld bytes, the manifest lists %lld"), name, (long long)has,
                                  (long long)size));
    return true;
}

/* The listed image with these bytes, or NULL. */
static const json_t *listed_with(const struct packet *packet, const char *digest)
{
    const json_t *images = json_object_get(packet->manifest.request, "images");
    for (size_t file = 0; file < json_array_size(packet->files); file++) {
        if (strcmp(json_text(json_array_get(packet->files, file), "digest"), digest) != 0)
            continue;
        for (size_t i = 0; i < packet->listed; i++)
            if (packet->positions[i] == (long)file)
                return json_array_get(images, i);
    }
    return NULL;
}

/* The original of an edited picture is a picture of the packet that nobody edited: else two could be made from one
   another, and the first of all would never be seen (L1). */
static bool original_present(struct packet *packet, const json_t *image, const char *place)
{
    const json_t *first = json_array_get(json_object_get(image, "edits"), 0);
    const char *before = json_text_or_null(first, "before");
    const json_t *original = before == NULL ? NULL : listed_with(packet, before);
    /* One made from itself is no chain, which the rules have said. */
    if (before == NULL || original == image ||
        (original != NULL && json_array_size(json_object_get(original, "edits")) == 0))
        return true;
    if (original == NULL)
        return add(packet->manifest.faults, "original-missing", "L1", place,
                   _("add the picture as it was before the first edit, and list it"),
                   text_formatted(_("\"%s\" was edited, and its original is not among the images listed"),
                                  json_text(image, "file")));
    return add(packet->manifest.faults, "original-edited", "L1", place,
               _("begin the list of its edits with the picture nobody edited, and add that picture"),
               text_formatted(_("\"%s\" was made from \"%s\", which was edited itself"),
                              json_text(image, "file"), json_text(original, "file")));
}

/* What the last edit made is this file; where its digest is listed, the rules have compared. (L1) */
static bool made_by_edits(struct packet *packet, const json_t *image, const json_t *file, const char *place)
{
    const json_t *edits = json_object_get(image, "edits");
    const json_t *last = json_array_get(edits, json_array_size(edits) - 1);
    const char *after = json_text_or_null(last, "after");
    if (after == NULL || json_object_get(image, "sha256") != NULL ||
        strcmp(after, json_text(file, "digest")) == 0)
        return true;
    return add(
        packet->manifest.faults, "edit-chain-broken", "L1", place,
        _("list every edit in order, each with the digests before and after it; the original belongs in "
          "the packet too"),
        text_formatted(_("\"%s\" is not the picture that its last edit made"), json_text(image, "file")));
}

/* The box marks one person in the picture (R8): it lies in it, it could hold a face, and marked eyes lie in the box. */
static bool box_in_picture(struct packet *packet, const json_t *image, const json_t *picture,
                           const char *place)
{
    const json_t *box = json_object_get(image, "subjectBox"), *eyes = json_object_get(image, "eyes");
    const char *name = json_text(image, "file");
    int64_t left = json_whole(box, "x", 0), top = json_whole(box, "y", 0);
    int64_t right = left + json_whole(box, "width", 0), bottom = top + json_whole(box, "height", 0);
    int64_t width = json_whole(picture, "width", 0), height = json_whole(picture, "height", 0);
    if (box == NULL)
        return true;
    if (right - left < EYE_DISTANCE_MINIMUM || bottom - top < EYE_DISTANCE_MINIMUM || right > width ||
        bottom > height)
        return add(packet->manifest.faults, "box-not-in-picture", "R8", place,
                   _("mark the one person meant with a box inside the picture"),
                   text_formatted(
                       _("the box of \"%s\" does not lie in the picture of %lld by %lld pixels, or is too "
                         "small to hold a face"),
                       name, (long long)width, (long long)height));
    for (size_t i = 0; i < json_array_size(eyes); i++) {
        int64_t at = json_integer_value(json_array_get(eyes, i)) / 100;
        if (i % 2 == 0 ? at < left || at > right : at < top || at > bottom)
            return add(
                packet->manifest.faults, "eyes-not-in-box", "R8", place,
                _("mark eyes and box of the same person"),
                text_formatted(_("the eyes marked in \"%s\" lie outside the box around the person"), name));
    }
    return true;
}

/* Something of that name lies in the packet and was not copied, or something was left out. */
static bool left_out(const struct packet *packet, const char *name)
{
    return name_position(packet->specials, "name", name) >= 0 ||
           json_find(packet->specials, "what", "too-many") != NULL;
}

static bool check_image(struct packet *packet, size_t index, const char *place, struct error *error)
{
    const json_t *image = json_array_get(json_object_get(packet->manifest.request, "images"), index);
    const char *name = json_text(image, "file");
    json_t *faults = packet->manifest.faults;
    bool done = true;
    long input = packet->positions[index];
    if (input == LISTED_BEFORE)
        return add(faults, "file-listed-twice", "R15", place, _("list every file once"),
                   text_formatted(_("\"%s\" is listed a second time"), name)) ||
               error_set(error, FAULT_TEMPORARY, "out of memory");
    if (name[0] == '\0')
        return true; /* the schema has said it */
    if (input < 0 && (left_out(packet, name) || !can_come(name)))
        return true;
    const json_t *file = input < 0 ? NULL : json_array_get(packet->files, (size_t)input);
    if (packet->beyond && (file == NULL || json_whole(file, "size", 0) < json_whole(image, "size", 0)))
        return true; /* nobody waited for the rest */
    bool alone = json_array_size(packet->files) == 1;
    if (input < 0)
        return add(faults, "file-missing", "R15", place,
                   alone
                       ? _("put manifest.xml and every image it lists into one folder, and drop that folder")
                       : _("add the file to the packet, or take it off the list"),
                   text_formatted(_("\"%s\" is listed and not in the packet"), name)) ||
               error_set(error, FAULT_TEMPORARY, "out of memory");
    done = compare(packet, image, file, place) && original_present(packet, image, place) &&
           made_by_edits(packet, image, file, place);
    json_t *record = json_pack("{sI,ss,ss}", "input", (json_int_t)input, "file", name, "digest",
                               json_text(file, "digest"));
    if (!done || record == NULL) {
        json_decref(record);
        return error_set(error, FAULT_TEMPORARY, "checking %s: out of memory", name);
    }
    const struct picture_place where = {.file = name, .place = place};
    done = picture_check(packet->job->inputs[input], &where, json_object_get(image, "eyes"), record, faults,
                         error);
    if (done && json_object_get(record, "width") != NULL && !box_in_picture(packet, image, record, place))
        done = error_set(error, FAULT_TEMPORARY, "out of memory");
    if (done && json_object_get(record, "width") != NULL)
        done = json_array_append(packet->images, record) == 0 ||
               error_set(error, FAULT_TEMPORARY, "out of memory");
    json_decref(record);
    return done;
}

static char *place_of(const struct packet *packet, size_t index, const char *member)
{
    char *path = packet->listed > 1 ? text_formatted("/request/images/image[%zu]/%s", index + 1, member)
                                    : text_formatted("/request/images/image/%s", member);
    char *place = path == NULL ? NULL : manifest_place(packet->manifest.lines, path);
    free(path);
    return place;
}

static char *place_of_size(void *context, size_t index)
{
    return place_of(context, index, "size");
}

/* What could never be taken is not waited for (spool/shares.c), so it can be missing without anybody's fault. */
static bool check_limits(struct packet *packet)
{
    const struct packet_limits limits =
        packet_limits_of(json_object_get(packet->job->parameters, "settings"));
    const json_t *images = json_object_get(packet->manifest.request, "images");
    packet->beyond = packet_limits_exceeded(&limits, images);
    char *place = packet->beyond ? manifest_place(packet->manifest.lines, "/request/images") : NULL;
    bool done =
        !packet->beyond || (place != NULL && packet_limits_faults(&limits, images, place, place_of_size,
                                                                  packet, packet->manifest.faults));
    free(place);
    return done;
}

static bool check_images(struct packet *packet, struct error *error)
{
    bool done = check_limits(packet) || error_set(error, FAULT_TEMPORARY, "out of memory");
    for (size_t i = 0; done && i < packet->listed; i++) {
        char *place = place_of(packet, i, "file");
        done = place != NULL ? check_image(packet, i, place, error)
                             : error_set(error, FAULT_TEMPORARY, "out of memory");
        free(place);
        if (packet->job->progress != NULL)
            packet->job->progress->done = i + 1;
    }
    return done;
}

/* What lies in the packet and nobody listed is neither searched nor kept silently. */
static bool check_unlisted(struct packet *packet)
{
    size_t count = json_array_size(packet->files);
    bool *listed = calloc(count + 1, sizeof *listed), done = listed != NULL;
    for (size_t i = 0; done && i < packet->listed; i++)
        if (packet->positions[i] >= 0)
            listed[packet->positions[i]] = true;
    for (size_t i = 0; done && i < count; i++) {
        const char *name = json_text(json_array_get(packet->files, i), "name");
        bool known = listed[i] || strcmp(name, MANIFEST) == 0 || strcmp(name, MANIFEST ".p7s") == 0 ||
                     name_left_by_desktop(name, false);
        if (!known)
            done = add(packet->manifest.faults, "file-not-listed", "R15", name,
                       _("list the file in the manifest, or take it out of the packet"),
                       text_formatted(_("\"%s\" is in the packet and not listed"), name));
    }
    free(listed);
    return done;
}

/* The first file whose name ends so; NULL. */
static const char *ending_in(const json_t *files, const char *const *endings, size_t count)
{
    size_t index;
    const json_t *file;
    json_array_foreach(files, index, file)
    {
        const char *name = json_text(file, "name"), *ending = strrchr(name, '.');
        for (size_t i = 0; ending != NULL && i < count; i++)
            if (strcasecmp(ending, endings[i]) == 0)
                return name;
    }
    return NULL;
}

/* Nobody can guess that what they packed was not opened. */
static bool without_manifest(struct packet *packet)
{
    static const char *const zip[] = {".zip"}, *const others[] = {".7z",  ".rar", ".tar", ".gz",  ".tgz",
                                                                  ".bz2", ".xz",  ".cab", ".arj", ".iso"};
    const char *inner = ending_in(packet->files, zip, 1);
    const char *other = ending_in(packet->files, others, sizeof others / sizeof *others);
    json_t *faults = packet->manifest.faults;
    if (inner != NULL)
        return add(faults, "manifest-missing", "R14", inner,
                   _("send that .zip file itself, not inside of a folder or another archive"),
                   text_formatted(
                       _("there is no manifest.xml beside \"%s\", and an archive in a packet is not opened"),
                       inner));
    if (other != NULL)
        return add(faults, "manifest-missing", "R14", other,
                   _("send manifest.xml and the images as one .zip file, or in a folder"),
                   text_formatted(_("\"%s\" is an archive of a kind that is not opened"), other));
    return add(faults, "manifest-missing", "R14", MANIFEST,
               _("make the packet with the form request.html in your out folder; one made by hand is a "
                 "folder "
                 "with manifest.xml and the images"),
               strdup(_("there is no manifest.xml, which says what is asked for")));
}

static bool check(struct packet *packet, struct error *error)
{
    const json_t *parameters = packet->job->parameters;
    struct manifest *manifest = &packet->manifest;
    long number = json_position(packet->files, "name", MANIFEST);
    if (number < 0) {
        *manifest = (struct manifest){.lines = json_object(), .faults = json_array()};
        if (json_array_size(packet->files) == 0 && json_array_size(packet->specials) > 0)
            return true;
        return left_out(packet, MANIFEST) || without_manifest(packet) ||
               error_set(error, FAULT_TEMPORARY, "out of memory");
    }
    if (!read_manifest(packet->job->inputs[number], manifest, error))
        return false;
    if (manifest->request == NULL)
        return true;
    struct rule_setting setting = {.policy = json_object_get(parameters, "settings"),
                                   .command = json_text(parameters, "command")};
    if (!instant_parse(json_text(parameters, "received"), &setting.received, NULL))
        setting.received = 0;
    if (!rules_apply(manifest->request, manifest->lines, &setting, manifest->faults))
        return error_set(error, FAULT_TEMPORARY, "checking the rules: out of memory");
    if (!find_files(packet))
        return error_set(error, FAULT_TEMPORARY, "out of memory");
    return check_images(packet, error) &&
           (check_unlisted(packet) || error_set(error, FAULT_TEMPORARY, "out of memory"));
}

enum worker_exit check_packet(const struct worker_job *job, struct error *error)
{
    struct packet packet = {.job = job,
                            .files = json_object_get(job->parameters, "files"),
                            .specials = json_object_get(job->parameters, "specials"),
                            .images = json_array()};
    json_t *answer = NULL;
    bool done = false;
    if (job->progress != NULL)
        job->progress->total = job->input_count;
    if (json_array_size(packet.files) > job->input_count) {
        error_set(error, FAULT_INTERNAL, "check-packet was given fewer inputs than files");
        goto done;
    }
    if (!check(&packet, error))
        goto done;
    answer = json_pack("{sO?,sO,so}", "request", packet.manifest.request, "images", packet.images, "faults",
                       fault_sorted(packet.manifest.faults));
    if (answer == NULL)
        error_set(error, FAULT_TEMPORARY, "out of memory while writing the check");
    else
        done = worker_answer_json(job, answer, error);
done:
    json_decref(answer);
    json_decref(packet.images);
    free(packet.positions);
    manifest_free(&packet.manifest);
    return done ? WORKER_DONE : worker_exit_of(error);
}
