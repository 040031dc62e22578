/*
 * check-retention: legal holds of dockets and disposals (R38), as documents.
 *
 * inputs      retention.xml, its .p7s, the authority's certificate, its revocation list (PEM), then
 *             retention.xml.approval.p7s; what is missing is an empty file
 * answer      {"faults":[…],"signer":{…}|null,"approver"?:{…},"retention"?:{"retentionId","kind":"hold|release|dispose",
 *              "by","reason","citation","dockets":[numbers],"list"?:digest,"decided":[ids]}}
 */
#ifndef LEADSPOOL_INGEST_RETENTION_WORKER_H
#define LEADSPOOL_INGEST_RETENTION_WORKER_H

#include "base/worker.h"
#include "ingest/keeper_signature.h"

enum { RETENTION_APPROVAL = KEEPER_INPUTS, RETENTION_INPUTS };

worker_function check_retention;

#endif
