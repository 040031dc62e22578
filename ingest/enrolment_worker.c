/*
 * check-enrolment: photographs for the gallery, with who signed for them.
 *
 * Guarantees: every photograph listed is present with its digest, decodes to the last pixel, has its eye
 * points in it if it has any, a lawful source and a date (R17); ids are unique within the packet, those of
 * marks too. The signature is verified here,
 * since it is a hostile envelope too; who the signer is and may do is decided by the committer. All or
 * nothing: one fault and no photograph of the packet is enrolled, so that a packet is either in the gallery
 * or not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "ingest/check_worker.h"
#include "ingest/fault.h"
#include "ingest/keeper_signature.h"
#include "ingest/members.h"
#include "ingest/picture.h"
#include "schemas/xml.h"

enum { INPUT_DOCUMENT = KEEPER_DOCUMENT, INPUT_PHOTOS = KEEPER_INPUTS };

struct enrolment {
    const struct worker_job *job;
    const json_t *files;
    json_t *answer, *faults, *photos, *marks;
    json_t *by_name; /* name of a file -> its number in `files`: a packet has thousands */
    json_t *listed;  /* names of files that a photograph is in */
    char *bytes;     /* of enrolment.xml */
    size_t length;
    struct xml_reading reading;
};

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "checking an enrolment: out of memory");
}

static bool add(json_t *faults, const char *code, const char *place, const char *remedy, char *text)
{
    bool done = text != NULL && fault_add(faults, &(struct fault_words){.code = code,
                                                                        .outcome = "REJECT",
                                                                        .place = place,
                                                                        .clause = "R17",
                                                                        .text = text,
                                                                        .remedy = remedy});
    free(text);
    return done;
}

static bool read_biography(json_t *photo, const struct xml_node *node)
{
    const struct xml_node *from = xml_child(node, "biography");
    if (from == NULL)
        return true;
    json_t *biography = json_object_at(photo, "biography");
    bool done = biography != NULL && member_text(biography, from, "name") &&
                member_text(biography, from, "dateOfBirth") && member_text(biography, from, "note");
    for (const struct xml_node *at = xml_child(from, "alias"); done && at != NULL; at = xml_next(at))
        done = json_array_append_new(json_array_at(biography, "aliases"), json_string(xml_text(at))) == 0;
    for (const struct xml_node *at = xml_child(from, "identifier"); done && at != NULL; at = xml_next(at))
        done = json_array_append_new(
                   json_array_at(biography, "identifiers"),
                   json_pack("{ss*,ss}", "kind", xml_attribute(at, "kind"), "value", xml_text(at))) == 0;
    return done;
}

static json_t *read_photo(const struct xml_node *node)
{
    json_t *photo = json_object();
    if (photo == NULL || !json_put_text(photo, "photo", xml_child_text(node, "photoId")) ||
        !json_put_text(photo, "person", xml_child_text(node, "personId")) ||
        !json_put_text(photo, "digest", xml_child_text(node, "sha256")) ||
        !member_file(photo, node, "file") || !member_text(photo, node, "source") ||
        !member_text(photo, node, "sourceCitation") || !member_text(photo, node, "capturedAt") ||
        !member_eyes(photo, node, "eyes") || !read_biography(photo, node)) {
        json_decref(photo);
        return NULL;
    }
    return photo;
}

