/*
 * Duplicates by hash.
 *
 * Guarantees: no photograph gets into the gallery under a second id once it was sealed, and none shows two people.
 * Does not compare pictures.
 */
#include "ingest/enrol_duplicates.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/photo.h"

enum { LOOK_MOST = 64 };

/* `other` has the same bytes. */
static bool judge(struct admission *admission, const json_t *photo, const json_t *other, bool *duplicate,
                  struct error *error)
{
    const char *id = json_text(photo, "photo"), *other_id = json_text(other, "photo");
    const char *status = json_text(other, "status");
    if (strcmp(status, "sealed") == 0 || strcmp(status, "withdrawn") == 0)
        return admission_fault(
            admission, "photo-sealed", "REJECT", "R17", json_text(photo, "file"),
            _("leave it out; a seal that may be lifted is lifted by an order"),
            text_formatted(_("photo %s has the bytes of %s, which is %s"), id, other_id, status), error);
    if (strcmp(json_text(photo, "person"), json_text(other, "person")) != 0)
        return admission_fault(admission, "photo-of-another", "REJECT", "R17", json_text(photo, "file"),
                               _("find out whom it shows; withdraw the other one if that is wrong"),
                               text_formatted(_("photo %s of person %s has the bytes of %s of person %s"), id,
                                              json_text(photo, "person"), other_id,
                                              json_text(other, "person")),
                               error);
    *duplicate = true;
    return true;
}

static bool judge_gallery(struct admission *admission, const json_t *photo, bool *duplicate,
                          struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t index;
    bool done = ids != NULL ? photo_find(admission->transaction, PHOTO_BY_DIGEST, json_text(photo, "digest"),
                                         NULL, LOOK_MOST, ids, error)
                            : admission_memory(error);
    json_array_foreach(ids, index, id)
    {
        json_t *other = NULL;
        done = done && book_need(admission->transaction, BOOK_PHOTOS, json_string_value(id), &other, error) &&
               judge(admission, photo, other, duplicate, error);
        json_decref(other);
    }
    json_decref(ids);
    return done;
}

bool enrol_duplicate(struct admission *admission, json_t *seen, const json_t *photo, bool *duplicate,
                     struct error *error)
{
    const char *digest = json_text(photo, "digest");
    const json_t *earlier = json_object_get(seen, digest);
    *duplicate = false;
    if (earlier != NULL)
        return judge(admission, photo, earlier, duplicate, error);
    return (json_object_set(seen, digest, (json_t *)(uintptr_t)photo) == 0 || admission_memory(error)) &&
           judge_gallery(admission, photo, duplicate, error);
}
