/*
 * Fuzz: the reader of JSON, and that what it accepts has one canonical form.
 *
 * A value read again from its canonical bytes must give the same bytes: the chain of events hashes them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *value = NULL, *again = NULL;
    struct error error = ERROR_NONE;
    if (!json_read((const char *)data, size, &value, &error))
        return 0;
    char *first = json_canonical(value);
    if (first != NULL && json_read(first, strlen(first), &again, &error)) {
        char *second = json_canonical(again);
        if (second == NULL || strcmp(first, second) != 0)
            abort();
        free(second);
    }
    free(first);
    json_decref(value);
    json_decref(again);
    return 0;
}
