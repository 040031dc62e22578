/*
 * One claim on its way, for the files that move it (claims.c, claim_take.c, claim_check.c) among
 * themselves.
 *
 * A claim is a small state machine on the loop's thread: every step asks the porter, a worker or the
 * committer, and that one's callback starts the next. What cannot be done now ends in claim_later, which
 * begins again from the claim's row: each step can be done twice.
 */
#ifndef LEADSPOOL_SPOOL_CLAIM_H
#define LEADSPOOL_SPOOL_CLAIM_H

#include "spool/state.h"

enum { CLAIM_CHANGES_MOST = 5 }; /* copies of a drop that somebody still writes to */

struct claim {
    struct daemon *daemon;
    json_t *record;  /* the claim row (INTERNALS §4), with "form" and "path"; owned */
    json_t *check;   /* the worker's answer; owned */
    json_t *gave_up; /* the check it ends with, since the record refuses every other; NULL */
    int incoming;    /* the folder of the copies, -1 = not open */
    char folder[24]; /* its name in var/incoming */
    unsigned number; /* of a folder taken before there was a row; 0 = none */
    bool early;      /* copied and checked where it lies; there is no row yet */
    bool ready;      /* that check, and its copies, are what it is committed with once it is renamed */
    bool fresh;      /* not renamed yet by anybody: its row was written just now */
    bool changed;    /* between its listing and its claim: not claimed */
    bool waiting;    /* for something outside; a timer takes it up again */
    int waits;       /* in a row so far */
    char *why;       /* it waits, as it was said last; owned */
    int changes;     /* copies that changed while they were made */
    bool first;      /* its sender has next to nothing under way: it goes before what waits of others */

    /* Where the site has keys: what a worker unpacks into, in memory, and what became of it so far; owned, NULL = nothing. */
    int *members;
    size_t member_count;
    json_t *encrypted;

    struct claim *next;
};

/* Of the record; borrowed. */
const char *claim_id(const struct claim *claim);
const char *claim_path(const struct claim *claim);

/* Store the row of a new claim, then rename the drop. */
void claim_store_row(struct claim *claim);
/* Forget the claim and free it; `again`: the drop may be claimed anew. */
void claim_end(struct claim *claim, bool again);
/* Something outside is not ready (disk, share): the claim stays as it is and is taken up again later, after a
   pause that grows to a minute. */
void claim_later(struct claim *claim, const struct error *error);
/* With it goes what a worker unpacked into memory. */
void claim_close_incoming(struct claim *claim);
void claim_forget_members(struct claim *claim);
/* A folder of its own before there is a row, and, when its copies went into the vault, leave it for the next one: a
   flood of drops makes and removes no folders. */
bool claim_take_folder(struct claim *claim, struct error *error);
bool claim_leave_folder(struct claim *claim, struct error *error);
/* Nothing, if there are none. */
bool claim_remove_copies(struct claim *claim, struct error *error);

/* What each step ends with: the committer or the share's porter is asked, and the callback goes on (its context
   is the claim). Where that fails the claim waits. `message` is taken over; `file` -1 = none. */
void claim_hand_over(struct claim *claim, struct commit commit);
void claim_ask_porter(struct claim *claim, json_t *message, int file, service_done *done);

/* A worker's job for the claim. False: it was not begun; true: `done` is, or was already, called. */
bool claim_run(struct claim *claim, const char *kind, const json_t *parameters, const int *inputs,
               size_t count, job_done *done, struct error *error);

/* The steps, in their order. */
void claim_early(struct claim *claim); /* before them: is it whole as it lies there? */
void claim_take(struct claim *claim);  /* rename the drop, copy it in */
void claim_unpack(
    struct claim *claim); /* a .zip file: its members take the place of the copy; then claim_check */
void claim_check(struct claim *claim); /* check the copies, commit the answer */
/* What the porter is to copy; new reference, NULL when memory ran out. */
json_t *claim_copy_message(const struct claim *claim);
/* Set what was copied, and the digest of the packet, in the record. */
bool claim_note_copies(struct claim *claim, const json_t *answer, struct error *error);
/* Set the record's digest of the packet from its files. */
bool claim_note_digest(struct claim *claim, struct error *error);
/* Commit with the check there is. */
void claim_commit(struct claim *claim);
/* Commit with this check (taken over). */
void claim_answer(struct claim *claim, json_t *check);
/* A worker failed: the step again while there are attempts left and it may help, else the answer that says so. */
void claim_check_failed(struct claim *claim, const struct error *error, void (*again)(struct claim *claim));
void claim_clean_up(struct claim *claim);
/* The row went, or could not: the claim ends. */
void claim_row_removed(void *context, const struct error *error);

#endif
