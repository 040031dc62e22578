/*
 * check-discovery and check-disclosure: documents that ask for something to leave the building.
 *
 * inputs      discovery.xml (disclosure.xml), its .p7s, the authority's certificate, its revocation list (PEM); of a
 *             disclosure then disclosure.xml.approval.p7s and the recipient's certificate; what is missing is an empty file
 * parameters  {"received":ts,"files":[{"name","digest","size"}] of all other files}
 * answer      {"faults":[…],"signer":{…}|null,"approver"?:{…}, and
 *   "discovery"?:{"discoveryId","kind","docket","office","date","by","caseReference"?,"volume"?:n,"receivedBy"?,
 *                 "withhold":[{"number":n,"basis"}]}
 *   "disclosure"?:{"disclosureId","docket","by","at","recipient":{"name","affiliation","kind","certificate":PEM text,
 *                 "verified"?:{"how","by","at"}},"purpose":{"code","text"},"identifying":bool,
 *                 "condition"?:{"code","text"},"authorisation"?:{"file","digest"?,"by","subjectCompetent":bool},
 *                 "documents":[names]}}
 */
#ifndef LEADSPOOL_INGEST_RELEASE_WORKER_H
#define LEADSPOOL_INGEST_RELEASE_WORKER_H

#include "base/worker.h"
#include "ingest/keeper_signature.h"

/* Inputs beyond those of a keeper's document. */
enum { RELEASE_APPROVAL = KEEPER_INPUTS, RELEASE_CERTIFICATE, RELEASE_INPUTS };

worker_function check_discovery, check_disclosure;

#endif
