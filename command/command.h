/*
 * What a subcommand is, and what all of them share: options, answers of the record, printing.
 *
 * A subcommand is one file with one `const struct command`; its table of options serves the parser and
 * `--help` alike, so that neither can say what the other does not know.
 */
#ifndef LEADSPOOL_COMMAND_COMMAND_H
#define LEADSPOOL_COMMAND_COMMAND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "spool/site.h"

struct invocation {
    const char *site; /* from -s, or NULL */
    bool json;        /* -j: JSON lines for programs */
};

/* `key` is the short letter, or a number from 256 on for an option that has only its long name; a table ends
   with key 0. */
struct option_spec {
    int key;
    const char *name;
    const char *argument; /* what the value is called in --help; NULL = the option takes none */
    const char *help;
};

struct command {
    const char *name;
    const char *arguments; /* "[-r REASON] DOCKET…", for the first line of --help */
    const char *purpose;   /* one sentence */
    const struct option_spec *options;
    bool (*run)(struct invocation *invocation, int argc, char **argv, struct error *error);
};

extern const struct command command_key, command_backup, command_restore, command_upgrade;
extern const struct command command_site, command_rehearse;
extern const struct command command_init, command_run, command_drain, command_submit, command_status,
    command_list, command_show, command_why, command_decide, command_release, command_refuse, command_retry,
    command_gallery, command_audit, command_desk, command_roster, command_check, command_rerun, command_foil,
    command_export, command_inspect, command_engine, command_match_shard, command_retention;

/* The next option's key (its value in getopt's `optarg`), OPTION_END when `optind` is at the first operand,
   OPTION_HELP when help was asked for and printed, OPTION_WRONG with an error. -h, -j and -s are dealt with
   inside, so that they may stand before or after the subcommand. */
enum { OPTION_END = 0, OPTION_WRONG = -1, OPTION_HELP = -2 };
int option_next(const struct command *command, struct invocation *invocation, int argc, char **argv,
                struct error *error);

/* A whole number in [least, most] from an option's value; FAULT_USAGE naming the option. */
bool option_whole(const char *option, const char *value, long least, long most, long *number,
                  struct error *error);
/* "name=value" split at the first '='; both borrowed from `text`, which is changed. */
bool option_pair(const char *option, char *text, const char **name, const char **value, struct error *error);

/* After the options: was nothing else said? FAULT_USAGE names it. */
bool operands_none(const char *command, int argc, char **argv, struct error *error);

/* The operands from `optind` on; a single "-" stands for the lines of standard input (first word of each,
   so that the output of `list` can be piped in). Caller frees with operands_free. */
struct operands {
    char **texts;
    size_t count;
};
bool operands_read(int argc, char **argv, struct operands *operands, struct error *error);
void operands_free(struct operands *operands);

/* Find and open the site of an invocation, and make its zone the process's. */
bool invocation_open(const struct invocation *invocation, struct site *site, struct error *error);
void invocation_close(struct site *site);

/* Ask the record (spool/control.h). `arguments` (an object, or NULL) is taken over. An answer that is a
   refusal becomes the error it carries. *answer is a new reference. */
bool record_ask(struct site *site, const char *command, json_t *arguments, json_t **answer,
                struct error *error);
/* The same, again and again while the answer has "more"; each part is handed to `take`. */
typedef bool record_take(void *context, const json_t *answer, struct error *error);
bool record_ask_all(struct site *site, const char *command, json_t *arguments, record_take *take,
                    void *context, struct error *error);

/* Where the package has the pages of alarms (docs/alarms). */
#define ALARM_PAGES "/usr/share/doc/leadspool/alarms/"

/* One JSON line with "schema":1 to standard output; `value` is an object and stays the caller's. */
bool print_json(const json_t *value, struct error *error);

#define MOMENT_SIZE 40
/* A stored UTC text as people of the site read it ("2026-11-22 07:30"); "-" for an empty one. */
const char *moment_local(const char *utc, char text[MOMENT_SIZE]);
/* How long ago, or how long something took, in the two largest units: "3 h 20 min". */
const char *moment_span(int64_t milliseconds, char text[MOMENT_SIZE]);

#endif
