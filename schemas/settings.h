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

/* How often one share is looked at. */
struct setting_share {
    const char *path; /* below the site: "in/precinct-014" */
    int64_t milliseconds;
};

/* When a hold that nobody answered is brought before somebody. */
struct setting_escalation {
    int hours;          /* after it was opened, 1 to 8760 */
    const char *role;   /* who is told; "" = the role the hold waits for */
    const char *clause; /* of holds under this rule alone; "" = of those without steps of their own */
};

/* A tour of duty, in which a supervisor inspects (R50). Minutes after midnight in the site's zone; an end not after
   the start is the next day's. */
struct setting_tour {
    const char *name;
    int start, end;
};

/* A prosecutor's office that is given discovery (R41). */
struct setting_office {
    const char *name;        /* also the folder's name below discovery/ */
    const char *title;       /* printed */
    const char *certificate; /* file names in keys/: whom packages are encrypted to, */
    const char *sealed;      /* and sealed volumes; "" = none are made */
    int days;                /* from filing until the first volume is due, default 20 */
};

/* A written agreement with another agency (R46). */
struct setting_agreement {
    const char *agency, *reference;
    const char *expires; /* "2027-06-30", the last day */
    bool confidentiality, no_onward_disclosure, notice_of_legal_process;
};

/* How long one class of records is kept (R38). */
struct setting_retention {
    const char *class;    /* "docket-negative", … (schemas/site.xsd) */
    int period;           /* 1 to 9999 */
    char unit;            /* of it: 'Y' 'M' 'D' */
    const char *from;     /* "received" "closed" "delivered" "looked": what the period begins with */
    const char *citation; /* the law or schedule it rests on */
    const char *action;   /* "destroy" "return" "review" */
};

/* A day on which nobody works; year 0: every year. */
struct setting_holiday {
    int year, month, day;
};

/* Why something may be withheld under the Freedom of Information Law: "87(2)(b)", and in words. */
struct setting_exemption {
    const char *code, *words;
};

/* How requests under the Freedom of Information Law are answered (R40). */
struct setting_foil {
    int acknowledge_days;   /* business days after receipt, default 5 */
    int answer_days;        /* business days after the acknowledgement, default 20 */
    int appeal_days;        /* days after the answer, default 30 */
    int appeal_answer_days; /* business days after the appeal came, default 10 */
    const char *officer;    /* whom an appeal is sent to, default "Records appeals officer" */
    const char *address;    /* of that officer, lines separated by line feeds; "" = the unit's contact */
    struct setting_holiday *holidays;
    size_t holiday_count;
    struct setting_exemption
        *exemptions; /* default: those of Public Officers Law 87(2), as the domain lists them */
    size_t exemption_count;
};

/* Why photographs are sealed or withdrawn, and what follows (R17). */
struct setting_seal_reason {
    const char *code;
    const char *effect; /* "search", "show" (neither searched nor shown) or "destroy" (destroyed besides) */
    const char *citation;
    bool reversible; /* such a seal may be lifted; never one that destroys */
};

