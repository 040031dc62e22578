/*
 * How the duties of discovery stand.
 *
 * Guarantees: overdue is what has a day, is past it, and lacks a volume or a receipt. Changes nothing.
 */
#include "report/discovery.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "report/discovery_parts.h"

struct standing {
    struct transaction *transaction;
    const char *today;
    json_t *duties;
};

static size_t count_with(const json_t *volumes, const char *member)
{
    size_t index, count = 0;
    const json_t *volume;
    json_array_foreach(volumes, index, volume) count += json_object_get(volume, member) != NULL;
    return count;
}

static const char *waits_for(const json_t *docket, const json_t *duty, size_t volumes, size_t delivered,
                             size_t acknowledged)
{
    if (json_text_or_null(duty, "failed") != NULL)
        return json_text(duty, "failed");
    if (json_object_get(duty, "wanted") != NULL)
        return _("a volume is being made");
    if (volumes == 0)
        return discovery_at_rest(docket) ? _("a volume is to be made") : _("the docket to close");
    if (delivered < volumes)
        return "delivery";
    return acknowledged < volumes ? _("the office's receipt") : "nothing";
}

static bool add_duty(void *context, const char *key, json_t *value, struct error *error)
{
    struct standing *standing = context;
    json_t *docket = NULL;
    (void)key;
    if (!docket_get(standing->transaction, json_text(value, "docket"), &docket, error))
        return false;
    const json_t *duty = json_object_get(docket, "discovery"), *volumes = json_object_get(duty, "volumes");
    const char *due = json_text(duty, "due");
    size_t made = json_array_size(volumes), delivered = count_with(volumes, "delivered"),
           acknowledged = count_with(volumes, "acknowledged");
    bool owed = made == 0 || acknowledged < made;
    json_t *one = json_pack(
        "{ss,ss,ss*,ss*,sb,sI,sI,sI,ss}", "docket", json_text(docket, "docket"), "office",
        json_text(duty, "office"), "filed", json_text_or_null(duty, "filed"), "due",
        json_text_or_null(duty, "due"), "overdue", owed && due[0] != '\0' && strcmp(due, standing->today) < 0,
        "volumes", (json_int_t)made, "delivered", (json_int_t)delivered, "acknowledged",
        (json_int_t)acknowledged, "waits", waits_for(docket, duty, made, delivered, acknowledged));
    json_decref(docket);
    return (one != NULL && json_array_append_new(standing->duties, one) == 0) || discovery_memory(error);
}

bool discovery_duties(struct transaction *transaction, const char *today, json_t **duties,
                      struct error *error)
{
    struct standing standing = {.transaction = transaction, .today = today, .duties = json_array()};
    *duties = standing.duties;
    return standing.duties != NULL ? book_walk(transaction, BOOK_INDEX, discovery_duty_prefix, NULL, add_duty,
                                               &standing, NULL, error)
                                   : discovery_memory(error);
}
