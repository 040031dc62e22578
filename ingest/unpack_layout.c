/*
 * The structure of a .zip file, byte by byte.
 *
 * Guarantees: an archive without a fault is tiled exactly – members from the first byte on, central directory, end
 * records, and no byte that belongs to none of them; a member's two headers say the same; no two members share a
 * byte. So every reader finds the same members in it, and none of them decodes a byte twice. Pure: decodes nothing,
 * judges no name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "ingest/unpack.h"

enum {
    END_SIZE = 22,
    COMMENT_MOST = 65535,
    LARGE_END_SIZE = 56,
    LOCATOR_SIZE = 20,
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    LARGE_FIELD = 1,                /* id of the extra field with sizes of 8 bytes */
    NAME_FIELD = 0x7075,            /* of the one with the name in UTF-8 (4.6.9) */
    NAME_FIELD_HEAD = 5,            /* its version and the checksum of the plain name */
    COMPARED_FLAGS = 0xFFFF & ~0x6, /* all but how hard a compressor tried */
    HIDDEN_FLAGS = 0x40 | 0x2000    /* strong encryption, headers masked */
};

#define END_MARK 0x06054b50u
#define LARGE_END_MARK 0x06064b50u
#define LOCATOR_MARK 0x07064b50u
#define CENTRAL_MARK 0x02014b50u
#define LOCAL_MARK 0x04034b50u
#define DESCRIPTOR_MARK 0x08074b50u
#define ELSEWHERE 0xFFFFFFFFu /* the number is in the extra field */

static uint16_t u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t u32(const uint8_t *at)
{
    return u16(at) | (uint32_t)u16(at + 2) << 16;
}

static uint64_t u64(const uint8_t *at)
{
    return u32(at) | (uint64_t)u32(at + 4) << 32;
}

struct reading {
    struct unpack_archive *archive;
    json_t *faults;
    uint64_t directory, directory_end; /* the central directory */
    uint64_t count;
    bool memory; /* false: it ran out */
};

/* All readers below say false once a fault was found. */
static bool refuse(struct reading *reading, enum unpack_code code, const struct unpack_member *member,
                   const char *text)
{
    if (!unpack_fault(reading->faults, code, member, "%s", text))
        reading->memory = false;
    return false;
}

static bool no_end(struct reading *reading)
{
    const struct unpack_archive *archive = reading->archive;
    static const uint8_t nothing[4];
    bool begun = archive->length < 4 || u32(archive->bytes) == LOCAL_MARK ||
                 u32(archive->bytes) == DESCRIPTOR_MARK ||
                 memcmp(archive->bytes, nothing, sizeof nothing) == 0;
    reading->archive->ended = !begun;
    if (archive->length == 0)
        return refuse(reading, ARCHIVE_UNREADABLE, NULL, _("the file is empty"));
    return begun ? refuse(reading, ARCHIVE_DAMAGED, NULL,
                          _("the .zip file stops before its end: a part of it is missing"))
                 : refuse(reading, ARCHIVE_UNREADABLE, NULL, _("the file is called .zip and is none"));
}

/* The end record that a reader finds first, coming from the end. */
static bool find_end(struct reading *reading, uint64_t *found)
{
    struct unpack_archive *archive = reading->archive;
    archive->ended = true;
    if (archive->length >= END_SIZE)
        for (size_t at = archive->length - END_SIZE, tried = 0; tried <= COMMENT_MOST; at--, tried++) {
            if (u32(archive->bytes + at) == END_MARK) {
                size_t comment = u16(archive->bytes + at + 20);
                *found = at;
                if (comment > tried) {
                    archive->ended = false;
                    return refuse(reading, ARCHIVE_DAMAGED, NULL, _("the .zip file stops before its end"));
                }
                return comment == tried || refuse(reading, ARCHIVE_FOREIGN_BYTES, NULL,
                                                  _("there are more bytes behind the end of the .zip file"));
            }
            if (at == 0)
                break;
        }
    return no_end(reading);
}

/* The end record of archives beyond 4 GiB or 65535 members, which some tools write always. It has to stand right
   before the locator, and to say what the short one says wherever that says anything. */
