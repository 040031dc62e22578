/*
 * What the public's records officer gets to see and sends out: jobs, facts and boxes of a FOIL request.
 *
 * A request's documents are those the program issued. Each is drawn again from the facts of its outbox row, never from
 * a PDF. A large request goes in parts of at most FOIL_PART_DOCUMENTS documents and FOIL_PART_PICTURES distinct
 * pictures, one job and one file a part, so that memory does not grow with the request; numbers of documents go on
 * through the parts.
 *
 * Jobs (base/worker.h). All four take the two fonts, then what "pictures" of the parameters names, as any row of the
 * outbox with a "render" does: [{"role","input"}]. One of them has the role "facts" and is a file with the facts
 * below; the others have their digest as role.
 *   render-foil-proposals   answer {"documents":[{"number","pages"}],"boxes":[box]}: what the program would redact
 *   render-foil-sheet       parameters {"form": "draw" | "read"}; answer: the sheet, one HTML file (docs/formats/foil.md)
 *   render-foil-export      parameters {"created"}; answer: the PDF without what is under the boxes
 *   read-foil-export        parameters and inputs of render-foil-export, then the PDF; answer {"pages","pictures",
 *                           "boxes"}. Exits PERSON with what is wrong when anything is left under a box
 *   Exits otherwise as render-document (report/render_worker.h).
 *
 * facts of a part
 *   {"request": FOIL number, "part", "parts": from 1, "issued": ts, "agency","unit","contact"?, "demonstration"?,
 *    "exemptions": [{"code","words"}]: the site's list; a code is at most 16 printable ASCII characters,
 *    "documents": [{"number": from 1 in the request, "docket", "document": name (report/documents.h), "title",
 *      "created": ts of its first rendering, "facts": those of its row,
 *      "pictures": [{"role","digest","eyes"?,"sealed"?: true}]}],
 *    "boxes": [box]: for the sheet what is proposed (form "draw") or drawn (form "read"), for the export what was
 *      approved; unused by render-foil-proposals,
 *    "redactions"?: form "read": digest of the signed redactions that are read}
 *
 * box
 *   {"number": from 1 in the part, "document","page": from 1 in the document, "x","y","width","height": hundredths of a
 *    point from the page's top left corner, all positive, and on the page (61,200 by 79,200) above
 *    the line that numbers it (FOIL_BOX_LOWEST), "exemption": code,
 *    "reason": text, "proposed": "program" | "clerk",
 *    "mandatory"?: true: a sealed picture. An export without a box over it is refused,
 *    "what"?: of a proposal: "face" | "name" | "number" | "text": why it was proposed}
 *
 * Letters and the log of redactions are ordinary documents of the job render-document (report/documents.h): rows with
 * no pictures, "docket" the FOIL number and "request" an empty object. All facts have "requester"* {"name","address"?:
 * lines}, "received"* (day the request came, "2026-11-22"), "asked"* (its text); the names and what else they want:
 *   "foil-acknowledgement"  "answerBy"* day
 *   "foil-extension"        "until"* day, "reason"*
 *   "foil-grant"            "documents"*, "pages"* numbers
 *   "foil-partial"          the same, "exemptions"* [{"code","words","count"}], "appeal"* {"officer","address"?: lines,
 *                           "days","answerDays"}
 *   "foil-denial"           "exemptions"* [{"code","words","reason"}], "appeal"*
 *   "foil-appeal-received"  "appealed"* day, "answerBy"* day
 *   "foil-appeal-answer"    "appealed"*, "outcome"* "granted" | "partly" | "denied", "reason"*
 *   "foil-withdrawn"        "withdrawn"* day
 *   "foil-log"              no requester, received, asked; "part"*, "parts"*, "entries"* [entry] in the order of the pages
 * entry of the log
 *   {"number","document","title","docket","page","exemption","reason","proposed","drawnBy": person,"readBy": person}
 */
#ifndef LEADSPOOL_REPORT_FOIL_PAGES_H
#define LEADSPOOL_REPORT_FOIL_PAGES_H

#include <jansson.h>

#include "base/text.h"
#include "base/worker.h"

enum { FOIL_PART_DOCUMENTS = 50, FOIL_PART_PICTURES = 200, FOIL_BOX_LOWEST = 76200 };

worker_function render_foil_proposals_worker;
worker_function render_foil_sheet_worker;
worker_function render_foil_export_worker;
worker_function read_foil_export_worker;

/* The log as RFC 4180 has it: a line of names, then one a box, lines ended by CR LF, UTF-8. A field that a spreadsheet
   would take for a formula begins with an apostrophe. `entries` as above. False only without memory. */
bool foil_log_csv(const json_t *entries, struct text *csv);

/* Of `proposals`, those that no box of `boxes` on the same page covers wholly, together with another: what a privacy
   officer has to agree to letting out. A new array of the proposals left; NULL without memory. */
json_t *foil_uncovered(const json_t *proposals, const json_t *boxes);

/* Are these boxes ones that can be drawn: on pages there are (`documents` as render-foil-proposals answers), inside the
   page, of a code of the list, with a reason? FAULT_INPUT names the first that is not. */
bool foil_boxes_check(const json_t *boxes, const json_t *documents, const json_t *exemptions,
                      struct error *error);

/*
 * What the sheet saves, for schemas/foil.xsd (namespace urn:leadspool:foil:1):
 *   <foil><foilId>uuid</foilId><kind>redactions</kind><request>FOIL-2026-000001</request><part>1</part>
 *     <sheet>SHA-256 of the facts file</sheet><date>2026-11-22</date><by>person id</by>
 *     <boxes><box number="1" document="1" page="1" x="" y="" width="" height="" exemption="" proposed="program|clerk">
 *       reason</box>…</boxes>
 *     <lifted><box document="" page="" x="" y="" width="" height="">reason</box>…</lifted></foil>   proposals taken away
 *   <foil>… <kind>reading</kind> … <redactions>SHA-256 of what was read</redactions><outcome>agree|return</outcome>
 *     <remark document="" page="" number="?">text</remark>…</foil>
 * in this order; <lifted> and <remark> may be absent. Whoever reads agrees only with every page ticked: the page sees to
 * that.
 */

#endif
