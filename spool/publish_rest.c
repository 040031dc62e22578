/*
 * Rests, by folder. Reads the clock and nothing else.
 */
#include "spool/publish_rest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"

enum { REST_MS = 2000, REST_MOST_MS = 60000 };

struct rests {
    json_t *folders; /* {"until","pause"} by folder */
};

struct rests *rests_make(void)
{
    struct rests *rests = calloc(1, sizeof *rests);
    if (rests != NULL && (rests->folders = json_object()) != NULL)
        return rests;
    free(rests);
    return NULL;
}

void rests_free(struct rests *rests)
{
    if (rests != NULL)
        json_decref(rests->folders);
    free(rests);
}

static char *folder_of(const char *directory)
{
    size_t length = strcspn(directory, "/");
    if (directory[length] == '/')
        length += 1 + strcspn(directory + length + 1, "/");
    return strndup(directory, length);
}

void rests_add(struct rests *rests, const char *directory)
{
    char *folder = folder_of(directory);
    if (folder == NULL)
        return;
    json_t *rest = json_object_at(rests->folders, folder);
    int64_t pause = json_whole(rest, "pause", REST_MS / 2) * 2;
    pause = pause < REST_MOST_MS ? pause : REST_MOST_MS;
    json_put_whole(rest, "pause", pause);
    json_put_whole(rest, "until", clock_monotonic() + pause);
    free(folder);
}

void rests_remove(struct rests *rests, const char *directory)
{
    char *folder = json_object_size(rests->folders) == 0 ? NULL : folder_of(directory);
    if (folder != NULL)
        json_object_del(rests->folders, folder);
    free(folder);
}

bool rests_now(const struct rests *rests, const char *directory)
{
    char *folder = json_object_size(rests->folders) == 0 ? NULL : folder_of(directory);
    bool now =
        folder != NULL && json_whole(json_object_get(rests->folders, folder), "until", 0) > clock_monotonic();
    free(folder);
    return now;
}

int64_t rests_left(const struct rests *rests)
{
    const char *folder;
    json_t *rest;
    int64_t now = clock_monotonic(), least = -1;
    json_object_foreach(rests->folders, folder, rest)
    {
        int64_t left = json_whole(rest, "until", 0) - now;
        if (left > 0 && (least < 0 || left < least))
            least = left;
    }
    return least;
}
