/*
 * The engine of the site: the one built in, or a vendor's, described and admitted when the daemon starts.
 *
 * Until it is known, and when it is refused, nothing is searched or enrolled, and `why` says so; everything else goes on.
 */
#ifndef LEADSPOOL_SPOOL_ENGINES_H
#define LEADSPOOL_SPOOL_ENGINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"
#include "match/engine.h"
#include "schemas/settings.h"
#include "spool/nursery.h"

struct daemon;
struct engines;

/* Never fails for what is wrong with an engine. */
bool engines_open(struct daemon *daemon, struct error *error);
/* Have a vendor's described; once the committer may be given work, after recovery. */
void engines_start(struct engines *engines);
void engines_close(struct engines *engines);

/* Its id, version and sizes (of a vendor's no functions); NULL while there is none. Once given it stays. */
const struct match_engine *engines_current(const struct engines *engines);
bool engines_is_vendor(const struct engines *engines);

/* While an engine is being described: draining waits for it. */
size_t engines_busy(const struct engines *engines);

/* An engine to run jobs of, also without a daemon: `object` is -1 for the one built in. */
struct engine_source {
    const struct settings *settings;
    int object;
    const char *digest;
};
bool engine_run(struct nursery *nursery, const struct engine_source *source, const char *what,
                json_t *parameters, const int *inputs, size_t input_count, job_done *done, void *context,
                struct error *error);
struct engine_source engines_source(const struct engines *engines);
/* The object that site.xml names, when its digest is right; -1 with FAULT_NONE when it names none. */
int engine_of_site(const struct settings *settings, char digest[DIGEST_TEXT_SIZE], struct error *error);

/* Run a job of the engine: `what` is "template" or "search", the rest as of nursery_run and match_worker.h. */
bool engines_run(const struct engines *engines, const char *what, json_t *parameters, const int *inputs,
                 size_t input_count, job_done *done, void *context, struct error *error);

/* What is wrong with how a vendor's job ended: "late", "crashed", "malformed"; NULL when it is no fault of the engine's.
   `reason` gets words. */
const char *engines_misdeed(const struct engines *engines, const struct job_outcome *outcome,
                            struct error *reason);

/* An answer is put into quarantine: recorded, said, then `then` is called. */
typedef void engines_then(void *context);
void engines_quarantine(struct engines *engines, const char *phase, const char *code, const char *reason,
                        const json_t *dockets, engines_then *then, void *context);

/* The engine's card; borrowed, NULL while there is none. */
const json_t *engines_card(const struct engines *engines);

#endif
