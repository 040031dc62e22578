/*
 * The conformance test of a vendor's engine, beside the engine.
 *
 * Guarantees: calls the table as leadspool does, and through the same checks. A check that fails does not end the trial; one
 * that needs templates is left out when there are none. Says nothing about how well an engine finds people.
 */
#include "match/vendor_trial.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/json.h"
#include "match/vendor.h"

enum { DRAWN = 24, THREADS = 4, GUARD = 64, GUARD_BYTE = 0xA5, ODD_TEMPLATES = 4, MEASURED_MS = 100 };

struct trial {
    const struct match_engine *engine;
    const struct leadspool_engine *table;
    struct trial_picture pictures[TRIAL_PICTURES_MOST];
    size_t count;
    bool backwards;
    uint8_t *templates[TRIAL_PICTURES_MOST]; /* NULL: none could be made */
    const uint8_t *made[TRIAL_PICTURES_MOST];
    size_t made_count;
    int64_t *scores; /* of each made with each made */
    json_t *checks, *answer;
};

static void say(struct trial *trial, const char *check, bool ok, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct trial *trial, const char *check, bool ok, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(trial->checks, json_pack("{ss,sb,ss}", "check", check, "ok", ok, "text", text));
}

static int64_t processor_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* A template between two guards, its place filled beforehand, so that what is written beyond it or not written shows. */
static bool make(const struct trial *trial, const struct trial_picture *picture, uint8_t fill, uint8_t *room,
                 struct error *error)
{
    char reason[LEADSPOOL_ENGINE_REASON] = "";
    const struct image *image = &picture->image;
    const struct leadspool_engine_picture asked = {.size = sizeof asked,
                                                   .width = image->width,
                                                   .height = image->height,
                                                   .channels = image->channels,
                                                   .pixels = image->pixels,
                                                   .left_x = picture->eyes.left_x,
                                                   .left_y = picture->eyes.left_y,
                                                   .right_x = picture->eyes.right_x,
                                                   .right_y = picture->eyes.right_y};
    size_t size = trial->engine->template_size;
    memset(room, GUARD_BYTE, size + 2 * GUARD);
    memset(room + GUARD, fill, size);
    int status = trial->table->template_make(&asked, room + GUARD, reason);
    for (size_t i = 0; i < GUARD; i++)
        if (room[i] != GUARD_BYTE || room[GUARD + size + i] != GUARD_BYTE)
            return error_set(error, FAULT_INTERNAL, "it writes beyond its template");
    if (status == LEADSPOOL_ENGINE_DONE)
        return true;
    return error_set(error, status == LEADSPOOL_ENGINE_UNUSABLE ? FAULT_INPUT : FAULT_INTERNAL,
                     "status %d: %s", status, vendor_reason(reason));
}

static bool try_templates(struct trial *trial, struct error *error)
{
    size_t size = trial->engine->template_size, unusable = 0, faults = 0, unsteady = 0, changed = 0;
    char first[ERROR_TEXT_SIZE] = "";
    uint8_t *once = malloc(size + 2 * GUARD), *again = malloc(size + 2 * GUARD);
    if (once == NULL || again == NULL) {
        free(once);
        free(again);
        return error_set(error, FAULT_TEMPORARY, "out of memory for a trial");
    }
    for (size_t n = 0; n < trial->count; n++) {
        size_t i = trial->backwards ? trial->count - 1 - n : n;
        const struct trial_picture *picture = &trial->pictures[i];
        struct error fault = ERROR_NONE;
        struct digest before = digest_of(picture->image.pixels, image_size(&picture->image));
        bool made = make(trial, picture, 0x00, once, &fault);
        bool remade = made && make(trial, picture, 0xff, again, &fault);
        struct digest after = digest_of(picture->image.pixels, image_size(&picture->image));
        changed += memcmp(&before, &after, sizeof before) != 0;
        unusable += fault.fault == FAULT_INPUT;
        faults += fault.fault == FAULT_INTERNAL;
        unsteady += remade && memcmp(once + GUARD, again + GUARD, size) != 0;
        if (fault.fault != FAULT_NONE && first[0] == '\0')
            snprintf(first, sizeof first, " (picture %zu: %s)", i + 1, fault.text);
        if (made && (trial->templates[i] = malloc(size + 1)) != NULL)
            memcpy(trial->templates[i], once + GUARD, size);
    }
    free(once);
    free(again);
    for (size_t i = 0; i < trial->count; i++)
        if (trial->templates[i] != NULL)
            trial->made[trial->made_count++] = trial->templates[i];
    say(trial, "templates", trial->made_count > 1 && faults == 0, "%zu of %zu pictures, %zu unusable%.300s",
        trial->made_count, trial->count, unusable, first);
    say(trial, "templates whole", unsteady == 0,
        unsteady == 0 ? "every byte written, the same twice" : "%zu pictures gave two different templates",
        unsteady);
    say(trial, "pictures untouched", changed == 0,
        changed == 0 ? "no pixel was changed" : "%zu pictures were changed", changed);
    return true;
}

