/*
 * Checking an answer of a vendor's engine.
 *
 * Guarantees: nothing of the answer is used before all of it was checked. What a list leaves out cannot be checked: that
 * every photo was compared is the engine's word, as its scores are.
 */
#include "match/answer_check.h"

#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "match/candidates.h"
#include "match/segment.h"

enum { WORDS_MOST = 2000 };

char *answer_words(char *text)
{
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
            *at = '?';
    return text;
}

static bool wrong(struct error *error, const char *what)
{
    return error_set(error, FAULT_INPUT, "the engine's answer is malformed: %s", what);
}

static bool words(const json_t *object, const char *key, size_t most)
{
    const char *text = json_text(object, key);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return length >= 1 && length <= most;
}

bool answer_card_check(const json_t *card, const char *digest, struct error *error)
{
    static const char *const members[] = {"maker", "method", "weights", "score_scale", "error_rates"};
    int64_t size = json_whole(card, "template_size", 0);
    if (!words(card, "id", 31) || !words(card, "version", 31))
        return wrong(error, "its card has no id or version");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!words(card, members[i], WORDS_MOST))
            return wrong(error, "its card lacks a text");
    if (strcmp(json_text(card, "digest"), digest) != 0)
        return wrong(error, "its card has another digest");
    if (size < 1 || size > 65536 || !json_is_object(json_object_get(card, "parameters")) ||
        json_whole(card, "score_least", 0) >= json_whole(card, "score_most", 0))
        return wrong(error, "its card has no size, scale or parameters");
    return true;
}

static bool is_digest(const json_t *answer, const char *key)
{
    struct digest digest;
    return digest_parse(json_text(answer, key), &digest);
}

static bool check_row(const json_t *list, size_t i, const json_t *card, struct error *error)
{
    const json_t *row = json_array_get(list, i), *before = i == 0 ? NULL : json_array_get(list, i - 1);
    const char *photo = json_text(row, "photo"), *person = json_text(row, "person");
    /* What is not asked for would go into the record with the rest. */
    if (json_object_size(row) != 4)
        return wrong(error, "a row of a list has other members than rank, photo, person and score");
    if (json_whole(row, "rank", 0) != (int64_t)i + 1)
        return wrong(error, "ranks do not count from one");
    if (!words(row, "photo", SEGMENT_ID_SIZE - 1) || !words(row, "person", SEGMENT_ID_SIZE - 1))
        return wrong(error, "a photo or person has no name");
    if (!json_is_integer(json_object_get(row, "score")))
        return wrong(error, "a score is no whole number of millionths");
    int64_t score = json_whole(row, "score", 0);
    if (score < json_whole(card, "score_least", 0) || score > json_whole(card, "score_most", 0))
        return wrong(error, "a score lies beyond the engine's scale");
    if (before != NULL) {
        int64_t above = json_whole(before, "score", 0);
        if (score > above || (score == above && strcmp(photo, json_text(before, "photo")) < 0))
            return wrong(error, "a list is not sorted");
    }
    for (size_t j = 0; j < i; j++) {
        const json_t *other = json_array_get(list, j);
        if (strcmp(json_text(other, "photo"), photo) == 0)
            return wrong(error, "a photo is listed twice");
        if (strcmp(json_text(other, "person"), person) == 0)
            return wrong(error, "a person is listed twice");
    }
    return true;
}

/* Of an engine that gives scores itself there is none. */
static bool cohort_sound(const json_t *cohort)
{
    json_t *none = json_pack("{si,s[],s[],s[],ss,ss}", "count", 0, "counts", "sums", "squares", "fused_sum",
                             "0", "fused_squares", "0");
    bool same = none != NULL && json_equal(none, (json_t *)(uintptr_t)cohort);
    json_decref(none);
    return same;
}

static bool check_probe(const json_t *asked, const json_t *probe, size_t length, const json_t *card,
                        struct error *error)
{
    const json_t *list = json_object_get(probe, "candidates");
    const char *id = json_text_or_null(probe, "id");
    if (id == NULL || strcmp(json_text(asked, "id"), id) != 0)
        return wrong(error, "it is about other probes than were asked for");
    if (json_object_get(probe, "fault") != NULL)
        return words(probe, "fault", ERROR_TEXT_SIZE) || wrong(error, "a probe's fault says nothing");
    if (!json_is_array(list) || !cohort_sound(json_object_get(probe, "cohort")) ||
        json_whole(probe, "threshold", -1) != 0 || json_whole(probe, "compared", -1) < 0)
        return wrong(error, "a probe has neither list nor fault");
    if (json_array_size(list) > length)
        return wrong(error, "a list is longer than was asked for");
    if (json_array_size(list) < length)
        return wrong(error, "a list is shorter than was asked for");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!check_row(list, i, card, error))
            return false;
    return true;
}

bool answer_search_check(const json_t *parameters, const json_t *card, const json_t *answer,
                         struct error *error)
{
    const json_t *asked = json_object_get(parameters, "probes"), *probes = json_object_get(answer, "probes");
    const json_t *segment, *set = json_object_get(answer, "parameters");
    int64_t photos = 0, searched = json_whole(answer, "searched", -1),
            persons = json_whole(answer, "persons", -1);
    int64_t length = json_whole(parameters, "length", CANDIDATES_DEFAULT);
    size_t i;
    json_array_foreach(json_object_get(parameters, "segments"), i, segment) photos +=
        json_whole(segment, "count", 0);
    if (json_whole(answer, "schema", 0) != 1 || !json_equal(card, json_object_get(answer, "engine")))
        return wrong(error, "it is not by the engine that was asked");
    if (!is_digest(answer, "snapshot") || !is_digest(answer, "cohort_photos") ||
        json_whole(answer, "stages", 0) != 1 || json_object_size(set) != 3 ||
        json_whole(set, "length", 0) != length || json_whole(set, "full_below", -1) < 0 ||
        json_whole(set, "share", -1) < 0)
        return wrong(error, "it lacks what it searched or how");
    if (searched < 0 || persons < 0 || persons > searched || json_whole(answer, "left_out", -1) < 0 ||
        searched + json_whole(answer, "left_out", -1) > photos)
        return wrong(error, "it counts other photos than it was given");
    if (!json_is_array(probes) || json_array_size(probes) != json_array_size(asked))
        return wrong(error, "it is about more or fewer probes than were asked for");
    for (i = 0; i < json_array_size(probes); i++)
        if (!check_probe(json_array_get(asked, i), json_array_get(probes, i),
                         (size_t)(persons < length ? persons : length), card, error))
            return false;
    return true;
}

bool answer_photos_check(struct transaction *transaction, const json_t *answer, struct error *error)
{
    size_t i, j;
    const json_t *probe, *row;
    json_array_foreach(json_object_get(answer, "probes"), i, probe)
    {
        json_array_foreach(json_object_get(probe, "candidates"), j, row)
        {
            json_t *photo = NULL;
            if (!book_get(transaction, BOOK_PHOTOS, json_text(row, "photo"), &photo, error))
                return false;
            bool known = photo != NULL && strcmp(json_text(photo, "person"), json_text(row, "person")) == 0;
            json_decref(photo);
            if (!known)
                return wrong(error, "it lists a photo the gallery does not have");
        }
    }
    return true;
}
