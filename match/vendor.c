/*
 * Loading a vendor's engine and putting it behind the interface of all engines.
 *
 * Guarantees: no number of the vendor's goes further before it was checked; text of the vendor's is cut to length and
 * freed of control characters. Does not wall in: vendor_worker.c does, before the first instruction of the vendor's runs.
 */
#include "match/vendor.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "match/segment.h"

enum { WORDS_MOST = 2000, PARAMETERS_MOST = 100, TEMPLATE_MOST = 65536, VERSION_MOST = 18 };

static struct {
    const struct leadspool_engine *table;
    struct match_engine engine;
    char version[32], digest[DIGEST_TEXT_SIZE];
} loaded;

/* --- the table --- */

static bool words_sound(const char *text, size_t most)
{
    size_t length = text == NULL ? 0 : strnlen(text, most + 1);
    if (length == 0 || length > most)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    json_t *read = json_stringn(text, length); /* NULL unless it is UTF-8 */
    json_decref(read);
    return read != NULL;
}

static bool of_letters(const char *text, size_t most, const char *letters)
{
    return text != NULL && *text != '\0' && strnlen(text, most + 1) <= most &&
           strspn(text, letters) == strlen(text);
}

static bool wrong(const char *member, const char *rule, struct error *error)
{
    return error_set(error, FAULT_INPUT, "the engine's table: %s %s (match/vendor_engine.h)", member, rule);
}

static bool check_words(const struct leadspool_engine *table, struct error *error)
{
    const struct {
        const char *name, *text;
    } members[] = {{"maker", table->maker},
                   {"method", table->method},
                   {"weights", table->weights},
                   {"score_scale", table->score_scale},
                   {"error_rates", table->error_rates}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!words_sound(members[i].text, WORDS_MOST))
            return wrong(members[i].name, "is not 1 to 2000 bytes of UTF-8 without control characters",
                         error);
    if (table->parameter_count > PARAMETERS_MOST || (table->parameter_count > 0 && table->parameters == NULL))
        return wrong("parameters", "are more than 100 or missing", error);
    for (size_t i = 0; i < table->parameter_count; i++)
        if (!words_sound(table->parameters[i].name, 100) ||
            !words_sound(table->parameters[i].value, WORDS_MOST))
            return wrong("parameters", "has one without a name of 1 to 100 bytes and a value of 1 to 2000",
                         error);
    return true;
}

