/*
 * Reading one XML document: guard, parse, validate, list what is wrong.
 *
 * Guarantees: no file and no socket is opened whatever the document says (every external entity is denied,
 * the schemas are inside the program and include nothing); no entity is expanded; the schemas are compiled
 * once per process and shared by its threads, and a process forked later inherits them. Does not know what a
 * member means: the rules of ingest/ and review/ do.
 */
#include "schemas/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlregexp.h>
#include <libxml/xmlschemas.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "base/text.h"
#include "schemas/document.h"
#include "schemas/embedded.h"
#include "schemas/guard.h"
#include "schemas/malformed.h"

static const struct {
    const char *name;
    const char *text;
} schemas[SCHEMA_COUNT] = {
    [SCHEMA_REQUEST] = {"request", schema_text_request},
    [SCHEMA_DECISION] = {"decision", schema_text_decision},
    [SCHEMA_ITEM] = {"item", schema_text_item},
    [SCHEMA_RECEIPT] = {"receipt", schema_text_receipt},
    [SCHEMA_ENROLMENT] = {"enrolment", schema_text_enrolment},
    [SCHEMA_ORDER] = {"order", schema_text_order},
    [SCHEMA_ACKNOWLEDGEMENT] = {"acknowledgement", schema_text_acknowledgement},
    [SCHEMA_DISCOVERY] = {"discovery", schema_text_discovery},
    [SCHEMA_DISCLOSURE] = {"disclosure", schema_text_disclosure},
    [SCHEMA_FOIL] = {"foil", schema_text_foil},
    [SCHEMA_AUDIT] = {"audit", schema_text_audit},
    [SCHEMA_RETENTION] = {"retention", schema_text_retention},
    [SCHEMA_INSPECTION] = {"inspection", schema_text_inspection},
    [SCHEMA_TOURS] = {"tours", schema_text_tours},
    [SCHEMA_SITE] = {"site", schema_text_site},
    [SCHEMA_ROSTER] = {"roster", schema_text_roster},
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t compiling = PTHREAD_MUTEX_INITIALIZER;
static xmlSchemaPtr compiled[SCHEMA_COUNT];

const char *schema_name(enum schema schema)
{
    return schemas[schema].name;
}

const char *schema_text(enum schema schema)
{
    return schemas[schema].text;
}

static xmlParserInputPtr deny(const char *address, const char *identifier, xmlParserCtxtPtr context)
{
    (void)address;
    (void)identifier;
    (void)context;
    return NULL;
}

/* The library crashes when it gets no memory, and says "malformed" of a document it had none for. */
static void start(void)
{
    xmlMemSetup(memory_or_reserve_free, memory_or_reserve, memory_or_reserve_resized, memory_or_reserve_copy);
    xmlInitParser();
    xmlSetExternalEntityLoader(deny);
}

static void keep_first(void *context, xmlErrorPtr fault)
{
    struct error *error = context;
    if (error != NULL && error->fault == FAULT_NONE)
        error_set(error, FAULT_INTERNAL, "line %d: %s", fault->line, fault->message);
}

/* The compiled schema, or NULL with an error: then the program was built wrongly. */
static xmlSchemaPtr schema_compiled(enum schema schema, struct error *error)
{
    size_t failures = memory_failures();
    pthread_mutex_lock(&compiling);
    if (compiled[schema] == NULL) {
        struct error first = ERROR_NONE;
        const char *text = schemas[schema].text;
        xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(text, (int)strlen(text));
        if (parser != NULL) {
            xmlSchemaSetParserStructuredErrors(parser, keep_first, &first);
            compiled[schema] = xmlSchemaParse(parser);
            xmlSchemaFreeParserCtxt(parser);
        }
        if (memory_failures() != failures) {
            xmlSchemaFree(compiled[schema]);
            compiled[schema] = NULL;
            error_set(error, FAULT_TEMPORARY, "compiling the schema of \"%s\": out of memory",
                      schemas[schema].name);
        } else if (compiled[schema] == NULL)
            error_set(error, FAULT_INTERNAL, "the schema of \"%s\" does not compile: %s",
                      schemas[schema].name, first.text[0] != '\0' ? first.text : "out of memory");
    }
    xmlSchemaPtr result = compiled[schema];
    pthread_mutex_unlock(&compiling);
    return result;
}

bool schemas_prepare(struct error *error)
{
    pthread_once(&once, start);
    for (int i = 0; i < SCHEMA_COUNT; i++)
        if (schema_compiled((enum schema)i, error) == NULL)
            return false;
    return true;
}

/* The parser's first complaint is the cause; what follows is its consequence. */
static void parser_complains(void *context, xmlErrorPtr fault)
{
    xmlParserCtxtPtr parser = context;
    struct complaints *complaints = parser->_private;
    if (fault->level < XML_ERR_ERROR || complaints->count > 0)
        return;
    complaints_add(complaints, fault->line > 0 ? (size_t)fault->line : 0, strdup(""),
                   malformed_words(fault->message));
}

/* NULL when the bytes are no document (a complaint says why) or memory ran out (complaints->failed). */
static xmlDoc *parse(const char *bytes, size_t length, struct complaints *complaints)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    if (parser == NULL) {
        complaints->failed = true;
        return NULL;
    }
    parser->_private = complaints;
    parser->sax->serror = parser_complains;
    xmlDoc *document = xmlCtxtReadMemory(parser, bytes, (int)length, NULL, "UTF-8", XML_PARSE_NONET);
    if (document == NULL && complaints->count == 0)
        complaints_add(complaints, 0, strdup(""), strdup(_("this is no well-formed XML")));
    xmlFreeParserCtxt(parser);
    return document;
}