static bool read_large_end(struct reading *reading, uint64_t locator, uint64_t entries[2], uint64_t *size,
                           uint64_t *offset)
{
    const uint8_t *bytes = reading->archive->bytes;
    uint64_t at = u64(bytes + locator + 8);
    if (locator < LARGE_END_SIZE || at > locator - LARGE_END_SIZE || u32(bytes + at) != LARGE_END_MARK ||
        u64(bytes + at + 4) != locator - at - 12 || u32(bytes + locator + 4) != 0 ||
        u32(bytes + locator + 16) > 1 || u32(bytes + at + 16) != 0 || u32(bytes + at + 20) != 0)
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the two end records of the .zip file do not fit together"));
    uint64_t large[4] = {u64(bytes + at + 24), u64(bytes + at + 32), u64(bytes + at + 40),
                         u64(bytes + at + 48)};
    bool same = (entries[0] == 0xFFFF || entries[0] == large[0]) &&
                (entries[1] == 0xFFFF || entries[1] == large[1]) &&
                (*size == ELSEWHERE || *size == large[2]) && (*offset == ELSEWHERE || *offset == large[3]);
    if (!same)
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the two end records of the .zip file say different things"));
    entries[0] = large[0];
    entries[1] = large[1];
    *size = large[2];
    *offset = large[3];
    reading->directory_end = at;
    return true;
}

static bool read_end(struct reading *reading)
{
    const uint8_t *bytes = reading->archive->bytes;
    uint64_t end = 0;
    if (!find_end(reading, &end))
        return false;
    bool large = end >= LOCATOR_SIZE && u32(bytes + end - LOCATOR_SIZE) == LOCATOR_MARK;
    uint64_t entries[2] = {u16(bytes + end + 8), u16(bytes + end + 10)};
    uint64_t size = u32(bytes + end + 12), offset = u32(bytes + end + 16);
    uint16_t disk = u16(bytes + end + 4), first_disk = u16(bytes + end + 6);
    reading->directory_end = end;
    if ((disk != 0 && !(large && disk == 0xFFFF)) || (first_disk != 0 && !(large && first_disk == 0xFFFF)))
        return refuse(reading, ARCHIVE_UNREADABLE, NULL, _("this is one part of an archive that was split"));
    if (large && !read_large_end(reading, end - LOCATOR_SIZE, entries, &size, &offset))
        return false;
    if (entries[0] != entries[1])
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the .zip file counts what it holds in two ways"));
    if (offset > reading->directory_end || size > reading->directory_end - offset)
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the list of contents of the .zip file is not where it says"));
    if (offset + size != reading->directory_end)
        return refuse(reading, ARCHIVE_FOREIGN_BYTES, NULL,
                      _("the .zip file holds bytes that belong to none of its files"));
    reading->directory = offset;
    reading->count = entries[0];
    return reading->count <= size / CENTRAL_SIZE ||
           refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                  _("the list of contents of the .zip file is shorter than it says"));
}

/* Replace what is "elsewhere" by the numbers of the extra field, in their fixed order; every number of the field has
   to be one that was asked for. `wanted` ends with NULL. */
static bool read_large_field(const uint8_t *extra, size_t length, uint64_t *const *wanted)
{
    bool found = false;
    while (length >= 4) {
        size_t id = u16(extra), size = u16(extra + 2);
        extra += 4;
        length -= 4;
        if (size > length)
            return false;
        if (id == LARGE_FIELD) {
            const uint8_t *at = extra;
            if (found)
                return false;
            found = true;
            for (; *wanted != NULL; wanted++)
                if (**wanted == ELSEWHERE) {
                    if ((size_t)(extra + size - at) < 8)
                        return false;
                    **wanted = u64(at);
                    at += 8;
                }
            if (at != extra + size)
                return false;
        }
        extra += size;
        length -= size;
    }
    for (; !found && *wanted != NULL; wanted++)
        if (**wanted == ELSEWHERE)
            return false;
    return true;
}

/* The extra field with a second name, the last of `count`. */
struct second_name {
    const uint8_t *bytes;
    size_t length;
    unsigned count;
};

static struct second_name find_second_name(const uint8_t *extra, size_t length)
{
    struct second_name found = {.bytes = NULL};
    while (length >= 4) {
        size_t id = u16(extra), size = u16(extra + 2);
        extra += 4;
        length -= 4;
        if (size > length)
            break;
        if (id == NAME_FIELD && size >= NAME_FIELD_HEAD)
            found = (struct second_name){extra + NAME_FIELD_HEAD, size - NAME_FIELD_HEAD, found.count + 1};
        extra += size;
        length -= size;
    }
    return found;
}

/* Tools write a second name where the plain one cannot hold it: it has other letters than ASCII, or what Info-ZIP puts
   in their place. Else a reader that does not know the field would see another file. */
