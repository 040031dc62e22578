/*
 * Elementary functions as plain IEEE arithmetic.
 *
 * Guarantees: the same argument gives the same bits wherever doubles are IEEE 754 and nothing is contracted.
 * Does not aim at the last half bit, nor handle NaN: callers pass values they computed from whole numbers.
 */
#include "photo/arithmetic.h"

#include <string.h>

static const double ln2_high = 0x1.62e42fee00000p-1; /* 32 leading bits: multiples below 2^20 are exact */
static const double ln2_low = 0x1.a39ef35793c76p-33;
static const double half_pi_high = 0x1.921fb54400000p+0;
static const double half_pi_low = 0x1.0b4611a626331p-34;
static const double degree_hundredth = 0.00017453292519943295; /* pi / 18000 */

int64_t arithmetic_round(double x)
{
    return x < 0 ? -(int64_t)(0.5 - x) : (int64_t)(x + 0.5);
}

int64_t arithmetic_floor(double x)
{
    int64_t whole = (int64_t)x;
    return (double)whole > x ? whole - 1 : whole;
}

static double power_of_two(int64_t exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double arithmetic_exp(double x)
{
    x = x < -700 ? -700 : x > 700 ? 700 : x;
    int64_t k = arithmetic_round(x * 1.4426950408889634);
    double r = (x - (double)k * ln2_high) - (double)k * ln2_low;
    double sum = 1;
    for (int i = 14; i >= 1; i--)
        sum = 1 + sum * r / i;
    return sum * power_of_two(k);
}

double arithmetic_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFF) | (uint64_t)1023 << 52;
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    if (mantissa > 1.4142135623730951) {
        mantissa /= 2;
        exponent++;
    }
    double t = (mantissa - 1) / (mantissa + 1), q = t * t, sum = 0; /* ln m = 2 artanh t, |t| < 0.172 */
    for (int i = 21; i >= 1; i -= 2)
        sum = sum * q + 1.0 / i;
    return (double)exponent * ln2_high + (2 * t * sum + (double)exponent * ln2_low);
}

/* Taylor series; |x| <= pi / 4. */
static double sine_series(double x)
{
    double q = x * x;
    double sum = 1;
    for (int i = 18; i >= 2; i -= 2)
        sum = 1 - sum * q / (i * (i + 1));
    return x * sum;
}

static double cosine_series(double x)
{
    double q = x * x;
    double sum = 1;
    for (int i = 17; i >= 1; i -= 2)
        sum = 1 - sum * q / (i * (i + 1));
    return sum;
}

/* Sine of quarter * pi / 2 + x. */
static double sine_of_quarter(int64_t quarter, double x)
{
    switch (((quarter % 4) + 4) % 4) {
    case 0:
        return sine_series(x);
    case 1:
        return cosine_series(x);
    case 2:
        return -sine_series(x);
    default:
        return -cosine_series(x);
    }
}

double arithmetic_sine(int64_t hundredths)
{
    int64_t turned = ((hundredths % 36000) + 36000) % 36000;
    int64_t quarter = (turned + 4500) / 9000;
    return sine_of_quarter(quarter, (double)(turned - quarter * 9000) * degree_hundredth);
}

double arithmetic_cosine(int64_t hundredths)
{
    return arithmetic_sine(hundredths + 9000);
}

static double turned_sine(double x, int64_t quarters_more)
{
    int64_t quarter = arithmetic_round(x * 0.6366197723675814);
    double r = (x - (double)quarter * half_pi_high) - (double)quarter * half_pi_low;
    return sine_of_quarter(quarter + quarters_more, r);
}

double arithmetic_sine_radians(double x)
{
    return turned_sine(x, 0);
}

double arithmetic_cosine_radians(double x)
{
    return turned_sine(x, 1);
}

double arithmetic_fifth_root(double x)
{
    double root = 1 + x / 5; /* above the root, whence Newton descends */
    for (int i = 0; i < 100; i++) {
        double fourth = root * root * root * root;
        root = root - (root - x / fourth) / 5;
    }
    return root;
}
