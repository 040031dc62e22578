/*
 * Between the files that answer commands (spool/control_*.c); nobody else includes this.
 */
#ifndef LEADSPOOL_SPOOL_CONTROL_PARTS_H
#define LEADSPOOL_SPOOL_CONTROL_PARTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "casebook/casebook.h"
#include "people/roster.h"
#include "spool/control.h"

/* Who asks, resolved. */
struct control_asker {
    bool service;                /* the service account or root */
    const struct person *person; /* roster entry of the account, or NULL */
    char name[64];               /* person id, else account name, else "uid-1000": the actor of events */
};

/* One question being answered: members of `answer` are what the handler adds. */
struct control_question {
    struct transaction *transaction;
    const struct control_context *context;
    const struct control_asker *asker;
    const json_t *arguments; /* an object */
    json_t *answer;
};

/* Record (runs): what the last finished `audit verify` found beside the chain, {"at","problems":n,"first":problem}; absent when
   nothing. */
#define CONTROL_VERIFIED "verified"

typedef bool control_handler(struct control_question *question, struct error *error);

control_handler control_status, control_list, control_show, control_why, control_retry, control_gallery_stat,
    control_gallery_list, control_gallery_segments, control_gallery_compact, control_audit_verify,
    control_audit_export, control_audit_tours, control_audit_figures, control_audit_extract, control_decision,
    control_desk, control_desk_claim, control_desk_recuse, control_roster, control_rerun,
    control_discovery_list, control_discovery_export, control_retention_list, control_retention_dry_run,
    control_retention_since, control_engine, control_engine_clear, control_backup_begin, control_backup_list,
    control_backup_read, control_backup_end, control_backup_done, control_restored, control_audit_head,
    control_audit_looks, control_audit_published;

/* Parts of the answer to `status`. */
bool control_status_tours(struct control_question *question, struct error *error);
bool control_status_people(struct control_question *question, struct error *error);
bool control_status_backup(struct control_question *question, struct error *error);
/* "changed": files of the site that are not what the last start found (spool/in_force.h). */
bool control_status_files(struct control_question *question, struct error *error);

/* What keeps every search waiting: the engine, its gallery, a quarantine. Sentences, each with a line feed; nothing when
   searches can begin. For `why`, and as a member of `status`. */
struct text;
bool control_engine_why(struct control_question *question, struct text *words, struct error *error);
bool control_status_engine(struct control_question *question, struct error *error);

/* Records requests (spool/control_foil.c): rows of those under way; of those past their day, as rows of dockets are; the
   answer to `show`; the words of `why`; a member of `status`. */
/* spool/control_photo.c: may the asker know which dockets show a photograph; and the names of the docket's documents that
   do (new array: "worksheet peer 1-2", "report", "discovery"). */
bool control_photo_admitted(const struct control_question *question, struct error *error);
bool control_photo_shown(const struct control_question *question, const json_t *docket, const char *photo,
                         json_t **shown, struct error *error);
bool control_foil_list(struct control_question *question, json_t *rows, struct error *error);
bool control_foil_overdue(struct control_question *question, json_t *rows, struct error *error);
bool control_foil_show(struct control_question *question, struct error *error);
bool control_foil_why(struct control_question *question, struct text *words, struct error *error);
bool control_status_foil(struct control_question *question, struct error *error);

/* How many records one slice looks at: a few milliseconds' worth. */
enum { CONTROL_SLICE = 256 };

/* Note that the answer goes on after `token`. */
bool control_more(struct control_question *question, const char *token, struct error *error);

/* Set a member of the answer; `value` is taken over. */
bool control_put(struct control_question *question, const char *key, json_t *value, struct error *error);

/* May the asker look at this docket? The service account may, when `shown` (its content, not only what it
   waits for) giving a reason ("reason" of the arguments) unless assigned to it; anybody else only when
   assigned. Writes the event `looked` and, with a reason, notes it in the docket. */
bool control_look(struct control_question *question, json_t *docket, bool shown, struct error *error);

/* Turn any id a person may type (docket number, item id, request id of a sender) into the docket (new
   reference). FAULT_ABSENT when nothing has that id. */
bool control_find_docket(struct control_question *question, const char *id, json_t **docket,
                         struct error *error);

#endif
