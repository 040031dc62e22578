/*
 * Reading a finished PDF back.
 *
 * Guarantees: says nothing about a file that one of the two readers found fault with. Neither reader shares code
 * with libharu or with what is drawn from (page/canvas.c).
 */
#include "page/readback.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "page/readback_parts.h"

bool readback_load(const char *library, const char *package, const struct library_call *calls, size_t count,
                   struct error *error)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return error_set(error, FAULT_ENVIRONMENT,
                         "%s cannot be loaded to read documents back (%s); install the package %s", library,
                         dlerror(), package);
    for (size_t i = 0; i < count; i++)
        if ((*calls[i].address = dlsym(handle, calls[i].name)) == NULL)
            return error_set(error, FAULT_ENVIRONMENT,
                             "%s has no %s; install the package %s as Debian 12 has it", library,
                             calls[i].name, package);
    return true;
}

bool readback_prepare(struct error *error)
{
    static bool prepared;
    prepared = prepared || (readback_file_prepare(error) && readback_pages_prepare(error) &&
                            readback_boxes_prepare(error));
    return prepared;
}

bool readback_read(const void *bytes, size_t length, struct readback *readback, struct error *error)
{
    *readback = (struct readback){0};
    if (readback_prepare(error) && readback_file(bytes, length, readback, error) &&
        readback_pages(bytes, length, readback, error))
        return true;
    readback_free(readback);
    return false;
}

void readback_free(struct readback *readback)
{
    for (size_t i = 0; readback->pages != NULL && i < readback->page_count; i++)
        text_free(&readback->pages[i]);
    free(readback->pages);
    free(readback->pictures);
    *readback = (struct readback){0};
}

static const char *page_text(const struct readback *readback, size_t page)
{
    return readback->pages[page].bytes == NULL ? "" : readback->pages[page].bytes;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\f' || byte == '\t' || byte == '\r';
}

/* Does `want` begin at `have`, white space aside? */
static bool begins(const char *have, const char *want)
{
    while (*want != '\0')
        if (is_space(*want))
            want++;
        else if (is_space(*have))
            have++;
        else if (*have++ != *want++)
            return false;
    return true;
}

static bool page_shows(const struct readback *readback, size_t page, const char *text)
{
    for (const char *at = page_text(readback, page); *at != '\0'; at++)
        if (!is_space(*at) && begins(at, text))
            return true;
    return false;
}

bool readback_shows(const struct readback *readback, const char *text)
{
    for (size_t page = 0; page < readback->page_count; page++)
        if (page_shows(readback, page, text))
            return true;
    return false;
}

size_t readback_lacking(const struct readback *readback, const char *text)
{
    for (size_t page = 0; page < readback->page_count; page++)
        if (!page_shows(readback, page, text))
            return page + 1;
    return 0;
}

/* The end of the phrase at `at`, its blanks any white space; NULL when another text is there. */
static const char *phrase_end(const char *at, const char *phrase)
{
    for (; *phrase != '\0'; phrase++) {
        if (*phrase == ' ') {
            if (!is_space(*at))
                return NULL;
            while (is_space(*at))
                at++;
        } else if (tolower((unsigned char)*at++) != tolower((unsigned char)*phrase)) {
            return NULL;
        }
    }
    return at;
}

size_t readback_count(const struct readback *readback, const char *phrase)
{
    size_t count = 0;
    for (size_t page = 0; page < readback->page_count; page++) {
        const char *text = page_text(readback, page);
        for (const char *at = text; *at != '\0'; at++) {
            const char *end = at > text && isalpha((unsigned char)at[-1]) ? NULL : phrase_end(at, phrase);
            count += end != NULL && !isalpha((unsigned char)*end);
        }
    }
    return count;
}

size_t readback_percentages(const struct readback *readback)
{
    size_t count = 0;
    for (size_t page = 0; page < readback->page_count; page++) {
        bool after_number = false;
        for (const char *at = page_text(readback, page); *at != '\0'; at++) {
            count += after_number && *at == '%';
            after_number = isdigit((unsigned char)*at) || (after_number && is_space(*at));
        }
    }
    return count;
}
