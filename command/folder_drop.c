/*
 * Handing over a folder.
 *
 * Guarantees: every file is durable before the folder gets its name, so that nobody settles on half of it; what was begun and
 * failed is taken away. Knows nothing of what is in the files.
 */
#include "command/folder_drop.h"

#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/language.h"

enum { NAME_SIZE = 64 };

static int open_in(const struct invocation *invocation, const char *spool, struct error *error)
{
    char site[4096], path[4200];
    if (!site_find(invocation->site, site, sizeof site, error))
        return -1;
    snprintf(path, sizeof path, "%s/%s/in", site, spool);
    int folder = directory_open(path, error);
    if (folder < 0)
        error_context(error, "the site's drop %s/in", spool);
    return folder;
}

static bool fill(int in, const char *name, const struct drop_part *parts, size_t count, struct error *error)
{
    char hidden[NAME_SIZE + 16];
    snprintf(hidden, sizeof hidden, ".sending-%s", name);
    int folder = directory_open_at(in, hidden, true, 0755, error);
    bool done = folder >= 0;
    for (size_t i = 0; i < count; i++)
        done =
            done && file_write_durable(folder, parts[i].name, parts[i].bytes, parts[i].length, 0644, error);
    done = done && file_rename(in, hidden, in, name, false, error) && directory_sync(in, error);
    if (!done && folder >= 0)
        directory_remove_tree(in, hidden, NULL);
    if (folder >= 0)
        close(folder);
    return done;
}

bool folder_drop(const struct invocation *invocation, const char *spool, const char *stem,
                 const struct drop_part *parts, size_t count, struct error *error)
{
    char name[NAME_SIZE], hex[DIGEST_TEXT_SIZE];
    struct digest digest = digest_of(parts[0].bytes, parts[0].length);
    snprintf(name, sizeof name, "%.24s-%.12s", stem, digest_text(&digest, hex));
    int in = open_in(invocation, spool, error);
    bool done = in >= 0 && fill(in, name, parts, count, error);
    if (in >= 0)
        close(in);
    if (done && invocation->json) {
        json_t *line = json_pack("{ss,ss}", "drop", name, "digest", hex);
        done = print_json(line, error);
        json_decref(line);
    } else if (done) {
        printf(_("handed over: %s/in/%s; the receipt comes to %s/out\n"), spool, name, spool);
    }
    return done;
}
