/*
 * Which file of a drop is probably the one that is missing, under another name? Pure.
 *
 * People's computers rename files: "Manifest.xml", "manifest.xml.txt", "manifest (1).xml", "still.JPG" for a listed
 * "still.jpg". Such a drop is not unfinished, it is mistaken, and its sender is told soon. Nothing is taken for another
 * because of it.
 */
#ifndef LEADSPOOL_SPOOL_LIKENESS_H
#define LEADSPOOL_SPOOL_LIKENESS_H

#include <jansson.h>
#include <stdbool.h>

/* Is `other` the name with letters in another case, another ending, or something put behind its stem? */
bool likeness_of_names(const char *name, const char *other);

/* The one among `files` ({"name"}) that is like it and is not itself among `listed` ({"name"}; may be NULL); NULL when
   there is none. */
const char *likeness_find(const json_t *files, const json_t *listed, const char *name);

/* Anything that is no plain file: a folder in the folder. Its name, or NULL. */
const char *likeness_folder(const json_t *files);

#endif
