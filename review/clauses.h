/*
 * The rules that hold a request, in plain words: for whoever decides on a hold and does not know numbers.
 */
#ifndef LEADSPOOL_REVIEW_CLAUSES_H
#define LEADSPOOL_REVIEW_CLAUSES_H

/* "the use and its reasons are discussed with a supervisor first" for "R29"; a clause without words of its own
   gives "see the policy". Never NULL. */
const char *clause_words(const char *clause);

#endif
