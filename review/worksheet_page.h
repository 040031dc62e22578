/*
 * The worksheet as a web page: one file that needs nothing else and asks nobody.
 *
 * Made by the job `render-worksheet` with the parameter "form": "page" (review/worksheet_worker.h) from the
 * same facts as the PDF, under the same rule: what the stage may not see is refused, so it is not in the file.
 * The page holds the facts and pictures as data, and the style and scripts of review/worksheet_page/, which are
 * compiled in (page/web_page.h is its frame). The same facts and pictures give the same bytes.
 */
#ifndef LEADSPOOL_REVIEW_WORKSHEET_PAGE_H
#define LEADSPOOL_REVIEW_WORKSHEET_PAGE_H

#include "base/text.h"
#include "base/worker.h"
#include "review/worksheet.h"

/* The .css and .js files of review/worksheet_page/ in the order of its file "order" (page/embed_page.awk). */
extern const char worksheet_page_style[];
extern const char worksheet_page_script[];
extern const char *const worksheet_page_texts[]; /* fixed ones of script and body; ends with NULL */

/* `facts` passed worksheet_check. */
bool worksheet_page(const struct worker_job *job, const struct worksheet *worksheet, const json_t *facts,
                    struct text *html, struct error *error);

#endif
