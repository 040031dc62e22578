/*
 * The settings of a site, from site.xml, each with its default: read at every start and handed around as one
 * constant struct. docs/formats/site.md documents every member.
 */
#ifndef LEADSPOOL_SCHEMAS_SETTINGS_H
#define LEADSPOOL_SCHEMAS_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* Who speaks for a person: a CMS signature, the account that owns the dropped file, or both naming one. */
enum identity { IDENTITY_SIGNATURE, IDENTITY_OWNER, IDENTITY_BOTH };

struct setting_command {
    const char *name;  /* also the folder's name below in/ and out/ */
    bool intelligence; /* may ask about political activity (R9) */
};

struct settings {
    const char *name;    /* of the site, one word or a few */
    const char *agency;  /* printed on reports */
    const char *unit;    /* printed on reports */
    const char *contact; /* how to reach the unit; printed on receipts and reports */
    const char *zone;    /* IANA name */
    struct setting_command *commands;
    size_t command_count;
    enum identity identity;          /* default signature */
    int min_peers;                   /* 1 to 9, default 2 (R23) */
    int foils;                       /* 4 to 20, default 4 */
    int list_length;                 /* persons, 2 to 50, default 20 */
    int overnight_start;             /* minutes after midnight in the site's zone, default 22:00 */
    int overnight_end;               /* default 06:00; before the start = the next morning */
    int64_t quiet_milliseconds;      /* nothing changed for so long = settled; default 5 s */
    int64_t incomplete_milliseconds; /* idle so long without being complete = "incomplete"; default 1 h */
    int packet_files;                /* in one packet, default 200 */
    int64_t packet_file_bytes;       /* of one file, default 50 MiB */
    int64_t packet_total_bytes;      /* of a packet, default 500 MiB */
    const char *case_pattern;        /* XML Schema expressions; default any text of 1 to 40 characters */
    const char *complaint_pattern;   /* default [0-9]{4}-[0-9]{3}-[0-9]{5,6} */
    const char *docket_prefix;       /* default FR */
    const char **trait_words;        /* a basis that has one is held for a supervisor (R7) */
    size_t trait_word_count;
    int requests_per_recording; /* default 5 (R8) */
    int lapse_days;             /* a request waits so long for images, 1 to 3650, default 30 (R20) */
    int64_t clock_tolerance_milliseconds; /* for signing times, default 5 min */
    bool require_intake_acknowledgement;  /* default true (R18) */
    const char *authority;                /* file names in keys/: CA, revocation list, the service's own */
    const char *revocation_list;          /* defaults ca.pem crl.pem service.pem service.key */
    const char *certificate;
    const char *key;
    mode_t mode_in;        /* of in/<command>, default 0770 */
    mode_t mode_out;       /* of out/<command>, default 0750 */
    mode_t mode_decisions; /* of review/decisions, default 1730 */
    bool demonstration;    /* printed on every document */
    json_t *texts;         /* owns the strings above */
};

/* From the bytes of site.xml; `name` is what messages call the file. encryption=required is refused, as long
   as the program cannot encrypt: better no start than a promise not kept. */
bool settings_read(const char *name, const char *bytes, size_t length, struct settings **settings,
                   struct error *error);
void settings_free(struct settings *settings);

/* NULL when the site has no such command. */
const struct setting_command *settings_command(const struct settings *settings, const char *name);

/* What the rules of ingest/ need, for a worker: {"case","complaint","words":[…],"intelligence":[…]}.
   New reference; NULL when memory ran out. */
json_t *settings_policy(const struct settings *settings);

#endif
