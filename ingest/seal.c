/*
 * Sealing, unsealing and withdrawing one photograph, and holding it for the law.
 *
 * Guarantees: what ends more stays: a later order never makes a sealed photograph shown or searched again unless
 * it unseals it, and only where the site says that such a seal can be lifted; what was ordered before stays in
 * the record.
 */
#include "ingest/seal.h"

#include <string.h>

#include "base/json.h"

static int severity(const char *effect)
{
    static const char *const effects[] = {"", "search", "show", "destroy"};
    for (int i = 0; i < 4; i++)
        if (strcmp(effects[i], effect) == 0)
            return i;
    return 0;
}

const char *seal_effect(const struct settings *settings, const char *reason)
{
    const struct setting_seal_reason *known = settings_seal_reason(settings, reason);
    if (settings->seal_reason_count == 0)
        return "show";
    return known == NULL ? NULL : known->effect;
}

static bool reversible(const struct settings *settings, const json_t *seal)
{
    const struct setting_seal_reason *known = settings_seal_reason(settings, json_text(seal, "reason"));
    return strcmp(json_text(seal, "effect"), "destroy") != 0 &&
           (settings->seal_reason_count == 0 || (known != NULL && known->reversible));
}

/* The order in force becomes one of the past. */
static bool set_aside(json_t *photo, const struct seal_order *by, bool lifted)
{
    json_t *seal = json_deep_copy(json_object_get(photo, "seal")), *past = json_array_at(photo, "seals");
    bool noted = lifted ? json_put_text(seal, "liftedBy", by->keeper) &&
                              json_put_text(seal, "liftedAt", by->at) &&
                              json_put_text(seal, "liftedOrder", by->order_id)
                        : json_put_text(seal, "replacedAt", by->at);
    if (!noted)
        return false;
    return seal != NULL && past != NULL && json_array_append_new(past, seal) == 0;
}

static enum seal_outcome put_under(const struct seal_order *order, json_t *photo)
{
    const json_t *present = json_object_get(photo, "seal");
    const char *before = json_text(present, "before");
    bool first = present == NULL;
    bool withdraw = strcmp(order->kind, "withdraw") == 0;
    int now = severity(json_text(present, "effect")), then = severity(order->effect);
    bool sealed = strcmp(json_text(photo, "status"), "sealed") == 0;
    if (!first && !(then > now || (withdraw && sealed && then == now)))
        return SEAL_ALREADY;
    json_t *seal = json_pack("{ss,ss,ss,ss,ss,ss,ss*,ss,ss}", "kind", order->kind, "reason", order->reason,
                             "citation", order->citation, "effect", order->effect, "order", order->order_id,
                             "claim", order->claim, "by", order->keeper, "at", order->at, "before",
                             first ? json_text(photo, "status") : before);
    if (seal == NULL || (!first && !set_aside(photo, order, false)) || !json_put(photo, "seal", seal))
        return SEAL_NO_MEMORY;
    /* Since when no search compares it: a search made again asks for it. */
    if (first && !json_put_text(photo, "sealedAt", order->at))
        return SEAL_NO_MEMORY;
    /* What was withdrawn stays so, whatever it is sealed for later. */
    bool withdrawn = withdraw || strcmp(json_text(photo, "status"), "withdrawn") == 0;
    return json_put_text(photo, "status", withdrawn ? "withdrawn" : "sealed") ? SEAL_DONE : SEAL_NO_MEMORY;
}

static enum seal_outcome lift(const struct settings *settings, const struct seal_order *order, json_t *photo)
{
    const json_t *seal = json_object_get(photo, "seal");
    if (json_object_get(photo, "destroyed") != NULL)
        return SEAL_DESTROYED;
    if (strcmp(json_text(photo, "status"), "withdrawn") == 0)
        return SEAL_WITHDRAWN;
    if (seal == NULL)
        return SEAL_ALREADY;
    if (!reversible(settings, seal))
        return SEAL_IRREVERSIBLE;
    /* Its template may have been compacted away, or made while it was sealed. */
    const char *before = json_text(seal, "before");
    bool has_template = json_object_get(photo, "segment") != NULL;
    bool ready = strcmp(before, "enrolled") == 0 || strcmp(before, "pending") == 0;
    const char *status = has_template ? "enrolled" : ready ? "pending" : before;
    bool done = json_put_text(photo, "status", status) && set_aside(photo, order, true);
    json_object_del(photo, "seal");
    json_object_del(photo, "sealedAt");
    return done ? SEAL_DONE : SEAL_NO_MEMORY;
}

/* A legal hold delays destruction and touches nothing else. */
static enum seal_outcome hold(const struct seal_order *order, json_t *photo)
{
    if (json_object_get(photo, "destroyed") != NULL)
        return SEAL_DESTROYED;
    if (json_object_get(photo, "legalHold") != NULL)
        return SEAL_ALREADY;
    json_t *held = json_pack("{ss,ss,ss,ss,ss}", "reason", order->reason, "citation", order->citation,
                             "order", order->order_id, "by", order->keeper, "at", order->at);
    return json_put(photo, "legalHold", held) ? SEAL_DONE : SEAL_NO_MEMORY;
}

enum seal_outcome seal_apply(const struct settings *settings, const struct seal_order *order, json_t *photo)
{
    if (strcmp(order->kind, "hold") == 0)
        return hold(order, photo);
    if (strcmp(order->kind, "release") == 0)
        return json_object_del(photo, "legalHold") == 0 ? SEAL_DONE : SEAL_ALREADY;
    return strcmp(order->kind, "unseal") == 0 ? lift(settings, order, photo) : put_under(order, photo);
}
