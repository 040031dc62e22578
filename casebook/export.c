/*
 * The events as text, in slices: what `audit export` writes and an auditor verifies without leadspool.
 *
 * Guarantees: the bytes of each line are those that were hashed. Verifies nothing itself.
 */
#include "casebook/audit.h"
#include "casebook/event.h"

struct slice {
    struct text *out;
    size_t full; /* length of `out` at which to stop */
    int64_t next;
};

static bool visit_line(void *context, int64_t sequence, const char *line, size_t length, struct error *error)
{
    (void)error;
    struct slice *slice = context;
    if (slice->out->length >= slice->full) {
        slice->next = sequence;
        return false;
    }
    text_add_bytes(slice->out, line, length);
    text_add(slice->out, "\n");
    return !slice->out->failed;
}

bool audit_export(struct transaction *transaction, int64_t from, size_t budget, struct text *out,
                  int64_t *next, struct error *error)
{
    struct slice slice = {out, out->length + budget, 0};
    if (!event_walk(transaction, from, 0, visit_line, &slice, error))
        return error_context(error, "exporting the events");
    if (out->failed)
        return error_set(error, FAULT_TEMPORARY, "out of memory while exporting the events");
    *next = slice.next;
    return true;
}
