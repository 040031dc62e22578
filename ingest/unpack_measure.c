/*
 * What the members of a .zip file really come to, found out before anything of them is kept.
 *
 * Guarantees: every byte of a member's stream is accounted for: it decodes to exactly the size and checksum that are
 * stated, and nothing lies behind its end inside the member. Memory is one small buffer, time ends with the limits:
 * what a member states is held against them before it is decoded, and no more is decoded than is stated. Keeps no
 * byte: libzip unpacks in a second pass, which then has nothing left to find.
 */
#include <zlib.h>

#include "base/language.h"
#include "ingest/unpack.h"

enum {
    BLOCK = 65536,
    VERSION_MOST = 63, /* 6.3, the latest */
    UNKNOWN_FLAGS =
        0xFFFF & ~(0x6 | UNPACK_STREAMED | 0x800), /* 0x6: how hard a compressor tried; 0x800: UTF-8 */
    UNIX = 3,
    APPLE = 19,
    /* Pictures hardly shrink: what comes to so much more was made for the reader's trouble. Up to a few mebibytes it
       gives none. */
    RATIO_MOST = 10,
    RATIO_FREE = 4 << 20,
    /* Packing makes nothing longer by more than an eighth and a little; what does was filled with blocks that hold
       nothing, each of which costs as much to read as one that does. */
    LONGER_PART = 8,
    LONGER_FREE = 4096
};
enum { MODE_TYPE = 0170000, MODE_FOLDER = 0040000, MODE_FILE = 0100000, MODE_SET_ID = 06000 };

static bool is_folder(const struct unpack_member *member)
{
    return member->raw_length > 0 && member->raw_name[member->raw_length - 1] == '/';
}

static bool bursting(const struct unpack_archive *archive)
{
    uint64_t size = 0;
    for (size_t i = 0; i < archive->count; i++)
        if (__builtin_add_overflow(size, archive->members[i].size, &size))
            return true;
    return size > RATIO_FREE && size / RATIO_MOST > archive->length;
}

/* What it is, how it is packed, and what it says it comes to. *fit tells whether it may be decoded. */
static bool check_stated(const struct unpack_member *member, const struct unpack_limits *limits,
                         uint64_t *left, json_t *faults, bool *fit)
{
    uint32_t mode = member->host == UNIX || member->host == APPLE ? member->attributes >> 16 : 0;
    uint32_t type = mode & MODE_TYPE;
    bool plain = type == 0 || type == MODE_FILE || (type == MODE_FOLDER && is_folder(member));
    *fit = false;
    if (!plain || (mode & MODE_SET_ID) != 0)
        return unpack_fault(faults, ARCHIVE_NOT_PLAIN, member, _("is no plain file%s"),
                            type == 0120000 ? _(" but a link") : "");
    if ((member->flags & UNKNOWN_FLAGS) != 0 || member->version > VERSION_MOST)
        return unpack_fault(faults, ARCHIVE_METHOD, member,
                            _("is packed with features that this site does not read"));
    if (member->method != UNPACK_STORED && member->method != UNPACK_DEFLATED)
        return unpack_fault(faults, ARCHIVE_METHOD, member,
                            _("is compressed in a way that this site does not read (method %u)"),
                            member->method);
    if (member->method == UNPACK_DEFLATED && member->size < UINT64_MAX / 2 &&
        member->stored > member->size + member->size / LONGER_PART + LONGER_FREE)
        return unpack_fault(faults, ARCHIVE_BOMB, member, _("is packed into far more bytes than it holds"));
    if (is_folder(member) && member->size != 0)
        return unpack_fault(faults, ARCHIVE_INCONSISTENT, member, _("is a folder with content of its own"));
    if (member->size > limits->file_bytes)
        return unpack_fault(faults, ARCHIVE_TOO_LARGE, member, _("is larger than this site takes"));
    if (member->size > *left)
        return unpack_fault(faults, ARCHIVE_TOO_LARGE, member,
                            _("makes the packet larger than this site takes"));
    *left -= member->size;
    *fit = true;
    return true;
}

