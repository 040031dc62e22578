/*
 * The one inner loop of the eye finder: a weighted sum of shifted rows.
 *
 * Guarantees: each output is summed on its own in the order of the taps, multiplication and addition apart,
 * so that 4, 8 or 1 of them at a time give the same bits. The kernel is chosen at run time.
 */
#include "photo/eyes_plane.h"

typedef float lanes __attribute__((vector_size(32)));
typedef float loose __attribute__((vector_size(32), aligned(4), may_alias));

/* 32 outputs stay in registers while the taps go by; an array of them would be kept in memory. */
__attribute__((always_inline)) static inline void block_32(float *out, const float *base, const int *offsets,
                                                           const float *weights, int taps)
{
    lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (int k = 0; k < taps; k++) {
        const loose *in = (const loose *)(base + offsets[k]);
        float weight = weights[k];
        a += in[0] * weight;
        b += in[1] * weight;
        c += in[2] * weight;
        d += in[3] * weight;
    }
    loose *to = (loose *)out;
    to[0] = a, to[1] = b, to[2] = c, to[3] = d;
}

__attribute__((always_inline)) static inline void block_16(float *out, const float *base, const int *offsets,
                                                           const float *weights, int taps)
{
    lanes a = {0}, b = {0};
    for (int k = 0; k < taps; k++) {
        const loose *in = (const loose *)(base + offsets[k]);
        float weight = weights[k];
        a += in[0] * weight;
        b += in[1] * weight;
    }
    loose *to = (loose *)out;
    to[0] = a, to[1] = b;
}

#define KERNEL                                                                                               \
    int x = 0;                                                                                               \
    for (; count - x > 16; x += 32)                                                                          \
        block_32(out + x, base + x, offsets, weights, taps);                                                 \
    for (; x < count; x += 16)                                                                               \
        block_16(out + x, base + x, offsets, weights, taps);

__attribute__((target("avx2"))) static void filter_avx2(float *out, int count, const float *base,
                                                        const int *offsets, const float *weights, int taps)
{
    KERNEL
}

static void filter_plain(float *out, int count, const float *base, const int *offsets, const float *weights,
                         int taps)
{
    KERNEL
}

void plane_filter_row(float *out, int count, const float *base, const int *offsets, const float *weights,
                      int taps)
{
    if (__builtin_cpu_supports("avx2"))
        filter_avx2(out, count, base, offsets, weights, taps);
    else
        filter_plain(out, count, base, offsets, weights, taps);
}
