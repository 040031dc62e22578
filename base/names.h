/*
 * File names as text: senders may use any bytes, our records and documents hold UTF-8.
 */
#ifndef LEADSPOOL_BASE_NAMES_H
#define LEADSPOOL_BASE_NAMES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A name as printable UTF-8: '%', '/', bytes that are no UTF-8 and what does not print as itself (control
   characters, line and paragraph separators, marks that turn the direction of writing, non-characters) become
   %XX. Reversible. Caller frees; NULL only when memory ran out. */
char *name_escape(const char *name);

/* The bytes again, into `name` (at least 256 bytes). FAULT_INPUT when it is no single component of at most
   255 bytes, or is "." or "..". */
bool name_unescape(const char *escaped, char *name, size_t size, struct error *error);

/* How many bytes of an escaped name fit into `most`, no character and no %XX cut in two. */
size_t name_cut(const char *escaped, size_t most);

/* Where in an array of objects is the one whose member `key` names the file `escaped`? The very bytes go first; else
   the only one that differs in nothing but how its accents are composed (Unicode normal form C): some clients
   write names decomposed whatever their documents say. -1 when there is none, or several. */
long name_position(const json_t *array, const char *key, const char *escaped);

/* Is it what desktops, office programs and file servers leave in a folder without anybody's wish (Thumbs.db, ._x,
   ~$x.docx)? `folder`: of a folder, such as __MACOSX. Where packets lie it is passed over: its sender neither made
   it nor sees it. */
bool name_left_by_desktop(const char *name, bool folder);

/* May this be a folder or file name of ours: letters, digits, '.', '_', '-', not starting with a dot, at most
 * 200? */
bool name_plain(const char *name);

#endif
