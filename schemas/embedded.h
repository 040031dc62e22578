/*
 * The schemas as text inside the program; schemas/embed.awk writes the matching .c from the .xsd files.
 */
#ifndef LEADSPOOL_SCHEMAS_EMBEDDED_H
#define LEADSPOOL_SCHEMAS_EMBEDDED_H

extern const char schema_text_request[];
extern const char schema_text_decision[];
extern const char schema_text_item[];
extern const char schema_text_receipt[];
extern const char schema_text_enrolment[];
extern const char schema_text_audit[];
extern const char schema_text_retention[];
extern const char schema_text_order[];
extern const char schema_text_acknowledgement[];
extern const char schema_text_discovery[];
extern const char schema_text_disclosure[];
extern const char schema_text_foil[];
extern const char schema_text_inspection[];
extern const char schema_text_tours[];
extern const char schema_text_site[];
extern const char schema_text_roster[];

#endif
