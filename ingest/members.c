/*
 * XML members to JSON members.
 *
 * Guarantees: lenient – what cannot be read is left out, never guessed; no reals, eye points are whole
 * hundredths.
 */
#include "ingest/members.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/files.h"
#include "base/json.h"
#include "base/language.h"
#include "base/names.h"
#include "base/text.h"
#include "ingest/fault.h"

bool member_text(json_t *object, const struct xml_node *parent, const char *name)
{
    const char *text = xml_child_text(parent, name);
    return text == NULL || text[0] == '\0' || json_put_text(object, name, text);
}

bool member_file(json_t *object, const struct xml_node *parent, const char *name)
{
    const char *text = xml_child_text(parent, name);
    char *escaped = text == NULL || text[0] == '\0' ? NULL : name_escape(text);
    bool done = text == NULL || text[0] == '\0' || (escaped != NULL && json_put_text(object, name, escaped));
    free(escaped);
    return done;
}

bool member_flag(json_t *object, const struct xml_node *parent, const char *name)
{
    const char *text = xml_child_text(parent, name);
    if (text == NULL)
        return true;
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    bool no = strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
    return (!yes && !no) || json_put_flag(object, name, yes);
}

bool member_whole(json_t *object, const struct xml_node *parent, const char *name)
{
    const char *text = xml_child_text(parent, name);
    if (text == NULL || !isdigit((unsigned char)text[0]))
        return true;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno != 0 || *end != '\0' || json_put_whole(object, name, value);
}

int64_t hundredths(const char *text)
{
    int64_t value = 0;
    int decimals = -1, digits = 0;
    if (text == NULL)
        return -1;
    for (; *text != '\0'; text++) {
        if (*text == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (!isdigit((unsigned char)*text) || ++digits > 9 || decimals == 2)
            return -1;
        value = value * 10 + (*text - '0');
        decimals += decimals >= 0;
    }
    if (digits == 0)
        return -1;
    for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
        value *= 10;
    return value;
}

bool member_eyes(json_t *object, const struct xml_node *parent, const char *name)
{
    static const char *const attributes[] = {"leftX", "leftY", "rightX", "rightY"};
    const struct xml_node *eyes = xml_child(parent, name);
    if (eyes == NULL)
        return true;
    json_t *points = json_array();
    for (size_t i = 0; points != NULL && i < 4; i++) {
        int64_t value = hundredths(xml_attribute(eyes, attributes[i]));
        if (value < 0) {
            json_decref(points);
            return true;
        }
        if (json_array_append_new(points, json_integer(value)) != 0) {
            json_decref(points);
            return false;
        }
    }
    return points != NULL && json_put(object, name, points);
}

bool document_bytes(int input, const char *what, size_t limit, char **bytes, size_t *length,
                    struct error *error)
{
    struct error own = ERROR_NONE;
    *bytes = NULL;
    if (!file_read_open(input, limit, bytes, length, &own)) {
        if (own.fault != FAULT_INPUT) {
            if (error != NULL)
                *error = own;
            return error_context(error, "reading %s", what);
        }
        *bytes = calloc(1, limit + 2);
        *length = limit + 1;
    }
    return *bytes != NULL || error_set(error, FAULT_TEMPORARY, "reading %s: out of memory", what);
}

/* Who sends a request need not know what XML is: there is a form that writes it. */
static char *reading_remedy(enum xml_outcome outcome, const char *what, const char *where)
{
    bool request = strcmp(what, "manifest.xml") == 0;
    const char *form = request ? _("make the packet with the form request.html in your out folder; or ") : "";
    switch (outcome) {
    case XML_HOSTILE:
        return text_formatted(_("%swrite %s without a document type declaration, within the limits of %s"),
                              form, what, where);
    case XML_MALFORMED:
        return text_formatted(_("%swrite %s as well-formed XML in UTF-8; %s shows an example"), form, what,
                              where);
    default:
        return text_formatted(
            _("correct %s%s; %s says what each element may hold"), what,
            request ? _(", or make the packet with the form request.html in your out folder") : "", where);
    }
}

bool reading_faults(const struct xml_reading *reading, const char *what, const char *where, json_t *faults)
{
    bool hostile = reading->outcome == XML_HOSTILE, malformed = reading->outcome == XML_MALFORMED;
    char *remedy = reading_remedy(reading->outcome, what, where);
    bool done = remedy != NULL;
    for (size_t i = 0; done && i < reading->fault_count; i++) {
        const struct xml_fault *fault = &reading->faults[i];
        char *place = fault->line > 0 ? text_formatted("line %zu%s%s", fault->line,
                                                       fault->path[0] != '\0' ? " " : "", fault->path)
                                      : strdup(what);
        done =
            place != NULL &&
            fault_add(faults, &(struct fault_words){.code = hostile     ? "hostile-xml"
                                                            : malformed ? "malformed-xml"
                                                                        : FAULT_CODE_SCHEMA,
                                                    .outcome = hostile || malformed ? "QUARANTINE" : "REJECT",
                                                    .place = place,
                                                    .text = fault->text,
                                                    .remedy = remedy});
        free(place);
    }
    if (done && reading->faults_unlisted > 0) {
        char *text = text_formatted(_("and %zu more faults of the same kind"), reading->faults_unlisted);
        done = text != NULL && fault_add(faults, &(struct fault_words){.code = FAULT_CODE_SCHEMA,
                                                                       .outcome = "REJECT",
                                                                       .place = what,
                                                                       .text = text,
                                                                       .remedy = remedy});
        free(text);
    }
    free(remedy);
    return done;
}
