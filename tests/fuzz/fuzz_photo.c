/*
 * Fuzz: decoding a photograph, and that a decoded one keeps what was promised about it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "photo/decode.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* small limits: what is looked for is not the time a large picture takes */
    static const struct photo_limits limits = {
        .bytes = 1 << 20, .side = 1024, .pixels = 1 << 20, .scans = 10, .memory = 64 << 20};
    struct photo photo = {0};
    struct error error = ERROR_NONE;
    if (photo_decode(data, size, &limits, &photo, &error)) {
        if (photo.image.width < 1 || photo.image.height < 1 || photo.image.width > limits.side ||
            photo.image.height > limits.side || photo.orientation < 1 || photo.orientation > 8)
            abort();
        image_free(&photo.image);
    } else if (error.fault == FAULT_NONE) {
        abort();
    }
    return 0;
}
