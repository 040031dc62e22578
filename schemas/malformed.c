/*
 * What is wrong with a document that is no XML, in words for whoever wrote it with an editor or a word processor.
 *
 * Guarantees: pure but for memory; what the parser says of rarer things is passed on as it is.
 */
#include "schemas/malformed.h"

#include <string.h>

#include "base/language.h"
#include "base/text.h"

/* Known by the beginning of what the parser says. */
static const struct {
    const char *says, *words;
} mistakes[] = {
    {"xmlParseEntityRef", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"EntityRef: expecting", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"Entity '", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"StartTag: invalid element name", N_("a \"<\" in a text is not written as \"&lt;\"")},
    {"AttValue: ",
     N_("a value does not stand between straight quotation marks; word processors make curly ones")},
    {"XML declaration allowed only", N_("something stands before \"<?xml\", if only an empty line")},
    {"Start tag expected", N_("it does not begin with a tag, as XML does")},
    {"Document is empty", N_("it does not begin with a tag, as XML does")},
    {"Premature end of data", N_("it stops before its end")},
    {"EndTag: '</' not found", N_("it stops before its end")},
    {"Extra content at the end", N_("something stands behind its end")},
    {"PCDATA invalid Char value", N_("it holds a control character")},
};

char *malformed_words(const char *message)
{
    static const char mismatch[] = "Opening and ending tag mismatch: ";
    int length = (int)strcspn(message, "\n");
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (strncmp(message, mistakes[i].says, strlen(mistakes[i].says)) == 0)
            return text_formatted(_("this is no well-formed XML: %s"), language_text(mistakes[i].words));
    if (strncmp(message, mismatch, sizeof mismatch - 1) == 0)
        return text_formatted(_("this is no well-formed XML: a tag is closed under another name (%.*s)"),
                              length - (int)sizeof mismatch + 1, message + sizeof mismatch - 1);
    return text_formatted(_("this is no well-formed XML: %.*s"), length, message);
}