static bool validate(xmlSchemaPtr schema, xmlDoc *document, struct complaints *complaints)
{
    xmlSchemaValidCtxtPtr validation = xmlSchemaNewValidCtxt(schema);
    if (validation == NULL) {
        complaints->failed = true;
        return false;
    }
    xmlSchemaSetValidStructuredErrors(validation, complaints_of_schema, complaints);
    int result = xmlSchemaValidateDoc(validation, document);
    xmlSchemaFreeValidCtxt(validation);
    if (result < 0)
        complaints->failed = true;
    return result == 0;
}

static int by_line(const void *a, const void *b)
{
    const struct xml_fault *left = a, *right = b;
    return (left->line > right->line) - (left->line < right->line);
}

bool xml_read(enum schema schema, const char *bytes, size_t length, struct xml_reading *reading,
              struct error *error)
{
    struct complaints complaints = {.schema = schemas[schema].text};
    pthread_once(&once, start);
    size_t failures = memory_failures();
    *reading = (struct xml_reading){.outcome = XML_MALFORMED};
    xmlDoc *document = NULL;
    bool done = false;
    size_t line;
    const char *reason;
    bool large = schema == SCHEMA_ENROLMENT || schema == SCHEMA_ORDER || schema == SCHEMA_FOIL;
    enum guard_verdict verdict = guard_look(bytes, length, large, &line, &reason);
    if (verdict != GUARD_FINE) {
        reading->outcome = verdict == GUARD_HOSTILE ? XML_HOSTILE : XML_MALFORMED;
        complaints_add(&complaints, line, strdup(""), strdup(reason));
    } else if ((document = parse(bytes, length, &complaints)) != NULL) {
        xmlSchemaPtr against = schema_compiled(schema, error);
        if (against == NULL)
            goto done;
        /* The guard saw none; a parser that sees one after all is not to be trusted with the rest. */
        if (document->intSubset != NULL || document->extSubset != NULL) {
            reading->outcome = XML_HOSTILE;
            complaints_add(&complaints, 1, strdup(""),
                           strdup(_("the document holds a document type declaration")));
        } else {
            /* Names with a colon too many are complaints of a parser that goes on: the schema may not see them. */
            bool valid = validate(against, document, &complaints) && complaints.count == 0;
            reading->outcome = valid ? XML_VALID : XML_INVALID;
            complaints.failed = complaints.failed || !document_keep_texts(document);
        }
    }
    if (complaints.failed || memory_failures() != failures) {
        error_set(error, FAULT_TEMPORARY, "reading a %s document: out of memory", schemas[schema].name);
        goto done;
    }
    if (complaints.count > 0)
        qsort(complaints.faults, complaints.count, sizeof *complaints.faults, by_line);
    reading->faults = complaints.faults;
    reading->fault_count = complaints.count;
    reading->faults_unlisted = complaints.unlisted;
    complaints = (struct complaints){0};
    if (reading->outcome == XML_VALID || reading->outcome == XML_INVALID) {
        reading->document = (struct xml_document *)document;
        document = NULL;
    }
    done = true;
done:
    complaints_free(&complaints);
    xml_document_free((struct xml_document *)document);
    return done;
}

void xml_reading_free(struct xml_reading *reading)
{
    struct complaints complaints = {.faults = reading->faults, .count = reading->fault_count};
    complaints_free(&complaints);
    xml_document_free(reading->document);
    *reading = (struct xml_reading){.outcome = XML_MALFORMED};
}

bool xml_read_valid(enum schema schema, const char *name, const char *bytes, size_t length,
                    struct xml_document **document, struct error *error)
{
    struct xml_reading reading;
    *document = NULL;
    if (!xml_read(schema, bytes, length, &reading, error))
        return error_context(error, "%s", name);
    if (reading.outcome == XML_VALID) {
        *document = reading.document;
        reading.document = NULL;
        xml_reading_free(&reading);
        return true;
    }
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < reading.fault_count && i < 5; i++) {
        const struct xml_fault *fault = &reading.faults[i];
        text_format(&text, _("%s%s: line %zu%s%s: %s"), i == 0 ? "" : "\n", name, fault->line,
                    fault->path[0] != '\0' ? " " : "", fault->path, fault->text);
    }
    if (reading.fault_count > 5)
        text_format(&text, _("\n%s: and %zu more"), name, reading.fault_count - 5);
    error_set(error, FAULT_INPUT, "%s", text.failed ? name : text.bytes);
    text_free(&text);
    xml_reading_free(&reading);
    return false;
}

/* The compiler of expressions would write to stderr; our caller says it better. */
static void say_nothing(void *context, xmlErrorPtr fault)
{
    (void)context;
    (void)fault;
}

bool pattern_matches(const char *pattern, const char *value, bool *matches, struct error *error)
{
    pthread_once(&once, start);
    size_t failures = memory_failures();
    xmlSetStructuredErrorFunc(NULL, say_nothing);
    xmlRegexpPtr expression = xmlRegexpCompile((const xmlChar *)pattern);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (expression == NULL && memory_failures() != failures)
        return error_set(error, FAULT_TEMPORARY, "matching \"%s\": out of memory", pattern);
    if (expression == NULL)
        return error_set(error, FAULT_INPUT, "\"%s\" is no regular expression of XML Schema", pattern);
    int result = xmlRegexpExec(expression, (const xmlChar *)value);
    xmlRegFreeRegexp(expression);
    *matches = result == 1;
    return result >= 0 ||
           error_set(error, FAULT_TEMPORARY, "matching \"%s\": the expression is too dear", pattern);
}
