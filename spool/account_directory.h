/*
 * The system's directory of accounts and groups (NSS: LDAP, Active Directory, files), asked by a helper process.
 *
 * Only where roster.xml says so (<directory>). What somebody signed is judged by an answer that was asked for after it came:
 * an account disabled a moment ago has no power. Without an answer within the roster's deadline what is signed waits.
 */
#ifndef LEADSPOOL_SPOOL_ACCOUNT_DIRECTORY_H
#define LEADSPOOL_SPOOL_ACCOUNT_DIRECTORY_H

#include "spool/state.h"

/* Start the helper: before threads exist. */
bool account_directory_open(struct daemon *daemon, struct error *error);
void account_directory_close(struct account_directory *directory);

/* What the roster asks (roster_question of people/roster.h; taken over); NULL = nothing. Asked at once and every minute. */
void account_directory_want(struct account_directory *directory, json_t *question);
/* Call `done` once an answer asked for from now on is in force, or with the error when there is none in time. False: nothing
   is asked on this site, and `done` is not called. */
bool account_directory_wait(struct account_directory *directory,
                            void (*done)(void *context, const struct error *error), void *context);
/* The answer handed to roster_watch_follow is in force, or could not be put in force. */
void account_directory_in_force(struct account_directory *directory, const struct error *error);

/* Is it being asked for somebody who waits, or for the first time? */
bool account_directory_busy(const struct account_directory *directory);
/* Why it does not answer; NULL: it does, or is not asked. */
const char *account_directory_trouble(const struct account_directory *directory);

/* The life of the helper (service_life of spool/service.h); the argument is the struct site. */
void account_directory_serve(int channel, int directory, const void *argument);

#endif
