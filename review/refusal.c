/*
 * Answers to decisions that are refused.
 *
 * Guarantees: the first refusal of a hearing is the answer. Files no incident and writes no record:
 * review/decide.c does.
 */
#include "review/refusal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/language.h"
#include "base/unicode.h"

static bool set(struct refusal *refusal, const char *code, const char *clause, bool security,
                const char *format, va_list arguments)
{
    refusal->code = code;
    refusal->clause = clause;
    refusal->security = security;
    if (vsnprintf(refusal->text, sizeof refusal->text, language_text(format), arguments) >=
        (int)sizeof refusal->text)
        unicode_end_cut(refusal->text, sizeof refusal->text);
    return false;
}

bool refusal_set(struct refusal *refusal, const char *code, const char *clause, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(refusal, code, clause, false, format, arguments);
    va_end(arguments);
    return false;
}

bool refusal_security(struct refusal *refusal, const char *code, const char *clause, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(refusal, code, clause, true, format, arguments);
    va_end(arguments);
    return false;
}
