/*
 * The outgoing documents: each rendered from a `facts` object alone, plus pictures.
 *
 * Job `render-document` (base/worker.h, report/render_worker.h):
 *   parameters {"document": name, "facts": {…}, "created": ts, "pictures": [{"role", "input"}]}
 *   inputs     the two fonts, then the pictures (page/rendering.h)
 *   answer     the PDF
 * The XML twin of the same facts comes from report/twin.h.
 *
 * Facts. Times are UTC text, all numbers whole, digests lower-case hexadecimal; absent members leave their
 * row out unless marked *. A member ending in "icture" holds the role of a picture of the job. Unknown
 * members are ignored.
 *
 * every document
 *   "docket"*, "command"*, "issued"* ts, "received" ts, "number" (of this document in the docket, from 1)
 *   "agency", "unit", "contact": who issues it
 *   "demonstration": true on a site of drawn people (said on every page)
 *   "request"*: the request record of spool/INTERNALS.md (requestId, caseNumber, complaintNumber, requester,
 *     use, subUse, basis, supervisorDiscussion, priority, priorSearches, …)
 *
 * "possible-match" (R27, R28; refuses facts that hold a score, rank or rating)
 *   "probes"*: [{"label","file","source","capturedAt","recordingId","digest","width","height",
 *     "picture"*: as submitted, "searchedDigest","searchedPicture"*: as searched (may be the same role),
 *     "by","at": who chose it,
 *     "edits":[{"operation","parameters": text or object,"by","at","before","after"}]}];
 *     the first is the one compared
 *   "probeFacePicture"*, "candidateFacePicture"*: aligned crops of the same pixel size (equal facial scale)
 *   "candidate"*: {"photo"*,"capturedAt","source"*: lawful source,"sourceCitation","digest",
 *     "sealStatus": "none" | "search" (it may be shown, and is not searched any more), "sealCheckedAt": when that was asked,
 *     "picture"*: whole photo}
 *   "limitations"*: text, or an array of texts; what the investigator wrote
 *   "intake": {"by","at","basis":[clauses]}: who checked the basis
 *   "investigator"*: {"person","at"}
 *   "background"*: {"by","at","items":[{"what","finding"}],"conflicts":[text]}
 *   "peers"*: [{"person","at","round"}]
 *   "supervisor"*: {"person","at","actingFor"}
 *   "round"
 *   "searches"*: [search], all of the case, those that led nowhere too: search =
 *     {"number","at","engine":{"maker","name","version","method"},"snapshot","count","persons","length",
 *     "probe": label,"reason","result": "reviewed" | "none" | "superseded"}
 *   "images": the docket's images, for the list of what was received
 *
 * "negative" (R26; refuses facts that hold a candidate, a list, a photo or a label)
 *   "reason"*: "none-identified" | "not-approved"; "searches": [{"number","at","engine","snapshot","count"}];
 *   "supervisor" or "investigator": {"person","at"}: who closed it; "images"
 *
 * "quality-notice" (R20)
 *   "by","at"; "reason"*: the person's words; "whatWouldHelp": text or array; "answerBy": ts
 *   "images"*: [{"file","digest","width","height","picture",
 *     "measures":[{"name","value": text,"quality": 0–100,"advice"}]}]
 *
 * "refusal"
 *   "by","role","at"; "clause","reason"*; "nextStep"
 *   "holds":[{"clause","reason","role","by","at","outcome"}]
 *
 * "continue" (R25; goes to the investigator)
 *   "round"*: the one closed, "next"*: the one opened; "supervisor"*; "directions"*: text;
 *   "reviews": [{"slot","at","verdict": "agree|disagree|cannot-say","reason"}]; "investigator": {"person"}
 *
 * "recall" (R17)
 *   "at"*; "recalls"*: names of the reports meant; "steps"*: texts, what their readers do
 *
 * "withdrawn", "lapsed"
 *   "at"*, "by"; "reason"; "state": what the request waited for; "searches": as for negative
 */
#ifndef LEADSPOOL_REPORT_DOCUMENTS_H
#define LEADSPOOL_REPORT_DOCUMENTS_H

#include "base/json.h"
#include "page/rendering.h"
#include "report/notices.h"

#define REQUIRED_NOTICES 5

struct outgoing_document {
    const char *name; /* parameter "document" */
    const char *kind; /* running head, title of the PDF; ASCII */
    const char *foot; /* foot of every page */
    const char *root; /* element of the XML twin */
    /* Everything in between, from facts and pictures. False with FAULT_INPUT when a member marked * is
       missing. */
    bool (*draw)(const struct rendering *rendering, const json_t *facts, struct error *error);
    enum notice required[REQUIRED_NOTICES]; /* must be read back from the drawn text */
    size_t required_count;
    const char *const *members; /* of the facts that go into the twin; ends with NULL */
    const char *const *wanted;  /* members that must be there (marked * above); ends with NULL */
    const char *const *banned;  /* members that may not occur at any depth; ends with NULL */
};

/* NULL when there is no document of that name. */
const struct outgoing_document *outgoing_document(const char *name);

/* The documents' drawing functions, one file each. */
bool possible_match_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool negative_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool quality_notice_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool refusal_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool continuation_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool withdrawn_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool recall_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool lapsed_draw(const struct rendering *rendering, const json_t *facts, struct error *error);

/* Letters of records requests and their log (report/foil_pages.h, report/foil_letter_pages.c). */
bool foil_acknowledgement_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_extension_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_grant_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_partial_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_denial_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_appeal_received_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_appeal_answer_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_withdrawn_draw(const struct rendering *rendering, const json_t *facts, struct error *error);
bool foil_log_draw(const struct rendering *rendering, const json_t *facts, struct error *error);

/* Do the facts hold all the document needs (FAULT_INPUT names the first member missing) and nothing it may
   not know (FAULT_INTERNAL names it)? */
bool outgoing_check(const struct outgoing_document *kind, const json_t *facts, struct error *error);

/* Blocks the documents share (report/blocks.c). */
void block_opening(struct document *document, const struct outgoing_document *kind, const json_t *facts);
void block_searches(struct document *document, const json_t *searches, bool with_lists);
/* A text, or each text of an array as a bullet. */
void block_texts(struct document *document, const json_t *value);

#endif
