/*
 * The workers of matching and pictures, from files in memory to their answers: who is listed, in which order,
 * that seals leave no trace, that threads and segments change no byte, and that faults stay where they
 * belong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/json.h"
#include "match/elastic.h"
#include "match/match_worker.h"
#include "match/score.h"
#include "match/segment.h"
#include "match/template_answer.h"
#include "photo/decode.h"
#include "photo/encode.h"
#include "photo/photo_worker.h"
#include "tests/support/small_gallery.h"

static void test_mates_come_first(void **state)
{
    (void)state;
    static const char *const mates[PROBES] = {"N-0", "N-4", "N-9"};
    size_t size;
    char *bytes = searched(&(struct asked){.parts = 2, .threads = 2, .length = 20}, &size);
    json_t *answer = parsed(bytes, &size);
    assert_int_equal(json_whole(answer, "searched", 0), PHOTOS);
    assert_int_equal(json_whole(answer, "persons", 0), PEOPLE);
    assert_int_equal(strlen(json_text(answer, "snapshot")), 64);
    for (size_t p = 0; p < PROBES; p++) {
        const json_t *list = json_object_get(probe_at(answer, p), "candidates");
        assert_string_equal(json_text(candidate_at(answer, p, 0), "person"), mates[p]);
        assert_int_equal(json_array_size(list), PEOPLE); /* each person once, though two have two photos */
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *row = json_array_get(list, i), *next = json_array_get(list, i + 1);
            assert_int_equal(json_whole(row, "rank", 0), (int64_t)i + 1);
            assert_true(next == NULL || json_whole(row, "score", 0) > json_whole(next, "score", 0) ||
                        strcmp(json_text(row, "photo"), json_text(next, "photo")) < 0);
            for (size_t j = 0; j < i; j++)
                assert_string_not_equal(json_text(row, "person"),
                                        json_text(json_array_get(list, j), "person"));
        }
    }
    json_decref(answer);
}

static void test_cutting_up_changes_nothing(void **state)
{
    (void)state;
    for (int share = 0; share <= 400; share += 400) {
        size_t first_size, size;
        char *first =
            searched(&(struct asked){.parts = 1, .threads = 1, .length = 5, .share = share}, &first_size);
        const struct asked others[] = {{.parts = 1, .threads = 4, .length = 5, .share = share},
                                       {.parts = 3, .threads = 2, .length = 5, .share = share},
                                       {.parts = PHOTOS, .threads = 1, .length = 5, .share = share}};
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            char *bytes = searched(&others[i], &size);
            assert_int_equal(size, first_size);
            assert_memory_equal(bytes, first, size);
            free(bytes);
        }
        free(first);
    }
}

/* After a first stage the likeliest share is compared in full, ties included, and no other is listed. */
static void test_two_stages(void **state)
{
    (void)state;
    static const char *const mates[PROBES] = {"N-0", "N-4", "N-9"};
    size_t size;
    json_t *full = parsed(searched(&(struct asked){.parts = 2, .length = 20}, &size), &size);
    json_t *all = parsed(searched(&(struct asked){.parts = 2, .length = 20, .share = 1000}, &size), &size);
    json_t *some = parsed(searched(&(struct asked){.parts = 2, .length = 20, .share = 400}, &size), &size);
    assert_int_equal(json_whole(full, "stages", 0), 1);
    assert_int_equal(json_whole(some, "stages", 0), 2);
    for (size_t p = 0; p < PROBES; p++) {
        assert_int_equal(json_whole(probe_at(all, p), "compared", 0), PHOTOS);
        assert_true(json_whole(probe_at(some, p), "threshold", 0) > 0);
        assert_true(json_whole(probe_at(some, p), "compared", 0) >= (PHOTOS * 4 + 9) / 10);
        assert_true(json_whole(probe_at(some, p), "compared", 0) < PHOTOS);
        assert_true(json_equal(json_object_get(probe_at(all, p), "candidates"),
                               json_object_get(probe_at(full, p), "candidates")));
        assert_string_equal(json_text(candidate_at(some, p, 0), "person"), mates[p]);
        assert_int_equal(json_whole(candidate_at(some, p, 0), "score", 0),
                         json_whole(candidate_at(full, p, 0), "score", 1));
    }
    json_decref(full);
    json_decref(all);
    json_decref(some);
}

