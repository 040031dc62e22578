/*
 * Which members of a .zip file are the packet's, and what they are called in it.
 *
 * Guarantees: a name that is given is one plain file name, the same for every reader, and no two are alike, not even
 * for a system that does not tell a from A. Pure. Compares letters beyond ASCII byte by byte.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/language.h"
#include "base/names.h"
#include "base/unicode.h"
#include "ingest/unpack.h"

enum { NAME_MOST = 255 }; /* bytes, as in a folder */

static bool climbs(const char *name)
{
    while (*name != '\0') {
        size_t length = strcspn(name, "/\\");
        if ((length == 2 && name[0] == '.' && name[1] == '.') || (length == 1 && name[0] == '.'))
            return true;
        name += length;
        name += *name != '\0';
    }
    return false;
}

/* Why nobody's tool gives such a name; NULL when it may be one. */
static const char *trick(const char *name, size_t length)
{
    if (length == 0 || strlen(name) != length)
        return _("has a name with an end inside, or none");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
            return _("has a name with control characters");
    if (name[0] == '/' || name[0] == '\\' || (isalpha((unsigned char)name[0]) && name[1] == ':'))
        return _("has a name that leads out of the packet (it begins at the top of a disk)");
    if (climbs(name) || strstr(name, "//") != NULL)
        return _("has a name that leads out of the packet");
    return NULL;
}

static bool of_the_desktop(const char *name)
{
    for (const char *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
        char folder[16];
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - name < 15 ? slash - name : 15), name);
        if (name_left_by_desktop(folder, true))
            return true;
    }
    return name_left_by_desktop(name, false);
}

/* The folder that everything lies in: length of "packet/" when every file has it and nothing deeper, else 0. */
static size_t enclosing(const char *const *names, size_t count)
{
    const char *first = NULL;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (of_the_desktop(names[i]))
            continue;
        const char *slash = strchr(names[i], '/');
        if (slash == NULL)
            return 0;
        size_t has = (size_t)(slash - names[i]) + 1;
        if (first == NULL) {
            first = names[i];
            length = has;
        }
        if (has != length || memcmp(first, names[i], length) != 0)
            return 0;
    }
    return length;
}

static bool check_name(const struct unpack_member *member, const char *name, json_t *faults, bool *fit)
{
    /* As listed, and as read: a name may be given a second time in another encoding. */
    char *raw = strndup(member->raw_name, member->raw_length);
    if (raw == NULL)
        return false;
    const char *why = trick(raw, member->raw_length);
    free(raw);
    if (why == NULL)
        why = trick(name, strlen(name));
    *fit = why == NULL;
    if (why != NULL)
        return unpack_fault(faults, ARCHIVE_PATH, member, "%s", why);
    if (strchr(name, '\\') != NULL) {
        *fit = false;
        return unpack_fault(faults, ARCHIVE_FOLDERS, member,
                            _("is named with a backslash, as an outdated tool writes folders"));
    }
    return true;
}

/* The part of the name below the enclosing folder; NULL for what is no part of the packet, or a fault. */
static bool name_member(struct unpack_member *member, const char *name, size_t folder, json_t *faults)
{
    const char *rest = name + folder;
    if (of_the_desktop(name) || rest[0] == '\0')
        return true;
    if (strchr(rest, '/') != NULL)
        return unpack_fault(faults, ARCHIVE_FOLDERS, member, "%s",
                            rest[strlen(rest) - 1] == '/' ? _("is a folder inside the packet")
                                                          : _("is in a folder inside the packet"));
    if (strlen(rest) > NAME_MOST)
        return unpack_fault(faults, ARCHIVE_NAME, member, _("has a name of more than %d bytes"), NAME_MOST);
    member->name = strdup(rest);
    return member->name != NULL;
}

static int by_letters(const void *a, const void *b)
{
    const struct unpack_member *x = *(struct unpack_member *const *)a, *y = *(struct unpack_member *const *)b;
    int order = strcasecmp(x->name, y->name);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static bool check_twins(struct unpack_member **named, size_t count, json_t *faults)
{
    bool done = true;
    qsort(named, count, sizeof *named, by_letters);
    for (size_t i = 1; done && i < count; i++) {
        if (strcmp(named[i - 1]->name, named[i]->name) == 0)
            done = unpack_fault(faults, ARCHIVE_INCONSISTENT, named[i], _("is in the archive twice"));
        else if (strcasecmp(named[i - 1]->name, named[i]->name) == 0)
            done = unpack_fault(faults, ARCHIVE_NAME, named[i],
                                _("differs from \"%.*s\" in capital letters alone"),
                                unicode_fits(named[i - 1]->name, NAME_MOST), named[i - 1]->name);
    }
    return done;
}

bool unpack_name(struct unpack_archive *archive, const char *const *names, const struct unpack_limits *limits,
                 json_t *faults, struct error *error)
{
    struct unpack_member **named = calloc(archive->count + 1, sizeof *named);
    size_t count = 0;
    bool done = named != NULL, fit = true;
    for (size_t i = 0; done && i < archive->count; i++) {
        bool may = false;
        done = check_name(&archive->members[i], names[i], faults, &may);
        fit = fit && may;
    }
    size_t folder = done && fit ? enclosing(names, archive->count) : 0;
    for (size_t i = 0; done && fit && i < archive->count; i++) {
        done = name_member(&archive->members[i], names[i], folder, faults);
        if (done && archive->members[i].name != NULL)
            named[count++] = &archive->members[i];
    }
    if (done && count > limits->files)
        done = unpack_fault(faults, ARCHIVE_TOO_LARGE, NULL,
                            _("the packet holds more files than this site takes: %zu, and %llu is the most"),
                            count, (unsigned long long)limits->files);
    done = done && check_twins(named, count, faults);
    free(named);
    return done || error_set(error, FAULT_TEMPORARY, "out of memory while reading a .zip file");
}
