/*
 * What the parts of a search share. Not for others but benchmarks.
 */
#ifndef LEADSPOOL_MATCH_SEARCH_PARTS_H
#define LEADSPOOL_MATCH_SEARCH_PARTS_H

#include "match/search.h"

/* Photos a thread takes at a time: their hashes stay in the processor's second cache for all probes, and enough of them are
   chosen that bringing the next probe's windows is worth it. A multiple of SEGMENT_HASH_BLOCK. */
#define UNIT_PHOTOS 1024
#define LIKENESS_STEPS SEARCH_LIKENESS_STEPS
#define LIKENESS_SHIFT SEARCH_LIKENESS_SHIFT
#define THREADS_MOST 64

/* What is searched: the segments' photos without the sealed ones. */
struct search_gallery {
    const struct segment *segments;
    size_t segment_count;
    uint64_t **sealed; /* of each segment a bit for each record that is not searched, or NULL where all are */
    uint64_t *first;   /* of each segment the number of its first photo; one more entry: all photos */
    size_t *first_unit;                 /* likewise of units */
    size_t unit_begin, unit_end;        /* units that are searched here: all, or those of a part */
    uint64_t living;                    /* photos that are searched */
    uint64_t left_out, absent, persons; /* absent: enrolled too late to count */
    struct snapshot snapshot;
    const struct segment_record *cohort[MATCH_COHORT];
    const uint8_t *cohort_templates[MATCH_COHORT];
    size_t cohort_count;
};

/* FAULT_ENVIRONMENT when two segments hold one photo. Free it in either case. */
bool search_gather(const struct search_request *request, struct search_gallery *gallery, struct error *error);
void search_gallery_free(struct search_gallery *gallery);

static inline bool search_sealed(const struct search_gallery *gallery, size_t segment, uint64_t record)
{
    const uint64_t *bits = gallery->sealed[segment];
    return bits != NULL && (bits[record / 64] >> record % 64 & 1) != 0;
}

/* One unit of work: `count` records of a segment from `first` on. */
struct search_unit {
    size_t segment;
    uint64_t first;
    size_t count;
    size_t index; /* among the units that are searched here */
};
/* Of this part of the search; `index` counts from 0. */
size_t search_units(const struct search_gallery *gallery);
struct search_unit search_unit_at(const struct search_gallery *gallery, size_t index);

/* A photo that does well, before it is refined or listed. */
struct search_lead {
    int64_t fused;
    const struct segment_record *record;
    const uint8_t *template_bytes;
};

/* The best MATCH_REFINED of those added: by fused value, then by photo id. */
struct search_leads {
    size_t count;
    int64_t floor; /* what is worse is not among them */
    struct search_lead leads[2 * MATCH_REFINED];
};
void search_leads_add(struct search_leads *leads, const struct search_lead *lead);
void search_leads_trim(struct search_leads *leads);

/* Of one probe, while its group is searched. */
struct search_probe {
    const struct match_probe *probe;
    struct match_fusion *fusion;
    struct search_list *list;
    uint64_t
        *marks; /* of each unit a bit for each photo whose likeness is at least `floor`; NULL in one stage */
    unsigned floor;   /* a guess at the threshold, rather too low than too high */
    unsigned ceiling; /* another, rather too high */
    struct search_leads leads;
};

/* Of one thread. */
struct search_thread {
    struct search *search;
    struct search_leads *leads;        /* of each probe of the group; NULL when the engine does not refine */
    struct candidates *candidates;     /* likewise; NULL when it does */
    uint32_t (*steps)[LIKENESS_STEPS]; /* histograms of likeness of each probe */
    uint64_t *compared;
    uint16_t *distances; /* of a unit */
    int64_t *scores;     /* likewise, of an engine that gives scores itself */
    uint8_t *extracts;   /* likewise, for the coarse comparison */
    long faults;         /* pages that had to be read, so far */
};

/* What the engine says of each template that is among the best of some probe, by address. */
struct search_standings {
    const uint8_t **templates;
    uint8_t *bytes;
    size_t count;
};

struct search {
    const struct search_request *request;
    struct search_result *result;
    struct search_gallery gallery;
    struct search_probe *group; /* of probes that share a pass */
    size_t group_count, group_most;
    struct search_thread threads[THREADS_MOST];
    unsigned thread_count;
    struct match_refiner *refiner;
    struct search_standings standings;
    _Atomic size_t next; /* unit, probe or part to be taken */
    _Atomic bool failed;
    struct error error; /* of the thread that failed first */
    _Atomic bool error_taken;
};

void search_fail(struct search *search, const struct error *error);

/* What the first stage compares, if there is one. */
bool search_is_coarse(const struct search_request *request);
bool search_has_first(const struct search_request *request);
/* Asks for what of it lies ahead; fails the search when it is damaged, and extracts what the coarse comparison needs. */
void search_unit_ahead(struct search_thread *thread, const struct search_unit *unit);
bool search_unit_sound(struct search *search, const struct search_unit *unit, uint8_t *extracts);
/* What the coarse comparison needs of `count` photos of a unit, at those places in it; NULL: the first ones. Nothing where
   hashes are compared. Room for a whole unit. */
size_t search_extracts_size(const struct search *search);
void search_unit_extracts(const struct search *search, const struct search_unit *unit, const uint16_t *places,
                          size_t count, uint8_t *extracts);
/* Of the same photos. */
void search_unit_likeness(const struct search *search, const struct search_probe *probe,
                          const struct search_unit *unit, const uint16_t *places, size_t count,
                          const uint8_t *extracts, uint16_t *likeness);

/* Steps of a search, each run by all threads until it is done. */
void search_sample(struct search_thread *thread);
void search_first_stage(struct search_thread *thread);
void search_thresholds(struct search *search);
void search_full_stage(struct search_thread *thread);
void search_cohort(struct search_thread *thread);
void search_stand(struct search_thread *thread);
void search_gauge(struct search_thread *thread);
void search_realign(struct search_thread *thread);
void search_refine(struct search_thread *thread);

/* Room for the marks of one probe, in words. */
size_t search_mark_words(const struct search *search);
/* Which photos of a unit a probe is to be compared with, by their places in it: in two stages those whose likeness reaches the
   threshold, whatever was marked. */
size_t search_chosen(struct search_thread *thread, const struct search_probe *probe,
                     const struct search_unit *unit, uint16_t chosen[UNIT_PHOTOS]);

/* After search_realign: the leads in their new order, without those that are not measured. */
void search_leads_measured(struct search *search);

/* Of a search that is cut (search_cut.c): its units; what its first stage counted; the thresholds it was given; what it found;
   and, at the end, what all parts found, in the place of comparing. */
void search_cut_units(struct search *search);
void search_cut_counts(struct search *search);
void search_cut_thresholds(struct search *search);
bool search_cut_give(struct search *search, struct error *error);
bool search_cut_take(struct search *search, struct error *error);

/* The whole search of a group by an engine that finds the best itself. */
bool search_own(struct search *search, struct error *error);

bool search_standings_make(struct search *search, struct error *error);
void search_standings_free(struct search *search);
/* Room for the probes' yardsticks; and, once the lists are made, the standings of who is on them. */
bool search_yardsticks_make(struct search *search, struct error *error);
bool search_keep_standings(struct search *search, struct search_probe *probe, struct error *error);

/* Asks for what lies ahead when pages had to be read from the disk. */
void search_read_ahead(struct search_thread *thread, const uint8_t *column, size_t from, size_t size,
                       size_t most);

#endif
