/*
 * Which photographs wait for a person to mark their eyes.
 *
 * Guarantees: plain text, one photograph a line with what leadspool would propose and how sure it is; nothing
 * of whose photograph it is. Nothing is written when none waits.
 */
#include "report/unmarked.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "casebook/outbox.h"

/* A point in hundredths as pixels with one decimal. */
static void add_point(struct text *text, const json_t *eyes, size_t at)
{
    long long tenths = (json_integer_value(json_array_get(eyes, at)) + 5) / 10;
    text_format(text, "%lld.%lld", tenths / 10, tenths % 10);
}

static void add_line(struct text *text, const json_t *photo)
{
    const json_t *found = json_object_get(photo, "found"), *eyes = json_object_get(found, "eyes");
    text_format(text, "%-40s  %3lld          ", json_text(photo, "photo"),
                (long long)json_whole(found, "confidence", 0));
    if (eyes == NULL)
        text_add(text, _("no eyes were found"));
    for (size_t i = 0; i < json_array_size(eyes); i++) {
        text_add(text, i == 0 ? "" : i == 2 ? "  " : ",");
        add_point(text, eyes, i);
    }
    text_add(text, "\n");
}

bool report_unmarked(struct transaction *transaction, const struct settings *settings, const char *round,
                     const json_t *photos, instant now, struct error *error)
{
    struct text text = TEXT_EMPTY, lines = TEXT_EMPTY;
    size_t index, count = 0;
    const json_t *photo;
    bool done = true;
    json_array_foreach(photos, index, photo)
    {
        if (strcmp(json_text(photo, "outcome"), "unmarked") != 0)
            continue;
        add_line(&lines, photo);
        count++;
    }
    if (count == 0)
        return true;
    if (!text_done(&lines, error))
        return false;
    text_format(
        &text,
        _("%s, %s\n\nPhotographs whose eyes a person has to mark: %zu\n\n"
          "Leadspool looked for the eyes and is not sure enough of what it found (a confidence below %d of "
          "100).\nThese photographs are not searched. Look at each, mark both pupils, and send the points "
          "in the element\n\"marks\" of a signed enrolment packet (docs/formats/enrolment.md).\n\n"
          "%-40s  confidence   proposed, in pixels: left eye of the picture, right eye\n%s"),
        settings->agency, settings->unit, count, settings->eye_confidence, "photograph", lines.bytes);
    text_free(&lines);
    if (!text_done(&text, error))
        return false;
    char *name = text_formatted("%s.txt", round);
    json_t *row = name == NULL ? NULL
                               : json_pack("{ss,ss,s[{ss,ss,sb}]}", "kind", "notice", "directory",
                                           "gallery/out/unmarked", "files", "name", name, "text", text.bytes,
                                           "sign", 0);
    done = row != NULL ? outbox_add(transaction, row, now, NULL, error)
                       : error_set(error, FAULT_TEMPORARY, "out of memory while listing photographs to mark");
    json_decref(row);
    free(name);
    text_free(&text);
    return done;
}
