/*
 * A small gallery of drawn people and searches in it, through the workers of matching: for unit tests.
 */
#ifndef LEADSPOOL_TESTS_SUPPORT_SMALL_GALLERY_H
#define LEADSPOOL_TESTS_SUPPORT_SMALL_GALLERY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h needs these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/json.h"
#include "match/elastic.h"
#include "match/match_worker.h"
#include "match/segment.h"
#include "match/template_answer.h"
#include "photo/encode.h"
#include "tests/support/drawn_face.h"

#define PEOPLE 10
#define PHOTOS (PEOPLE + 2) /* persons 0 and 1 have two */

static const struct eye_points eyes = {5000, 6500, 9010, 6450};

static inline int face_file(unsigned person, unsigned take)
{
    struct image image;
    uint8_t *bytes;
    size_t length;
    assert_true(drawn_face(&image, person, take, 140, 170, 3, &eyes, NULL));
    assert_true(photo_encode(&image, ENCODE_FIGURE, &bytes, &length, NULL));
    int file = memory_file("face", bytes, length, NULL);
    assert_true(file >= 0);
    image_free(&image);
    free(bytes);
    return file;
}

/* Runs a worker; the answer's bytes, NUL-terminated, or NULL when it did not end as `expected` says DONE. */
static inline char *worked(worker_function *function, const char *kind, json_t *parameters, const int *inputs,
                           size_t count, enum worker_exit expected, size_t *length, struct error *error)
{
    static struct worker_progress progress;
    atomic_store(&progress.done, 0);
    struct worker_job job = {.kind = kind,
                             .parameters = parameters,
                             .inputs = inputs,
                             .input_count = count,
                             .output = memory_file_empty("answer", NULL),
                             .progress = &progress};
    *error = ERROR_NONE;
    enum worker_exit ended = function(&job, error);
    if (ended != expected)
        fail_msg("%s ended with %d: %s", kind, (int)ended, error->text);
    char *bytes = NULL;
    if (ended == WORKER_DONE)
        assert_true(file_read_open(job.output, 1 << 24, &bytes, length, NULL));
    close(job.output);
    json_decref(parameters);
    return bytes;
}

static inline json_t *eyes_json(void)
{
    return json_pack("[i,i,i,i]", eyes.left_x, eyes.left_y, eyes.right_x, eyes.right_y);
}

/* The gallery: templates extracted by the worker, photo names so that their order is not the persons'. */
static struct {
    char photo[PHOTOS][16], person[PHOTOS][16];
    uint8_t template_bytes[PHOTOS][TEMPLATE_BYTES];
} gallery;

static inline int gallery_make(void **state)
{
    (void)state;
    json_t *rows = json_array();
    int inputs[PHOTOS];
    for (unsigned i = 0; i < PHOTOS; i++) {
        unsigned person = i < PEOPLE ? i : i - PEOPLE;
        snprintf(gallery.photo[i], sizeof gallery.photo[i], "P-%02u", (i * 7 + 3) % PHOTOS);
        snprintf(gallery.person[i], sizeof gallery.person[i], "N-%u", person);
        json_array_append_new(rows, json_pack("{s:s,s:o}", "id", gallery.photo[i], "eyes", eyes_json()));
        inputs[i] = face_file(person, i < PEOPLE ? 1 : 3);
    }
    size_t length;
    struct error error;
    char *bytes = worked(match_template_worker, "match-template", json_pack("{s:o}", "photos", rows), inputs,
                         PHOTOS, WORKER_DONE, &length, &error);
    struct template_answer answer;
    struct template_answer_entry entry;
    assert_true(template_answer_open(&answer, bytes, length, &match_engine_embedded, &error));
    for (unsigned i = 0; i < PHOTOS; i++) {
        assert_true(template_answer_next(&answer, &entry, &error));
        assert_true(entry.state == TEMPLATE_EXTRACTED);
        assert_string_equal(entry.photo, gallery.photo[i]);
        memcpy(gallery.template_bytes[i], entry.template_bytes, TEMPLATE_BYTES);
        close(inputs[i]);
    }
    assert_false(template_answer_next(&answer, &entry, &error));
    assert_int_equal(error.fault, FAULT_NONE);
    free(bytes);
    return 0;
}

