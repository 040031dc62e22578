/*
 * The pages of the stages: review/<stage>/index.html and hold/index.html, made anew when open items changed.
 *
 * Guarantees: a page is a view of the casebook, so losing one loses nothing; it is read in slices, and published only when
 * it says something else than before. Making them takes a fiftieth of the time at most. Not outbox rows: nobody is promised a particular page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "casebook/item_index.h"
#include "review/desk.h"
#include "review/eligible.h"
#include "review/stage_page.h"
#include "spool/item_access.h"
#include "spool/state.h"
#include "spool/views.h"

enum {
    SLICE = 64,
    PAUSE_MS = 200,
    PAUSE_FLOOD_MS = 1000,
    PAUSE_SHARE = 50,
    PAUSE_MOST_MS = 30000,
    NEVER = -1
};

static const char *const STAGES[] = {"hold", "intake", "investigation", "background", "peer", "supervision"};
enum { STAGE_COUNT = sizeof STAGES / sizeof *STAGES };

struct stage_pages {
    struct daemon *daemon;
    bool working, dirty;
    bool drawing; /* looking whether anything changed is not being busy: a drain looks again and again */
    int64_t took; /* milliseconds of reading and drawing them last */
    int64_t drawn, seen;  /* changes of open items, as counted by the casebook */
    size_t stage;         /* being made */
    size_t unlisted;      /* items beyond the rows of the page */
    json_t *rows, *staff; /* accounts of those who sign at the stage */
    struct item_access *access;
    char after[512];
    bool more;
    char shown[STAGE_COUNT][DIGEST_TEXT_SIZE]; /* of the rows each page was made from last */
    struct text html;
};

static void make(void *context);
static void next_stage(struct stage_pages *pages);

static const char *directory_of(size_t stage, char directory[64])
{
    snprintf(directory, 64, "%s%s", stage == 0 ? "" : "review/", STAGES[stage]);
    return directory;
}

static void rest(struct stage_pages *pages, const struct error *error)
{
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "stage-page", "%s: %s", STAGES[pages->stage % STAGE_COUNT], error->text);
    int64_t pause = pages->took * PAUSE_SHARE;
    int64_t least = claims_flood(pages->daemon->claims) ? PAUSE_FLOOD_MS : PAUSE_MS;
    pause = pause < least ? least : pause > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause;
    if (pages->daemon->options->drain)
        pause = PAUSE_MS; /* a drain waits for what is left to be drawn, and ends */
    pages->working = pages->drawing = false;
    if (pages->dirty)
        loop_after(pages->daemon->loop, pause, make, pages, NULL);
}

typedef bool reading(struct transaction *transaction, void *context, struct error *error);
typedef void reading_done(void *context, const struct error *error);

static void hand(struct stage_pages *pages, reading *work, reading_done *done)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = work, .done = done, .context = pages};
    if (!committer_hand(pages->daemon->committer, &commit, &error))
        rest(pages, &error);
}

static void given(void *context)
{
    next_stage(context);
}

static void give_access(struct stage_pages *pages)
{
    char directory[64];
    item_access_apply(pages->access, directory_of(pages->stage, directory), pages->staff, pages->rows, given,
                      pages);
}

static void published(void *context, const json_t *answer, int file, const struct error *error)
{
    struct stage_pages *pages = context;
    (void)answer, (void)file;
    if (error != NULL) {
        pages->shown[pages->stage][0] = '\0';
        rest(pages, error);
        return;
    }
    give_access(pages);
}

static void publish(struct stage_pages *pages)
{
    char directory[64];
    view_publish(pages->daemon, directory_of(pages->stage, directory), "index.html", &pages->html, published,
                 pages);
}

/* What the page shows does not change with the hour: "waited" would. */
static bool says_something_new(struct stage_pages *pages)
{
    char now[DIGEST_TEXT_SIZE] = "";
    size_t i;
    json_t *row;
    json_array_foreach(pages->rows, i, row) json_object_del(row, "waited");
    char *rows = json_canonical(pages->rows);
    char *words = rows == NULL ? NULL : text_formatted("%s%zu", rows, pages->unlisted);
    free(rows);
    if (words != NULL) {
        struct digest digest = digest_of(words, strlen(words));
        digest_text(&digest, now);
    }
    free(words);
    bool fresh = strcmp(now, pages->shown[pages->stage]) != 0;
    memcpy(pages->shown[pages->stage], now, sizeof now);
    return fresh;
}

struct slice {
    struct stage_pages *pages;
    struct desk desk;
    int looked_at;
};

/* The number the directory gave, else the account's name, which the porter then looks up. */
static json_t *reader(const struct person *person)
{
    return person->uid >= 0 ? json_integer(person->uid) : json_string(person->account);
}

/* In the committer's thread, which alone reads the roster. */
static void add_accounts(json_t *row, const struct roster *roster)
{
    json_t *accounts = json_array_at(row, "accounts"), *id;
    size_t i;
    json_array_foreach(json_object_get(row, "eligible"), i, id)
    {
        const struct person *person = roster_by_id(roster, json_string_value(id));
        if (person != NULL)
            json_array_append_new(accounts, reader(person));
    }
}

static void add_staff(struct stage_pages *pages, const struct roster *roster)
{
    const char *stage = STAGES[pages->stage];
    enum signing signing;
    json_array_clear(pages->staff);
    for (size_t i = 0; i < roster_count(roster); i++) {
        const struct person *person = roster_at(roster, i);
        bool signs = stage_signing(stage, &signing)
                         ? person_may_sign(person, signing)
                         : !person_has(person, ROLE_VENDOR) && !person_has(person, ROLE_REQUESTER) &&
                               !person_has(person, ROLE_ADMINISTRATOR);
        if (signs && !person_suspended(person, clock_now()))
            json_array_append_new(pages->staff, reader(person));
    }
}

