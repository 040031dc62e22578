/*
 * The table of outgoing documents: what each is called, must show and may not know, and puts into its XML
 * twin.
 *
 * Guarantees: a document that lacks a member it needs, or was told one its reader may not see, is not drawn.
 * Does not draw: each document has a file of its own.
 */
#include "report/documents.h"

#include <string.h>

#include "base/language.h"
#include "page/facts.h"

#define COMMON                                                                                               \
    "agency", "unit", "contact", "demonstration", "docket", "command", "number", "issued", "received",       \
        "request"

static const char *const possible_match_members[] = {
    COMMON,         "images",     "intake", "probes",     "candidate", "limitations", "searches",
    "investigator", "background", "peers",  "supervisor", "round",     "amended",     NULL};
static const char *const negative_members[] = {COMMON,       "reason",       "searches", "images",
                                               "supervisor", "investigator", NULL};
static const char *const quality_members[] = {COMMON,          "by",       "at",     "reason",
                                              "whatWouldHelp", "answerBy", "images", NULL};
static const char *const refusal_members[] = {COMMON,   "by",       "role",  "at", "clause",
                                              "reason", "nextStep", "holds", NULL};
static const char *const continue_members[] = {COMMON,       "round",   "next",         "supervisor",
                                               "directions", "reviews", "investigator", NULL};
static const char *const recall_members[] = {COMMON, "at", "recalls", "steps", NULL};
static const char *const closing_members[] = {COMMON, "at", "by", "reason", "state", "searches", NULL};

/* What a document needs beyond docket, issued and request. */
static const char *const possible_match_wanted[] = {"probes",   "candidate",    "limitations",
                                                    "searches", "investigator", "background",
                                                    "peers",    "supervisor",   NULL};
static const char *const reason_wanted[] = {"reason", NULL};
static const char *const quality_wanted[] = {"reason", "images", NULL};
static const char *const continue_wanted[] = {"round", "next", "supervisor", "directions", NULL};
static const char *const recall_wanted[] = {"at", "recalls", "steps", NULL};
static const char *const closing_wanted[] = {"at", NULL};

/* Of records requests: the letters have no twin, their members are listed for completeness. */
static const char *const foil_members[] = {COMMON, "requester", "asked", "entries", NULL};
static const char *const foil_acknowledgement_wanted[] = {"requester", "received", "asked", "answerBy", NULL};
static const char *const foil_extension_wanted[] = {"requester", "received", "asked",
                                                    "until",     "reason",   NULL};
static const char *const foil_grant_wanted[] = {"requester", "received", "asked", "documents", "pages", NULL};
static const char *const foil_partial_wanted[] = {"requester", "received",   "asked",  "documents",
                                                  "pages",     "exemptions", "appeal", NULL};
static const char *const foil_denial_wanted[] = {"requester",  "received", "asked",
                                                 "exemptions", "appeal",   NULL};
static const char *const foil_appeal_received_wanted[] = {"requester", "received", "asked",
                                                          "appealed",  "answerBy", NULL};
static const char *const foil_appeal_answer_wanted[] = {"requester", "received", "asked", "appealed",
                                                        "outcome",   "reason",   NULL};
static const char *const foil_withdrawn_wanted[] = {"requester", "received", "asked", "withdrawn", NULL};
static const char *const foil_log_wanted[] = {"part", "parts", "entries", NULL};

/* No report shows a score (R3). What goes out without a lead knows no candidate at all (R26). */
static const char *const no_score[] = {"score",    "scores",     "rank",       "rating",
                                       "distance", "similarity", "percentage", NULL};
static const char *const no_candidate[] = {"candidate", "candidates", "list", "photo", "photos",
                                           "label",     "named",      "rank", "score", "length",
                                           "rating",    "biography",  NULL};

#define FOIL_FOOT N_("Freedom of Information Law, Public Officers Law article 6.")