bool vendor_table_check(const struct leadspool_engine *table, struct error *error)
{
    if (table == NULL)
        return error_set(error, FAULT_INPUT, "leadspool_engine gives no table (match/vendor_engine.h)");
    if (table->abi != LEADSPOOL_ENGINE_ABI)
        return error_set(error, FAULT_INPUT,
                         "it is made for version %u of the interface; this program has version %d",
                         (unsigned)table->abi, LEADSPOOL_ENGINE_ABI);
    if (table->size < sizeof *table)
        return wrong("size", "is less than that of struct leadspool_engine", error);
    if (!of_letters(table->id, 31, "abcdefghijklmnopqrstuvwxyz0123456789-."))
        return wrong("id", "is not 1 to 31 of a-z 0-9 - .", error);
    if (strncmp(table->id, "leadspool-", 10) == 0)
        return wrong("id", "begins with \"leadspool-\", which only leadspool's own engines do", error);
    if (!of_letters(table->version, VERSION_MOST,
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"))
        return wrong("version", "is not 1 to 18 of A-Z a-z 0-9 - . _", error);
    if (!(isfinite(table->score_least) && isfinite(table->score_most) &&
          fabs(table->score_least) <= VENDOR_SCORE_MOST && fabs(table->score_most) <= VENDOR_SCORE_MOST &&
          table->score_least < table->score_most))
        return wrong("score_least and score_most",
                     "are no scale: finite, the least below the most, within 1e9", error);
    if (table->template_size < 1 || table->template_size > TEMPLATE_MOST)
        return wrong("template_size", "is not 1 to 65536 bytes", error);
    if (table->template_make == NULL || table->compare == NULL)
        return wrong("template_make or compare", "is missing", error);
    return check_words(table, error);
}

/* --- what it answers --- */

const char *vendor_reason(char reason[LEADSPOOL_ENGINE_REASON])
{
    reason[LEADSPOOL_ENGINE_REASON - 1] = '\0';
    for (char *at = reason; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            *at = '?';
    return *reason == '\0' ? "it gives no reason" : reason;
}

static bool status_take(const char *function, int status, char reason[LEADSPOOL_ENGINE_REASON],
                        struct error *error)
{
    switch (status) {
    case LEADSPOOL_ENGINE_DONE:
        return true;
    case LEADSPOOL_ENGINE_NO_MEMORY:
        return error_set(error, FAULT_TEMPORARY, "the engine's %s ran out of memory: %s", function,
                         vendor_reason(reason));
    case LEADSPOOL_ENGINE_FAILED:
        return error_set(error, FAULT_INTERNAL, "the engine's %s failed: %s", function,
                         vendor_reason(reason));
    default:
        return error_set(error, FAULT_INTERNAL, "the engine's %s ended with the unknown status %d", function,
                         status);
    }
}

bool vendor_score(const struct leadspool_engine *table, double score, int64_t *millionths,
                  struct error *error)
{
    *millionths = 0;
    if (!isfinite(score))
        return error_set(error, FAULT_INTERNAL, "the engine gave a score that is no number");
    if (score < table->score_least || score > table->score_most)
        return error_set(error, FAULT_INTERNAL,
                         "the engine gave the score %.6g, beyond its scale of %.6g to %.6g", score,
                         table->score_least, table->score_most);
    /* Both operations are IEEE's own: the same everywhere. */
    double scaled = score * 1e6;
    *millionths = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    return true;
}

bool vendor_list_check(const struct leadspool_engine *table, const struct leadspool_engine_found *found,
                       uint64_t found_count, size_t wanted, size_t count, bool *seen, size_t *places,
                       int64_t *scores, struct error *error)
{
    if (found_count != wanted)
        return error_set(error, FAULT_INTERNAL, "the engine's list has %llu photos, not %zu",
                         (unsigned long long)found_count, wanted);
    bool done = true;
    size_t noted = 0;
    for (size_t i = 0; done && i < wanted; i++) {
        uint64_t place = found[i].photo;
        if (place >= count)
            done = error_set(error, FAULT_INTERNAL,
                             "place %zu of the engine's list names photo %llu of %zu: there is none", i + 1,
                             (unsigned long long)place, count);
        else if (seen[place])
            done = error_set(error, FAULT_INTERNAL,
                             "place %zu of the engine's list names a photo a second time", i + 1);
        else if (!vendor_score(table, found[i].score, &scores[i], error))
            done = false;
        else if (i > 0 && (found[i].score > found[i - 1].score ||
                           (!(found[i].score < found[i - 1].score) && place < found[i - 1].photo)))
            done = error_set(error, FAULT_INTERNAL,
                             "the engine's list is not sorted: place %zu belongs before place %zu", i + 1, i);
        if (done) {
            places[i] = (size_t)place;
            seen[place] = true;
            noted = i + 1;
        }
    }
    for (size_t i = 0; i < noted; i++)
        seen[places[i]] = false;
    return done;
}

/* --- as an engine --- */

static json_t *parameters(void)
{
    json_t *values = json_object();
    for (size_t i = 0; i < loaded.table->parameter_count; i++)
        json_put_text(values, loaded.table->parameters[i].name, loaded.table->parameters[i].value);
    return values;
}

static bool extract(const struct image *image, const struct eye_points *eyes, uint8_t *template_bytes,
                    struct error *error)
{
    char reason[LEADSPOOL_ENGINE_REASON] = "";
    const struct leadspool_engine_picture picture = {.size = sizeof picture,
                                                     .width = image->width,
                                                     .height = image->height,
                                                     .channels = image->channels,
                                                     .pixels = image->pixels,
                                                     .left_x = eyes->left_x,
                                                     .left_y = eyes->left_y,
                                                     .right_x = eyes->right_x,
                                                     .right_y = eyes->right_y};
    memset(template_bytes, 0, loaded.table->template_size);
    int status = loaded.table->template_make(&picture, template_bytes, reason);
    if (status == LEADSPOOL_ENGINE_UNUSABLE)
        return error_set(error, FAULT_INPUT, "the engine can make no template of this picture: %s",
                         vendor_reason(reason));
    return status_take("template_make", status, reason, error);
}

/* A probe is its template; the struct is this engine's own. */
struct match_probe {
    uint8_t template_bytes[1];
};

static bool probe_make(const struct image *image, const struct eye_points *eyes, struct match_probe **probe,
                       struct error *error)
{
    *probe = malloc(loaded.table->template_size);
    if (*probe == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while preparing a probe");
    if (extract(image, eyes, (*probe)->template_bytes, error))
        return true;
    free(*probe);
    *probe = NULL;
    return false;
}

static void probe_free(struct match_probe *probe)
{
    free(probe);
}

static bool score(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                  int64_t *scores, struct error *error)
{
    char reason[LEADSPOOL_ENGINE_REASON] = "";
    double *given = malloc((count + 1) * sizeof *given);
    if (given == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for scores");
    for (size_t i = 0; i < count; i++)
        given[i] = NAN; /* one that is not written is found out */
    bool done =
        status_take("compare", loaded.table->compare(probe->template_bytes, templates, count, given, reason),
                    reason, error);
    for (size_t i = 0; done && i < count; i++)
        done = vendor_score(loaded.table, given[i], &scores[i], error);
    free(given);
    return done;
}

static bool best(const struct match_probe *probe, const uint8_t *const *templates, size_t count,
                 size_t wanted, size_t *places, int64_t *scores, struct error *error)
{
    char reason[LEADSPOOL_ENGINE_REASON] = "";
    uint64_t found_count = 0;
    struct leadspool_engine_found *found = calloc(wanted + 1, sizeof *found);
    bool *seen = calloc(count + 1, sizeof *seen);
    bool done = found != NULL && seen != NULL;
    if (!done)
        error_set(error, FAULT_TEMPORARY, "out of memory for a list");
    done = done &&
           status_take("search",
                       loaded.table->search(probe->template_bytes, templates, count, wanted, found,
                                            &found_count, reason),
                       reason, error) &&
           vendor_list_check(loaded.table, found, found_count, wanted, count, seen, places, scores, error);
    free(found);
    free(seen);
    return done;
}

bool vendor_load(int file, const char *digest, struct error *error)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL)
        return error_set(error, FAULT_INPUT, "it cannot be loaded: %s", dlerror());
    union {
        void *symbol;
        const struct leadspool_engine *(*function)(void);
    } entry = {.symbol = dlsym(object, "leadspool_engine")};
    if (entry.symbol == NULL)
        return error_set(error, FAULT_INPUT, "it exports no function leadspool_engine: it is no engine");
    const struct leadspool_engine *table = entry.function();
    if (!vendor_table_check(table, error))
        return false;
    loaded.table = table;
    snprintf(loaded.digest, sizeof loaded.digest, "%s", digest);
    snprintf(loaded.version, sizeof loaded.version, "%.18s+%.12s", table->version, digest);
    loaded.engine = (struct match_engine){
        .id = table->id,
        .version = loaded.version,
        .maker = table->maker,
        .method = table->method,
        .weights = table->weights,
        .score_scale = table->score_scale,
        .error_rates = table->error_rates,
        .template_size = table->template_size,
        .parameters = parameters,
        .extract = extract,
        .probe_make = probe_make,
        .probe_free = probe_free,
        .score = score,
        .best = table->search == NULL ? NULL : best,
        .one_thread = (table->promises & LEADSPOOL_ENGINE_THREADS) == 0,
        .digest = loaded.digest,
    };
    return vendor_score(table, table->score_least, &loaded.engine.score_least, error) &&
           vendor_score(table, table->score_most, &loaded.engine.score_most, error);
}

const struct match_engine *vendor_engine(void)
{
    return loaded.table == NULL ? NULL : &loaded.engine;
}

const struct leadspool_engine *vendor_table(void)
{
    return loaded.table;
}

bool vendor_start(struct error *error)
{
    char reason[LEADSPOOL_ENGINE_REASON] = "";
    return loaded.table->start == NULL || status_take("start", loaded.table->start(reason), reason, error);
}
