/*
 * The conformance test of a vendor's engine, as far as it runs beside the engine (leadspool engine check).
 *
 * Worker kind "engine-trial":
 *   parameters  {"photos":n} with as many picture files as inputs, whose eyes are sought; without, drawn pictures
 *               "backwards":true goes through all of it in the opposite order
 *   answer      {"card":{…},"promises":n,"checks":[{"check","ok","text"}],"templates":SHA-256 of all templates in the
 *               order of the pictures,"scores":the same of all scores,"pictures":n,
 *               "templatesPerSecond":n,"comparisonsPerSecond":n}   of processor time, one thread
 * Run twice, the two digests of both processes must be equal. A check that ends the process is found by who waits for it.
 */
#ifndef LEADSPOOL_MATCH_VENDOR_TRIAL_H
#define LEADSPOOL_MATCH_VENDOR_TRIAL_H

#include "base/worker.h"
#include "photo/eye_points.h"
#include "photo/image.h"

bool vendor_trial(const struct worker_job *job, struct error *error);

/* Pictures to try it with, and their eyes. */
struct trial_picture {
    struct image image;
    struct eye_points eyes;
};
#define TRIAL_PICTURES_MOST 64

/* Drawn ones, the same for everybody: `count` at most TRIAL_PICTURES_MOST. */
bool trial_draw(struct trial_picture *pictures, size_t count, struct error *error);
/* One that is hard on engines: which = 0 to TRIAL_EXTREMES - 1. `what` says how. */
#define TRIAL_EXTREMES 7
bool trial_draw_extreme(struct trial_picture *picture, int which, const char **what, struct error *error);
/* Of the job's input files those in which eyes are found; *count of them. */
bool trial_read(const struct worker_job *job, struct trial_picture *pictures, size_t *count,
                struct error *error);

#endif
