/*
 * Taking a drop: it is renamed on its share, then copied in.
 *
 * Guarantees: a drop is renamed by one claim only, and what is checked later are our copies, never the
 * sender's files. A drop its sender took back is forgotten with an event. Reads nothing of what it copies.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "casebook/event.h"
#include "spool/archive.h"
#include "spool/checks.h"
#include "spool/claim.h"

bool claim_note_digest(struct claim *claim, struct error *error)
{
    struct digest digest;
    char text[DIGEST_TEXT_SIZE];
    return check_packet_digest(claim->record, &digest, error) &&
           (json_put_text(claim->record, "digest", digest_text(&digest, text)) ||
            error_set(error, FAULT_TEMPORARY, "out of memory while digesting a packet"));
}

/* One that the record refused for good is not opened again. */
static bool is_archive(const struct claim *claim)
{
    return claim->gave_up == NULL && strcmp(json_text(claim->record, "dropForm"), "file") == 0 &&
           json_array_size(json_object_get(claim->record, "files")) == 1 &&
           archive_taken(json_text(claim->record, "form"), json_text(claim->record, "drop"));
}

bool claim_note_copies(struct claim *claim, const json_t *answer, struct error *error)
{
    static const char *const kept[] = {"files", "specials", "uid", "owner"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (json_object_get(answer, kept[i]) != NULL)
            json_object_set(claim->record, kept[i], json_object_get(answer, kept[i]));
    json_put_text(claim->record, "dropForm", json_text(answer, "form"));
    json_object_del(claim->record, "archive");
    /* That of an archive is taken when it is unpacked. */
    return is_archive(claim) || claim_note_digest(claim, error);
}

static void copied(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    if (error != NULL) {
        claim_later(claim, error);
        return;
    }
    const char *changing = json_text_or_null(answer, "changing");
    if (changing != NULL) {
        struct error why = ERROR_NONE;
        claim->changes++;
        error_set(&why, FAULT_TEMPORARY, "%s is still being written", changing);
        claim_later(claim, &why);
        return;
    }
    struct error own = ERROR_NONE;
    if (!claim_note_copies(claim, answer, &own))
        claim_later(claim, &own);
    else if (is_archive(claim))
        claim_unpack(claim);
    else
        claim_check(claim);
}

json_t *claim_copy_message(const struct claim *claim)
{
    const struct settings *settings = claim->daemon->site->settings;
    bool gallery = strcmp(json_text(claim->record, "form"), "gallery") == 0;
    json_t *limits = json_pack("{sI,sI,si}", "file", (json_int_t)settings->packet_file_bytes, "total",
                               (json_int_t)settings->packet_total_bytes * (gallery ? 16 : 1), "files",
                               gallery ? 8192 : settings->packet_files);
    /* One that never rests is answered as it is. A decision or acknowledgement is one file, never a folder. */
    bool single = strcmp(json_text(claim->record, "form"), "decisions") == 0 ||
                  strcmp(json_text(claim->record, "form"), "acks") == 0;
    /* A .zip file is the whole packet: it may be as large as one. */
    bool archive = archive_taken(json_text(claim->record, "form"), json_text(claim->record, "drop"));
    return json_pack("{ss,ss,ss,ss*,so,sb,sb,sb}", "op", "copy", "path", claim_path(claim), "drop",
                     json_text(claim->record, "drop"), "claim", claim->early ? NULL : claim_id(claim),
                     "limits", limits, "final", claim->changes >= CLAIM_CHANGES_MOST, "single", single,
                     "archive", archive);
}

/* What a check before the claim left is of no use any more. */
static bool make_folder(struct claim *claim, struct error *error)
{
    int incoming = claim->daemon->incoming;
    if (!claim_remove_copies(claim, error) || !directory_remove_tree(incoming, claim_id(claim), error))
        return false;
    snprintf(claim->folder, sizeof claim->folder, "%s", claim_id(claim));
    claim->incoming = directory_open_at(incoming, claim->folder, true, 0700, error);
    return claim->incoming >= 0;
}

static void copy_in(struct claim *claim)
{
    struct error error = ERROR_NONE;
    if (make_folder(claim, &error))
        claim_ask_porter(claim, claim_copy_message(claim), claim->incoming, copied);
    else
        claim_later(claim, &error);
}

static bool forget_row(struct transaction *transaction, void *context, struct error *error)
{
    struct claim *claim = context;
    struct event event = {.action = "drop-gone", .outcome = "absent", .object = NULL};
    if (!book_remove(transaction, BOOK_CLAIMS, claim_id(claim), error))
        return false;
    /* One that changed is still there and settles anew: nothing became of it yet. */
    return claim->changed || event_append(transaction, clock_now(), &event, NULL, error);
}

static void claimed(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)file;
    struct claim *claim = context;
    if (error != NULL) {
        claim_later(claim, error);
        return;
    }
    claim->fresh = false;
    if (strcmp(json_text(answer, "state"), "claimed") == 0) {
        bool ready = claim->ready;
        claim->ready = false; /* what goes wrong from here on begins with new copies */
        if (ready)
            claim_commit(claim);
        else
            copy_in(claim);
        return;
    }
    /* The sender took it back or goes on changing it, or another listing of it was claimed before. */
    claim->changed = strcmp(json_text(answer, "state"), "changed") == 0;
    claim_hand_over(claim, (struct commit){.work = forget_row, .done = claim_row_removed});
}

void claim_take(struct claim *claim)
{
    claim_ask_porter(claim,
                     json_pack("{ss,ss,ss,ss,sb,ss*}", "op", "claim", "path", claim_path(claim), "drop",
                               json_text(claim->record, "drop"), "claim", claim_id(claim), "fresh",
                               claim->fresh, "print", json_text_or_null(claim->record, "print")),
                     -1, claimed);
}
