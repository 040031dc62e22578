/*
 * out/<command>/index.html: what a command has asked, made anew whenever something of it changed.
 *
 * Guarantees: the page is a view of the casebook, so losing one loses nothing; at most one a command is being
 * made, and a change meanwhile makes another. Not an outbox row: nobody is promised a particular page.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "spool/delivery.h"
#include "spool/index_view.h"

enum { PAUSE_MS = 200 };

struct page {
    struct daemon *daemon;
    const char *command; /* of the settings */
    bool dirty, making;
    struct text html;
};

struct index_pages {
    size_t count;
    struct page list[];
};

static void make(void *context);

static void made(struct page *page, const struct error *error)
{
    if (error != NULL)
        log_line(LOG_LEVEL_WARNING, "index-page", "%s: %s", page->command, error->text);
    text_free(&page->html);
    page->making = false;
    if (page->dirty)
        loop_after(page->daemon->loop, PAUSE_MS, make, page, NULL);
}

static void published(void *context, const json_t *answer, int file, const struct error *error)
{
    (void)answer;
    (void)file;
    made(context, error);
}

static bool draw(struct transaction *transaction, void *context, struct error *error)
{
    struct page *page = context;
    return index_view_draw(transaction, page->daemon->site, page->command, clock_now(), &page->html, error);
}

static void drawn(void *context, const struct error *error)
{
    struct page *page = context;
    struct error own = ERROR_NONE;
    char directory[300];
    if (error != NULL) {
        made(page, error);
        return;
    }
    snprintf(directory, sizeof directory, "out/%s", page->command);
    int content = memory_file("index", page->html.bytes, page->html.length, &own);
    json_t *message = json_pack("{ss,ss,ss,si}", "op", "publish", "directory", directory, "name",
                                "index.html", "mode", 0640);
    if (content < 0)
        json_decref(message);
    if (content < 0 ||
        !service_ask(daemon_porter(page->daemon, directory), message, content, published, page, &own))
        made(page, &own);
    if (content >= 0)
        close(content);
}

static void make(void *context)
{
    struct page *page = context;
    struct error error = ERROR_NONE;
    if (page->making || !page->dirty)
        return;
    page->dirty = false;
    page->making = true;
    struct commit commit = {.work = draw, .done = drawn, .context = page};
    if (!committer_hand(page->daemon->committer, &commit, &error))
        made(page, &error);
}

void index_pages_touch(struct index_pages *pages, const char *command)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->list[i].command, command) == 0 && !pages->list[i].dirty) {
            pages->list[i].dirty = true;
            loop_after(pages->list[i].daemon->loop, PAUSE_MS, make, &pages->list[i], NULL);
        }
}

size_t index_pages_busy(const struct index_pages *pages)
{
    size_t busy = 0;
    for (size_t i = 0; i < pages->count; i++)
        busy += pages->list[i].dirty || pages->list[i].making ? 1 : 0;
    return busy;
}

bool index_pages_open(struct daemon *daemon, struct index_pages **pages, struct error *error)
{
    const struct settings *settings = daemon->site->settings;
    *pages = calloc(1, sizeof **pages + settings->command_count * sizeof(struct page));
    if (*pages == NULL)
        return error_set(error, FAULT_TEMPORARY, "out of memory while opening the index pages");
    (*pages)->count = settings->command_count;
    for (size_t i = 0; i < settings->command_count; i++)
        (*pages)->list[i] = (struct page){.daemon = daemon, .command = settings->commands[i].name};
    return true;
}

void index_pages_close(struct index_pages *pages)
{
    for (size_t i = 0; pages != NULL && i < pages->count; i++)
        text_free(&pages->list[i].html);
    free(pages);
}
