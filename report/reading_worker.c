/*
 * Reads a finished document back, in a sandboxed child of its own.
 *
 * Guarantees: a document that passes is a sound PDF of pages and JPEG pictures alone, nothing of it lies off its
 * page, it shows every notice it must (R3, R28) and its docket, it says no word a report may not say and no
 * percentage beyond what the facts' own texts say, and the data of every exhibit stands in it unchanged. Does not
 * draw, and does not ask what was drawn: page/readback.h is all it knows of the document.
 */
#include "report/reading_worker.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/files.h"
#include "base/language.h"
#include "page/readback_ended.h"
#include "page/rendering.h"
#include "page/wording.h"
#include "report/documents.h"

#define DOCUMENT_MOST (256U << 20)

/* A text somebody wrote may stand in several places, a file's name above all. */
enum { PLACES_MOST = 8 };

/* Forbidden anywhere but in a sender's own text: in English, and in the site's language. */
static const char words[] =
    N_("identified|confirmed|positive match|score|scores|likelihood|similarity score|per cent match");

static bool notices_shown(const struct readback *readback, const struct outgoing_document *kind,
                          struct error *error)
{
    for (size_t i = 0; i < kind->required_count; i++) {
        const struct notice_text notice = notice_text(kind->required[i]);
        if (!readback_shows(readback, notice.title) || !readback_shows(readback, notice.text))
            return error_set(error, FAULT_INTERNAL, "the notice \"%s\" cannot be read in it whole (R28)",
                             notice.key);
    }
    return true;
}

/* How often a text holds a phrase, or "%" after a number. */
static size_t count_in(const char *text, const char *phrase)
{
    size_t count = 0, length = strlen(phrase);
    for (const char *at = text; *at != '\0'; at++)
        if (phrase[0] == '%')
            count += *at == '%';
        else
            count += strncasecmp(at, phrase, length) == 0 &&
                     (at == text || !isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)at[length]);
    return count;
}

static size_t quoted(const json_t *value, const char *phrase)
{
    size_t count = json_is_string(value) ? count_in(json_string_value(value), phrase) : 0, index;
    const char *key;
    json_t *member;
    json_array_foreach((json_t *)(uintptr_t)value, index, member)
    {
        count += quoted(member, phrase);
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        count += quoted(member, phrase);
    }
    return count;
}

static bool words_allowed(const struct readback *readback, const struct outgoing_document *kind,
                          const json_t *facts, struct error *error)
{
    const char *const lists[] = {words, language_text(words)};
    char word[WORDING_SIZE];
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const char *list = lists[i]; wording_next(&list, word, sizeof word);)
            if (readback_count(readback, word) > PLACES_MOST * quoted(facts, word))
                return error_set(error, FAULT_INTERNAL,
                                 "it says \"%s\", which no report may say about a person (R3)", word);
    /* Measured shares of a picture are no likelihood of anything. */
    bool measures = strcmp(kind->name, "quality-notice") == 0;
    if (!measures && readback_percentages(readback) > PLACES_MOST * quoted(facts, "%"))
        return error_set(error, FAULT_INTERNAL, "it shows a percentage (R3)");
    return true;
}

/* One exhibit: the bytes handed in are those of its digest, and its picture data is in the document. `made` counts
   those that had to be made anew to be shown. */
static bool exhibit_shown(const struct readback *readback, const struct worker_job *job,
                          const json_t *picture, size_t *made, struct error *error)
{
    const char *role = json_text(picture, "role"), *stated = json_text_or_null(picture, "digest");
    int64_t input = json_whole(picture, "input", -1);
    char *bytes = NULL;
    size_t length = 0;
    struct photo photo = {0};
    struct text bare = TEXT_EMPTY;
    struct digest digest, wanted;
    bool found = false;
    if (input < 0 || (size_t)input + 1 >= job->input_count)
        return error_set(error, FAULT_INTERNAL, "picture %s names no input", role);
    if (!file_read_open(job->inputs[input], photo_limits_default.bytes, &bytes, &length, error))
        return error_context(error, "picture %s", role);
    digest = digest_of(bytes, length);
    if (stated != NULL && (!digest_parse(stated, &wanted) || !digest_equal(&digest, &wanted))) {
        error_set(error, FAULT_INTERNAL, "picture %s is not the exhibit of its digest", role);
        goto done;
    }
    if (!photo_check((const uint8_t *)bytes, length, NULL, &photo, error)) {
        error_context(error, "picture %s", role);
        goto done;
    }
    if (!rendering_keeps(&photo, bytes, length, &bare)) {
        (*made)++;
        found = true;
        goto done;
    }
    digest = digest_of(bare.bytes, bare.length);
    for (size_t i = 0; i < readback->picture_count && !found; i++)
        found = digest_equal(&digest, &readback->pictures[i].digest);
    if (!found)
        error_set(error, FAULT_INTERNAL, "picture %s is not in it byte for byte", role);
done:
    text_free(&bare);
    free(bytes);
    return found;
}

static bool exhibits_shown(const struct readback *readback, const struct worker_job *job, struct error *error)
{
    const json_t *pictures = json_object_get(job->parameters, "pictures");
    size_t made = 0, index;
    const json_t *picture;
    json_array_foreach((json_t *)(uintptr_t)pictures, index, picture)
    {
        if (!exhibit_shown(readback, job, picture, &made, error))
            return false;
        made += json_array_size(json_object_get(picture, "eyes")) == 4; /* its aligned face */
    }
    return readback->picture_count <= json_array_size(pictures) + made ||
           error_set(error, FAULT_INTERNAL, "it shows %zu pictures; %zu were handed in",
                     readback->picture_count, json_array_size(pictures));
}

static bool may_leave(const struct worker_job *job, const struct outgoing_document *kind,
                      struct readback *readback, struct error *error)
{
    const json_t *facts = json_object_get(job->parameters, "facts");
    char *bytes = NULL;
    size_t length = 0;
    bool done = file_read_open(job->inputs[job->input_count - 1], DOCUMENT_MOST, &bytes, &length, error) &&
                readback_read(bytes, length, readback, error);
    free(bytes);
    if (done && (!readback_shows(readback, language_text(kind->kind)) ||
                 !readback_shows(readback, json_text(facts, "docket"))))
        done = error_set(error, FAULT_INTERNAL, "it does not say what it is and of which docket");
    return done && notices_shown(readback, kind, error) && words_allowed(readback, kind, facts, error) &&
           exhibits_shown(readback, job, error);
}

enum worker_exit read_document_worker(const struct worker_job *job, struct error *error)
{
    const struct outgoing_document *kind = outgoing_document(json_text(job->parameters, "document"));
    struct readback readback = {0};
    if (kind == NULL || job->input_count == 0) {
        error_set(error, FAULT_INTERNAL, "there is no document \"%s\" to read back",
                  json_text(job->parameters, "document"));
        return WORKER_PERSON;
    }
    bool sound = may_leave(job, kind, &readback, error);
    return readback_ended(job, &readback, sound, kind->name, error);
}
