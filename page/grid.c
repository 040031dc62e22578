/*
 * The type scale.
 *
 * Guarantees: six sizes in two weights serve every document, so that a reader learns once what a heading, a
 * key and a notice look like; greys stay dark enough (contrast above 5:1) to survive a bad copier. Does not
 * measure text.
 */
#include "page/grid.h"

struct type type_of(enum type_style style)
{
    static const struct type scale[] = {
        [TYPE_TITLE] = {19.0, 24.0, 1, 0.10},        [TYPE_HEADING] = {12.0, 16.0, 1, 0.10},
        [TYPE_SUBHEADING] = {9.5, 13.5, 1, 0.1},     [TYPE_BODY] = {9.5, 13.5, 0, 0.10},
        [TYPE_STRONG] = {9.5, 13.5, 1, 0.10},        [TYPE_SMALL] = {8.25, 11.5, 0, 0.10},
        [TYPE_SMALL_STRONG] = {8.25, 11.5, 1, 0.10}, [TYPE_LABEL] = {7.5, 11.5, 0, 0.36},
        [TYPE_RUNNING] = {7.5, 10.0, 0, 0.36},
    };
    unsigned int at = (unsigned int)style;
    return at < sizeof scale / sizeof scale[0] ? scale[at] : scale[TYPE_BODY];
}
