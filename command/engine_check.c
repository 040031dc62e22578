/*
 * leadspool engine check: does a vendor's engine keep the contract of match/vendor_engine.h?
 *
 * Guarantees: needs no site; whatever the engine does, the test ends and says what that was. Runs the engine in the same
 * process and behind the same walls as a site does. Does not judge how well it finds people: bench/accuracy does that for the
 * engine built in, the vendor's own figures for others.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "command/command.h"
#include "command/engine_check.h"
#include "command/table.h"
#include "spool/engine_process.h"

enum { PHOTOS_MOST = 48, FOLDERS_DEEP = 4 };

struct checking {
    bool json;
    struct table table;
    size_t count, failed;
    int object;
    struct digest digest;
    int photos[PHOTOS_MOST];
    size_t photo_count;
};

static void say(struct checking *checking, const char *check, bool ok, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct checking *checking, const char *check, bool ok, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    checking->count++;
    checking->failed += ok ? 0 : 1;
    if (checking->json) {
        json_t *line = json_pack("{ss,sb,ss}", "check", check, "passed", ok, "text", text);
        if (line != NULL)
            print_json(line, NULL);
        json_decref(line);
        return;
    }
    table_add(&checking->table, check);
    table_add(&checking->table, ok ? "pass" : "FAIL");
    table_add(&checking->table, text);
}

static bool is_picture(const char *name)
{
    const char *end = strrchr(name, '.');
    return end != NULL &&
           (strcasecmp(end, ".jpg") == 0 || strcasecmp(end, ".jpeg") == 0 || strcasecmp(end, ".png") == 0);
}

/* The first so many pictures of a folder and those below it, by name. */
static bool add_photos(struct checking *checking, const char *folder, int depth, struct error *error)
{
    struct dirent **names = NULL;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        bool room =
            length < (int)sizeof path && checking->photo_count < PHOTOS_MOST && names[i]->d_name[0] != '.';
        free(names[i]);
        struct stat facts;
        if (!room || stat(path, &facts) != 0)
            continue;
        if (S_ISDIR(facts.st_mode) && depth < FOLDERS_DEEP)
            add_photos(checking, path, depth + 1, NULL);
        else if (S_ISREG(facts.st_mode) && is_picture(path)) {
            int file = open(path, O_RDONLY | O_CLOEXEC);
            if (file >= 0)
                checking->photos[checking->photo_count++] = file;
        }
    }
    free(names);
    return count >= 0 || error_system(error, "opening the folder %s", folder);
}

static bool open_photos(struct checking *checking, const char *folder, struct error *error)
{
    return add_photos(checking, folder, 0, error) &&
           (checking->photo_count > 1 ||
            error_set(error, FAULT_INPUT, "the folder %s holds fewer than two pictures (.jpg, .png)",
                      folder));
}

/* One job; a fault of this machine ends the test, one of the engine is a failed check. */
static bool run_job(struct checking *checking, const char *kind, bool backwards, struct engine_end *end,
                    struct error *fault, struct error *error)
{
    json_t *parameters = json_pack("{sb}", "backwards", backwards);
    bool trial = strcmp(kind, "engine-trial") == 0;
    if (parameters == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a check");
    *fault = ERROR_NONE;
    bool done = engine_process(kind, parameters, checking->object, &checking->digest, checking->photos,
                               trial ? checking->photo_count : 0, end, fault);
    json_decref(parameters);
    if (!done && !end->engines_fault && error != NULL)
        *error = *fault;
    return done || end->engines_fault;
}

static bool check_table(struct checking *checking, bool *sound, struct error *error)
{
    struct engine_end end;
    struct error fault;
    if (!run_job(checking, "engine-describe", false, &end, &fault, error))
        return false;
    *sound = end.answer != NULL;
    if (!*sound)
        say(checking, "loads and describes itself", false, "%s", fault.text);
    else {
        const json_t *card = json_object_get(end.answer, "card");
        say(checking, "loads and describes itself", true, "%s %s, template %lld bytes, in %lld ms",
            json_text(card, "id"), json_text(card, "version"),
            (long long)json_whole(card, "template_size", 0), (long long)end.milliseconds);
        say(checking, "learned weights", true, "%s",
            strcmp(json_text(card, "weights"), "none") == 0
                ? "none declared"
                : "declared: a site takes such an engine only with learnedWeights=\"allow\" (R12)");
    }
    json_decref(end.answer);
    return true;
}

static void say_trial(struct checking *checking, const struct engine_end *end)
{
    size_t i;
    const json_t *check;
    json_array_foreach(json_object_get(end->answer, "checks"), i, check)
        say(checking, json_text(check, "check"), json_flag(check, "ok"), "%s", json_text(check, "text"));
    say(checking, "speed", true, "%lld templates and %lld comparisons a second of processor time",
        (long long)json_whole(end->answer, "templatesPerSecond", 0),
        (long long)json_whole(end->answer, "comparisonsPerSecond", 0));
    say(checking, "memory", true, "%lld MiB at most, in %lld ms", (long long)end->peak_mebibytes,
        (long long)end->milliseconds);
}

/* Twice, in opposite orders, in two processes. */
static bool check_trial(struct checking *checking, struct error *error)
{
    struct engine_end first, second = {0};
    struct error fault;
    if (!run_job(checking, "engine-trial", false, &first, &fault, error))
        return false;
    if (first.answer == NULL) {
        say(checking, "stays within its walls", false, "%s", fault.text);
        return true;
    }
    if (json_array_size(json_object_get(first.answer, "checks")) == 0) {
        say(checking, "stays within its walls", false, "it ended the test with an answer of its own");
        json_decref(first.answer);
        return true;
    }
    say_trial(checking, &first);
    bool done = run_job(checking, "engine-trial", true, &second, &fault, error);
    if (done && second.answer == NULL)
        say(checking, "stays within its walls", false, "the second time %s", fault.text);
    else if (done) {
        bool templates =
            strcmp(json_text(first.answer, "templates"), json_text(second.answer, "templates")) == 0;
        bool scores = strcmp(json_text(first.answer, "scores"), json_text(second.answer, "scores")) == 0;
        say(checking, "the same in another process", templates && scores, "%s",
            !templates ? "templates differ, pictures taken in the opposite order"
            : !scores  ? "scores differ, probes taken in the opposite order"
                       : "templates and scores, in the opposite order");
        say(checking, "stays within its walls", true,
            "both times it ended by itself, without a forbidden call");
    }
    json_decref(first.answer);
    json_decref(second.answer);
    return done;
}

bool engine_check(const char *path, const char *photos, bool json, struct error *error)
{
    struct checking checking = {.json = json, .table = TABLE_OF("CHECK", "RESULT", "WHAT WAS SEEN")};
    bool sound = false;
    checking.object = engine_object(path, &checking.digest, error);
    bool done = checking.object >= 0 && (photos == NULL || open_photos(&checking, photos, error)) &&
                check_table(&checking, &sound, error) && (!sound || check_trial(&checking, error));
    if (done && !json) {
        char hex[DIGEST_TEXT_SIZE];
        done = table_print(&checking.table, stdout, "", error);
        printf("\nSHA-256 %s\n", digest_text(&checking.digest, hex));
        if (checking.failed == 0)
            printf("%zu checks passed.\n", checking.count);
    }
    if (checking.object >= 0)
        close(checking.object);
    for (size_t i = 0; i < checking.photo_count; i++)
        close(checking.photos[i]);
    return done && (checking.failed == 0 ||
                    error_set(error, FAULT_INPUT, "%zu of %zu checks failed: %s does not keep the contract",
                              checking.failed, checking.count, path));
}
