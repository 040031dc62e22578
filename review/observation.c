/*
 * The digest of an observation.
 *
 * Guarantees: exactly the text of observation.h, so that anybody computes the same from the decision's XML.
 */
#include "review/observation.h"

#include "base/json.h"
#include "base/language.h"
#include "base/text.h"

static void add_word(struct text *text, const char *word)
{
    if (word != NULL) {
        text_add(text, " ");
        text_add(text, word);
    }
}

bool observation_digest(const json_t *observation, const char *item, struct digest *digest)
{
    struct text text = TEXT_EMPTY;
    size_t i;
    const json_t *part;
    text_format(&text, _("leadspool-observation-1\n%s\n%s\nconditions"), item,
                json_text(observation, "lockedAt"));
    add_word(&text, json_text_or_null(observation, "conditions"));
    text_add(&text, "\n");
    json_array_foreach(json_object_get(observation, "parts"), i, part)
    {
        text_add(&text, json_text(part, "component"));
        add_word(&text, json_text_or_null(part, "visibility"));
        add_word(&text, json_text_or_null(part, "note"));
        text_add(&text, "\n");
    }
    bool done = text_done(&text, NULL);
    if (done)
        *digest = digest_of(text.bytes, text.length);
    text_free(&text);
    return done;
}
