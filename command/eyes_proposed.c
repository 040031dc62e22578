/*
 * The proposal of the eye finder, taken from the worksheet.
 *
 * item.xml was fixed when the item was opened, before its pictures were measured; the worksheet was drawn
 * after, and its page holds what it shows as data. Guarantees: what is returned are four numbers and a
 * confidence, whatever lies on the share. Does not decide whether they are right: the person asked does.
 */
#include "command/eyes_proposed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "photo/eye_points.h"

enum { PAGE_MOST = 256 << 20 };

/* The data of the page; NULL when it holds none. */
static json_t *page_data(const char *directory)
{
    static const char begin[] = "<script type=\"application/json\" id=\"data\">";
    struct error error = ERROR_NONE;
    char *bytes = NULL;
    size_t length = 0;
    json_t *data = NULL;
    int folder = directory_open(directory, &error);
    if (folder >= 0 && file_read(folder, "worksheet.html", PAGE_MOST, &bytes, &length, &error)) {
        const char *from = memmem(bytes, length, begin, sizeof begin - 1);
        from = from == NULL ? NULL : from + sizeof begin - 1;
        const char *to = from == NULL ? NULL : memmem(from, length - (size_t)(from - bytes), "</script>", 9);
        if (to != NULL && !json_read(from, (size_t)(to - from), &data, &error))
            data = NULL;
    }
    if (folder >= 0)
        close(folder);
    free(bytes);
    return data;
}

json_t *eyes_proposed(const json_t *item, const char *label)
{
    json_t *data = page_data(json_text(item, "directory")), *proposed = NULL;
    const json_t *image =
        json_find(json_object_get(json_object_get(data, "facts"), "images"), "label", label);
    json_t *found = json_object_get(json_object_get(image, "quality"), "eyesProposed");
    struct eye_points eyes;
    if (eye_points_read(json_object_get(found, "eyes"), &eyes, NULL))
        proposed = json_pack("{so,sI}", "eyes", eye_points_json(&eyes), "confidence",
                             (json_int_t)json_whole(found, "confidence", 0));
    json_decref(data);
    return proposed;
}

void eyes_proposed_words(const json_t *proposed, char *words, size_t size)
{
    size_t used = 0;
    words[0] = '\0';
    for (size_t i = 0; i < 4; i++) {
        long long value = json_integer_value(json_array_get(json_object_get(proposed, "eyes"), i));
        used += (size_t)snprintf(words + used, size - used, "%s%lld.%02lld", i == 0 ? "" : ",", value / 100,
                                 value % 100);
    }
}
