/*
 * Fuzz: a gallery segment that was damaged or made by somebody else, and templates of any bytes.
 *
 * Hashes would turn every changed byte away. So each input is tried as it is and once more with a header that
 * fits its length; then no record may lie beyond the mapping and every template can be compared.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "match/segment_merge.h"
#include "match/segment_parts.h"
#include "tests/fuzz/fuzz.h"

static const struct match_engine *const engine = &match_engine_embedded;

static struct match_probe *probe(void)
{
    static struct match_probe *made;
    struct error error = ERROR_NONE;
    struct image image = {0};
    const struct eye_points eyes = {.left_x = 4000, .left_y = 5000, .right_x = 8000, .right_y = 5100};
    if (made != NULL)
        return made;
    if (!image_make(&image, 120, 150, 1, &error))
        fuzz_broken(&error);
    for (size_t i = 0; i < 120 * 150; i++)
        image.pixels[i] = (uint8_t)(i * i / 7);
    if (!engine->probe_make(&image, &eyes, &made, &error))
        fuzz_broken(&error);
    image_free(&image);
    return made;
}

/* Written anew: what opens either merges into a segment that is sound, or is refused by what is wrong with it. */
static void merge(const struct segment *segment)
{
    struct error error = ERROR_NONE;
    const struct segment_source source = {segment, 7};
    size_t length = segment_merged_size(segment->header, segment->header->count);
    void *bytes = calloc(1, length);
    if (bytes == NULL)
        return;
    if (segment_merge(&source, 1, NULL, 0, bytes, length, NULL, &error)) {
        int file = memory_file("merged", bytes, length, &error);
        struct segment merged;
        if (!segment_open(file, engine, &merged, &error))
            fuzz_broken(&error);
        segment_close(&merged);
        close(file);
    } else if (error.fault != FAULT_ENVIRONMENT)
        fuzz_broken(&error);
    free(bytes);
}

static void read_segment(const void *bytes, size_t size, bool must_open)
{
    struct error error = ERROR_NONE;
    struct segment segment;
    uint16_t distances[MATCH_DISTANCES_MOST];
    int file = memory_file("segment", bytes, size, &error);
    bool opened = segment_open(file, engine, &segment, &error);
    if (!opened && (must_open || error.fault != FAULT_ENVIRONMENT))
        fuzz_broken(&error);
    for (uint64_t i = 0; opened && i < segment.header->count; i++) {
        const uint8_t *template_bytes = segment_template(&segment, i);
        uint16_t likeness;
        segment_record_sound(&segment, i);
        segment_hashes_sound(&segment, i / SEGMENT_HASH_BLOCK);
        engine->compare(probe(), &template_bytes, 1, distances);
        engine->likeness(probe(), segment.hashes + i * engine->hash_size, 1, &likeness);
    }
    if (opened && !segment_verify(&segment, &error) && error.fault != FAULT_ENVIRONMENT)
        fuzz_broken(&error);
    if (opened)
        merge(&segment);
    segment_close(&segment);
    close(file);
}

/* As many photos as a file of this size holds. */
static bool layout_within(size_t size, uint64_t *count, struct segment_layout *layout)
{
    for (*count = size / (engine->template_size + engine->hash_size) + 1; (*count)-- > 0;)
        if (segment_layout(*count, engine->template_size, engine->hash_size, layout) && layout->size <= size)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct segment_layout layout;
    uint64_t count;
    read_segment(data, size, false);
    if (size < sizeof(struct segment_header) || !layout_within(size, &count, &layout))
        return 0;
    uint8_t *bytes = malloc(size);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    struct segment_header *header = (struct segment_header *)(void *)bytes;
    memcpy(header->magic, SEGMENT_MAGIC, sizeof header->magic);
    header->version = SEGMENT_VERSION;
    header->template_size = (uint32_t)engine->template_size;
    header->hash_size = (uint32_t)engine->hash_size;
    header->count = count;
    memset(header->engine, 0, sizeof header->engine);
    memcpy(header->engine, engine->id, strlen(engine->id));
    memset(header->engine_version, 0, sizeof header->engine_version);
    memcpy(header->engine_version, engine->version, strlen(engine->version));
    struct digest digest = digest_of(header, offsetof(struct segment_header, header));
    memcpy(header->header, digest.bytes, DIGEST_SIZE);
    read_segment(bytes, layout.size, true);
    free(bytes);
    return 0;
}
