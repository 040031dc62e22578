/*
 * A parser's complaint about a document that is no XML, in words. For the files of schemas/ among themselves.
 */
#ifndef LEADSPOOL_SCHEMAS_MALFORMED_H
#define LEADSPOOL_SCHEMAS_MALFORMED_H

/* `message` is libxml2's, a line. Caller frees; NULL when memory ran out. */
char *malformed_words(const char *message);

#endif
