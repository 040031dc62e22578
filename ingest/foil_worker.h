/*
 * check-foil: a step in the life of a records request (R40), checked.
 *
 * inputs      foil.xml, its .p7s, the authority's certificate, its revocation list (PEM); what is missing is empty
 * parameters  {"received":ts}
 * answer      {"faults":[…],"signer":{…}|null,"foil"?:{"foilId","kind","request"?,"part"?,"sheet"?,"date","by",
 *   "received"?,"requester"?:{"name","contact","address":[lines]},
 *   "scope"?:{"dockets":[…]}|{"caseNumber"}|{"command","from","to"},"aboutPerson"?:bool,
 *   "boxes"?:[box, as report/foil_pages.h has it, without "mandatory" and "what"],
 *   "lifted"?:[{"document","page","x","y","width","height","reason"}],"redactions"?,"outcome"?,"condition"?,"until"?,
 *   "text"?,"denied"?:[{"exemption","reason"}],"remarks"?:[{"document","page","number"?,"text"}]}}
 * What a kind needs and is not there is a fault. What the rules say of it, the committer decides (report/foil_rules.h).
 */
#ifndef LEADSPOOL_INGEST_FOIL_WORKER_H
#define LEADSPOOL_INGEST_FOIL_WORKER_H

#include "base/worker.h"

worker_function check_foil;

#endif