static const struct outgoing_document documents[] = {
    {"possible-match",
     N_("Possible-match report"),
     N_("Investigative lead only: not probable cause for an arrest or a warrant. Further investigation is "
        "required. Do not "
        "show to a witness."),
     "possibleMatchReport",
     possible_match_draw,
     {NOTICE_LEAD, NOTICE_INVESTIGATE, NOTICE_WITNESS, NOTICE_BESIDE},
     4,
     possible_match_members,
     possible_match_wanted,
     no_score},
    {"negative",
     N_("Negative report"),
     N_("The absence of a lead is not an exclusion. Law enforcement sensitive. For the requester and the "
        "discussing supervisor only."),
     "negativeReport",
     negative_draw,
     {NOTICE_NO_EXCLUSION},
     1,
     negative_members,
     reason_wanted,
     no_candidate},
    {"quality-notice",
     N_("Image quality notice"),
     N_("No outcome is implied. Law enforcement sensitive. For the requester and the discussing supervisor "
        "only."),
     "qualityNotice",
     quality_notice_draw,
     {NOTICE_QUALITY},
     1,
     quality_members,
     quality_wanted,
     no_candidate},
    {"refusal",
     N_("Refusal notice"),
     N_("Law enforcement sensitive. For the requester and the discussing supervisor only."),
     "refusalNotice",
     refusal_draw,
     {NOTICE_NO_SEARCH},
     1,
     refusal_members,
     reason_wanted,
     no_candidate},
    {"continue",
     N_("Further investigation"),
     N_("For the assigned investigator only."),
     "continueNotice",
     continuation_draw,
     {NOTICE_ROUND},
     1,
     continue_members,
     continue_wanted,
     no_score},
    {"recall",
     N_("Recall of a report"),
     N_("Do not use the report named here. Law enforcement sensitive. For the requester and the discussing "
        "supervisor only."),
     "recallNotice",
     recall_draw,
     {NOTICE_RECALL},
     1,
     recall_members,
     recall_wanted,
     no_candidate},
    {"withdrawn",
     N_("Withdrawal notice"),
     N_("Law enforcement sensitive. For the requester and the discussing supervisor only."),
     "withdrawalNotice",
     withdrawn_draw,
     {NOTICE_NO_SEARCH},
     1,
     closing_members,
     closing_wanted,
     no_candidate},
    {"lapsed",
     N_("Lapse notice"),
     N_("Law enforcement sensitive. For the requester and the discussing supervisor only."),
     "lapseNotice",
     lapsed_draw,
     {NOTICE_NO_SEARCH},
     1,
     closing_members,
     closing_wanted,
     no_candidate},
    {"foil-acknowledgement",
     N_("Receipt of your request"),
     FOIL_FOOT,
     "foilAcknowledgement",
     foil_acknowledgement_draw,
     {0},
     0,
     foil_members,
     foil_acknowledgement_wanted,
     no_candidate},
    {"foil-extension",
     N_("More time for your request"),
     FOIL_FOOT,
     "foilExtension",
     foil_extension_draw,
     {0},
     0,
     foil_members,
     foil_extension_wanted,
     no_candidate},
    {"foil-grant",
     N_("Your request is granted"),
     FOIL_FOOT,
     "foilGrant",
     foil_grant_draw,
     {0},
     0,
     foil_members,
     foil_grant_wanted,
     no_candidate},
    {"foil-partial",
     N_("Granted in part"),
     FOIL_FOOT,
     "foilPartial",
     foil_partial_draw,
     {NOTICE_APPEAL},
     1,
     foil_members,
     foil_partial_wanted,
     no_candidate},
    {"foil-denial",
     N_("Your request is denied"),
     FOIL_FOOT,
     "foilDenial",
     foil_denial_draw,
     {NOTICE_APPEAL},
     1,
     foil_members,
     foil_denial_wanted,
     no_candidate},
    {"foil-appeal-received",
     N_("Receipt of your appeal"),
     FOIL_FOOT,
     "foilAppealReceived",
     foil_appeal_received_draw,
     {0},
     0,
     foil_members,
     foil_appeal_received_wanted,
     no_candidate},
    {"foil-appeal-answer",
     N_("Answer to your appeal"),
     FOIL_FOOT,
     "foilAppealAnswer",
     foil_appeal_answer_draw,
     {0},
     0,
     foil_members,
     foil_appeal_answer_wanted,
     no_candidate},
    {"foil-withdrawn",
     N_("Your request is closed"),
     FOIL_FOOT,
     "foilWithdrawn",
     foil_withdrawn_draw,
     {0},
     0,
     foil_members,
     foil_withdrawn_wanted,
     no_candidate},
    {"foil-log",
     N_("Log of redactions"),
     FOIL_FOOT,
     "foilLog",
     foil_log_draw,
     {0},
     0,
     foil_members,
     foil_log_wanted,
     no_candidate},
};

const struct outgoing_document *outgoing_document(const char *name)
{
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        if (strcmp(documents[i].name, name) == 0)
            return &documents[i];
    return NULL;
}

bool outgoing_check(const struct outgoing_document *kind, const json_t *facts, struct error *error)
{
    static const char *const always[] = {"docket", "issued", "request", NULL};
    return facts_hold_all(facts, always, kind->kind, error) &&
           facts_hold_all(facts, kind->wanted, kind->kind, error) &&
           facts_hold_none(facts, kind->banned, kind->kind, error);
}
