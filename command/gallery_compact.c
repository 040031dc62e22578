/*
 * leadspool gallery compact: segments become one, and what was withdrawn or sealed for destruction goes for good.
 *
 * Asks the record what there is to do and orders it; the daemon does it. Waits for nothing: it may take minutes.
 */
#include "command/gallery_compact.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "command/command.h"
#include "command/table.h"

/* Why a segment is taken, in words. */
static const char *reason_words(const char *reason)
{
    if (strcmp(reason, "due") == 0)
        return _("photos have waited as long as the site lets them");
    if (strcmp(reason, "share") == 0)
        return _("a large share of it is to go");
    return strcmp(reason, "many") == 0 ? _("there are many small ones") : _("asked for");
}

static bool print_plan(const json_t *answer, struct error *error)
{
    struct table table = TABLE_OF(N_("SEGMENT"), N_(">TEMPLATES"), N_(">TO GO"), N_("WHY"));
    const json_t *segments = json_object_get(answer, "segments"), *row;
    size_t i;
    json_array_foreach(segments, i, row)
    {
        table_add(&table, json_text(row, "name"));
        table_add_whole(&table, json_whole(row, "count", 0));
        table_add_whole(&table, json_whole(row, "doomed", 0));
        table_add(&table, reason_words(json_text(row, "reason")));
    }
    return json_array_size(segments) == 0 || table_print(&table, stdout, "", error);
}

bool gallery_compact(struct site *site, bool dry, bool json, struct error *error)
{
    json_t *answer = NULL, *arguments = json_object();
    json_put_flag(arguments, "dryRun", dry);
    if (!record_ask(site, "gallery-compact", arguments, &answer, error))
        return false;
    size_t segments = json_array_size(json_object_get(answer, "segments"));
    long long removed = (long long)json_whole(answer, "removed", 0);
    bool done = json ? print_json(answer, error) : print_plan(answer, error);
    if (done && !json && segments == 0 && removed == 0)
        puts(_("There is nothing to compact."));
    else if (done && !json) {
        if (segments > 0)
            putchar('\n');
        printf(language_plural("%zu segment, ", "%zu segments, ", segments), segments);
        printf(language_plural("%lld photo removed for good.\n", "%lld photos removed for good.\n",
                               (unsigned long)removed),
               removed);
        puts(dry ? _("Nothing was done (--dry-run).")
             : json_flag(answer, "daemon")
                 ? _("The daemon does it now; leadspool gallery stat shows how far it is.")
                 : _("It is done by the next leadspool run or leadspool drain."));
    }
    json_decref(answer);
    return done;
}