/* A sealed photo is as good as absent, to the last byte but for the number left out. */
static void test_seals_leave_no_trace(void **state)
{
    (void)state;
    size_t size;
    const char *photo = gallery.photo[4]; /* the mate of the second probe */
    json_t *sealed =
        parsed(searched(&(struct asked){.parts = 2, .sealed = photo, .length = 20}, &size), &size);
    json_t *absent =
        parsed(searched(&(struct asked){.parts = 2, .without = photo, .length = 20}, &size), &size);
    json_t *all = parsed(searched(&(struct asked){.parts = 2, .length = 20}, &size), &size);
    assert_int_equal(json_whole(sealed, "left_out", 0), 1);
    assert_int_equal(json_whole(absent, "left_out", 9), 0);
    json_put_whole(sealed, "left_out", 0);
    assert_true(json_equal(sealed, absent));
    assert_false(json_equal(sealed, all));
    char *text = json_canonical(sealed);
    assert_null(strstr(text, photo));
    free(text);
    json_decref(sealed);
    json_decref(absent);
    json_decref(all);
}

static int by_digest_of_id(const void *a, const void *b)
{
    struct digest x =
        digest_of(gallery.photo[*(const unsigned *)a], strlen(gallery.photo[*(const unsigned *)a]));
    struct digest y =
        digest_of(gallery.photo[*(const unsigned *)b], strlen(gallery.photo[*(const unsigned *)b]));
    return memcmp(x.bytes, y.bytes, DIGEST_SIZE);
}

/* From the templates alone: the cohort by its definition and the second look give the answer's scores. */
static void test_scores_can_be_computed_again(void **state)
{
    (void)state;
    const struct match_engine *engine = &match_engine_embedded;
    size_t size;
    json_t *answer = parsed(searched(&(struct asked){.parts = 2, .length = 20}, &size), &size);
    unsigned order[PHOTOS];
    const uint8_t *cohort[PHOTOS];
    for (unsigned i = 0; i < PHOTOS; i++)
        order[i] = i;
    qsort(order, PHOTOS, sizeof order[0], by_digest_of_id);
    for (unsigned i = 0; i < PHOTOS; i++)
        cohort[i] = gallery.template_bytes[order[i]];
    struct photo photo;
    struct match_probe *probe = NULL;
    struct match_refiner *refiner = NULL;
    int file = face_file(4, 2);
    assert_true(photo_decode_file(file, NULL, &photo, NULL));
    close(file);
    assert_true(engine->probe_make(&photo.image, &eyes, &probe, NULL));
    assert_true(engine->refiner_make(cohort, PHOTOS, &refiner, NULL));
    for (size_t i = 0; i < 3; i++) {
        const json_t *row = candidate_at(answer, 1, i);
        for (unsigned g = 0; g < PHOTOS; g++) {
            if (strcmp(gallery.photo[g], json_text(row, "photo")) != 0)
                continue;
            int64_t score;
            const uint8_t *templates[1] = {gallery.template_bytes[g]};
            void *standing = malloc(engine->standing_size);
            const void *standings[1] = {standing};
            assert_true(engine->stand(refiner, templates, 1, standing, NULL));
            assert_true(engine->refine(refiner, probe, templates, standings, 1, &score, NULL));
            free(standing);
            assert_int_equal(score, json_whole(row, "score", 0));
        }
    }
    engine->refiner_free(refiner);
    engine->probe_free(probe);
    image_free(&photo.image);
    json_decref(answer);
}

