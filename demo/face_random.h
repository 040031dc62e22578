/*
 * Repeatable random numbers for the drawn faces: the same seed gives the same people on every machine.
 */
#ifndef LEADSPOOL_DEMO_FACE_RANDOM_H
#define LEADSPOOL_DEMO_FACE_RANDOM_H

#include <stdint.h>

struct face_random {
    uint64_t state;
};

/* splitmix64: every state is a good one, so that seeds may be small neighbouring numbers. */
static inline uint64_t random_bits(struct face_random *random)
{
    uint64_t z = (random->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* An independent stream for one purpose of one person. */
static inline struct face_random random_stream(uint64_t seed, uint64_t person, uint64_t purpose)
{
    struct face_random random = {seed};
    random.state = random_bits(&random) ^ (person + 1) * 0xD1342543DE82EF95u;
    random.state = random_bits(&random) ^ (purpose + 1) * 0xA0761D6478BD642Fu;
    random_bits(&random);
    return random;
}

/* In [0, 1). */
static inline float random_unit(struct face_random *random)
{
    return (float)(random_bits(random) >> 40) * (1.0f / 16777216.0f);
}

static inline float random_between(struct face_random *random, float low, float high)
{
    return low + (high - low) * random_unit(random);
}

/* Around 0, standard deviation 1, never beyond 3.5: the sum of four uniforms. */
static inline float random_spread(struct face_random *random)
{
    float sum = random_unit(random) + random_unit(random) + random_unit(random) + random_unit(random);
    return (sum - 2.0f) * 1.7320508f;
}

static inline int random_below(struct face_random *random, int count)
{
    return (int)(random_bits(random) >> 33) % count;
}

#endif
