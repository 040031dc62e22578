/*
 * The vocabularies of a request (schemas/request.xsd) in plain words, for people who choose from them.
 */
#ifndef LEADSPOOL_INGEST_REQUEST_FORM_CHOICES_H
#define LEADSPOOL_INGEST_REQUEST_FORM_CHOICES_H

#include <jansson.h>
#include <stdbool.h>

/* Put every list into `data`, each an array of {"value","name","means"?,"under"?: the cases of a use}. False only when
   memory ran out. */
bool request_form_choices(json_t *data);

#endif
