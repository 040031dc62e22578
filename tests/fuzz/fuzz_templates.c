/*
 * Fuzz: the templates a worker answers with. A worker that read hostile pictures is not believed either.
 */
#include <string.h>

#include "match/template_answer.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct template_answer answer;
    struct template_answer_entry entry;
    struct error error = ERROR_NONE;
    if (!template_answer_open(&answer, data, size, &match_engine_embedded, &error))
        return 0;
    while (template_answer_next(&answer, &entry, &error)) {
        bool inside = entry.state != TEMPLATE_EXTRACTED ||
                      (entry.template_bytes >= data &&
                       (size_t)(data + size - entry.template_bytes) >= match_engine_embedded.template_size);
        bool marked = entry.facts.eyes.right_x > 0;
        if (marked &&
            !eye_points_check(&entry.facts.eyes, (int)entry.facts.width, (int)entry.facts.height, &error))
            fuzz_broken(&error);
        if (memchr(entry.photo, '\0', sizeof entry.photo) == NULL || !inside)
            fuzz_broken(&error);
    }
    return 0;
}
