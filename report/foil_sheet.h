/*
 * The sheet of redactions: a web page that shows every page of a part and takes boxes (docs/formats/foil.md).
 *
 * One file that needs nothing else and asks nobody (page/web_page.h is its frame). Its pages are drawn from the same marks
 * as the PDF's, so that a place on the sheet is a place in the export.
 */
#ifndef LEADSPOOL_REPORT_FOIL_SHEET_H
#define LEADSPOOL_REPORT_FOIL_SHEET_H

#include "report/foil_part.h"

/* The .css and .js files of report/foil_sheet/ in the order of its file "order" (page/embed_page.awk). */
extern const char foil_sheet_style[];
extern const char foil_sheet_script[];
extern const char *const foil_sheet_texts[]; /* fixed ones of script and body; ends with NULL */

/* `ink`: of the part, noted. */
bool foil_sheet(const struct foil_part *part, const struct ink *ink, const char *form, struct text *html,
                struct error *error);

#endif
