/*
 * A prepared probe's windows as lanes: 8 words of four codes for each of the 45 shifts and three dead lanes.
 *
 * Guarantees: lane k of word w holds what lies at shift k below word w of a block, in the order and with the
 * parities that the wide kernels expect.
 */
#include "match/elastic_lanes.h"

#include <string.h>

#define RADIUS_SQUARE 27 /* 5.2 squared */

struct shift {
    int dy, dx;
};

/* Shifts in the order of their rows; false for the dead lanes. */
static bool shift_of(unsigned lane, struct shift *shift)
{
    unsigned at = 0;
    for (int dy = -5; dy <= 5; dy++)
        for (int dx = -5; dx <= 5; dx++)
            if ((dy + dx) % 2 == 0 && dy * dy + dx * dx <= RADIUS_SQUARE && at++ == lane) {
                *shift = (struct shift){dy, dx};
                return true;
            }
    return false;
}

int elastic_lane_beside(unsigned lane, int dy, int dx)
{
    struct shift own, other;
    if (!shift_of(lane, &own))
        return -1;
    for (unsigned i = 0; shift_of(i, &other); i++)
        if (other.dy == own.dy + dy && other.dx == own.dx + dx)
            return (int)i;
    return -1;
}

int elastic_lane_price(unsigned lane)
{
    struct shift shift;
    if (!shift_of(lane, &shift))
        return SHUT;
    int square = SHIFT_PRICE * SHIFT_PRICE * (shift.dy * shift.dy + shift.dx * shift.dx), price = 0;
    while ((price + 1) * (price + 1) <= square)
        price++;
    return price;
}

uint64_t elastic_blocks_near(int block)
{
    uint64_t near = 0;
    for (int y = block / BLOCK_COLUMNS - 1; y <= block / BLOCK_COLUMNS + 1; y++)
        for (int x = block % BLOCK_COLUMNS - 1; x <= block % BLOCK_COLUMNS + 1; x++)
            if (y >= 0 && y < BLOCK_ROWS && x >= 0 && x < BLOCK_COLUMNS)
                near |= (uint64_t)1 << (y * BLOCK_COLUMNS + x);
    return near & ~((uint64_t)1 << block);
}

void elastic_probe_lanes(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe)
{
    struct shift shift;
    memset(probe->lanes, 0, sizeof probe->lanes);
    for (unsigned lane = 0; shift_of(lane, &shift); lane++)
        for (int block = 0; block < BLOCKS; block++) {
            uint64_t words[BLOCK_WORDS];
            elastic_block(codes, BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE + shift.dy,
                          BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE + shift.dx, words);
            elastic_parities(words);
            for (int word = 0; word < BLOCK_WORDS; word++) {
                probe->lanes[block][2 * word][lane] = (uint32_t)words[word];
                probe->lanes[block][2 * word + 1][lane] = (uint32_t)(words[word] >> 32);
            }
        }
}