/* One photograph: `seen` holds the ids of the ones before it. */
static bool check_photo(struct enrolment *enrolment, json_t *photo, json_t *seen, const char *place,
                        struct error *error)
{
    const char *id = json_text(photo, "photo"), *name = json_text(photo, "file");
    json_t *faults = enrolment->faults;
    if (!json_put_flag(enrolment->listed, name, true))
        return memory(error);
    if (json_object_get(seen, id) != NULL)
        return add(faults, "photo-id-twice", place, _("give every photograph an id of its own"),
                   text_formatted(_("the photo id %s stands in this packet a second time"), id)) ||
               memory(error);
    if (!json_put_flag(seen, id, true))
        return memory(error);
    if (strcmp(json_text(photo, "source"), "other") == 0 &&
        json_object_get(photo, "sourceCitation") == NULL &&
        !add(faults, "source-without-authority", place,
             _("state in sourceCitation the law or order it is held under"),
             text_formatted(_("photo %s comes from another source, and no authority is cited"), id)))
        return memory(error);
    const json_t *number = json_object_get(enrolment->by_name, name);
    long file = number == NULL ? -1 : (long)json_integer_value(number);
    if (file < 0)
        return add(faults, "file-missing", place, _("add the file to the packet"),
                   text_formatted(_("\"%s\" is listed and not in the packet"), name)) ||
               memory(error);
    const json_t *copy = json_array_get(enrolment->files, (size_t)file);
    if (strcmp(json_text(copy, "digest"), json_text(photo, "digest")) != 0 &&
        !add(faults, "file-differs", place, _("send the file whose SHA-256 is listed"),
             text_formatted(_("\"%s\" is not the file whose SHA-256 is listed"), name)))
        return memory(error);
    /* Without its descriptor a photograph is decoded when its template is made. */
    if (enrolment->job->input_count == INPUT_PHOTOS)
        return true;
    const struct picture_place where = {.file = name, .place = place};
    return (json_put_whole(photo, "input", INPUT_PHOTOS + file) || memory(error)) &&
           picture_check(enrolment->job->inputs[INPUT_PHOTOS + file], &where, json_object_get(photo, "eyes"),
                         photo, faults, error);
}

/* One fault for all of them: a folder of a thousand strays would make a receipt nobody reads. */
static bool check_unlisted(struct enrolment *enrolment, struct error *error)
{
    const char *first = NULL;
    size_t count = 0, index;
    const json_t *file;
    json_array_foreach(enrolment->files, index, file)
    {
        const char *name = json_text(file, "name");
        if (name_left_by_desktop(name, false) || strncmp(name, "enrolment.xml", 13) == 0 ||
            json_object_get(enrolment->listed, name) != NULL)
            continue;
        first = count++ == 0 ? name : first;
    }
    return count == 0 ||
           add(enrolment->faults, "file-not-listed", first,
               _("list every photograph in enrolment.xml, or take the others out of the packet"),
               count == 1
                   ? text_formatted(_("\"%s\" is in the packet and not listed"), first)
                   : text_formatted(_("%zu files are in the packet and not listed; the first is \"%s\""),
                                    count, first)) ||
           memory(error);
}

static bool index_files(struct enrolment *enrolment)
{
    size_t index;
    const json_t *file;
    enrolment->by_name = json_object();
    enrolment->listed = json_object();
    bool done = enrolment->by_name != NULL && enrolment->listed != NULL;
    json_array_foreach(enrolment->files, index, file) done =
        done && json_put_whole(enrolment->by_name, json_text(file, "name"), (int64_t)index);
    return done;
}

static bool check_photos(struct enrolment *enrolment, const struct xml_node *root, struct error *error)
{
    json_t *seen = json_object();
    bool done = seen != NULL || memory(error);
    for (const struct xml_node *node = xml_child(xml_child(root, "photos"), "photo"); done && node != NULL;
         node = xml_next(node)) {
        char *path = xml_path(node);
        char *place = path == NULL ? NULL : text_formatted("line %zu %s", xml_line(node), path);
        json_t *photo = read_photo(node);
        done = (place != NULL && photo != NULL) || memory(error);
        done = done && check_photo(enrolment, photo, seen, place, error) &&
               (json_array_append(enrolment->photos, photo) == 0 || memory(error));
        json_decref(photo);
        free(place);
        free(path);
        if (enrolment->job->progress != NULL)
            enrolment->job->progress->done++;
    }
    json_decref(seen);
    return done;
}

