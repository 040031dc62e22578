/*
 * Fuzz: the reader of JSON, and that what it accepts has one canonical form.
 *
 * A value read again from its canonical bytes must give the same bytes: the chain of events hashes them. And what the
 * project reads and writes by itself must be what jansson reads and writes.
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
    json_t *other = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    bool read = json_read((const char *)data, size, &value, &error);
    if (read != (other != NULL) || (read && !json_equal(value, other)))
        abort();
    json_decref(other);
    if (!read)
        return 0;
    char *first = json_canonical(value);
    char *dumped = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    if (first != NULL && dumped != NULL && strcmp(first, dumped) != 0)
        abort();
    free(dumped);
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