static bool visit_item(void *context, const char *key, json_t *item, struct error *error)
{
    struct slice *slice = context;
    struct error own = ERROR_NONE;
    json_t *row = NULL;
    struct stage_pages *pages = slice->pages;
    snprintf(pages->after, sizeof pages->after, "%s", key);
    pages->more = ++slice->looked_at >= SLICE;
    /* Who may take an item is needed of every one where folders carry lists of readers. */
    if (json_array_size(pages->rows) >= STAGE_ROWS_MOST && !slice->desk.settings->item_lists) {
        pages->unlisted++;
        return !pages->more;
    }
    if (!desk_row(&slice->desk, item, NULL, &row, &own) && own.fault != FAULT_ABSENT &&
        own.fault != FAULT_ENVIRONMENT) {
        *error = own;
        return false;
    }
    if (row != NULL) {
        add_accounts(row, slice->desk.roster);
        json_array_append_new(pages->rows, row);
    }
    return !pages->more;
}

static bool collect(struct transaction *transaction, void *context, struct error *error)
{
    struct stage_pages *pages = context;
    const struct site *site = pages->daemon->site;
    struct slice slice = {.pages = pages, .desk = {transaction, site->settings, site->roster, clock_now()}};
    int64_t begun = clock_monotonic();
    pages->more = false;
    if (pages->after[0] == '\0')
        add_staff(pages, site->roster);
    bool done = item_index_walk(transaction, STAGES[pages->stage],
                                pages->after[0] == '\0' ? NULL : pages->after, visit_item, &slice, error);
    pages->took += clock_monotonic() - begun;
    return done;
}

static void collected(void *context, const struct error *error)
{
    struct stage_pages *pages = context;
    const struct settings *settings = pages->daemon->site->settings;
    struct error own = ERROR_NONE;
    if (error != NULL) {
        rest(pages, error);
        return;
    }
    if (pages->more) {
        hand(pages, collect, collected);
        return;
    }
    int64_t begun = clock_monotonic();
    if (!says_something_new(pages)) {
        give_access(pages);
        return;
    }
    json_t *facts = json_pack("{ss,ss,ss,sb,sO,sI}", "stage", STAGES[pages->stage], "site", settings->name,
                              "unit", settings->unit, "demonstration", (int)settings->demonstration, "rows",
                              pages->rows, "more", (json_int_t)pages->unlisted);
    text_free(&pages->html);
    bool drawn = facts != NULL && stage_page(facts, &pages->html, &own) && text_done(&pages->html, &own);
    json_decref(facts);
    pages->took += clock_monotonic() - begun;
    if (drawn)
        publish(pages);
    else
        rest(pages, &own);
}

static void begin_stage(struct stage_pages *pages)
{
    json_decref(pages->rows);
    pages->rows = json_array();
    pages->unlisted = 0;
    pages->after[0] = '\0';
    hand(pages, collect, collected);
}

static void next_stage(struct stage_pages *pages)
{
    if (++pages->stage < STAGE_COUNT) {
        begin_stage(pages);
        return;
    }
    pages->drawn = pages->seen;
    json_array_clear(pages->rows);
    text_free(&pages->html);
    rest(pages, NULL);
}

static bool count_changes(struct transaction *transaction, void *context, struct error *error)
{
    struct stage_pages *pages = context;
    return item_index_changes(transaction, &pages->seen, error);
}

static void counted(void *context, const struct error *error)
{
    struct stage_pages *pages = context;
    if (error != NULL || pages->seen == pages->drawn) {
        rest(pages, error);
        return;
    }
    pages->stage = 0;
    pages->took = 0;
    pages->drawing = true;
    begin_stage(pages);
}

static void make(void *context)
{
    struct stage_pages *pages = context;
    if (pages->working || !pages->dirty)
        return;
    pages->dirty = false;
    pages->working = true;
    hand(pages, count_changes, counted);
}

void stage_pages_wake(struct stage_pages *pages, bool anew)
{
    if (pages == NULL)
        return;
    if (anew)
        pages->drawn = NEVER;
    if (pages->dirty)
        return;
    pages->dirty = true;
    make(pages);
}

void stage_pages_anew(struct stage_pages *pages, const char *directory)
{
    char own[64];
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (strcmp(directory_of(i, own), directory) == 0)
            pages->shown[i][0] = '\0';
    stage_pages_wake(pages, true);
}

size_t stage_pages_busy(const struct stage_pages *pages)
{
    /* A drain that ended with a page to be drawn would leave items nobody may read yet (R31). */
    return pages != NULL && (pages->drawing || pages->dirty) &&
                   !daemon_mount(pages->daemon, "review/intake")->hung
               ? 1
               : 0;
}

bool stage_pages_open(struct daemon *daemon, struct error *error)
{
    daemon->stage_pages = calloc(1, sizeof *daemon->stage_pages);
    if (daemon->stage_pages == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the pages of the stages");
    daemon->stage_pages->daemon = daemon;
    daemon->stage_pages->drawn = NEVER;
    daemon->stage_pages->staff = json_array();
    return item_access_open(daemon, &daemon->stage_pages->access, error);
}

void stage_pages_close(struct stage_pages *pages)
{
    if (pages == NULL)
        return;
    json_decref(pages->rows);
    json_decref(pages->staff);
    item_access_close(pages->access);
    text_free(&pages->html);
    free(pages);
}
