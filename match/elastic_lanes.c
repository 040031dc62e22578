/*
 * A prepared probe's windows as lanes: 16 words of four codes for each of the 45 shifts and three dead lanes.
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

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void elastic_probe_lanes(const uint8_t codes[CODE_HEIGHT * CODE_WIDTH], struct match_probe *probe)
{
    struct shift shift;
    memset(probe->lanes, 0, sizeof probe->lanes);
    for (unsigned lane = 0; shift_of(lane, &shift); lane++)
        for (int block = 0; block < BLOCKS; block++) {
            uint64_t words[BLOCK_SIDE];
            int top =
                clamp(BLOCK_MARGIN + block / BLOCK_COLUMNS * BLOCK_SIDE + shift.dy, CODE_HEIGHT - BLOCK_SIDE);
            int left =
                clamp(BLOCK_MARGIN + block % BLOCK_COLUMNS * BLOCK_SIDE + shift.dx, CODE_WIDTH - BLOCK_SIDE);
            for (int row = 0; row < BLOCK_SIDE; row++)
                memcpy(&words[row], codes + (top + row) * CODE_WIDTH + left, BLOCK_SIDE);
            elastic_parities(words);
            for (int row = 0; row < BLOCK_SIDE; row++) {
                probe->lanes[block][2 * row][lane] = (uint32_t)words[row];
                probe->lanes[block][2 * row + 1][lane] = (uint32_t)(words[row] >> 32);
            }
        }
}
