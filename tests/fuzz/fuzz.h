/*
 * What every fuzz target defines: one run over foreign bytes. Returns 0; aborts where a promise is broken.
 */
#ifndef LEADSPOOL_TESTS_FUZZ_H
#define LEADSPOOL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
