/*
 * What points.py and the parts of points.so have in common.
 */
#ifndef LEADSPOOL_TESTS_CRASH_POINTS_H
#define LEADSPOOL_TESTS_CRASH_POINTS_H

#include <stdatomic.h>
#include <stdint.h>

enum { LABEL_SIZE = 400 };

enum action { ONLY_COUNT, STOP_THERE, FAIL_THERE, FAIL_READS };

/* Layout known to points.py. */
struct points {
    _Atomic uint64_t count;   /* points passed so far */
    uint64_t target;          /* the point that something happens at; 0: none */
    uint32_t action;          /* enum action */
    int32_t error;            /* errno of the call that fails */
    _Atomic uint32_t reached; /* 1: everybody stands still, to be killed; 2: a call failed */
    uint32_t labelled;        /* every point's label goes to the journal */
    _Atomic uint64_t end;     /* of the journal */
    uint64_t size;            /* of this file */
    uint64_t device;          /* where the site lies */
    uint64_t unreadable;      /* with FAIL_READS: the inode, and `count` says how often it was read */
    char calls[64];           /* with FAIL_THERE: the one call that counts; empty: all */
    char label[LABEL_SIZE];   /* of the point reached */
};

/* NULL: nothing is done. */
extern __attribute__((visibility("hidden"))) struct points *points;

#endif