static void test_one_bad_picture_spoils_nothing(void **state)
{
    (void)state;
    size_t size;
    struct error error;
    json_t *rows = json_array(), *segments = json_array();
    int inputs[4] = {face_file(0, 2), memory_file("no picture", "GIF89a...", 9, NULL), face_file(4, 2), -1};
    for (int i = 0; i < 3; i++) {
        const char *ids[3] = {"good", "gif", "far"};
        json_array_append_new(rows, json_pack("{s:s,s:o}", "id", ids[i], "eyes", eyes_json()));
    }
    json_array_set_new(json_object_get(json_array_get(rows, 2), "eyes"), 2, json_integer(99999));
    char *bytes = worked(match_template_worker, "match-template", json_pack("{s:O}", "photos", rows), inputs,
                         3, WORKER_DONE, &size, &error);
    struct template_answer answer;
    struct template_answer_entry entry;
    assert_true(template_answer_open(&answer, bytes, size, &match_engine_embedded, &error));
    assert_true(template_answer_next(&answer, &entry, &error) && entry.state == TEMPLATE_EXTRACTED);
    assert_true(template_answer_next(&answer, &entry, &error) && entry.state == TEMPLATE_FAULT);
    assert_non_null(strstr(entry.fault, "GIF"));
    assert_true(template_answer_next(&answer, &entry, &error) && entry.state == TEMPLATE_FAULT);
    assert_non_null(strstr(entry.fault, "inside the picture"));
    for (size_t cut = 1; cut < size; cut += 41) { /* a cut answer is never taken for a whole one */
        error = ERROR_NONE;
        if (template_answer_open(&answer, bytes, cut, &match_engine_embedded, &error))
            while (template_answer_next(&answer, &entry, &error))
                continue;
        assert_int_equal(error.fault, FAULT_INTERNAL);
    }
    free(bytes);
    inputs[3] = segment_file(0, PHOTOS, NULL, segments);
    json_t *found = parsed(worked(match_search_worker, "match-search",
                                  json_pack("{s:o,s:o}", "probes", rows, "segments", segments), inputs, 4,
                                  WORKER_DONE, &size, &error),
                           &size);
    assert_string_equal(json_text(candidate_at(found, 0, 0), "person"), "N-0");
    assert_non_null(strstr(json_text(probe_at(found, 1), "fault"), "GIF"));
    assert_null(json_object_get(probe_at(found, 1), "candidates"));
    assert_non_null(strstr(json_text(probe_at(found, 2), "fault"), "eye points"));
    json_decref(found);
    for (int i = 0; i < 4; i++)
        close(inputs[i]);
}

/* Half a gallery must not pass for the whole. */
static void test_damage_stops_the_search(void **state)
{
    (void)state;
    struct error error;
    size_t size, length;
    for (int fault = 0; fault < 4; fault++) {
        json_t *segments = json_array(), *probes = json_array();
        int inputs[3] = {face_file(0, 2), segment_file(0, PHOTOS, NULL, segments), -1};
        size_t count = 2;
        json_array_append_new(probes, json_pack("{s:s,s:o}", "id", "p", "eyes", eyes_json()));
        if (fault == 0) { /* one bit of one template */
            char *bytes;
            assert_true(file_read_open(inputs[1], 1 << 24, &bytes, &length, NULL));
            bytes[SEGMENT_PAGE + 5 * ((TEMPLATE_BYTES + 63) / 64 * 64) + 777] ^= 4;
            close(inputs[1]);
            inputs[1] = memory_file("segment", bytes, length, NULL);
            free(bytes);
        } else if (fault == 1) { /* not the segment the list speaks of */
            json_put_whole(json_array_get(segments, 0), "count", PHOTOS - 1);
        } else if (fault == 2) { /* a photo twice */
            inputs[count++] = segment_file(3, 4, NULL, segments);
        } else { /* no segment at all */
            close(inputs[1]);
            inputs[1] = memory_file("segment", "nothing", 7, NULL);
        }
        worked(match_search_worker, "match-search",
               json_pack("{s:o,s:o}", "probes", probes, "segments", segments), inputs, count, WORKER_PERSON,
               &size, &error);
        assert_int_equal(error.fault, FAULT_ENVIRONMENT);
        for (size_t i = 0; i < count; i++)
            close(inputs[i]);
    }
}