struct settings {
    const char *name;     /* of the site, one word or a few */
    const char *agency;   /* printed on reports */
    const char *unit;     /* printed on reports */
    const char *contact;  /* how to reach the unit; printed on receipts and reports */
    const char *zone;     /* IANA name */
    const char *language; /* of fixed texts (base/language.h), default "en" */
    struct setting_command *commands;
    size_t command_count;
    enum identity identity; /* default signature */
    int min_peers;          /* 1 to 9, default 2 (R23) */
    int foils;              /* 4 to 20, default 4 */
    int claim_hours;        /* a claim of an item lapses after them, 1 to 168, default 8 */
    bool item_lists;        /* items are given to those who may take them, by lists; default false */
    int list_length;        /* persons, 2 to 50, default 20 */
    int64_t full_below;  /* photographs; galleries of fewer are compared in full; 0: as match/search.h says */
    bool hash_first;     /* hashes go first there, not a coarse comparison; default false */
    int share;           /* thousandths of larger ones, 1 to 1000; 0: likewise */
    int overnight_start; /* minutes after midnight in the site's zone, default 22:00 */
    int overnight_end;   /* default 06:00; before the start = the next morning */
    int64_t age_milliseconds;        /* a routine docket that waited so long is searched at any hour, 72 h */
    bool executor_slurm;             /* searches are computed by Slurm; default: here */
    const char *executor_folder;     /* absolute, shared with all nodes */
    const char *executor_partition;  /* "" = Slurm's default */
    int executor_probes;             /* of one task, 1 to 64, default 64 */
    int64_t executor_photos;         /* likewise; 0: as many as take about a minute */
    int executor_minutes;            /* a task's limit, default 30 */
    const char *engine_object;       /* absolute path of a vendor's engine; "": the one built in */
    const char *engine_name;         /* the id it must give itself */
    const char *engine_sha256;       /* of the object */
    bool engine_learned;             /* one with learned weights is taken (R12); default false */
    int engine_seconds;              /* a search of it may take, default 3600 */
    int engine_mebibytes;            /* of memory beyond the gallery, default 2048 */
    int64_t quiet_milliseconds;      /* nothing changed for so long = settled; default 5 s */
    int64_t incomplete_milliseconds; /* idle so long without being complete = "incomplete"; default 1 h */
    int64_t rescan_milliseconds;     /* between looks at a share, default 5 s */
    int64_t network_milliseconds;    /* the same on a network file system, default 5 s */
    int64_t metrics_milliseconds;    /* between metrics files, default 0 = none */
    struct setting_share *shares;    /* with an interval of their own */
    size_t share_count;
    int64_t free_bytes; /* with less on a volume below var/ nothing is taken in; default 256 MiB */
    int64_t free_files; /* inodes, the same; default 1000 */
    struct setting_escalation *escalations; /* by hours; default: after 24 hours the hold's own role again */
    size_t escalation_count;
    struct setting_seal_reason *seal_reasons; /* none: any reason, effect show, reversible */
    size_t seal_reason_count;
    struct setting_tour *tours; /* in the order of site.xml; none: inspections are not watched */
    size_t tour_count;
    const char *tours_since; /* "2026-11-01": they run so from that day on; "" = since the first event */
    int64_t tour_filing_milliseconds; /* an inspection may be filed so long after its tour; default 24 h */
    int warn_days;                    /* what runs out is said so long before, 0 to 3650, default 30 */
    struct setting_office *offices;
    size_t office_count;
    struct setting_agreement *agreements;
    size_t agreement_count;
    struct setting_foil foil;
    struct setting_retention *retention; /* none: nothing is ever due */
    size_t retention_count;
    int packet_files;              /* in one packet, default 200 */
    int64_t packet_file_bytes;     /* of one file, default 50 MiB */
    int64_t packet_total_bytes;    /* of a packet, default 500 MiB */
    const char *case_pattern;      /* XML Schema expressions; default any text of 1 to 40 characters */
    const char *complaint_pattern; /* default [0-9]{4}-[0-9]{3}-[0-9]{5,6} */
    const char *docket_prefix;     /* default FR */
    const char **trait_words;      /* a basis that has one is held for a supervisor (R7) */
    size_t trait_word_count;
    const char **artificial_words; /* an image whose name or source has one is held for a supervisor (R16) */
    size_t artificial_word_count;
    int requests_per_recording; /* default 5 (R8) */
    int lapse_days;             /* a request waits so long for images, 1 to 3650, default 30 (R20) */
    int reminder_days; /* so long before it lapses its sender is reminded, default 7 (at most half); 0 = never */
    int compaction_segments; /* segments of the gallery are merged when there are more, 2 to 128, default 32 */
    int compaction_percent;  /* one is written anew when so many of 100 photos in it are to go, default 10 */
    int64_t compaction_milliseconds; /* and when one of them has waited so long, default 7 days (R17) */
    int eye_confidence;              /* eyes found with less are marked by a person, 0 to 100, default 50 */
    bool encryption_required;        /* no start unless all that is kept is encrypted, default false (R34) */
    const char *encryption_key;      /* file of the site's key, absolute; "": none */
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

/* From the bytes of site.xml; `name` is what messages call the file. */
bool settings_read(const char *name, const char *bytes, size_t length, struct settings **settings,
                   struct error *error);
void settings_free(struct settings *settings);

/* NULL when the site has no such command. */
const struct setting_command *settings_command(const struct settings *settings, const char *name);

/* NULL when the site has no such reason. */
const struct setting_seal_reason *settings_seal_reason(const struct settings *settings, const char *code);

/* NULL when the site has no such office, or no agreement with that agency (whether it still holds is not asked). */
const struct setting_office *settings_office(const struct settings *settings, const char *name);
const struct setting_agreement *settings_agreement(const struct settings *settings, const char *agency);

/* NULL when the site's schedule has no row for that class. */
const struct setting_retention *settings_retention(const struct settings *settings, const char *class);

/* Milliseconds between looks at a share, on a network file system or not. */
int64_t settings_rescan(const struct settings *settings, const char *path, bool network);

/* What the rules of ingest/ need, for a worker: {"case","complaint","words":[…],"artificial":[…],
   "intelligence":[…]}.
   New reference; NULL when memory ran out. */
json_t *settings_policy(const struct settings *settings);

#endif
