/*
 * Job `check-decision`: a signed decision, unpacked and judged by form alone, in the sandbox.
 *
 *   parameters  {"arrived": ts}
 *   inputs      0 the file as dropped (.p7m, or plain .xml), 1 the authority's PEM, 2 the revocation list's PEM
 *   answer      {"faults":[…],"decision":{…}|null,"signer":{…}|null} (spool/INTERNALS.md §3 and §4)
 *
 * The faults speak for a whole file: a decision with any is refused. A fault with the outcome "WAIT"
 * (revocation list out of date) says nothing about the decision: the drop stays until there is a new list. An
 * unsigned XML file has "signer": null; whether the site takes the account's word is decided later.
 */
#ifndef LEADSPOOL_REVIEW_DECISION_WORKER_H
#define LEADSPOOL_REVIEW_DECISION_WORKER_H

#include "base/worker.h"

worker_function check_decision_worker;

#endif
