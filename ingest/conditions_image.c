/*
 * What breaks a rule about an image or an edit of one.
 *
 * Guarantees: pure; a condition about a member that is missing leaves it to the rule about the missing member.
 */
#include <strings.h>

#include "ingest/conditions.h"
#include "ingest/conditions_parts.h"
#include "ingest/words.h"

bool source_missing(const struct rule_view *view)
{
    return !has(view->image, "source");
}

bool source_unknown(const struct rule_view *view)
{
    static const char *const sources[] = {
        "cctv-private",   "cctv-agency",    "body-worn",       "phone", "social-media-export",
        "victim-witness", "arrest-capture", "morgue-hospital", "other", NULL};
    return has(view->image, "source") && !among(json_text(view->image, "source"), sources);
}

bool source_unexplained(const struct rule_view *view)
{
    return is(view->image, "source", "other") && !has(view->image, "sourceText");
}

bool not_attested(const struct rule_view *view)
{
    return !json_flag(view->image, "depictsUnknownPerson");
}

/* Moving pictures, and what only says where pictures are. */
static bool names_no_still(const char *file)
{
    static const char *const endings[] = {
        ".mp4",  ".mov",  ".avi",   ".mkv",  ".webm", ".m4v",  ".mpg",    ".mpeg", ".ts",   ".wmv",
        ".3gp",  ".gif",  ".m3u8",  ".flv",  ".ogv",  ".vob",  ".mts",    ".m2ts", ".asf",  ".dav",
        ".h264", ".h265", ".mjpeg", ".mjpg", ".mpd",  ".apng", ".url",    ".lnk",  ".html", ".htm",
        ".mht",  ".f4v",  ".m2v",   ".divx", ".qt",   ".rm",   ".webloc", ".swf",  ".3g2"};
    size_t length = strlen(file);
    if (strstr(file, "://") != NULL || strncasecmp(file, "www.", 4) == 0)
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > strlen(endings[i]) && strcasecmp(file + length - strlen(endings[i]), endings[i]) == 0)
            return true;
    return false;
}

bool is_video(const struct rule_view *view)
{
    return names_no_still(json_text(view->image, "file"));
}

/* A page an image was saved from may be named; what is live may not. */
bool is_stream(const struct rule_view *view)
{
    static const char *const schemes[] = {
        "rtsp:", "rtsps:", "rtmp:", "rtmps:", "srt:", "rtp:", "mms:", ".m3u8", ".mpd"};
    static const char *const members[] = {"sourceText", "recordingId"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        for (size_t n = 0; n < sizeof schemes / sizeof *schemes; n++)
            if (strcasestr(json_text(view->image, members[i]), schemes[n]) != NULL)
                return true;
    return false;
}

bool names_artificial(const struct rule_view *view)
{
    return words_held(json_text(view->image, "sourceText"), view->artificial) ||
           words_held(json_text(view->image, "file"), view->artificial);
}

bool captured_after_submission(const struct rule_view *view)
{
    return after(view->image, "capturedAt", view->request, "submittedAt");
}

/* How often a recording is asked about can be counted only when it is named (R8). */
bool recording_missing(const struct rule_view *view)
{
    static const char *const cameras[] = {"cctv-private", "cctv-agency", "body-worn", NULL};
    return at_event(view->request) && among(json_text(view->image, "source"), cameras) &&
           !has(view->image, "recordingId");
}

bool body_worn_unexplained(const struct rule_view *view)
{
    return is(view->image, "source", "body-worn") && !has(view->image, "bodyWorn");
}

bool body_worn_of_another_source(const struct rule_view *view)
{
    return has(view->image, "bodyWorn") && has(view->image, "source") &&
           !is(view->image, "source", "body-worn");
}

bool body_worn_screening(const struct rule_view *view)
{
    return json_flag(json_object_get(view->image, "bodyWorn"), "warrantScreening");
}

bool body_worn_not_met(const struct rule_view *view)
{
    const json_t *worn = json_object_get(view->image, "bodyWorn");
    return is(view->image, "source", "body-worn") && worn != NULL && !json_flag(worn, "warrantScreening") &&
           !(json_flag(worn, "witnessed") && json_flag(worn, "unableToApprehend") &&
             json_flag(worn, "stillExtracted"));
}

bool edit_unknown(const struct rule_view *view)
{
    static const char *const operations[] = {"crop",  "rotate",      "brightness",    "contrast",
                                             "scale", "deinterlace", "frame-average", NULL};
    return !among(json_text(view->edit, "operation"), operations);
}

/* Each edit begins with what the one before it made; the last one made the file itself, which is not the original. */
bool edit_chain_broken(const struct rule_view *view)
{
    const json_t *edits = json_object_get(view->image, "edits");
    const json_t *next = json_array_get(edits, view->edit_number + 1);
    const char *after = json_text(view->edit, "after");
    if (next != NULL)
        return !is(next, "before", after);
    const char *original = json_text(json_array_get(edits, 0), "before");
    return strcmp(original, after) == 0 || (has(view->image, "sha256") && !is(view->image, "sha256", after));
}

/* Made before it was submitted, and not before the edit it follows. */
bool edit_at_no_time(const struct rule_view *view)
{
    const json_t *edits = json_object_get(view->image, "edits");
    return after(view->edit, "at", view->request, "submittedAt") ||
           (view->edit_number > 0 &&
            after(json_array_get(edits, view->edit_number - 1), "at", view->edit, "at"));
}
