/*
 * Printable worksheets: one PDF for each work item, rendered from facts and pictures alone.
 *
 * Job `render-worksheet` (base/worker.h, review/worksheet_worker.h):
 *   parameters {"stage": name, "facts": {…}, "created": ts, "pictures": [{"role", "input"}]}
 *   inputs     the two fonts, then the pictures (page/rendering.h)
 *   answer     the PDF
 *
 * A worksheet shows what its reader may see and nothing else: facts that hold a score, rank, name or
 * biography where the stage hides it are refused (FAULT_INTERNAL), for what is not in the file cannot leak
 * from it.
 *
 * Facts. Members marked * must be there. A member ending in "icture" holds the role of a picture of the job;
 * a "facePicture" is an aligned crop, all of one pixel size (equal facial scale), a "picture" the whole
 * photo.
 *
 * every stage
 *   "docket"*
 *   "item"*: digest of item.xml (its first 12 digits are at the foot of every page)
 *   "round", "slot", "opened" ts
 *   "request"*: the request record (spool/INTERNALS.md), but for peer, where it is refused
 *   "command", "received"
 *
 * "intake" and "hold"
 *   "images"*: [{"label","file","digest","source","capturedAt","recordingId","width","height","picture"*,
 *     "quality": as photo/quality.h writes it (with "eyesProposed" where the sender marked no eyes),
 *     "eyes","edits":[…]}]
 *   hold: "hold"*: {"number","clause","role","reason"}
 *
 * "investigation" (no request-side opinion, no score, rank, name, charge)
 *   "probe"*: {"picture"*,"facePicture","file","source","capturedAt","digest","edits":[…]}
 *   "candidates"*: [{"label","picture"*,"facePicture"}] in the order to be shown (shuffled by the caller)
 *   "engine": id and version of what made the list, in words
 *
 * "background"
 *   "probe"*: as above
 *   "candidate"*: {"label","photo","picture"*,"facePicture","capturedAt","source","sourceCitation",
 *     "biography": {name: text or whole number}}
 *   "comparison": {"rating": -3…3,"limitations","at"}
 *
 * "peer" (blind: no request, no opinion, nothing that tells the named photo from the foils)
 *   "probe"*: {"picture"*,"facePicture"}
 *   "photos"*: [{"label","picture"*,"facePicture"}], at least five
 *   "note": text
 *
 * "supervision"
 *   "probe"*, "candidate"*: as for background, without the biography
 *   "comparison"*: {"person","at","rating","limitations","reasons",
 *     "features":[{"component","finding","note"}]}
 *   "background"*: {"person","at","items":[{"what","finding"}],"conflicts":[text]}
 *   "reviews"*: [{"person","slot","at","verdict": "agree|disagree|cannot-say",
 *     "named": "possible|not|cannot-say","foilsPossible": number,"reason"}]
 *   "earlier": [{"round","outcome","closed"}]
 */
#ifndef LEADSPOOL_REVIEW_WORKSHEET_H
#define LEADSPOOL_REVIEW_WORKSHEET_H

#include "base/json.h"
#include "page/rendering.h"

struct worksheet {
    const char *stage; /* parameter "stage" */
    const char *kind;  /* running head; ASCII */
    void (*draw)(const struct rendering *rendering, const json_t *facts);
    const char *const *wanted; /* members that must be there beside docket and item; ends with NULL */
    const char *const *banned; /* members that may not occur at any depth; ends with NULL */
};

/* NULL when there is no worksheet for that stage. */
const struct worksheet *worksheet_for(const char *stage);

/* FAULT_INPUT names a member that is missing, FAULT_INTERNAL one the stage may not see. */
bool worksheet_check(const struct worksheet *worksheet, const json_t *facts, struct error *error);

/* One file for each stage. */
void worksheet_intake(const struct rendering *rendering, const json_t *facts);
void worksheet_hold(const struct rendering *rendering, const json_t *facts);
void worksheet_investigation(const struct rendering *rendering, const json_t *facts);
void worksheet_background(const struct rendering *rendering, const json_t *facts);
void worksheet_peer(const struct rendering *rendering, const json_t *facts);
void worksheet_supervision(const struct rendering *rendering, const json_t *facts);

/* The 19 components of the field's morphological list, in its order: "chin-and-jawline" and "Chin and
   jawline". */
#define COMPONENTS 19
struct component {
    const char *code, *words;
};
extern const struct component worksheet_components[COMPONENTS];

/* Shared blocks (review/worksheet_blocks.c). */
void worksheet_opening(const struct rendering *rendering, const json_t *facts, const char *stage_words,
                       const char *what_to_do);
/* The face crop's picture when there is one, else the whole one. */
int worksheet_face(const struct rendering *rendering, const json_t *photo);
/* The pictures of a photo at equal facial scale and whole, in a row after the probe's face (NULL: the photo
   alone). */
void worksheet_views(const struct rendering *rendering, const json_t *probe, const json_t *photo,
                     const char *title, const char *caption, double height);
int worksheet_whole(const struct rendering *rendering, const json_t *photo);
void worksheet_images(const struct rendering *rendering, const json_t *images);
/* Seven boxes from -3 to +3 with their words. */
void worksheet_rating(struct document *document);

#endif
