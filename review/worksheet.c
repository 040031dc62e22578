/*
 * The table of worksheets: what each stage must and may not be told.
 *
 * Guarantees: facts that hold a banned member at any depth are refused before a line is drawn. Does not
 * draw: each stage has a file of its own.
 */
#include "review/worksheet.h"

#include <string.h>

#include "base/language.h"
#include "page/facts.h"

/* Opinions of machine or man shift judgement: hidden until one's own rating is signed. */
#define MACHINE_OPINION "score", "scores", "rank", "distance", "similarity", "percentage"
#define WHO_IT_IS "biography", "name", "names", "charge", "charges", "demographics", "person"

static const char *const images_wanted[] = {"request", "images", NULL};
static const char *const hold_wanted[] = {"request", "images", "hold", NULL};
static const char *const investigation_wanted[] = {"probe", "candidates", NULL};
static const char *const background_wanted[] = {"probe", "candidate", NULL};
static const char *const peer_wanted[] = {"probe", "photos", NULL};
static const char *const supervision_wanted[] = {"probe",      "candidate", "comparison",
                                                 "background", "reviews",   NULL};

static const char *const no_candidate[] = {MACHINE_OPINION, "candidate", "candidates", NULL};
static const char *const before_rating[] = {MACHINE_OPINION, WHO_IT_IS, "rating",  "verdict",
                                            "reviews",       "photo",   "request", NULL};
static const char *const blind[] = {MACHINE_OPINION, WHO_IT_IS,   "rating",  "verdict", "reviews",
                                    "named",         "candidate", "request", "photo",   NULL};
static const char *const no_machine[] = {MACHINE_OPINION, NULL};

static const char *const no_biography[] = {MACHINE_OPINION, "biography", NULL};

static const struct worksheet worksheets[] = {
    {"hold", N_("Hold worksheet"), worksheet_hold, hold_wanted, no_candidate},
    {"intake", N_("Intake worksheet"), worksheet_intake, images_wanted, no_candidate},
    {"investigation", N_("Comparison worksheet"), worksheet_investigation, investigation_wanted,
     before_rating},
    {"background", N_("Background worksheet"), worksheet_background, background_wanted, no_machine},
    {"peer", N_("Peer review worksheet"), worksheet_peer, peer_wanted, blind},
    {"supervision", N_("Final review worksheet"), worksheet_supervision, supervision_wanted, no_biography},
};

const struct component worksheet_components[COMPONENTS] = {
    {"skin", N_("Skin")},
    {"outline", N_("Face and head outline")},
    {"composition", N_("Face and head composition")},
    {"hairline", N_("Hairline")},
    {"forehead", N_("Forehead")},
    {"eyebrows", N_("Eyebrows")},
    {"eyes", N_("Eyes")},
    {"cheeks", N_("Cheeks")},
    {"nose", N_("Nose")},
    {"ears", N_("Ears")},
    {"mouth", N_("Mouth")},
    {"chin-and-jawline", N_("Chin and jawline")},
    {"neck", N_("Neck")},
    {"facial-hair", N_("Facial hair")},
    {"facial-lines", N_("Facial lines")},
    {"scars", N_("Scars")},
    {"facial-marks", N_("Facial marks")},
    {"alterations", N_("Alterations")},
    {"other", N_("Other")},
};

const struct worksheet *worksheet_for(const char *stage)
{
    for (size_t i = 0; i < sizeof worksheets / sizeof worksheets[0]; i++)
        if (strcmp(worksheets[i].stage, stage) == 0)
            return &worksheets[i];
    return NULL;
}

bool worksheet_check(const struct worksheet *worksheet, const json_t *facts, struct error *error)
{
    static const char *const always[] = {"docket", "item", NULL};
    return facts_hold_all(facts, always, worksheet->kind, error) &&
           facts_hold_all(facts, worksheet->wanted, worksheet->kind, error) &&
           facts_hold_none(facts, worksheet->banned, worksheet->kind, error);
}
