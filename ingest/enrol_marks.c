/*
 * Marks of an enrolment packet against the photographs in the record.
 *
 * Guarantees: only a photograph that waits for marks gets them; an enrolled one keeps the eyes its template
 * was made with, so that a search can be run again. The same packet twice changes nothing. Does not decide
 * whether the signer may mark.
 */
#include "ingest/enrol_marks.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/photo.h"
#include "photo/eye_points.h"

/* The packet came before: the photograph has these eyes from a keeper. */
static bool taken_before(const json_t *photo, const json_t *mark)
{
    return strcmp(json_text(photo, "eyesFoundBy"), "keeper") == 0 &&
           json_equal(json_object_get(photo, "eyes"), json_object_get(mark, "eyes"));
}

/* What is wrong with marking that photograph: a fault, or nothing. */
static bool compare_one(struct admission *admission, const json_t *photo, const json_t *mark,
                        struct error *error)
{
    const char *id = json_text(mark, "photo"), *place = json_text(mark, "place"), *status;
    struct eye_points eyes;
    struct error why = ERROR_NONE;
    if (photo == NULL)
        return admission_fault(admission, "photo-unknown", "REJECT", "R17", place,
                               _("send the photograph itself, with its eyes"),
                               text_formatted(_("photo %s is not in the gallery"), id), error);
    if (taken_before(photo, mark))
        return true;
    status = json_text(photo, "status");
    if (strcmp(status, "unmarked") != 0)
        return admission_fault(
            admission, "photo-not-unmarked", "REJECT", "R17", place,
            _("leave it out; leadspool gallery list --unmarked shows those that wait for marks"),
            text_formatted(_("photo %s does not wait for its eyes to be marked: it is %s"), id, status),
            error);
    if (eye_points_read(json_object_get(mark, "eyes"), &eyes, &why) &&
        eye_points_check(&eyes, (int)json_whole(photo, "width", 0), (int)json_whole(photo, "height", 0),
                         &why))
        return true;
    return admission_fault(admission, "eyes-not-in-picture", "REJECT", NULL, place,
                           _("mark both eyes in the upright picture, the left one of the picture first"),
                           text_formatted(_("the eye points of photo %s cannot be: %s"), id, why.text),
                           error);
}

bool enrol_marks_compare(struct admission *admission, struct error *error)
{
    size_t index;
    const json_t *mark;
    json_array_foreach(json_object_get(admission->check, "marks"), index, mark)
    {
        json_t *photo = NULL;
        bool done = book_get(admission->transaction, BOOK_PHOTOS, json_text(mark, "photo"), &photo, error) &&
                    compare_one(admission, photo, mark, error);
        json_decref(photo);
        if (!done)
            return false;
    }
    return true;
}

static bool store_one(struct admission *admission, json_t *photo, const json_t *mark, struct error *error)
{
    json_object_del(photo, "confidence");
    json_object_del(photo, "eyesProposed");
    bool done = json_put_text(photo, "status", "pending") && json_put_text(photo, "eyesFoundBy", "keeper") &&
                json_put_text(photo, "marks", json_text(admission->claim, "claim")) &&
                json_object_set(photo, "eyes", json_object_get(mark, "eyes")) == 0;
    return done ? photo_put(admission->transaction, photo, error) : admission_memory(error);
}

bool enrol_marks_store(struct admission *admission, int64_t *marked, struct error *error)
{
    size_t index;
    const json_t *mark;
    *marked = 0;
    json_array_foreach(json_object_get(admission->check, "marks"), index, mark)
    {
        json_t *photo = NULL;
        bool done = book_need(admission->transaction, BOOK_PHOTOS, json_text(mark, "photo"), &photo, error);
        if (done && !taken_before(photo, mark)) {
            done = store_one(admission, photo, mark, error);
            (*marked)++;
        }
        json_decref(photo);
        if (!done)
            return false;
    }
    return true;
}