static void try_extremes(struct trial *trial)
{
    uint8_t *room = malloc(trial->engine->template_size + 2 * GUARD);
    size_t made = 0, refused = 0;
    for (int which = 0; room != NULL && which < TRIAL_EXTREMES; which++) {
        const char *what;
        struct trial_picture picture = {.image = IMAGE_EMPTY};
        struct error fault = ERROR_NONE;
        if (!trial_draw_extreme(&picture, which, &what, &fault))
            continue;
        if (make(trial, &picture, 0, room, &fault))
            made++;
        else if (fault.fault == FAULT_INPUT)
            refused++;
        else
            say(trial, "extreme pictures", false, "%s: %s", what, fault.text);
        image_free(&picture.image);
    }
    if (made + refused == TRIAL_EXTREMES)
        say(trial, "extreme pictures", true, "%zu taken, %zu refused with a reason", made, refused);
    free(room);
}

/* Scores of one with all, `step` at a time. */
static bool scores_of(const struct trial *trial, size_t which, size_t step, int64_t *scores,
                      struct error *error)
{
    for (size_t first = 0; first < trial->made_count; first += step) {
        size_t left = trial->made_count - first;
        if (!trial->engine->score((const struct match_probe *)(const void *)trial->made[which],
                                  trial->made + first, left < step ? left : step, scores + first, error))
            return false;
    }
    return true;
}

static bool try_scores(struct trial *trial, struct error *error)
{
    size_t count = trial->made_count, apart = 0, beaten = 0, other = 0, less = 0;
    int64_t *single = calloc(count + 1, sizeof *single);
    trial->scores = calloc(count * count + 1, sizeof *trial->scores);
    struct error fault = ERROR_NONE;
    if (single == NULL || trial->scores == NULL) {
        free(single);
        return error_set(error, FAULT_TEMPORARY, "out of memory for a trial");
    }
    bool done = true;
    for (size_t n = 0; done && n < count; n++) {
        size_t i = trial->backwards ? count - 1 - n : n;
        done = scores_of(trial, i, count, trial->scores + i * count, &fault) &&
               scores_of(trial, i, 1, single, &fault);
        apart += done && memcmp(single, trial->scores + i * count, count * sizeof *single) != 0;
    }
    free(single);
    say(trial, "scores", done, "%s", done ? "all are numbers on the engine's scale" : fault.text);
    if (!done) {
        trial->made_count = 0;
        return true;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            beaten += trial->scores[i * count + j] > trial->scores[i * count + i];
            other += trial->scores[i * count + j] != trial->scores[j * count + i];
            less += i == j && trial->scores[i * count + i] != trial->engine->score_most;
        }
    say(trial, "scores in any batch", apart == 0,
        apart == 0 ? "one at a time as all at once" : "%zu probes score otherwise one at a time", apart);
    say(trial, "finds itself", beaten == 0,
        beaten == 0 ? "no other photo scores above the same photo" : "%zu photos score above the same photo",
        beaten);
    if ((trial->table->promises & LEADSPOOL_ENGINE_SYMMETRIC) != 0)
        say(trial, "symmetric, as promised", other == 0,
            other == 0 ? "the same either way" : "%zu pairs are not", other);
    if ((trial->table->promises & LEADSPOOL_ENGINE_IDENTITY) != 0)
        say(trial, "identity, as promised", less == 0,
            less == 0 ? "a template has the highest score with itself" : "%zu templates have not", less);
    return true;
}

