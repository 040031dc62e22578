/*
 * Room kept back, so that what is being written when the disk fills can still be written whole.
 */
#ifndef LEADSPOOL_CASEBOOK_RESERVE_H
#define LEADSPOOL_CASEBOOK_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes. Below RESERVE_LOW free ones the reserve is given up; it is taken (again) when RESERVE_PLENTY are free. */
enum { RESERVE_BYTES = 8 << 20, RESERVE_LOW = 8 << 20, RESERVE_PLENTY = 64 << 20 };
#define RESERVE_NAME "reserve"

enum reserve_step { RESERVE_LEAVE, RESERVE_TAKE, RESERVE_GIVE_UP, RESERVE_NO_ROOM };

/* Pure: what to do with so many bytes free. RESERVE_NO_ROOM: nothing is left to give up, nothing may be written. */
enum reserve_step reserve_plan(uint64_t free_bytes, bool held);

struct reserve {
    int directory; /* descriptor; -1: there is none to look at, and no reserve */
    bool held;
};

/* Look at the folder of the casebook; a reserve that an earlier process took is held. */
void reserve_open(struct reserve *reserve, const char *directory);
void reserve_close(struct reserve *reserve);

/* Look, and take or give up. False: there is no room to write anything. One system call where nothing changes. */
bool reserve_look(struct reserve *reserve);

#endif
