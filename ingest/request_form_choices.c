/*
 * What can be chosen on the request form, each with one line that says what it means.
 *
 * Guarantees: the values are those of the schema (a test compares them); pure. What is allowed is said by the
 * rules (rules.c), not here.
 */
#include "ingest/request_form_choices.h"

#include <stddef.h>
#include <string.h>

#include "base/json.h"

/* `list` is a list of the page; "uses/U1" are the cases of U1. */
static const struct {
    const char *list, *value, *name, *means;
} choices[] = {
    {"kinds", "new", "A new request", "The first packet about this person and matter."},
    {"kinds", "supplement", "More or better images for a docket",
     "After a quality notice, or when another image turned up."},
    {"kinds", "correction", "An answer that was missing",
     "Supervisor discussion, earlier searches or the reference in case management, for a request that "
     "waits."},
    {"kinds", "withdrawal", "A withdrawal", "The search is no longer needed."},
    {"kinds", "corroboration", "What became of a possible match",
     "After a report: whether other evidence bore it out."},

    {"uses", "U1", "U1: a person suspected of a crime",
     "Somebody who committed, is committing or is about to commit a crime."},
    {"uses/U1", "committed", "Committed a crime", NULL},
    {"uses/U1", "committing", "Is committing a crime", NULL},
    {"uses/U1", "about-to-commit", "Is about to commit a crime", NULL},
    {"uses", "U2", "U2: a missing person, a victim or a witness",
     "Somebody who has to be found or named, and is not suspected."},
    {"uses/U2", "missing", "A missing person", NULL},
    {"uses/U2", "victim", "The victim of a crime", NULL},
    {"uses/U2", "witness", "A witness of a crime", NULL},
    {"uses", "U3", "U3: a deceased person", "Somebody who died and has no name yet."},
    {"uses", "U4", "U4: a person who cannot say who they are",
     "Incapacitated, or unable to identify themselves for another reason."},
    {"uses", "U5", "U5: a person under arrest whose name is in doubt", "To establish who was arrested."},
    {"uses/U5", "no-id", "Has no identification", NULL},
    {"uses/U5", "not-forthcoming", "Does not give valid identification", NULL},
    {"uses/U5", "anothers-id", "Seems to use somebody else's identification", NULL},
    {"uses/U5", "false-id", "Seems to use false identification", NULL},
    {"uses", "U6", "U6: an imminent threat", "To avert a danger to health or public safety that is at hand."},
    {"uses", "U0", "U0: a use the policy does not foresee",
     "Waits until the Chief of Detectives or the Deputy Commissioner for Intelligence has decided."},

    {"events", "none", "No", "A street, a shop, a station and the like."},
    {"events", "crowd", "A crowd", "One person is marked in each picture, and the legal bureau looks first."},
    {"events", "rally", "A rally or demonstration",
     "One person is marked in each picture, and the legal bureau looks first."},

    {"political", "no", "No", NULL},
    {"political", "yes", "Yes", "Such requests come from the Intelligence Bureau only."},

    {"discussed", "yes", "Yes", NULL},
    {"discussed", "no", "Not yet", "The request then waits for a supervisor."},

    {"prior", "none", "No, as far as I know", NULL},
    {"prior", "some", "Yes", "Also searches that found nobody."},

    {"priorities", "routine", "Routine", "Searched in the overnight run."},
    {"priorities", "expedite", "Expedite", "Searched at once; you state the ground. No step is left out."},
    {"priorities", "imminent", "Imminent threat",
     "Searched at once and first; for U6 only, with its ground."},

    {"sources", "cctv-private", "Private camera", "A shop, a house, a garage: not run by an agency."},
    {"sources", "cctv-agency", "Agency camera", "A camera the city, the department or another agency runs."},
    {"sources", "body-worn", "Body-worn camera", "Not as a matter of course: four questions follow."},
    {"sources", "phone", "Phone", "A photograph or video still taken with a phone."},
    {"sources", "social-media-export", "Social media", "An image saved from a page or account."},
    {"sources", "victim-witness", "Victim or witness", "Handed over by them."},
    {"sources", "arrest-capture", "Taken at arrest", "A photograph of the person under arrest."},
    {"sources", "morgue-hospital", "Morgue or hospital", "Of a deceased or incapacitated person."},
    {"sources", "other", "Something else", "Say what; never a sketch, a lookalike or a generated image."},

    {"operations", "crop", "Cropped", "Only part of the picture is kept."},
    {"operations", "rotate", "Turned", "The whole picture was turned, not mirrored."},
    {"operations", "brightness", "Brightness changed", "Over the whole picture."},
    {"operations", "contrast", "Contrast changed", "Over the whole picture."},
    {"operations", "scale", "Scaled", "Made larger or smaller, the shape unchanged."},
    {"operations", "deinterlace", "Deinterlaced", "The lines of two half pictures of a video put right."},
    {"operations", "frame-average", "Frames averaged",
     "Several frames of the same still scene laid over each other."},

    {"outcomes", "corroborated", "Corroborated", "Other evidence shows it was this person."},
    {"outcomes", "not-corroborated", "Not corroborated",
     "Other evidence speaks against it, or none was found."},
    {"outcomes", "not-pursued", "Not pursued", "The lead was not followed."},
};

bool request_form_choices(json_t *data)
{
    bool done = true;
    for (size_t i = 0; done && i < sizeof choices / sizeof *choices; i++) {
        const char *under = strchr(choices[i].list, '/');
        json_t *list;
        if (under == NULL)
            list = json_array_at(data, choices[i].list);
        else { /* of the use just put in */
            json_t *uses = json_object_get(data, "uses");
            list = json_array_at(json_array_get(uses, json_array_size(uses) - 1), "under");
        }
        json_t *choice = json_object();
        done = list != NULL && choice != NULL && json_put_text(choice, "value", choices[i].value) &&
               json_put_text(choice, "name", choices[i].name) &&
               json_put_text(choice, "means", choices[i].means);
        done = json_array_append_new(list, choice) == 0 && done;
    }
    return done;
}