/* Templates no picture gives: a score, or a status, and no crash. */
static void try_odd_templates(struct trial *trial)
{
    size_t size = trial->engine->template_size, scored = 0;
    uint8_t *odd[ODD_TEMPLATES];
    const uint8_t *given[ODD_TEMPLATES];
    int64_t scores[ODD_TEMPLATES];
    struct error fault = ERROR_NONE;
    uint32_t state = 9;
    bool room = true, wrong = false;
    for (size_t i = 0; i < ODD_TEMPLATES; i++) {
        given[i] = odd[i] = malloc(size);
        room = room && odd[i] != NULL;
        for (size_t byte = 0; odd[i] != NULL && byte < size; byte++) {
            state = state * 1664525U + 1013904223U;
            odd[i][byte] = i == 0 ? 0 : i == 1 ? 0xff : (uint8_t)(state >> 24);
        }
    }
    for (size_t i = 0; room && !wrong && i < ODD_TEMPLATES; i++) {
        fault = ERROR_NONE;
        if (trial->engine->score((const struct match_probe *)(const void *)odd[i], given, ODD_TEMPLATES,
                                 scores, &fault))
            scored++;
        else
            wrong = strstr(fault.text, "score") != NULL;
    }
    say(trial, "damaged templates", room && !wrong, "%s",
        wrong                     ? fault.text
        : scored == ODD_TEMPLATES ? "compared all the same"
                                  : "refused");
    for (size_t i = 0; i < ODD_TEMPLATES; i++)
        free(odd[i]);
}

struct side {
    const struct trial *trial;
    size_t from;
    bool same;
};

static void *compare_again(void *context)
{
    struct side *side = context;
    const struct trial *trial = side->trial;
    size_t count = trial->made_count;
    int64_t *scores = calloc(count + 1, sizeof *scores);
    side->same = scores != NULL;
    for (size_t n = 0; side->same && n < count; n++) {
        size_t i = (n + side->from) % count;
        side->same = scores_of(trial, i, 5, scores, NULL) &&
                     memcmp(scores, trial->scores + i * count, count * sizeof *scores) == 0;
    }
    free(scores);
    return NULL;
}

static void try_threads(struct trial *trial)
{
    pthread_t threads[THREADS];
    struct side sides[THREADS];
    size_t started = 0;
    bool same = true;
    if (trial->engine->one_thread) {
        say(trial, "threads", true, "none promised: searched by one thread");
        return;
    }
    for (; started < THREADS; started++) {
        sides[started] = (struct side){.trial = trial, .from = started * 7};
        if (pthread_create(&threads[started], NULL, compare_again, &sides[started]) != 0)
            break;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        same = same && sides[i].same;
    }
    say(trial, "threads, as promised", same && started > 1, "%s",
        same ? "four at once score as one" : "with four at once scores differ");
}

/* Its own search must find what comparing all finds, by the same scores; what it leaves out is its business. */
static void try_search(struct trial *trial)
{
    size_t count = trial->made_count, places[TRIAL_PICTURES_MOST], missed = 0;
    int64_t scores[TRIAL_PICTURES_MOST];
    struct error fault = ERROR_NONE;
    static const size_t shares[] = {1, 2, 0};
    if (trial->engine->best == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
            size_t wanted = shares[s] == 0 || shares[s] > count ? count : shares[s];
            if (!trial->engine->best((const struct match_probe *)(const void *)trial->made[i], trial->made,
                                     count, wanted, places, scores, &fault)) {
                say(trial, "own search", false, "%s", fault.text);
                return;
            }
            for (size_t k = 0; k < wanted; k++)
                if (scores[k] != trial->scores[i * count + places[k]]) {
                    say(trial, "own search", false, "place %zu has another score than compare gives it",
                        k + 1);
                    return;
                }
            for (size_t k = 0; k < count; k++)
                missed += wanted == 1 && trial->scores[i * count + k] > scores[0];
        }
    say(trial, "own search", true,
        "sorted, whole, with compare's scores; %zu photos above the first left out", missed);
}