static bool names_agree(const struct unpack_member *member, const struct second_name *second)
{
    bool plain = memmem(member->raw_name, member->raw_length, "#U", 2) == NULL;
    for (size_t i = 0; plain && i < member->raw_length; i++)
        plain = (unsigned char)member->raw_name[i] < 0x80;
    return second->count == 0 ||
           (second->count == 1 && (!plain || (second->length == member->raw_length &&
                                              memcmp(second->bytes, member->raw_name, second->length) == 0)));
}

/* Those of the two headers; the one before the data may leave it out. */
static bool second_names_agree(const struct unpack_member *member, const struct second_name *central,
                               const struct second_name *local)
{
    bool same = local->count == 0 || (central->count == local->count && central->length == local->length &&
                                      memcmp(central->bytes, local->bytes, local->length) == 0);
    return same && names_agree(member, central);
}

static bool read_central(struct reading *reading, uint64_t *at, struct unpack_member *member)
{
    const uint8_t *bytes = reading->archive->bytes, *head = bytes + *at;
    if (reading->directory_end - *at < CENTRAL_SIZE || u32(head) != CENTRAL_MARK)
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the list of contents of the .zip file cannot be read"));
    size_t name = u16(head + 28), extra = u16(head + 30), comment = u16(head + 32);
    if (reading->directory_end - *at - CENTRAL_SIZE < name + extra + comment)
        return refuse(reading, ARCHIVE_INCONSISTENT, NULL,
                      _("the list of contents of the .zip file cannot be read"));
    *member = (struct unpack_member){.raw_name = (const char *)head + CENTRAL_SIZE,
                                     .raw_length = name,
                                     .extra = head + CENTRAL_SIZE + name,
                                     .extra_length = extra,
                                     .host = head[5],
                                     .version = head[6],
                                     .flags = u16(head + 8),
                                     .method = u16(head + 10),
                                     .crc = u32(head + 16),
                                     .stored = u32(head + 20),
                                     .size = u32(head + 24),
                                     .attributes = u32(head + 38),
                                     .offset = u32(head + 42)};
    uint64_t *const wanted[] = {&member->size, &member->stored, &member->offset, NULL};
    if (!read_large_field(head + CENTRAL_SIZE + name, extra, wanted) || u16(head + 34) != 0)
        return refuse(reading, ARCHIVE_INCONSISTENT, member,
                      _("is listed with numbers that cannot be right"));
    *at += CENTRAL_SIZE + name + extra + comment;
    return true;
}

static bool read_directory(struct reading *reading, const struct unpack_limits *limits)
{
    struct unpack_archive *archive = reading->archive;
    /* Two for one: a desktop may leave a file of its own for every file; folders count as well. */
    uint64_t most = 2 * limits->files + 32, at = reading->directory;
    if (reading->count > most) {
        if (!unpack_fault(reading->faults, ARCHIVE_TOO_LARGE, NULL,
                          _("the packet holds more files than this site takes: %llu, and %llu is the most"),
                          (unsigned long long)reading->count, (unsigned long long)limits->files))
            reading->memory = false;
        return false;
    }
    archive->members = calloc(reading->count + 1, sizeof *archive->members);
    if (archive->members == NULL) {
        reading->memory = false;
        return false;
    }
    for (; archive->count < reading->count; archive->count++) {
        struct unpack_member *member = &archive->members[archive->count];
        if (!read_central(reading, &at, member))
            return false;
        member->index = archive->count;
        if ((member->flags & (UNPACK_ENCRYPTED | HIDDEN_FLAGS)) != 0 || member->method == 99)
            return refuse(reading, ARCHIVE_ENCRYPTED, member, _("is locked with a password"));
    }
    return at == reading->directory_end || refuse(reading, ARCHIVE_FOREIGN_BYTES, NULL,
                                                  _("the .zip file holds bytes behind its list of contents"));
}

