/*
 * Fuzz: what the process of a vendor's engine wrote, from bytes to "it is what was asked for"; and its card.
 */
#include <string.h>

#include "match/answer_check.h"
#include "tests/fuzz/fuzz.h"

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static json_t *made(const char *text)
{
    struct error error = ERROR_NONE;
    json_t *value = NULL;
    if (!json_read(text, strlen(text), &value, &error))
        fuzz_broken(&error);
    return value;
}

/* Whoever relies on a list takes it to be sorted, of whole numbers and of names that fit. */
static void check_list(const json_t *list, struct error *error)
{
    int64_t before = 100;
    size_t i;
    const json_t *row;
    json_array_foreach(list, i, row)
    {
        int64_t score = json_whole(row, "score", 101);
        if (json_whole(row, "rank", 0) != (int64_t)i + 1 || score > before || score < -100 ||
            strlen(json_text(row, "photo")) - 1 > 38 || strlen(json_text(row, "person")) - 1 > 38)
            fuzz_broken(error);
        before = score;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *asked, *card;
    struct error error = ERROR_NONE;
    json_t *answer = NULL;
    if (asked == NULL) {
        asked = made("{\"length\":3,\"probes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"segments\":[{\"count\":4},{"
                     "\"count\":6}]}");
        card = made("{\"id\":\"v\",\"version\":\"1\",\"maker\":\"m\",\"method\":\"m\",\"weights\":\"none\","
                    "\"score_scale\":\"s\",\"error_rates\":\"e\",\"template_size\":8,\"parameters\":{},"
                    "\"score_least\":-100,\"score_most\":100,\"digest\":\"" DIGEST "\"}");
    }
    if (!json_read((const char *)data, size, &answer, &error))
        return 0;
    /* As a card, which is foreign as well. */
    if (answer_card_check(answer, DIGEST, &error) &&
        (json_text(answer, "id")[0] == '\0' || json_whole(answer, "template_size", 0) < 1))
        fuzz_broken(&error);
    /* A list no engine was asked for by name is never reached: give the answer the right one. */
    if (json_is_object(answer))
        json_object_set(answer, "engine", card);
    error = ERROR_NONE;
    if (answer_search_check(asked, card, answer, &error)) {
        error_set(&error, FAULT_INTERNAL, "a list was taken that is none");
        const json_t *probes = json_object_get(answer, "probes");
        if (json_array_size(probes) != 2)
            fuzz_broken(&error);
        for (size_t i = 0; i < 2; i++)
            check_list(json_object_get(json_array_get(probes, i), "candidates"), &error);
    } else if (error.fault == FAULT_NONE)
        fuzz_broken(&error);
    json_decref(answer);
    return 0;
}
