/*
 * Packets that come as one .zip file: the rule which they are.
 *
 * Guarantees: pure. Only requests may come so: enrolments are signed packets of thousands of photographs, made by the
 * site's own people.
 */
#include "spool/archive.h"

#include <string.h>
#include <strings.h>

#include "base/channel.h"

bool archive_taken(const char *form, const char *name)
{
    size_t length = strlen(name);
    return strcmp(form, "requests") == 0 && length > 4 && strcasecmp(name + length - 4, ".zip") == 0;
}

json_t *archive_parameters(const struct settings *settings)
{
    /* A job carries one descriptor for each file, and a few more. */
    int most = CHANNEL_FILES_MOST - 8;
    return json_pack("{s{si,sI,sI}}", "limits", "files",
                     settings->packet_files < most ? settings->packet_files : most, "fileBytes",
                     (json_int_t)settings->packet_file_bytes, "totalBytes",
                     (json_int_t)settings->packet_total_bytes);
}