/* A segment of the photos first..last-1 whose id is not `without`. */
static inline int segment_file(unsigned first, unsigned last, const char *without, json_t *rows)
{
    struct segment_entry entries[PHOTOS];
    size_t count = 0, length;
    uint8_t *bytes;
    for (unsigned i = first; i < last; i++)
        if (without == NULL || strcmp(gallery.photo[i], without) != 0)
            entries[count++] = (struct segment_entry){gallery.photo[i], gallery.person[i],
                                                      gallery.template_bytes[i], 1 + i % 3};
    assert_true(segment_make(&match_engine_embedded, entries, count, &bytes, &length, NULL));
    int file = memory_file("segment", bytes, length, NULL);
    free(bytes);
    json_array_append_new(rows, json_pack("{s:s,s:i}", "name", "segment", "count", (int)count));
    return file;
}

struct asked {
    unsigned parts;      /* segments the gallery is cut into */
    const char *without; /* photo left out of the gallery */
    const char *sealed;  /* photo in it, but sealed */
    int threads, length;
    int share;              /* thousandths compared in full after a first stage; 0: all, without one */
    const json_t *measures; /* of an earlier answer's first probe: that probe alone is searched */
    int newest; /* enrolment up to which photos count: photo i came with the one of 1 + i % 3; 0: all */
};

#define PROBES 3

/* Probes: second pictures of persons 0, 4 and 9. */
static inline char *searched(const struct asked *asked, size_t *size)
{
    static const unsigned persons[PROBES] = {0, 4, 9};
    json_t *probes = json_array(), *segments = json_array(), *sealed = json_array();
    int inputs[PROBES + PHOTOS];
    size_t count = 0;
    struct error error;
    for (int i = 0; i < (asked->measures == NULL ? PROBES : 1); i++) {
        char id[24];
        snprintf(id, sizeof id, "probe-%d", i);
        json_array_append_new(probes, json_pack("{s:s,s:o}", "id", id, "eyes", eyes_json()));
        inputs[count++] = face_file(persons[i], 2);
    }
    for (unsigned i = 0; i < asked->parts; i++) {
        inputs[count++] = segment_file(PHOTOS * i / asked->parts, PHOTOS * (i + 1) / asked->parts,
                                       asked->without, segments);
        if (asked->newest > 0)
            json_put_whole(json_array_get(segments, i), "newest", asked->newest);
    }
    if (asked->sealed != NULL) {
        json_array_append_new(sealed, json_string("P-unknown"));
        json_array_append_new(sealed, json_string(asked->sealed));
    }
    json_t *parameters =
        json_pack("{s:o,s:o,s:o,s:i,s:i,s:i,s:i}", "probes", probes, "segments", segments, "sealed", sealed,
                  "length", asked->length, "threads", asked->threads, "full_below",
                  asked->share == 0 ? 1000 : 1, "share", asked->share == 0 ? 50 : asked->share);
    if (asked->measures != NULL)
        json_object_set(parameters, "measures", (json_t *)(uintptr_t)asked->measures);
    char *bytes =
        worked(match_search_worker, "match-search", parameters, inputs, count, WORKER_DONE, size, &error);
    for (size_t i = 0; i < count; i++)
        close(inputs[i]);
    return bytes;
}

/* By address: the answer may be made in the same expression. */
static inline json_t *parsed(char *bytes, const size_t *size)
{
    json_t *value = NULL;
    assert_true(json_read(bytes, *size, &value, NULL));
    free(bytes);
    return value;
}

static inline const json_t *probe_at(const json_t *answer, size_t i)
{
    return json_array_get(json_object_get(answer, "probes"), i);
}

static inline const json_t *candidate_at(const json_t *answer, size_t probe, size_t i)
{
    return json_array_get(json_object_get(probe_at(answer, probe), "candidates"), i);
}

#endif
