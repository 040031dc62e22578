/*
 * The worker kinds of matching.
 *
 * "match-template": templates of a batch of photos, for enrolment.
 *   parameters  {"photos":[{"id":"P-1","eyes":[left x, left y, right x, right y]},...],"confidence":0 to 100}
 *               eyes in whole hundredths of a pixel of the picture as shown (EXIF orientation applied); where
 *               they are absent they are sought (photo/eyes.h), and a photo whose eyes are found with less
 *               than that confidence (default EYES_CONFIDENCE_DEFAULT) gets no template
 *   inputs      the photos' files, in the same order
 *   answer      binary, see match/template_answer.h; a photo's fault is in its entry
 *
 * "match-search": probes against the gallery.
 *   parameters  {"probes":[{"id":"...","eyes":[...]},...],
 *                "segments":[{"name":"...","count":N,"newest":N},...]   name for messages; count must be the
 *                                                            header's; newest may be absent: photos of later
 *                                                            enrolments are not there (match/rerun.h)
 *                "sealed":["photo id",...]                   never listed, never counted; may be absent
 *                "length":20,                                persons, 2 to 50; may be absent
 *                "full_below":1000000,                       photos; fewer are all compared in full; may be absent
 *                "share":50}                                 of larger galleries, thousandths compared in full; likewise
 *                optional "measures": of an earlier answer, {"probe":"...","rows":{"photo id":"...",...}}: the score of
 *                each of these photos that is there is computed by them, for the only probe
 *                optional "threads": 1 to 64 (absent: all processors the worker may use)
 *                optional "cut": a part of the search (match/search_cut.h), {"step":"count","part":N,"parts":N} or
 *                {"step":"compare","part":N,"parts":N,"thresholds":[of each probe]}; or its end, {"step":"finish"}: then a last
 *                input says what the parts found, {"engine":{card},"snapshot":"...","probes":[{"id","threshold","compared",
 *                "places"} or {"id"} of a faulty one]} (match/run_found.h)
 *   inputs      the probes' files in order, then the segments' files in order
 *   answer      JSON, canonical; the same bytes for any number of threads and any kernel:
 *               {"schema":1,"engine":{card},"parameters":{"length":20,"full_below":N,"share":N},
 *                "snapshot":"64 hex digits","searched":photos,"persons":N,"left_out":photos sealed,
 *                "stages":1 or 2,"cohort_photos":"SHA-256 of their ids",
 *                "probes":[
 *                 {"id":"...","candidates":[{"rank":1,"photo":"...","person":"...","score":8123456},...],
 *                  "threshold":least likeness compared in full, 0 in one stage,"compared":photos compared in full,
 *                  "cohort":{"count":N,"counts":[56],"sums":[56],"squares":[56],"fused_sum":"N",
 *                            "fused_squares":"N"}}
 *                 of an engine that refines also "measures":{"probe":"base64","rows":{"photo id":"base64",...}}
 *                 or {"id":"...","fault":"what is wrong with the picture and what to do"}],
 *                "again"?:{"photo id":score,...} for "measures"}
 *               of a part "cut":{"step","part","parts"}, and a probe's row is {"id","steps":[step,photos,step,photos,...]}
 *               of "count" or {"id","compared":N,"places":"base64 of place and fused value, 8 bytes each"} of "compare"
 *               score: millionths of a standard deviation above the mean of the cohort. Order: score descending,
 *               then photo id ascending; one photo, the best, of each person.
 *               cohort: the 256 photos whose ids have the least SHA-256 (all, if fewer): of each distance in how
 *               many it could be taken, exact sums of it and its square, and of the fused values (as decimal text,
 *               for they pass 64 bits).
 *
 * Both report progress: match-template in photos, match-search in comparisons.
 */
#ifndef LEADSPOOL_MATCH_MATCH_WORKER_H
#define LEADSPOOL_MATCH_MATCH_WORKER_H

#include "base/worker.h"
#include "match/engine.h"

enum worker_exit match_template_worker(const struct worker_job *job, struct error *error);
enum worker_exit match_search_worker(const struct worker_job *job, struct error *error);

/* The same two jobs with another engine. */
bool match_template_with(const struct match_engine *engine, const struct worker_job *job,
                         struct error *error);
bool match_search_with(const struct match_engine *engine, const struct worker_job *job, struct error *error);

#endif
