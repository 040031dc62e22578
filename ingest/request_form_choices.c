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
#include "base/language.h"

/* `list` is a list of the page; "uses/U1" are the cases of U1. */
static const struct {
    const char *list, *value, *name, *means;
} choices[] = {
    {"kinds", "new", N_("A new request"), N_("The first packet about this person and matter.")},
    {"kinds", "supplement", N_("More or better images for a docket"),
     N_("After a quality notice, or when another image turned up.")},
    {"kinds", "correction", N_("An answer that was missing"),
     N_("Supervisor discussion, earlier searches or the reference in case management, for a request that "
        "waits.")},
    {"kinds", "withdrawal", N_("A withdrawal"), N_("The search is no longer needed.")},
    {"kinds", "corroboration", N_("What became of a possible match"),
     N_("After a report: whether other evidence bore it out.")},

    {"uses", "U1", N_("U1: a person suspected of a crime"),
     N_("Somebody who committed, is committing or is about to commit a crime.")},
    {"uses/U1", "committed", N_("Committed a crime"), NULL},
    {"uses/U1", "committing", N_("Is committing a crime"), NULL},
    {"uses/U1", "about-to-commit", N_("Is about to commit a crime"), NULL},
    {"uses", "U2", N_("U2: a missing person, a victim or a witness"),
     N_("Somebody who has to be found or named, and is not suspected.")},
    {"uses/U2", "missing", N_("A missing person"), NULL},
    {"uses/U2", "victim", N_("The victim of a crime"), NULL},
    {"uses/U2", "witness", N_("A witness of a crime"), NULL},
    {"uses", "U3", N_("U3: a deceased person"), N_("Somebody who died and has no name yet.")},
    {"uses", "U4", N_("U4: a person who cannot say who they are"),
     N_("Incapacitated, or unable to identify themselves for another reason.")},
    {"uses", "U5", N_("U5: a person under arrest whose name is in doubt"),
     N_("To establish who was arrested.")},
    {"uses/U5", "no-id", N_("Has no identification"), NULL},
    {"uses/U5", "not-forthcoming", N_("Does not give valid identification"), NULL},
    {"uses/U5", "anothers-id", N_("Seems to use somebody else's identification"), NULL},
    {"uses/U5", "false-id", N_("Seems to use false identification"), NULL},
    {"uses", "U6", N_("U6: an imminent threat"),
     N_("To avert a danger to health or public safety that is at hand.")},
    {"uses", "U0", N_("U0: a use the policy does not foresee"),
     N_("Waits until the Chief of Detectives or the Deputy Commissioner for Intelligence has decided.")},

    {"events", "none", N_("No"), N_("A street, a shop, a station and the like.")},
    {"events", "crowd", N_("A crowd"),
     N_("One person is marked in each picture, and the legal bureau looks first.")},
    {"events", "rally", N_("A rally or demonstration"),
     N_("One person is marked in each picture, and the legal bureau looks first.")},

    {"political", "no", N_("No"), NULL},
    {"political", "yes", N_("Yes"), N_("Such requests come from the Intelligence Bureau only.")},

    {"discussed", "yes", N_("Yes"), NULL},
    {"discussed", "no", N_("Not yet"), N_("The request then waits for a supervisor.")},

    {"prior", "none", N_("No, as far as I know"), NULL},
    {"prior", "some", N_("Yes"), N_("Also searches that found nobody.")},

    {"priorities", "routine", N_("Routine"), N_("Searched in the overnight run.")},
    {"priorities", "expedite", N_("Expedite"),
     N_("Searched at once; you state the ground. No step is left out.")},
    {"priorities", "imminent", N_("Imminent threat"),
     N_("Searched at once and first; for U6 only, with its ground.")},

    {"sources", "cctv-private", N_("Private camera"), N_("A shop, a house, a garage: not run by an agency.")},
    {"sources", "cctv-agency", N_("Agency camera"),
     N_("A camera the city, the department or another agency runs.")},
    {"sources", "body-worn", N_("Body-worn camera"), N_("Not as a matter of course: four questions follow.")},
    {"sources", "phone", N_("Phone"), N_("A photograph or video still taken with a phone.")},
    {"sources", "social-media-export", N_("Social media"), N_("An image saved from a page or account.")},
    {"sources", "victim-witness", N_("Victim or witness"), N_("Handed over by them.")},
    {"sources", "arrest-capture", N_("Taken at arrest"), N_("A photograph of the person under arrest.")},
    {"sources", "morgue-hospital", N_("Morgue or hospital"), N_("Of a deceased or incapacitated person.")},
    {"sources", "other", N_("Something else"),
     N_("Say what; never a sketch, a lookalike or a generated image.")},

    {"operations", "crop", N_("Cropped"), N_("Only part of the picture is kept.")},
    {"operations", "rotate", N_("Turned"), N_("The whole picture was turned, not mirrored.")},
    {"operations", "brightness", N_("Brightness changed"), N_("Over the whole picture.")},
    {"operations", "contrast", N_("Contrast changed"), N_("Over the whole picture.")},
    {"operations", "scale", N_("Scaled"), N_("Made larger or smaller, the shape unchanged.")},
    {"operations", "deinterlace", N_("Deinterlaced"),
     N_("The lines of two half pictures of a video put right.")},
    {"operations", "frame-average", N_("Frames averaged"),
     N_("Several frames of the same still scene laid over each other.")},

    {"outcomes", "corroborated", N_("Corroborated"), N_("Other evidence shows it was this person.")},
    {"outcomes", "not-corroborated", N_("Not corroborated"),
     N_("Other evidence speaks against it, or none was found.")},
    {"outcomes", "not-pursued", N_("Not pursued"), N_("The lead was not followed.")},
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
               json_put_text(choice, "name", language_text(choices[i].name)) &&
               json_put_text(choice, "means", language_text(choices[i].means));
        done = json_array_append_new(list, choice) == 0 && done;
    }
    return done;
}
