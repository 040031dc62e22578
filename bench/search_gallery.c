/*
 * A gallery of photos nobody took, for measuring speed: random templates with the hashes, ids, keys and sums
 * that a real one has, written column by column so that it may be larger than memory.
 *
 * Does not fill in what only segment_verify reads: template hashes and the file's own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/search.h"
#include "match/elastic.h"
#include "match/segment_parts.h"

enum { CHUNK = 4096 };

static uint64_t random_state = 88172645463325252U;

static void random_fill(void *bytes, size_t length)
{
    uint64_t x = random_state;
    for (size_t i = 0; i + 8 <= length; i += 8) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        memcpy((uint8_t *)bytes + i, &x, 8);
    }
    random_state = x;
}

static void put(int file, const void *bytes, size_t length, size_t at)
{
    for (size_t done = 0; done < length;) {
        ssize_t written = pwrite(file, (const uint8_t *)bytes + done, length - done, (off_t)(at + done));
        if (written <= 0) {
            perror("search: writing the gallery");
            exit(73);
        }
        done += (size_t)written;
    }
}

struct chunk {
    uint8_t *templates, *hashes;
    struct segment_record *records;
    struct segment_key *photos, *persons;
    uint64_t checks[CHUNK / SEGMENT_HASH_BLOCK];
};

static void chunk_fill(struct chunk *chunk, size_t first, size_t count, const struct segment_layout *layout,
                       bool with_templates)
{
    size_t hash_size = match_engine_embedded.hash_size;
    uint64_t present = ALL_PRESENT;
    memset(chunk->records, 0, CHUNK * sizeof *chunk->records);
    if (with_templates) {
        random_fill(chunk->templates, count * layout->template_stride);
    } else {
        memset(chunk->templates, 0, count * layout->template_stride); /* what is read of a hole */
        random_fill(chunk->hashes, count * hash_size);
    }
    for (size_t i = 0; i < count; i++) {
        struct segment_record *record = &chunk->records[i];
        uint8_t *template_bytes = chunk->templates + i * layout->template_stride;
        snprintf(record->photo, sizeof record->photo, "P-%09zu", first + i);
        snprintf(record->person, sizeof record->person, "N-%09zu", first + i);
        if (with_templates) {
            memcpy(template_bytes + BLOCKS * BLOCK_BYTES, &present, sizeof present);
            match_engine_embedded.hash(template_bytes, chunk->hashes + i * hash_size);
        }
        record->check = segment_record_check(record, template_bytes, match_engine_embedded.template_size);
        /* Keys need no more than their order here. */
        chunk->photos[i] = (struct segment_key){(first + i) << 24, (uint32_t)(first + i), 0};
        chunk->persons[i] = chunk->photos[i];
    }
    for (size_t i = 0; i < count; i += SEGMENT_HASH_BLOCK) {
        size_t block = count - i < SEGMENT_HASH_BLOCK ? count - i : SEGMENT_HASH_BLOCK;
        chunk->checks[i / SEGMENT_HASH_BLOCK] =
            segment_hash_check(chunk->hashes + i * hash_size, block * hash_size);
    }
}

static void header_write(int file, size_t count)
{
    static struct segment_header header;
    memset(&header, 0, sizeof header);
    memcpy(header.magic, SEGMENT_MAGIC, sizeof header.magic);
    header.version = SEGMENT_VERSION;
    header.template_size = (uint32_t)match_engine_embedded.template_size;
    header.hash_size = (uint32_t)match_engine_embedded.hash_size;
    header.count = header.persons = count;
    snprintf(header.engine, sizeof header.engine, "%s", match_engine_embedded.id);
    snprintf(header.engine_version, sizeof header.engine_version, "%s", match_engine_embedded.version);
    struct digest digest = digest_of(&header, offsetof(struct segment_header, header));
    memcpy(header.header, digest.bytes, DIGEST_SIZE);
    put(file, &header, sizeof header, 0);
}

int gallery_write(const char *path, size_t count, bool with_templates)
{
    struct segment_layout layout;
    size_t hash_size = match_engine_embedded.hash_size;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    segment_layout(count, match_engine_embedded.template_size, hash_size, &layout);
    struct chunk *chunk = calloc(1, sizeof *chunk);
    if (file < 0 || unlink(path) != 0 || ftruncate(file, (off_t)layout.size) != 0 || chunk == NULL) {
        perror(path);
        exit(73);
    }
    chunk->templates = malloc(CHUNK * layout.template_stride);
    chunk->hashes = malloc(CHUNK * hash_size);
    chunk->records = malloc(CHUNK * sizeof *chunk->records);
    chunk->photos = malloc(CHUNK * sizeof *chunk->photos);
    chunk->persons = malloc(CHUNK * sizeof *chunk->persons);
    header_write(file, count);
    for (size_t first = 0; first < count; first += CHUNK) {
        size_t some = count - first < CHUNK ? count - first : CHUNK;
        chunk_fill(chunk, first, some, &layout, with_templates);
        if (with_templates)
            put(file, chunk->templates, some * layout.template_stride,
                layout.templates + first * layout.template_stride);
        put(file, chunk->hashes, some * hash_size, layout.hashes + first * hash_size);
        put(file, chunk->records, some * sizeof *chunk->records,
            layout.records + first * sizeof *chunk->records);
        put(file, chunk->photos, some * sizeof *chunk->photos, layout.photos + first * sizeof *chunk->photos);
        put(file, chunk->persons, some * sizeof *chunk->persons,
            layout.persons + first * sizeof *chunk->persons);
        put(file, chunk->checks, (some + SEGMENT_HASH_BLOCK - 1) / SEGMENT_HASH_BLOCK * sizeof(uint64_t),
            layout.checks + first / SEGMENT_HASH_BLOCK * sizeof(uint64_t));
    }
    free(chunk->templates);
    free(chunk->hashes);
    free(chunk->records);
    free(chunk->photos);
    free(chunk->persons);
    free(chunk);
    return file;
}

struct match_probe *probe_draw(void)
{
    static struct elastic_view view;
    struct match_probe *probe = aligned_alloc(64, (sizeof *probe + 63) / 64 * 64);
    if (probe == NULL)
        exit(75);
    memset(probe, 0, sizeof *probe);
    random_fill(view.codes, sizeof view.codes);
    view.present = ALL_PRESENT;
    elastic_probe(&view, probe);
    for (int i = 0; i < ALIGNMENTS_FURTHER; i++)
        probe->further[i] = view;
    return probe;
}
