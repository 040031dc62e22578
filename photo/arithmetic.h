/*
 * Arithmetic with the same bits on every machine.
 *
 * The C library's exp, sin and pow may differ in their last bit between versions and processors. Templates,
 * edits and scores must be reproducible bit for bit (R19, R21), so they use these instead: only additions,
 * multiplications and divisions of IEEE doubles in a fixed order (compiled with -ffp-contract=off), or whole
 * numbers. Relative error below 1e-14 in the ranges stated.
 */
#ifndef LEADSPOOL_PHOTO_ARITHMETIC_H
#define LEADSPOOL_PHOTO_ARITHMETIC_H

#include <stdint.h>

/* e to the x, for -700 <= x <= 700 (clamped to that). */
double arithmetic_exp(double x);

/* Natural logarithm of x, 1e-300 <= x <= 1e300. */
double arithmetic_log(double x);

/* Sine and cosine of an angle in hundredths of a degree; exact at multiples of 90 degrees. */
double arithmetic_sine(int64_t hundredths);
double arithmetic_cosine(int64_t hundredths);

/* Sine of an angle in radians, |x| <= 1000. */
double arithmetic_sine_radians(double x);
double arithmetic_cosine_radians(double x);

/* The fifth root of x, 1 <= x <= 1e6. */
double arithmetic_fifth_root(double x);

/* The whole number nearest to x, halves away from zero, |x| < 2^62. */
int64_t arithmetic_round(double x);
/* The largest whole number not above x, |x| < 2^62. */
int64_t arithmetic_floor(double x);

#endif
