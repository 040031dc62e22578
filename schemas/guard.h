/*
 * A look at the bytes before libxml2 parses them: what is cheap to write and dear to parse is refused here.
 */
#ifndef LEADSPOOL_SCHEMAS_GUARD_H
#define LEADSPOOL_SCHEMAS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

enum guard_verdict { GUARD_FINE, GUARD_MALFORMED, GUARD_HOSTILE };

/* `large`: up to XML_LARGE_LIMIT bytes and 250,000 elements instead of XML_SIZE_LIMIT and 8,000. On anything but GUARD_FINE `*reason` is one static sentence and `*line` where it is (0 = the whole). */
enum guard_verdict guard_look(const char *bytes, size_t length, bool large, size_t *line,
                              const char **reason);

#endif