static void test_empty_gallery(void **state)
{
    (void)state;
    struct error error;
    size_t size;
    int inputs[1] = {face_file(0, 2)};
    json_t *parameters =
        json_pack("{s:[{s:s,s:o}],s:[]}", "probes", "id", "p", "eyes", eyes_json(), "segments");
    json_t *answer =
        parsed(worked(match_search_worker, "match-search", parameters, inputs, 1, WORKER_DONE, &size, &error),
               &size);
    assert_int_equal(json_whole(answer, "searched", 9), 0);
    assert_int_equal(json_array_size(json_object_get(probe_at(answer, 0), "candidates")), 0);
    json_decref(answer);
    parameters = json_pack("{s:[],s:[],s:i}", "probes", "segments", "length", 51);
    worked(match_search_worker, "match-search", parameters, inputs, 0, WORKER_FAULTY, &size, &error);
    close(inputs[0]);
}

static void test_picture_workers(void **state)
{
    (void)state;
    struct error error;
    size_t size, again;
    int file = face_file(5, 1), none = memory_file("text", "hello", 5, NULL);
    json_t *edits = json_pack("{s:[{s:s,s:i},{s:s,s:i}]}", "edits", "operation", "rotate", "degrees_tenths",
                              30, "operation", "brightness", "amount", 10);
    char *a =
        worked(photo_edit_worker, "photo-edit", json_incref(edits), &file, 1, WORKER_DONE, &size, &error);
    char *b = worked(photo_edit_worker, "photo-edit", edits, &file, 1, WORKER_DONE, &again, &error);
    assert_int_equal(size, again);
    assert_memory_equal(a, b, size);
    struct photo photo;
    assert_true(photo_decode((uint8_t *)a, size, NULL, &photo, &error));
    assert_true(photo.image.width > 140);
    image_free(&photo.image);
    free(a);
    free(b);
    worked(photo_edit_worker, "photo-edit", json_pack("{s:[{s:s}]}", "edits", "operation", "mirror"), &file,
           1, WORKER_FAULTY, &size, &error);
    worked(photo_measure_worker, "photo-measure", json_object(), &none, 1, WORKER_FAULTY, &size, &error);
    json_t *measured =
        parsed(worked(photo_measure_worker, "photo-measure", json_pack("{s:o}", "eyes", eyes_json()), &file,
                      1, WORKER_DONE, &size, &error),
               &size);
    assert_int_equal(json_whole(measured, "width", 0), 140);
    assert_string_equal(json_text(measured, "format"), "JPEG");
    assert_string_equal(json_text(json_object_get(measured, "quality"), "region"), "face");
    json_decref(measured);
    static const int wanted[2][2] = {{100, 120}, {41, 50}}; /* aligned; fitted: 140 x 170 into 50 x 50 */
    for (int marked = 1; marked >= 0; marked--) {
        json_t *parameters =
            marked ? json_pack("{s:i,s:i,s:o}", "width", 100, "height", 120, "eyes", eyes_json())
                   : json_pack("{s:i,s:i}", "width", 50, "height", 50);
        a = worked(photo_figure_worker, "photo-figure", parameters, &file, 1, WORKER_DONE, &size, &error);
        assert_true(photo_decode((uint8_t *)a, size, NULL, &photo, &error));
        assert_int_equal(photo.image.width, wanted[!marked][0]);
        assert_int_equal(photo.image.height, wanted[!marked][1]);
        image_free(&photo.image);
        free(a);
    }
    close(file);
    close(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mates_come_first),
        cmocka_unit_test(test_cutting_up_changes_nothing),
        cmocka_unit_test(test_two_stages),
        cmocka_unit_test(test_seals_leave_no_trace),
        cmocka_unit_test(test_scores_can_be_computed_again),
        cmocka_unit_test(test_one_bad_picture_spoils_nothing),
        cmocka_unit_test(test_damage_stops_the_search),
        cmocka_unit_test(test_empty_gallery),
        cmocka_unit_test(test_picture_workers),
    };
    return cmocka_run_group_tests(tests, gallery_make, NULL);
}
