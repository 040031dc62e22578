/*
 * Fuzz: the hardened reader of XML with every schema, chosen by the name of the root element found first.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/xml.h"
#include "tests/fuzz/fuzz.h"

static enum schema schema_for(const uint8_t *data, size_t size)
{
    for (enum schema schema = SCHEMA_REQUEST; schema < SCHEMA_COUNT; schema++) {
        const char *name = schema_name(schema);
        if (memmem(data, size, name, strlen(name)) != NULL)
            return schema;
    }
    return SCHEMA_REQUEST;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xml_reading reading = {0};
    struct error error = ERROR_NONE;
    if (!xml_read(schema_for(data, size), (const char *)data, size, &reading, &error))
        abort(); /* our own trouble, whatever the bytes were */
    if ((reading.outcome == XML_VALID) != (reading.fault_count == 0))
        abort();
    for (size_t i = 0; i < reading.fault_count; i++)
        if (reading.faults[i].text == NULL || reading.faults[i].path == NULL)
            abort();
    xml_reading_free(&reading);
    return 0;
}