struct measure {
    uint64_t size;
    uint32_t crc;
    const char *fault; /* NULL = decoded to its end; static */
    enum unpack_code code;
};

static void measure_stored(const struct unpack_archive *archive, const struct unpack_member *member,
                           struct measure *measure)
{
    measure->size = member->stored;
    measure->crc = (uint32_t)crc32_z(0, archive->bytes + member->data, member->stored);
}

static void stop(struct measure *measure, enum unpack_code code, const char *fault)
{
    measure->code = code;
    measure->fault = fault;
}

/* False: memory ran out. */
static bool measure_deflated(const struct unpack_archive *archive, const struct unpack_member *member,
                             struct measure *measure)
{
    static uint8_t block[BLOCK]; /* a worker has one thread */
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)(archive->bytes + member->data)};
    uint64_t given = 0;
    int state = Z_OK;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    while (state == Z_OK && measure->size <= member->size) {
        if (stream.avail_in == 0) {
            uint64_t more = member->stored - given;
            stream.avail_in = more > BLOCK ? BLOCK : (uInt)more;
            given += stream.avail_in;
        }
        stream.next_out = block;
        stream.avail_out = sizeof block;
        state = inflate(&stream, Z_NO_FLUSH);
        uInt got = (uInt)sizeof block - stream.avail_out;
        measure->size += got;
        measure->crc = (uint32_t)crc32(measure->crc, block, got);
    }
    if (state == Z_MEM_ERROR) {
        inflateEnd(&stream);
        return false;
    }
    if (measure->size > member->size)
        stop(measure, ARCHIVE_INCONSISTENT, _("unpacks to more than it says"));
    else if (state != Z_STREAM_END)
        stop(measure, ARCHIVE_DAMAGED, _("is damaged: it cannot be unpacked to its end"));
    else if (given - stream.avail_in != member->stored)
        stop(measure, ARCHIVE_INCONSISTENT, _("has bytes hidden behind its end"));
    inflateEnd(&stream);
    return true;
}

static bool check_measured(const struct unpack_archive *archive, const struct unpack_member *member,
                           json_t *faults, bool *memory)
{
    struct measure measure = {.fault = NULL};
    if (member->method == UNPACK_STORED)
        measure_stored(archive, member, &measure);
    else if (!measure_deflated(archive, member, &measure)) {
        *memory = false;
        return false;
    }
    if (measure.fault == NULL && measure.size != member->size)
        stop(&measure, ARCHIVE_INCONSISTENT, _("does not unpack to the size it says"));
    if (measure.fault == NULL && measure.crc != member->crc)
        stop(&measure, ARCHIVE_DAMAGED, _("is damaged: its checksum does not fit its bytes"));
    return measure.fault == NULL || unpack_fault(faults, measure.code, member, "%s", measure.fault);
}

bool unpack_measure(const struct unpack_archive *archive, const struct unpack_limits *limits, json_t *faults,
                    struct error *error)
{
    uint64_t left = limits->total_bytes;
    bool done = true, memory = true, bomb = bursting(archive), whole = !bomb;
    if (bomb)
        done = unpack_fault(faults, ARCHIVE_BOMB, NULL,
                            _("the .zip file unpacks to more than %d times its own size"), RATIO_MOST);
    /* All that is stated first: a packet that is refused for it costs no decoding. */
    for (size_t i = 0; done && !bomb && i < archive->count; i++) {
        bool fit = false;
        done = check_stated(&archive->members[i], limits, &left, faults, &fit);
        whole = whole && fit;
    }
    for (size_t i = 0; done && whole && i < archive->count; i++)
        done = check_measured(archive, &archive->members[i], faults, &memory);
    return (done && memory) || error_set(error, FAULT_TEMPORARY, "out of memory while reading a .zip file");
}
