/*
 * What a render job hands in, opened: a document with its fonts, and its pictures by role.
 *
 * Inputs of every render job (base/worker.h): 0 the regular font (DejaVuSans.ttf), 1 the bold one
 * (DejaVuSans-Bold.ttf), then pictures. Parameters used here:
 *   "created"   UTC text: both dates of the PDF
 *   "pictures"  [{"role": name the facts use, "input": index of the descriptor, "eyes": [4], optional}]
 * With "eyes" (photo/eye_points.h) the role "<role>-face" exists too: an aligned crop, the same size for all,
 * so that faces stand at equal scale side by side. Two roles may name one input. A picture is any JPEG or PNG
 * that photo/ accepts: it is decoded whole first, so a broken one fails the job with its role. The
 * picture data of an upright grey or YCbCr JPEG then goes into the PDF byte for byte, without whatever else
 * the file holds (page/bare_jpeg.h); all else, and what is larger than any page
 * can show, is turned upright, scaled down to 2000 pixels a side and re-encoded.
 */
#ifndef LEADSPOOL_PAGE_RENDERING_H
#define LEADSPOOL_PAGE_RENDERING_H

#include "base/json.h"
#include "base/worker.h"
#include "page/document.h"
#include "photo/decode.h"

#define RENDERING_PICTURES_LIMIT 200

struct rendering {
    struct document *document; /* owned */
    size_t count;
    struct rendering_slot *slots; /* one for each picture; owned */
    struct font_bytes fonts[2];   /* mapped */
};

/* Open the document. A picture is read when it is first asked for: what a document does not show is not in
   its file either. `kind`, `reference`, `foot` as in struct document_setup. */
bool rendering_open(struct rendering *rendering, const struct worker_job *job, const char *kind,
                    const char *reference, const char *foot, struct error *error);
/* The same with a setup of the caller's; its fonts and date are filled in. */
bool rendering_open_setup(struct rendering *rendering, const struct worker_job *job,
                          struct document_setup *setup, struct error *error);
/* Another document in the same PDF (document_section), with pictures of its own: `pictures` as in the parameters of a
   job, to be kept until the next or rendering_close. */
bool rendering_section(struct rendering *rendering, const struct worker_job *job, const json_t *pictures,
                       const char *kind, const char *reference, const char *foot, struct error *error);
void rendering_close(struct rendering *rendering);

/* The picture of a role, for struct figure; -1 when the job has none (or `role` is NULL or ""), or when it is
   broken: the document then fails (document_sound says why). */
int rendering_picture(const struct rendering *rendering, const char *role);
/* The aligned face made from that role's eyes; -1 when there is none. */
int rendering_face(const struct rendering *rendering, const char *role);

/* The SHA-256 of the picture's data in the document, of a picture asked for before, where it is not that of its exhibit:
   what the file held beside the picture was left out. NULL when it is the exhibit's, or when the picture was made anew. */
const char *rendering_shown(const struct rendering *rendering, const char *role);

/* Does the PDF hold this picture's own data, unchanged? Then that data is appended to `bare`. `photo` is what photo_check
   or photo_decode found. */
bool rendering_keeps(const struct photo *photo, const char *bytes, size_t length, struct text *bare);

/* Number the pages, write the PDF as the job's answer. */
bool rendering_answer(struct rendering *rendering, const struct worker_job *job, struct error *error);

#endif
