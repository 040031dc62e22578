/*
 * What is wrong with a document that is no XML, in words for whoever wrote it with an editor or a word processor.
 *
 * Guarantees: pure but for memory; what the parser says of rarer things is passed on as it is.
 */
#include "schemas/malformed.h"

#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"

#define CURLY N_("a value does not stand between straight quotation marks; word processors make curly ones")
#define FIRST_LINE N_("its first line, <?xml version=\"1.0\" encoding=\"UTF-8\"?>, is not written so")

/* Known by the beginning of what the parser says. */
static const struct {
    const char *says, *words;
} mistakes[] = {
    {"xmlParseEntityRef", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"EntityRef: expecting", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"Entity '", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"StartTag: invalid element name", N_("a \"<\" in a text is not written as \"&lt;\"")},
    {"AttValue: ", CURLY},
    {"XML declaration allowed only", N_("something stands before \"<?xml\", if only an empty line")},
    {"Start tag expected", N_("it does not begin with a tag, as XML does")},
    {"Document is empty", N_("it does not begin with a tag, as XML does")},
    {"Premature end of data", N_("it stops before its end")},
    {"EndTag: '</' not found", N_("it stops before its end")},
    {"Extra content at the end", N_("something stands behind its end")},
    {"PCDATA invalid Char value", N_("it holds a control character")},
    {"Char 0x", N_("it holds a control character")},
    {"xmlParseCharRef: invalid xmlChar", N_("it holds a control character, written as \"&#\" and a number")},
    {"xmlParseCharRef", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"CharRef: ", N_("a \"&\" in a text is not written as \"&amp;\"")},
    {"Unescaped '<' not allowed", N_("a \"<\" in a text is not written as \"&lt;\"")},
    {"String not started", CURLY},
    {"String not closed", CURLY},
    {"attributes construct error", CURLY},
    {"Specification mandates value for attribute", N_("an attribute stands there without a value")},
    {"Couldn't find end of Start Tag", N_("a tag is not closed by \">\"")},
    {"expected '>'", N_("a tag is not closed by \">\"")},
    {"CData section not finished", N_("a \"<![CDATA[\" is not closed by \"]]>\"")},
    {"Sequence ']]>' not allowed", N_("a text holds \"]]>\"")},
    {"Double hyphen within comment", N_("a comment (\"<!-- -->\") holds two hyphens in a row")},
    {"Comment not terminated", N_("a comment (\"<!--\") is not closed by \"-->\"")},
    {"Name too long", N_("a name in it is far too long")},
    {"parsing XML declaration", FIRST_LINE},
    {"Malformed declaration", FIRST_LINE},
    {"Blank needed here", FIRST_LINE},
    {"Unsupported version", FIRST_LINE},
};

/* "Attribute a redefined", "Namespace prefix z on basis is not defined": with the names in it. */
static const struct {
    const char *begins, *ends, *words;
} naming[] = {
    {"Attribute ", " redefined", N_("an element has the attribute \"%.*s\" twice")},
    {"Namespace prefix ", " is not defined", N_("nothing says what the prefix of a name stands for (%.*s)")},
};

static char *named(const char *format, const char *name, int length)
{
    char *words = text_formatted(format, length, name);
    char *whole = words == NULL ? NULL : text_formatted(_("this is no well-formed XML: %s"), words);
    free(words);
    return whole;
}

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
    for (size_t i = 0; i < sizeof naming / sizeof *naming; i++) {
        size_t before = strlen(naming[i].begins);
        const char *end =
            strncmp(message, naming[i].begins, before) == 0 ? strstr(message, naming[i].ends) : NULL;
        if (end != NULL)
            return named(language_text(naming[i].words), message + before,
                         (int)(end - message - (long)before));
    }
    return text_formatted(_("this is no well-formed XML: %.*s"), length, message);
}
