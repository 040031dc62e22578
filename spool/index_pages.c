/*
 * The pages of a command: out/<command>/index.html, what it has asked, made anew whenever something of it changed;
 * out/<command>/request.html, the form to ask with, made once a start from the settings.
 *
 * Guarantees: a page is a view of casebook and settings, so losing one loses nothing; at most one a command is
 * being made, and a change meanwhile makes another. Not outbox rows: nobody is promised a particular page.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "ingest/request_form.h"
#include "spool/delivery.h"
#include "spool/index_view.h"

enum {
    PAUSE_MS = 200,
    PAUSE_SHARE = 50, /* a page is made during a fiftieth of the time at most: it grows with what was asked */
    PAUSE_MOST_MS = 30000,
    PAUSE_FLOOD_MS = 1000 /* the least while drops flood in: answering them comes first */
};

struct page {
    struct daemon *daemon;
    const char *command; /* of the settings */
    bool dirty, making;
    bool form_there; /* request.html of this start's settings was published */
    int64_t took;    /* milliseconds of reading and drawing the last index */
    struct text html;
};

struct index_pages {
    size_t count;
    struct page list[];
};

static void make(void *context);

static int64_t pause_of(const struct page *page)
{
    int64_t pause = page->took * PAUSE_SHARE;
    int64_t least = claims_flood(page->daemon->claims) ? PAUSE_FLOOD_MS : PAUSE_MS;
    return pause < least ? least : pause > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause;
}

static void made(struct page *page, const struct error *error)
{
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "index-page", "%s: %s", page->command, error->text);
    text_free(&page->html);
    page->making = false;
    if (page->dirty)
        loop_after(page->daemon->loop, pause_of(page), make, page, NULL);
}

static void published(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    (void)file;
    made(context, error);
}

/* Publish what `html` holds under that name in the command's folder; `answered` is called in any case. */
static void publish(struct page *page, const char *name, service_done *answered)
{
    struct error error = ERROR_NONE;
    char directory[300];
    snprintf(directory, sizeof directory, "out/%s", page->command);
    int content = memory_file("page", page->html.bytes, page->html.length, &error);
    bool asked = false;
    if (content >= 0) {
        json_t *message =
            json_pack("{ss,ss,ss,si}", "op", "publish", "directory", directory, "name", name, "mode", 0640);
        asked = service_ask(daemon_porter(page->daemon, directory), message, content, answered, page, &error);
        close(content);
    }
    if (!asked)
        answered(page, NULL, -1, &error);
}

static bool draw(struct transaction *transaction, void *context, struct error *error)
{
    struct page *page = context;
    int64_t begun = clock_monotonic();
    bool done =
        index_view_draw(transaction, page->daemon->site, page->command, clock_now(), &page->html, error);
    page->took = clock_monotonic() - begun;
    return done;
}

static void drawn(void *context, const struct error *error)
{
    if (error != NULL)
        made(context, error);
    else
        publish(context, "index.html", published);
}

static void make_index(struct page *page)
{
    struct error error = ERROR_NONE;
    struct commit commit = {.work = draw, .done = drawn, .context = page};
    text_free(&page->html);
    if (!committer_hand(page->daemon->committer, &commit, &error))
        made(page, &error);
}

/* The index is made whatever became of the form; the form is tried again with the next one. */
static void form_published(void *context, const json_t *answer, int file, const struct error *error)
{
    struct page *page = context;
    (void)answer;
    (void)file;
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "index-page", "%s: request.html: %s", page->command, error->text);
    page->form_there = error == NULL;
    make_index(page);
}

static void make(void *context)
{
    struct page *page = context;
    const struct settings *settings = page->daemon->site->settings;
    struct error error = ERROR_NONE;
    if (page->making || !page->dirty)
        return;
    page->dirty = false;
    page->making = true;
    if (page->form_there)
        make_index(page);
    else if (request_form(settings, settings_command(settings, page->command), &page->html, &error))
        publish(page, "request.html", form_published);
    else
        form_published(page, NULL, -1, &error);
}

void index_pages_touch(struct index_pages *pages, const char *command)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->list[i].command, command) == 0 && !pages->list[i].dirty) {
            pages->list[i].dirty = true;
            loop_after(pages->list[i].daemon->loop, pause_of(&pages->list[i]), make, &pages->list[i], NULL);
        }
}

static bool hangs(const struct page *page)
{
    char directory[300];
    snprintf(directory, sizeof directory, "out/%s", page->command);
    return daemon_mount(page->daemon, directory)->hung;
}

size_t index_pages_busy(const struct index_pages *pages)
{
    size_t busy = 0;
    for (size_t i = 0; i < pages->count; i++)
        busy += (pages->list[i].dirty || pages->list[i].making) && !hangs(&pages->list[i]) ? 1 : 0;
    return busy;
}

static void swept(void *context, const json_t *answer, int file, const struct error *error)
{
    const struct page *page = context;
    (void)answer, (void)file;
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "index-page", "%s: %s", page->command, error->text);
}

/* What a daemon killed while it published may have left: the next page would replace it, but may be long in coming. */
static bool sweep(struct page *page, struct error *error)
{
    char directory[300], index[TEMPORARY_NAME_SIZE], form[TEMPORARY_NAME_SIZE];
    snprintf(directory, sizeof directory, "out/%s", page->command);
    file_temporary_name("index.html", index);
    file_temporary_name("request.html", form);
    json_t *message =
        json_pack("{ss,ss,s[ss]}", "op", "remove", "directory", directory, "names", index, form);
    return service_ask(daemon_porter(page->daemon, directory), message, -1, swept, page, error);
}

bool index_pages_open(struct daemon *daemon, struct index_pages **pages, struct error *error)
{
    bool done = true;
    const struct settings *settings = daemon->site->settings;
    *pages = calloc(1, sizeof **pages + settings->command_count * sizeof(struct page));
    if (*pages == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the index pages");
    (*pages)->count = settings->command_count;
    for (size_t i = 0; i < settings->command_count; i++)
        (*pages)->list[i] = (struct page){.daemon = daemon, .command = settings->commands[i].name};
    for (size_t i = 0; done && i < settings->command_count; i++)
        done = sweep(&(*pages)->list[i], error);
    return done;
}

void index_pages_close(struct index_pages *pages)
{
    for (size_t i = 0; pages != NULL && i < pages->count; i++)
        text_free(&pages->list[i].html);
    free(pages);
}
