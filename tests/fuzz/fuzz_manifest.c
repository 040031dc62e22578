/*
 * Fuzz: a request packet's manifest, from bytes to the request as the casebook would keep it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ingest/manifest.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct manifest manifest = {0};
    struct error error = ERROR_NONE;
    if (!manifest_read((const char *)data, size, &manifest, &error))
        abort(); /* our own trouble, whatever the bytes were */
    manifest_free(&manifest);
    return 0;
}
