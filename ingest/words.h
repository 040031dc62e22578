/*
 * Words of a list in free text, as a reader would see them. Pure.
 *
 * Compared are the texts without what a reader does not see or does not tell apart: case in every script, accents,
 * width, line breaks, hyphens, zero-width and soft characters (Unicode 15, Default_Ignorable_Code_Point; UAX #15
 * compatibility forms), and letters of the Cyrillic and Greek scripts that are drawn like Latin ones. Not undone are
 * misspellings, digits for letters and letters spaced out.
 */
#ifndef LEADSPOOL_INGEST_WORDS_H
#define LEADSPOOL_INGEST_WORDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A list of words (an array of strings, each one word or several) made ready to be looked for: brought into one form
   once, not for every text. New reference; NULL when memory ran out. */
json_t *words_ready(const json_t *words);

/* Does the text (UTF-8) hold one of the words, a list made ready, as a whole word? When memory runs out: true, so that a
   person looks. A text longer than any schema takes: false, for its document is refused for that and nobody read it. */
bool words_held(const char *text, const json_t *ready);

/* Is one text, as a whole or as some of its words, what the other says? False when either holds no word. When memory
   runs out: true. */
bool words_same(const char *text, const char *other);

/* The text without what a reader does not tell apart, its words with one blank between them; "" when it holds none.
   Caller frees; NULL when memory ran out. */
char *words_plain(const char *text);

/* Letters and digits, in any script, that a reader sees. When memory runs out: SIZE_MAX. */
size_t words_length(const char *text);

#endif
