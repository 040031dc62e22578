/*
 * What can be wrong with a .zip file, as the receipt says it.
 *
 * Guarantees: one table row a code. What an honest sender's tool does is REJECT; what no tool does by itself is
 * QUARANTINE: names that lead elsewhere, sizes made to burst, bytes and sizes about which readers would disagree.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "ingest/fault.h"
#include "ingest/unpack.h"

#define AGAIN N_("pack manifest.xml and the images anew with the computer's own tool")
#define ASIDE                                                                                                \
    N_("find out which program made this file; then pack manifest.xml and the images anew with the "         \
       "computer's own tool")

static const struct {
    const char *code, *outcome, *clause, *remedy;
    bool once; /* it is the tool's doing, and then of all files alike: the first speaks for them */
} rules[] = {
    [ARCHIVE_UNREADABLE] = {"archive-unreadable", "REJECT", "R15",
                            N_("send one whole .zip file, or the files in a folder")},
    [ARCHIVE_DAMAGED] = {"archive-damaged", "REJECT", "R15", N_("copy the file once more, or pack it anew")},
    [ARCHIVE_ENCRYPTED] = {"archive-encrypted", "REJECT", "R15", N_("pack the files without a password")},
    [ARCHIVE_METHOD] = {"archive-method", "REJECT", "R15", AGAIN, true},
    [ARCHIVE_FOLDERS] =
        {"archive-folders", "REJECT", "R15",
         N_("put manifest.xml and the images side by side, in one folder at most, and pack that"), true},
    [ARCHIVE_NAME] = {"archive-name", "REJECT", "R15",
                      N_("rename the file, in the manifest too, and pack anew")},
    [ARCHIVE_NOT_PLAIN] = {"not-a-plain-file", "REJECT", NULL,
                           N_("put the files themselves into the packet")},
    [ARCHIVE_TOO_LARGE] = {"packet-too-large", "REJECT", NULL,
                           N_("send fewer or smaller files; a supplement can bring more later")},
    [ARCHIVE_PATH] = {"archive-path", "QUARANTINE", "R37", ASIDE},
    [ARCHIVE_BOMB] = {"archive-bomb", "QUARANTINE", "R37", ASIDE},
    [ARCHIVE_FOREIGN_BYTES] = {"archive-foreign-bytes", "QUARANTINE", "R37", ASIDE},
    [ARCHIVE_INCONSISTENT] = {"archive-inconsistent", "QUARANTINE", "R37", ASIDE},
};

/* As records hold names; a name that is too long to be one is cut. */
static char *shown(const struct unpack_member *member)
{
    char name[256];
    size_t length = member->raw_length < sizeof name ? member->raw_length : sizeof name - 1;
    memcpy(name, member->raw_name, length);
    for (size_t i = 0; i < length; i++)
        if (name[i] == '\0')
            name[i] = '\1'; /* shown as what does not print */
    name[length] = '\0';
    char *escaped = name_escape(name);
    /* Every slash is escaped in names of ours; here it is how the sender knows the place. */
    char *to = escaped;
    for (const char *from = escaped; from != NULL && *from != '\0'; to++) {
        bool slash = strncmp(from, "%2F", 3) == 0;
        *to = slash ? '/' : *from;
        from += slash ? 3 : 1;
    }
    if (to != NULL)
        *to = '\0';
    return escaped;
}

/* False: this is the first of its code. */
static bool said_before(json_t *faults, const char *code)
{
    long place = json_position(faults, "code", code);
    json_t *fault = place < 0 ? NULL : json_array_get(faults, (size_t)place);
    const char *text = json_text(fault, "text");
    if (fault != NULL && strstr(text, _("; so are others")) == NULL)
        json_object_set_new(fault, "text", json_sprintf("%s%s", text, _("; so are others")));
    return fault != NULL;
}

bool unpack_fault(json_t *faults, enum unpack_code code, const struct unpack_member *member,
                  const char *format, ...)
{
    char what[512];
    va_list arguments;
    bool full = json_array_size(faults) >= UNPACK_FAULTS_MOST && fault_has(faults, rules[code].code);
    if (full || (rules[code].once && said_before(faults, rules[code].code)))
        return true;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    char *name = member == NULL ? NULL : shown(member);
    char *text = NULL;
    int length = member == NULL ? asprintf(&text, "%s", what)
                                : asprintf(&text, "\"%s\" %s", name == NULL ? "?" : name, what);
    bool done = length >= 0 && (member == NULL || name != NULL) &&
                fault_add(faults, &(struct fault_words){
                                      .code = rules[code].code,
                                      .outcome = rules[code].outcome,
                                      .place = member == NULL || name[0] == '\0' ? _("the .zip file") : name,
                                      .clause = rules[code].clause,
                                      .text = text,
                                      .remedy = rules[code].remedy});
    if (length >= 0)
        free(text);
    free(name);
    return done;
}
