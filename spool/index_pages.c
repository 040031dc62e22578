/*
 * The pages of a command: out/<command>/index.html, what it has asked, made anew whenever something of it changed;
 * out/<command>/request.html and READ-ME.txt, the form to ask with and how to ask without it, made once a start from
 * the settings.
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
#include "ingest/read_me.h"
#include "ingest/request_form.h"
#include "spool/delivery.h"
#include "spool/index_view.h"
#include "spool/views.h"

enum {
    PAUSE_MS = 200,
    PAUSE_SHARE = 50, /* a page is made during a fiftieth of the time at most: it grows with what was asked */
    PAUSE_MOST_MS = 30000,
    PAUSE_FLOOD_MS = 1000 /* the least while drops flood in: answering them comes first */
};

/* Made from this start's settings, in this order before the first index. */
static const struct {
    const char *name;
    bool (*make)(const struct settings *settings, const struct setting_command *command, struct text *text,
                 struct error *error);
} of_settings[] = {{"request.html", request_form}, {"READ-ME.txt", read_me}};
enum { OF_SETTINGS = sizeof of_settings / sizeof *of_settings };

struct page {
    struct daemon *daemon;
    const char *command; /* of the settings */
    bool dirty, making;
    size_t there; /* how many of those made from the settings were published */
    int64_t took; /* milliseconds of reading and drawing the last index */
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
    char directory[300];
    snprintf(directory, sizeof directory, "out/%s", page->command);
    view_publish(page->daemon, directory, name, &page->html, answered, page);
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

static void make_of_settings(struct page *page);

/* The index is made whatever became of these; they are tried again with the next one. */
static void of_settings_published(void *context, const json_t *answer, int file, const struct error *error)
{
    struct page *page = context;
    (void)answer;
    (void)file;
    text_free(&page->html);
    if (error == NULL)
        page->there++;
    else
        log_line(LOG_LEVEL_WARNING, "index-page", "%s: %s: %s", page->command, of_settings[page->there].name,
                 error->text);
    if (error == NULL && page->there < OF_SETTINGS)
        make_of_settings(page);
    else
        make_index(page);
}

static void make_of_settings(struct page *page)
{
    const struct settings *settings = page->daemon->site->settings;
    struct error error = ERROR_NONE;
    if (of_settings[page->there].make(settings, settings_command(settings, page->command), &page->html,
                                      &error))
        publish(page, of_settings[page->there].name, of_settings_published);
    else
        of_settings_published(page, NULL, -1, &error);
}

static void make(void *context)
{
    struct page *page = context;
    if (page->making || !page->dirty)
        return;
    page->dirty = false;
    page->making = true;
    if (page->there == OF_SETTINGS)
        make_index(page);
    else
        make_of_settings(page);
}

void index_pages_touch(struct index_pages *pages, const char *command)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->list[i].command, command) == 0 && !pages->list[i].dirty) {
            pages->list[i].dirty = true;
            loop_after(pages->list[i].daemon->loop, pause_of(&pages->list[i]), make, &pages->list[i], NULL);
        }
}

void index_pages_anew(struct index_pages *pages, const char *command)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->list[i].command, command) == 0 && !pages->list[i].making)
            pages->list[i].there = 0;
    index_pages_touch(pages, command);
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
    char directory[300], name[TEMPORARY_NAME_SIZE];
    snprintf(directory, sizeof directory, "out/%s", page->command);
    file_temporary_name("index.html", name);
    json_t *message = json_pack("{ss,ss,s[s]}", "op", "remove", "directory", directory, "names", name);
    for (size_t i = 0; i < OF_SETTINGS; i++) {
        file_temporary_name(of_settings[i].name, name);
        json_array_append_new(json_object_get(message, "names"), json_string(name));
    }
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
