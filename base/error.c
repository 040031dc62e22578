/*
 * Errors: setting, prefixing and mapping them to exit codes.
 *
 * Guarantees: never allocates, never fails, never writes past the fixed text.
 * Does not log: whoever finally handles an error decides where it is shown.
 */
#define LEADSPOOL_BASE_ERROR_C
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/language.h"
#include "base/unicode.h"

static void format_text(struct error *error, const char *format, va_list arguments)
{
    int length = vsnprintf(error->text, sizeof error->text, language_text(format), arguments);
    if (length >= (int)sizeof error->text)
        unicode_end_cut(error->text, sizeof error->text);
}

bool error_set(struct error *error, enum fault fault, const char *format, ...)
{
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    error->fault = fault;
    format_text(error, format, arguments);
    va_end(arguments);
    return false;
}

static enum fault fault_of_errno(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EAGAIN:
    case EINTR:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EBUSY:
    case ETIMEDOUT:
    case ESTALE:
    case ECONNREFUSED:
    case ECONNRESET:
    case EPIPE:   /* the other end died; whoever starts us anew has a new one */
    case EIO:     /* nobody's fault but the disk's: what it is about is right and waits; */
    case EBADMSG: /* so does what a file system's own checks find */
    case EUCLEAN:
    case EROFS:
        return FAULT_TEMPORARY;
    case ENOENT:
        return FAULT_ABSENT;
    case EBADF:
    case EFAULT:
    case EINVAL:
        return FAULT_INTERNAL;
    default:
        return FAULT_ENVIRONMENT;
    }
}

bool error_system(struct error *error, const char *format, ...)
{
    int number = errno;
    if (error == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    error->fault = fault_of_errno(number);
    format_text(error, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    int length = snprintf(error->text + used, sizeof error->text - used, ": %s", strerror(number));
    if (length >= (int)(sizeof error->text - used))
        unicode_end_cut(error->text, sizeof error->text);
    return false;
}

bool error_context(struct error *error, const char *format, ...)
{
    if (error == NULL)
        return false;
    char inner[ERROR_TEXT_SIZE];
    memcpy(inner, error->text, sizeof inner);
    va_list arguments;
    va_start(arguments, format);
    format_text(error, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    if (used < sizeof error->text) {
        int length = snprintf(error->text + used, sizeof error->text - used, ": %s", inner);
        if (length >= (int)(sizeof error->text - used))
            unicode_end_cut(error->text, sizeof error->text);
    }
    return false;
}

int error_exit_code(enum fault fault)
{
    switch (fault) {
    case FAULT_NONE:
        return EX_OK;
    case FAULT_USAGE:
        return EX_USAGE;
    case FAULT_INPUT:
        return EX_DATAERR;
    case FAULT_ABSENT:
        return EX_NOINPUT;
    case FAULT_REFUSED:
        return EX_NOPERM;
    case FAULT_TEMPORARY:
        return EX_TEMPFAIL;
    case FAULT_ENVIRONMENT:
        return EX_CONFIG;
    case FAULT_DURABILITY:
        return EX_IOERR;
    case FAULT_INTERNAL:
        break;
    }
    return EX_SOFTWARE;
}
