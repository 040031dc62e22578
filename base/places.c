/*
 * The directories of a site, in the order in which they are made (parents first).
 *
 * Guarantees: modes are the ones of a site whose shares are handed to groups by ACL or by the file server;
 * the decision drop is writable to its group and listable to nobody (1730), so that no reviewer sees who
 * decided what. Does no I/O.
 */
#include "base/places.h"

const struct place places[] = {
    {"in", 0755, "requests: one folder per command"},
    {"in/%", 0770, "drop request packets here"},
    {"out", 0755, "answers: one folder per command"},
    {"out/%", 0750, "receipts, notices and reports for the command"},
    {"review", 0755, "work items for examiners"},
    {"review/intake", 0750, "requests to confirm"},
    {"review/investigation", 0750, "candidate lists to compare"},
    {"review/background", 0750, "background checks of named candidates"},
    {"review/peer", 0750, "blind peer reviews"},
    {"review/supervision", 0750, "final reviews"},
    {"review/decisions", 01730, "drop signed decisions here"},
    {"review/answers", 0750, "what became of each decision"},
    {"gallery", 0755, "the gallery keeper's folders"},
    {"gallery/in", 0770, "enrolment packets, seal and withdrawal orders"},
    {"gallery/out", 0750, "their receipts"},
    {"case-management", 0750, "reports to attach to case files"},
    {"case-management/acks", 0770, "acknowledgements of case management"},
    {"discovery", 0755, "the discovery clerk's folders"},
    {"discovery/in", 0770, "filings, requests and receipts of offices, signed by a discovery clerk"},
    {"discovery/out", 0750, "their receipts"},
    {"disclosure", 0755, "what is released to others"},
    {"disclosure/in", 0770, "disclosures, signed by whoever releases and approves"},
    {"disclosure/out", 0750, "their receipts and packages"},
    {"foil", 0755, "the records staff's folders"},
    {"foil/in", 0770, "records requests"},
    {"foil/sheets", 0770, "redaction sheets"},
    {"foil/out", 0750, "letters and exports"},
    {"audit", 0755, "the auditors' folders"},
    {"audit/in", 0770, "audit requests"},
    {"audit/out", 0750, "extracts"},
    {"retention", 0755, "the records staff's disposals"},
    {"retention/in", 0770, "legal holds and disposals, signed by the legal bureau and records staff"},
    {"retention/out", 0750, "their receipts and disposal certificates"},
    {"hold", 0750, "requests that wait for a named role"},
    {"quarantine", 0700, "hostile or contradictory drops, kept unread"},
    {"keys", 0700, "the site's key, certificates and revocation list"},
    {"var", 0711, "the record; passed through to the socket, entered by the service account alone"},
    {"var/casebook", 0700, "the casebook"},
    {"var/vault", 0700, "every byte received"},
    {"var/gallery", 0700, "gallery segments"},
    {"var/incoming", 0700, "copies being checked"},
    {"var/run", 0711, "lock and socket"},
};

const size_t place_count = sizeof places / sizeof places[0];