/* Eyes marked in photographs sent before; whether they lie in the picture the committer knows. */
static bool check_marks(struct enrolment *enrolment, const struct xml_node *root, struct error *error)
{
    json_t *seen = json_object();
    bool done = seen != NULL || memory(error);
    for (const struct xml_node *node = xml_child(xml_child(root, "marks"), "mark"); done && node != NULL;
         node = xml_next(node)) {
        char *path = xml_path(node);
        char *place = path == NULL ? NULL : text_formatted("line %zu %s", xml_line(node), path);
        const char *id = xml_child_text(node, "photoId");
        json_t *mark = json_pack("{ss,ss*}", "photo", id, "place", place);
        done = (place != NULL && mark != NULL && member_eyes(mark, node, "eyes")) || memory(error);
        if (done && (json_object_get(seen, id) != NULL || json_find(enrolment->photos, "photo", id) != NULL))
            done = add(enrolment->faults, "photo-id-twice", place, _("mark every photograph once"),
                       text_formatted(_("the photo id %s stands in this packet a second time"), id)) ||
                   memory(error);
        done = done && ((json_put_flag(seen, id, true) && json_array_append(enrolment->marks, mark) == 0) ||
                        memory(error));
        json_decref(mark);
        free(place);
        free(path);
    }
    json_decref(seen);
    return done;
}

static bool check_emptiness(struct enrolment *enrolment, struct error *error)
{
    return json_array_size(enrolment->photos) + json_array_size(enrolment->marks) > 0 ||
           add(enrolment->faults, "enrolment-empty", "enrolment.xml",
               _("list photographs in photos, or eyes in marks"),
               strdup(_("enrolment.xml lists neither photographs nor marks"))) ||
           memory(error);
}

static bool check(struct enrolment *enrolment, struct error *error)
{
    const char *signature = json_text(enrolment->job->parameters, "signature");
    if (!document_bytes(enrolment->job->inputs[INPUT_DOCUMENT], "enrolment.xml", XML_LARGE_LIMIT,
                        &enrolment->bytes, &enrolment->length, error) ||
        !xml_read(SCHEMA_ENROLMENT, enrolment->bytes, enrolment->length, &enrolment->reading, error))
        return false;
    if (enrolment->length == 0)
        return add(enrolment->faults, "enrolment-missing", "enrolment.xml",
                   _("put enrolment.xml into the packet, beside the photographs and its signature"),
                   strdup(_("the packet has no enrolment.xml"))) ||
               memory(error);
    if (!reading_faults(&enrolment->reading, "enrolment.xml", "docs/formats/enrolment.md", enrolment->faults))
        return memory(error);
    if (strcmp(signature, "none") != 0 &&
        !keeper_signature_check(enrolment->job, "enrolment.xml", enrolment->bytes, enrolment->length,
                                enrolment->answer, error))
        return false;
    if (enrolment->reading.outcome != XML_VALID)
        return true;
    const struct xml_node *root = xml_root(enrolment->reading.document);
    json_t *head = json_object_at(enrolment->answer, "enrolment");
    if (head == NULL || !member_text(head, root, "enrolmentId") || !member_text(head, root, "preparedAt") ||
        !member_text(head, root, "preparedBy"))
        return memory(error);
    return check_photos(enrolment, root, error) && check_marks(enrolment, root, error) &&
           check_emptiness(enrolment, error) && check_unlisted(enrolment, error);
}

enum worker_exit check_enrolment(const struct worker_job *job, struct error *error)
{
    struct enrolment enrolment = {.job = job, .files = json_object_get(job->parameters, "files")};
    bool done = false;
    enrolment.answer = json_pack("{s[],s[],s[],sn}", "faults", "photos", "marks", "signer");
    enrolment.faults = json_object_get(enrolment.answer, "faults");
    enrolment.photos = json_object_get(enrolment.answer, "photos");
    enrolment.marks = json_object_get(enrolment.answer, "marks");
    if (job->progress != NULL)
        job->progress->total = json_array_size(enrolment.files);
    if (enrolment.answer == NULL || !index_files(&enrolment))
        memory(error);
    else if (job->input_count != INPUT_PHOTOS &&
             job->input_count < INPUT_PHOTOS + json_array_size(enrolment.files))
        error_set(error, FAULT_INTERNAL, "check-enrolment was given fewer inputs than files");
    else
        done = check(&enrolment, error) && worker_answer_json(job, enrolment.answer, error);
    free(enrolment.bytes);
    xml_reading_free(&enrolment.reading);
    json_decref(enrolment.answer);
    json_decref(enrolment.by_name);
    json_decref(enrolment.listed);
    return done ? WORKER_DONE : worker_exit_of(error);
}
