/*
 * The worker kinds of single pictures.
 *
 * "photo-edit": make the picture a search uses from a submitted one (R19).
 *   parameters  {"edits":[...]}   see photo/edit.h; an empty array gives the picture re-encoded
 *   inputs      the original file
 *   answer      JPEG bytes (quality 95, full colour resolution, no metadata); the same for the same input
 *
 * "photo-figure": a picture for a page: aligned by the eyes, or scaled to fit.
 *   parameters  {"width":W,"height":H}, both 16 to 2000, and optionally "eyes":[...] (hundredths of a pixel)
 *               with eyes: cut so that faces of equal W and H show at equal scale (photo/crop.h)
 *               without: scaled down, never up, to fit into W x H
 *   inputs      the file
 *   answer      JPEG bytes (quality 85)
 *
 * "photo-measure": what a picture is and how good it is.
 *   parameters  {} or {"eyes":[...]}
 *   inputs      the file
 *   answer      JSON {"format":"JPEG"|"PNG","width":W,"height":H,"grey":bool,"orientation":1..8,
 *                     "quality":{...}}   quality as photo/quality.h says; width and height as shown
 *
 * A picture that is none, or is beyond the limits, is WORKER_FAULTY with a sentence for its sender.
 */
#ifndef LEADSPOOL_PHOTO_PHOTO_WORKER_H
#define LEADSPOOL_PHOTO_PHOTO_WORKER_H

#include "base/worker.h"

enum worker_exit photo_edit_worker(const struct worker_job *job, struct error *error);
enum worker_exit photo_figure_worker(const struct worker_job *job, struct error *error);
enum worker_exit photo_measure_worker(const struct worker_job *job, struct error *error);

#endif
