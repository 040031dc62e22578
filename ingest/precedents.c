/*
 * What only the record knows of a request's images: searched before under another docket or about to be, or one of too
 * many requests about one recording.
 *
 * Guarantees: faults that hold, never refuse: a named role looks at it. Each is named once for an image or a
 * recording. Does not recognise a picture that was encoded anew: its bytes are others.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/hold.h"
#include "casebook/image_index.h"
#include "ingest/admission.h"
#include "ingest/fault.h"
#include "ingest/rules.h"
#include "ingest/words.h"

/* The text is taken over. */
static bool hold(struct admission *admission, struct fault_words words, char *text, struct error *error)
{
    words.outcome = "HOLD";
    words.text = text;
    bool done = text != NULL && fault_add(admission->faults, &words);
    free(text);
    return done || admission_memory(error);
}

static bool look_for_image(struct admission *admission, const json_t *seen, struct error *error)
{
    char *found = NULL;
    bool searched = false;
    const char *file = json_text(seen, "file"), *digest = json_text(seen, "digest");
    if (!image_index_searched(admission->transaction, digest, json_text(admission->request, "docket"), &found,
                              &searched, error))
        return false;
    bool done = found == NULL ||
                hold(admission,
                     (struct fault_words){
                         .code = IMAGE_SEARCHED_BEFORE,
                         .clause = "R29",
                         .place = file,
                         .remedy = _("nothing for you to do: a supervisor compares the two requests first"),
                         .role = "supervisor",
                         .image = digest,
                         .dockets = found},
                     image_index_words(file, found, searched), error);
    free(found);
    return done;
}

static bool look_for_recording(struct admission *admission, const char *recording, struct error *error)
{
    size_t count = 0;
    int most = admission->settings->requests_per_recording;
    char *plain = words_plain(recording);
    bool done = plain != NULL
                    ? image_index_recording(admission->transaction, plain,
                                            json_text_or_null(admission->request, "docket"), &count, error)
                    : admission_memory(error);
    free(plain);
    if (!done)
        return false;
    return count < (size_t)most ||
           hold(admission,
                (struct fault_words){.code = "recording-asked-often",
                                     .clause = "R8",
                                     .place = recording,
                                     .remedy = _("nothing for you to do: the legal bureau looks at it first"),
                                     .role = "legal"},
                text_formatted(
                    _("%zu requests about the recording \"%s\" came before this one; more than %d are "
                      "not taken without a look at what is being done with it"),
                    count, recording, most),
                error);
}

bool admission_precedents(struct admission *admission, struct error *error)
{
    const json_t *listed = json_object_get(admission->request, "images"), *image;
    unsigned kind = request_kind(admission->request);
    size_t index;
    if ((kind & KIND_IMAGES) == 0)
        return true;
    json_array_foreach(listed, index, image)
    {
        const char *recording = json_text_or_null(image, "recordingId");
        const json_t *seen =
            json_find(json_object_get(admission->check, "images"), "file", json_text(image, "file"));
        bool first = recording != NULL && json_position(listed, "recordingId", recording) == (long)index;
        if ((seen != NULL && !look_for_image(admission, seen, error)) ||
            (first && !look_for_recording(admission, recording, error)))
            return false;
    }
    return true;
}
