/*
 * The rules of the use policy that a sender or a decider meets, in plain words: nobody knows their numbers.
 */
#ifndef LEADSPOOL_BASE_CLAUSES_H
#define LEADSPOOL_BASE_CLAUSES_H

/* "the use and its reasons are discussed with a supervisor first" for "R29"; a clause without words of its own
   gives "see the policy". Never NULL. */
const char *clause_words(const char *clause);

#endif
