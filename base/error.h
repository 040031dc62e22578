/*
 * Errors that say what was being done, to which thing, and what to do next.
 *
 * Convention of the whole project: a function that can fail returns bool (true = done) and takes a
 * `struct error *` as its last argument. On failure the callee has set it; each caller that knows more
 * (which docket, which file) prefixes that with error_context() and returns false. The struct holds its
 * text itself, so reporting an allocation failure allocates nothing.
 */
#ifndef LEADSPOOL_BASE_ERROR_H
#define LEADSPOOL_BASE_ERROR_H

#include <stdbool.h>

/* What kind of thing went wrong; decides who has to act and the exit code. */
enum fault {
    FAULT_NONE,
    FAULT_USAGE,       /* the command line is wrong                            -> EX_USAGE 64 */
    FAULT_INPUT,       /* what was handed in is wrong; sending it again is no use -> EX_DATAERR 65 */
    FAULT_ABSENT,      /* the thing named does not exist                       -> EX_NOINPUT 66 */
    FAULT_REFUSED,     /* the person or role may not do this                   -> EX_NOPERM 77 */
    FAULT_TEMPORARY,   /* full disk, busy, no daemon: try again later          -> EX_TEMPFAIL 75 */
    FAULT_ENVIRONMENT, /* the installation is wrong: missing file, bad key     -> EX_CONFIG 78 */
    FAULT_DURABILITY,  /* an fsync failed: the process must stop               -> EX_IOERR 74 */
    FAULT_INTERNAL     /* our bug                                              -> EX_SOFTWARE 70 */
};

#define ERROR_TEXT_SIZE 1024

struct error {
    enum fault fault;
    char text[ERROR_TEXT_SIZE]; /* UTF-8, no trailing newline; cut with "..." when too long */
};

#define ERROR_NONE ((struct error){.fault = FAULT_NONE, .text = ""})

/* Set kind and text (printf format, in the site's language where there is a translation: base/language.h). Always returns false, so `return error_set(...)` reads well.
   `error` may be NULL: then only the false is of use. */
bool error_set(struct error *error, enum fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same from errno: ": " and its message are appended, and the kind follows from its value
   (ENOSPC, EDQUOT, EIO, EAGAIN, EMFILE, ... are FAULT_TEMPORARY; ENOENT FAULT_ABSENT; EACCES FAULT_ENVIRONMENT).
   */
bool error_system(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prefix "<context>: " to an error already set. Always returns false. */
bool error_context(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The static analyser sees one file at a time: told that these return false, it does not follow paths on
   which a function failed and yet went on as if it had not. */
#if defined(__clang_analyzer__) && !defined(LEADSPOOL_BASE_ERROR_C)
#define error_set(...) ((void)error_set(__VA_ARGS__), false)
#define error_system(...) ((void)error_system(__VA_ARGS__), false)
#define error_context(...) ((void)error_context(__VA_ARGS__), false)
#endif

/* The sysexits code of a kind; 0 for FAULT_NONE. */
int error_exit_code(enum fault fault);

#endif
