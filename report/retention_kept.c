/*
 * May an entry of a list go, as the record is now?
 *
 * Guarantees: reads only; asked when an order is judged and again in the transaction that disposes of the entry.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "casebook/docket.h"
#include "casebook/outbox.h"
#include "report/foil.h"
#include "report/retention_dispose.h"
#include "report/retention_list.h"

static bool memory(struct error *error)
{
    return error_set(error, FAULT_TEMPORARY, "out of memory while judging what is due");
}

static bool count_open(struct transaction *transaction, const char *owner, size_t *open, struct error *error)
{
    json_t *ids = json_array(), *id;
    size_t i;
    bool done = ids != NULL ? outbox_rows_of(transaction, owner, NULL, ids, error) : memory(error);
    *open = 0;
    json_array_foreach(ids, i, id)
    {
        json_t *row = NULL;
        done = done && outbox_get(transaction, json_integer_value(id), &row, error);
        *open += done && strcmp(json_text(row, "state"), "delivered") != 0;
        json_decref(row);
    }
    json_decref(ids);
    return done;
}

static bool docket_kept(struct transaction *transaction, const char *number, const char **why,
                        struct error *error)
{
    json_t *docket = NULL;
    size_t open = 0;
    if (!docket_get(transaction, number, &docket, error) || !count_open(transaction, number, &open, error)) {
        json_decref(docket);
        return false;
    }
    *why = retention_kept(docket, open);
    json_decref(docket);
    bool asked = false;
    if (!foil_asked(transaction, number, &asked, error))
        return false;
    if (*why == NULL && asked)
        *why = _("a records request that is under way asks for it");
    return true;
}

static bool rows_open(struct transaction *transaction, const json_t *drop, bool *open, struct error *error)
{
    const json_t *rows = json_object_get(drop, "rows");
    int64_t last = json_integer_value(json_array_get(rows, 1));
    for (int64_t id = json_integer_value(json_array_get(rows, 0)); id <= last; id++) {
        json_t *row = NULL;
        if (!outbox_get(transaction, id, &row, error))
            return false;
        *open = *open || strcmp(json_text(row, "state"), "delivered") != 0;
        json_decref(row);
    }
    return true;
}

/* A row of the outbox, of a docket or of none. */
static bool release_kept(struct transaction *transaction, int64_t id, const char **why, struct error *error)
{
    json_t *row = NULL;
    bool done = outbox_get(transaction, id, &row, error);
    if (done && json_text_or_null(row, "docket") != NULL)
        done = docket_kept(transaction, json_text(row, "docket"), why, error);
    if (done && *why == NULL)
        *why = json_object_get(row, "disposed") != NULL            ? _("it was disposed of")
               : strcmp(json_text(row, "state"), "delivered") != 0 ? _("it is still to be published")
                                                                   : NULL;
    json_decref(row);
    return done;
}

static bool drop_kept(struct transaction *transaction, const char *class, const char *id, const char **why,
                      struct error *error)
{
    char key[128];
    json_t *drop = NULL;
    bool open = false;
    snprintf(key, sizeof key, "drop/%s/%s", class,
             strlen(id) > sizeof "drop-" ? id + sizeof "drop-" - 1 : id);
    bool done = book_get(transaction, BOOK_INDEX, key, &drop, error) &&
                (drop == NULL || rows_open(transaction, drop, &open, error));
    if (done)
        *why = drop == NULL ? _("it was disposed of")
               : open       ? _("its answer is still to be published")
                            : NULL;
    json_decref(drop);
    return done;
}

bool retention_entry_kept(struct transaction *transaction, const json_t *entry, const char **why,
                          struct error *error)
{
    const char *class = json_text(entry, "class"), *id = json_text(entry, "id");
    *why = NULL;
    if (strncmp(class, "docket-", 7) == 0 || strcmp(class, "worksheet") == 0 || strcmp(class, "look") == 0)
        return docket_kept(transaction, id, why, error);
    int64_t row = retention_row_of(id);
    return row > 0 ? release_kept(transaction, row, why, error)
                   : drop_kept(transaction, class, id, why, error);
}
