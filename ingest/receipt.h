/*
 * The receipt of a drop: XML for programs (receipt.xsd) and its plain twin for people. Pure.
 *
 * facts {"site","contact"?,"claim","drop","command"?,"requestId"?,"kind"?,"docket"?,"receivedAt":ts,
 *        "outcome":"ACCEPT|HOLD|REJECT|QUARANTINE|INCOMPLETE","packet"?:digest,
 *        "files":[{"name","digest"?,"size"?}],"faults":[…],"what"?:words for what was dropped ("request"),
 *        "nextStep"?:words, when the usual ones do not fit,"demonstration"?:bool}
 */
#ifndef LEADSPOOL_INGEST_RECEIPT_H
#define LEADSPOOL_INGEST_RECEIPT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

/* Both add to an empty text; false only when memory ran out. */
bool receipt_xml(const json_t *facts, struct text *xml, struct error *error);
/* At most 72 columns, but for names and numbers longer than that. */
bool receipt_plain(const json_t *facts, struct text *plain, struct error *error);

/* What happens now, in words. */
const char *receipt_next_step(const json_t *facts);

/* The files of an outbox row:
   [{"name":"NAME.xml","text","sign":true},{"name":"NAME.txt","text","sign":false}]. New reference. */
json_t *receipt_files(const json_t *facts, const char *name, struct error *error);

/* Append `words` folded at 72 columns, every line after the first indented by `indent` blanks; `column` is
   where the first one begins. */
void text_fold(struct text *text, const char *words, int column, int indent);

#endif
