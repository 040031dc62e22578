/*
 * The picture an investigator chooses to search, held against what was searched under other dockets (R29).
 *
 * What came in was looked at when it came (ingest/precedents.c). It is looked for again when it is chosen: two requests
 * with one picture may lie at intake together, and one may have waited for images while the other went ahead.
 * Guarantees: a supervisor was shown the other dockets before a picture is searched that they searched, or choose.
 * Does not recognise a picture that was encoded anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "casebook/docket.h"
#include "casebook/hold.h"
#include "casebook/image_index.h"
#include "review/hearing.h"

struct releases {
    const char *image;
    struct text dockets; /* that a supervisor saw beside this one and this picture */
};

static bool collect_release(void *context, const char *key, json_t *value, struct error *error)
{
    (void)key, (void)error;
    struct releases *releases = context;
    if (strcmp(json_text(value, "code"), IMAGE_SEARCHED_BEFORE) == 0 &&
        strcmp(json_text(value, "outcome"), "release") == 0 &&
        strcmp(json_text(value, "image"), releases->image) == 0)
        text_format(&releases->dockets, "%s, ", json_text(value, "dockets"));
    return true;
}

/* Does `found`, as "FR-2026-000001, FR-…", name one that `released` does not? Either list ends with ", ". */
static bool names_another(const char *found, const char *released)
{
    for (const char *at = found, *end; (end = strstr(at, ", ")) != NULL; at = end + 2) {
        char number[DOCKET_NUMBER_SIZE + 2];
        snprintf(number, sizeof number, "%.*s", (int)(end + 2 - at), at);
        if (strstr(released, number) == NULL)
            return true;
    }
    return false;
}

/* Which picture the decision chooses that was not chosen before; "" when none. */
static const char *newly_chosen(const struct hearing *hearing)
{
    const char *image = json_text(json_object_get(hearing->decision, "probe"), "image");
    bool same = strcmp(image, json_text(json_object_get(hearing->docket, "probe"), "image")) == 0;
    bool chooses = hearing->action == ACTION_INTAKE_CONFIRM ||
                   (hearing->action == ACTION_INVESTIGATION_SEARCH_AGAIN && !same);
    return chooses ? image : "";
}

bool hearing_precedents(struct hearing *hearing, struct error *error)
{
    struct releases releases = {.image = newly_chosen(hearing), .dockets = TEXT_EMPTY};
    const char *docket = json_text(hearing->docket, "docket");
    struct text all = TEXT_EMPTY;
    char *found = NULL;
    bool done =
        releases.image[0] == '\0' ||
        (image_index_searched(hearing->transaction, releases.image, docket, &found, &hearing->searched,
                              error) &&
         (found == NULL || hold_walk(hearing->transaction, docket, collect_release, &releases, error)));
    if (!done || found == NULL)
        goto done;
    text_format(&all, "%s, ", found);
    text_add(&releases.dockets, "");
    done = text_done(&all, error) && text_done(&releases.dockets, error);
    if (!done || !names_another(all.bytes, releases.dockets.bytes))
        goto done;
    /* No state waits for a supervisor after intake: the picture needs a request of its own. */
    if (hearing->action == ACTION_INVESTIGATION_SEARCH_AGAIN) {
        done = refusal_set(&hearing->refusal, IMAGE_SEARCHED_BEFORE, "R29",
                           "this picture was searched, or is about to be, under docket %s: search with "
                           "another, or have a new request sent with it, which a supervisor looks at first",
                           found);
        goto done;
    }
    hearing->precedents = found;
    found = NULL;
done:
    free(found);
    text_free(&all);
    text_free(&releases.dockets);
    return done;
}

bool hearing_hold(struct hearing *hearing, struct error *error)
{
    const char *digest = json_text(json_object_get(hearing->decision, "probe"), "image");
    const char *file =
        json_text(json_find(json_object_get(hearing->docket, "images"), "digest", digest), "file");
    char *reason = image_index_words(file, hearing->precedents, hearing->searched);
    const struct hold hold = {.code = IMAGE_SEARCHED_BEFORE,
                              .clause = "R29",
                              .role = "supervisor",
                              .reason = reason,
                              .image = digest,
                              .dockets = hearing->precedents};
    bool done = reason != NULL ? hold_open(hearing->transaction, json_text(hearing->docket, "docket"), &hold,
                                           hearing->now, NULL, error)
                               : error_set(error, FAULT_TEMPORARY, "out of memory while holding a docket");
    free(reason);
    return done;
}