/* The header before the data has to say what the directory says; sizes that follow the data may be 0 here. */
static bool read_local(struct reading *reading, struct unpack_member *member)
{
    const uint8_t *bytes = reading->archive->bytes, *head = bytes + member->offset;
    if (member->offset > reading->directory || reading->directory - member->offset < LOCAL_SIZE ||
        u32(head) != LOCAL_MARK)
        return refuse(reading, ARCHIVE_INCONSISTENT, member, _("is not where the list of contents says"));
    size_t name = u16(head + 26), extra = u16(head + 28);
    uint64_t left = reading->directory - member->offset - LOCAL_SIZE;
    if (left < name + extra || member->stored > left - name - extra)
        return refuse(reading, ARCHIVE_INCONSISTENT, member, _("is larger than the file that holds it"));
    uint64_t crc = u32(head + 14), stored = u32(head + 18), size = u32(head + 22);
    uint64_t *const wanted[] = {&size, &stored, NULL};
    bool streamed = (member->flags & UNPACK_STREAMED) != 0;
    bool same = name == member->raw_length && memcmp(head + LOCAL_SIZE, member->raw_name, name) == 0 &&
                u16(head + 8) == member->method && ((u16(head + 6) ^ member->flags) & COMPARED_FLAGS) == 0 &&
                read_large_field(head + LOCAL_SIZE + name, extra, wanted) &&
                (crc == member->crc || (streamed && crc == 0)) &&
                (stored == member->stored || (streamed && stored == 0)) &&
                (size == member->size || (streamed && size == 0));
    member->data = member->offset + LOCAL_SIZE + name + extra;
    struct second_name central = find_second_name(member->extra, member->extra_length);
    struct second_name local = find_second_name(head + LOCAL_SIZE + name, extra);
    if (same && !second_names_agree(member, &central, &local))
        return refuse(reading, ARCHIVE_INCONSISTENT, member, _("has two names that differ"));
    return same || refuse(reading, ARCHIVE_INCONSISTENT, member, _("is described in two ways that differ"));
}

/* Do the bytes between the data and what comes next repeat its sizes (4.3.9)? With or without a mark, in 4 or in 8
   bytes each: the length tells. */
static bool is_descriptor(const uint8_t *at, uint64_t length, const struct unpack_member *member)
{
    if (length == 16 || length == 24) {
        if (u32(at) != DESCRIPTOR_MARK)
            return false;
        at += 4;
        length -= 4;
    }
    if (length == 12)
        return u32(at) == member->crc && u32(at + 4) == member->stored && u32(at + 8) == member->size;
    return length == 20 && u32(at) == member->crc && u64(at + 4) == member->stored &&
           u64(at + 12) == member->size;
}

static int by_offset(const void *a, const void *b)
{
    const struct unpack_member *x = *(struct unpack_member *const *)a, *y = *(struct unpack_member *const *)b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static bool check_tiling(struct reading *reading, struct unpack_member *const *sorted, size_t count)
{
    uint64_t at = 0;
    if (count == 0 && reading->directory != 0)
        return refuse(reading, ARCHIVE_FOREIGN_BYTES, NULL,
                      _("the .zip file holds bytes that belong to none of its files"));
    for (size_t i = 0; i < count; i++) {
        struct unpack_member *member = sorted[i];
        uint64_t next = i + 1 < count ? sorted[i + 1]->offset : reading->directory;
        if (i == 0 && member->offset != 0)
            return refuse(reading, ARCHIVE_FOREIGN_BYTES, NULL,
                          _("there are bytes before the first file of the .zip file"));
        if (!read_local(reading, member))
            return false;
        at = member->data + member->stored;
        if (at > next)
            return refuse(
                reading, ARCHIVE_BOMB, member,
                _("shares its bytes with another file: together they unpack to more than was sent"));
        bool follows = at == next || ((member->flags & UNPACK_STREAMED) != 0 &&
                                      is_descriptor(reading->archive->bytes + at, next - at, member));
        if (!follows)
            return refuse(reading, ARCHIVE_FOREIGN_BYTES, member,
                          _("is followed by bytes that belong to no file"));
    }
    return true;
}

static bool read_members(struct reading *reading)
{
    struct unpack_archive *archive = reading->archive;
    struct unpack_member **sorted = calloc(archive->count + 1, sizeof *sorted);
    if (sorted == NULL) {
        reading->memory = false;
        return false;
    }
    for (size_t i = 0; i < archive->count; i++)
        sorted[i] = &archive->members[i];
    qsort(sorted, archive->count, sizeof *sorted, by_offset);
    bool done = check_tiling(reading, sorted, archive->count);
    free(sorted);
    return done;
}

bool unpack_read(const void *bytes, size_t length, const struct unpack_limits *limits,
                 struct unpack_archive *archive, json_t *faults, struct error *error)
{
    *archive = (struct unpack_archive){.bytes = bytes, .length = length};
    struct reading reading = {.archive = archive, .faults = faults, .memory = true};
    (void)(read_end(&reading) && read_directory(&reading, limits) && read_members(&reading));
    return reading.memory || error_set(error, FAULT_TEMPORARY, "out of memory while reading a .zip file");
}

void unpack_free(struct unpack_archive *archive)
{
    for (size_t i = 0; i < archive->count; i++)
        free(archive->members[i].name);
    free(archive->members);
    *archive = (struct unpack_archive){0};
}
