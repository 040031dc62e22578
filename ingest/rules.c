/*
 * Applying the table of rules (rules_table.c) to a request.
 *
 * Guarantees: pure; every broken rule is reported, once for each place where it is broken, up to FAULTS_MOST.
 */
#include "ingest/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"
#include "base/unicode.h"
#include "ingest/fault.h"
#include "ingest/manifest.h"
#include "ingest/words.h"

unsigned request_kind(const json_t *request)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {{"new", KIND_NEW},
                 {"supplement", KIND_SUPPLEMENT},
                 {"correction", KIND_CORRECTION},
                 {"withdrawal", KIND_WITHDRAWAL},
                 {"corroboration", KIND_CORROBORATION}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(json_text(request, "kind"), kinds[i].name) == 0)
            return kinds[i].kind;
    return 0;
}

enum { VALUE_MOST = 120 }; /* bytes of it in a receipt */

/* The rule's text with the member's value in the place of %s. */
static char *words_of(const struct rule *rule, const json_t *object)
{
    const char *text = language_text(rule->text), *hole = strstr(text, "%s");
    if (hole == NULL)
        return strdup(text);
    const char *value = json_text(object, rule->member);
    return text_formatted("%.*s%.*s%s", (int)(hole - text), text, unicode_fits(value, VALUE_MOST), value,
                          hole + 2);
}

/* "/request/images/image[2]"; a single one has no number (xml_path). Caller frees. */
static char *numbered(const char *base, const char *name, size_t index, size_t count)
{
    return count > 1 ? text_formatted("%s/%s[%zu]", base, name, index + 1)
                     : text_formatted("%s/%s", base, name);
}

/* The element the view looks at. Made only of what is broken: a packet has many images, and few faults. */
static char *base_of(const struct rule_view *view)
{
    if (view->image == NULL)
        return strdup("/request");
    const json_t *images = json_object_get(view->request, "images");
    char *image = numbered("/request/images", "image", view->image_number, json_array_size(images));
    if (view->edit == NULL || image == NULL)
        return image;
    char *edits = text_formatted("%s/edits", image);
    size_t count = json_array_size(json_object_get(view->image, "edits"));
    char *edit = edits == NULL ? NULL : numbered(edits, "edit", view->edit_number, count);
    free(image);
    free(edits);
    return edit;
}

static bool apply(const struct rule *rule, const struct rule_view *view, const json_t *lines, json_t *faults)
{
    if (!rule->broken(view))
        return true;
    const json_t *object = view->edit != NULL    ? view->edit
                           : view->image != NULL ? view->image
                                                 : view->request;
    char *base = base_of(view), *path = base == NULL ? NULL : text_formatted("%s/%s", base, rule->member);
    char *place = path == NULL ? NULL : manifest_place(lines, path);
    char *text = words_of(rule, object);
    bool done = place != NULL && text != NULL &&
                fault_add(faults, &(struct fault_words){.code = rule->code,
                                                        .outcome = rule->outcome,
                                                        .place = place,
                                                        .clause = rule->clause,
                                                        .text = text,
                                                        .remedy = rule->remedy,
                                                        .role = rule->role});
    free(base);
    free(path);
    free(place);
    free(text);
    return done;
}

static bool apply_edits(const struct rule *rule, struct rule_view *view, const json_t *lines, json_t *faults)
{
    const json_t *edits = json_object_get(view->image, "edits");
    bool done = true;
    for (size_t i = 0; done && i < json_array_size(edits); i++) {
        view->edit = json_array_get(edits, i);
        view->edit_number = i;
        done = apply(rule, view, lines, faults);
    }
    view->edit = NULL;
    return done;
}

bool rules_apply(const json_t *request, const json_t *lines, const struct rule_setting *setting,
                 json_t *faults)
{
    const json_t *images = json_object_get(request, "images");
    unsigned kind = request_kind(request);
    json_t *traits = words_ready(json_object_get(setting->policy, "words"));
    json_t *artificial = words_ready(json_object_get(setting->policy, "artificial"));
    bool done = traits != NULL && artificial != NULL;
    for (size_t i = 0; done && i < rule_count; i++) {
        struct rule_view view = {.request = request,
                                 .policy = setting->policy,
                                 .traits = traits,
                                 .artificial = artificial,
                                 .command = setting->command,
                                 .received = setting->received};
        if ((rules[i].kinds & kind) == 0)
            continue;
        if (rules[i].scope == SCOPE_REQUEST)
            done = apply(&rules[i], &view, lines, faults);
        for (size_t n = 0; done && rules[i].scope != SCOPE_REQUEST && n < json_array_size(images); n++) {
            view.image = json_array_get(images, n);
            view.image_number = n;
            done = rules[i].scope == SCOPE_IMAGE ? apply(&rules[i], &view, lines, faults)
                                                 : apply_edits(&rules[i], &view, lines, faults);
        }
    }
    json_decref(traits);
    json_decref(artificial);
    return done;
}
