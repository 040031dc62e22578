/*
 * What the kernels with wide vectors share. Not for others.
 *
 * Guarantees: nothing on processors other than x86-64; a function marked with a target is called only where
 * elastic_kernels.c found that the processor has it.
 */
#ifndef LEADSPOOL_MATCH_ELASTIC_VECTORS_H
#define LEADSPOOL_MATCH_ELASTIC_VECTORS_H

#if defined(__x86_64__)
#define HAVE_X86 1

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq,avx512vnni")))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* How many bits of each byte are set, by looking up half bytes: AVX2 has no instruction for it. */
static AVX2 ALWAYS_INLINE __m256i elastic_bits_of_bytes(__m256i x)
{
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2,
                                           2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(0x0F);
    return _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                           _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

#endif

#endif