static void measure(struct trial *trial)
{
    size_t size = trial->engine->template_size, made = 0, compared = 0, count = trial->made_count;
    uint8_t *room = malloc(size + 2 * GUARD);
    int64_t scores[TRIAL_PICTURES_MOST], began = processor_nanoseconds(), spent = 0;
    for (; room != NULL && spent < MEASURED_MS * 1000000LL; spent = processor_nanoseconds() - began)
        make(trial, &trial->pictures[made++ % trial->count], 0, room, NULL);
    free(room);
    json_put_whole(trial->answer, "templatesPerSecond", (int64_t)((double)made * 1e9 / (double)(spent + 1)));
    began = processor_nanoseconds();
    for (spent = 0; count > 0 && spent < MEASURED_MS * 1000000LL; spent = processor_nanoseconds() - began) {
        if (!scores_of(trial, compared / count % count, count, scores, NULL))
            break;
        compared += count;
    }
    json_put_whole(trial->answer, "comparisonsPerSecond",
                   (int64_t)((double)compared * 1e9 / (double)(spent + 1)));
}

static void sign(struct trial *trial)
{
    char text[DIGEST_TEXT_SIZE];
    size_t size = trial->engine->template_size, count = trial->made_count;
    uint8_t *all = malloc(trial->count * size + 1);
    memset(all == NULL ? (uint8_t *)text : all, 0, all == NULL ? 0 : trial->count * size);
    for (size_t i = 0; all != NULL && i < trial->count; i++)
        if (trial->templates[i] != NULL)
            memcpy(all + i * size, trial->templates[i], size);
    struct digest digest = digest_of(all, all == NULL ? 0 : trial->count * size);
    json_put_text(trial->answer, "templates", digest_text(&digest, text));
    digest = digest_of(trial->scores, count * count * sizeof *trial->scores);
    json_put_text(trial->answer, "scores", digest_text(&digest, text));
    free(all);
}

static bool try_all(struct trial *trial, struct error *error)
{
    if (!try_templates(trial, error))
        return false;
    if (trial->made_count > 1 && !try_scores(trial, error))
        return false;
    if (trial->made_count > 1) {
        try_odd_templates(trial);
        try_threads(trial);
        try_search(trial);
        if (!trial->backwards) /* once is enough */
            measure(trial);
    }
    try_extremes(trial);
    sign(trial);
    return true;
}

bool vendor_trial(const struct worker_job *job, struct error *error)
{
    struct trial *trial = calloc(1, sizeof *trial);
    if (trial == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory for a trial");
    *trial = (struct trial){.engine = vendor_engine(),
                            .table = vendor_table(),
                            .backwards = json_flag(job->parameters, "backwards"),
                            .checks = json_array(),
                            .answer = json_object(),
                            .count = DRAWN};
    json_put(trial->answer, "checks", trial->checks);
    bool done = (job->input_count > 0 ? trial_read(job, trial->pictures, &trial->count, error)
                                      : trial_draw(trial->pictures, trial->count, error)) &&
                try_all(trial, error);
    json_put(trial->answer, "card", match_engine_card(trial->engine));
    json_put_whole(trial->answer, "promises", trial->table->promises);
    json_put_whole(trial->answer, "pictures", (int64_t)trial->count);
    done = done && worker_answer_json(job, trial->answer, error);
    for (size_t i = 0; i < TRIAL_PICTURES_MOST; i++) {
        image_free(&trial->pictures[i].image);
        free(trial->templates[i]);
    }
    free(trial->scores);
    json_decref(trial->answer);
    free(trial);
    return done;
}
