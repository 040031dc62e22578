/*
 * The table of rules, in the order of the policy.
 *
 * Guarantees: every row has a clause or stands for itself, a place, words for the sender and what to do. What needs
 * the bytes of the packet (digests, pictures) is checked in packet_worker.c, what needs the record in admit.c.
 */
#include "base/language.h"
#include "ingest/conditions.h"

#define REJECT "REJECT"
#define HOLD "HOLD"

const struct rule rules[] = {
    {"command-other", "R31", REJECT, KIND_EVERY, SCOPE_REQUEST, "command", command_other,
     N_("the manifest says it comes from the command \"%s\", but it lies in another command's folder"),
     N_("drop the packet in the folder of the command that asks, or correct the command"), NULL},
    {"submitted-in-future", NULL, REJECT, KIND_EVERY, SCOPE_REQUEST, "submittedAt", submitted_in_future,
     N_("\"%s\" lies more than a day ahead of the day it came"),
     N_("state the time of sending, in UTC; look at the clock and the time zone of the computer"), NULL},
    {"submitted-long-ago", NULL, REJECT, KIND_EVERY, SCOPE_REQUEST, "submittedAt", submitted_long_ago,
     N_("\"%s\" lies more than half a year before the day it came"),
     N_("state the time of sending; if it is an old packet, look whether the request still stands"), NULL},

    {"use-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "use", use_missing,
     N_("the authorised use is not stated"), N_("state one of the uses U1 to U6 with its sub-use"), NULL},
    {"use-not-authorised", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "use", use_unknown,
     N_("\"%s\" is none of the authorised uses"),
     N_("state one of the uses U1 to U6; a use nobody foresaw is U0 and needs approval"), NULL},
    {"sub-use-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "subUse", sub_use_missing,
     N_("this use needs its sub-use"),
     N_("state which case of the use it is. U1: committed, committing, about-to-commit; U2: missing, victim, "
        "witness; U5: no-id, not-forthcoming, anothers-id, false-id"),
     NULL},
    {"sub-use-not-of-this-use", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "subUse", sub_use_of_another,
     N_("\"%s\" is no case of the use stated"),
     N_("state a sub-use of this use, or the use it belongs to. U1: committed, committing, about-to-commit; "
        "U2: missing, victim, witness; U5: no-id, not-forthcoming, anothers-id, false-id"),
     NULL},
    {"basis-missing", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "basis", basis_missing,
     N_("there is no written basis"), N_("write in a sentence or two why this search is needed"), NULL},
    {"basis-too-short", "R1", REJECT, KIND_NEW, SCOPE_REQUEST, "basis", basis_too_short,
     N_("\"%s\" is no written basis"), N_("write in a sentence or two why this search is needed"), NULL},
    {"use-unforeseen", "R2", HOLD, KIND_NEW, SCOPE_REQUEST, "use", use_unforeseen,
     N_("the use is one the policy does not foresee"),
     N_("nothing for you to do: the Chief of Detectives or the Deputy Commissioner for Intelligence decides"),
     N_("chief-of-detectives deputy-commissioner-intelligence")},

    {"basis-names-protected-trait", "R7", HOLD, KIND_NEW, SCOPE_REQUEST, "basis", basis_names_trait,
     N_("the basis holds a word that can name a protected trait"),
     N_("nothing for you to do: a supervisor reads it first"), "supervisor"},
    {"ground-names-protected-trait", "R7", HOLD, KIND_NEW, SCOPE_REQUEST, "priorityGround",
     ground_names_trait, N_("the ground of the priority holds a word that can name a protected trait"),
     N_("nothing for you to do: a supervisor reads it first"), "supervisor"},
    {"description-rests-on-trait", "R7", REJECT, KIND_NEW, SCOPE_REQUEST, "subjectDescription",
     description_without_characteristics,
     N_("the description names a protected trait without two other characteristics of the person"),
     N_("list at least two characteristics that name no such trait, or leave the trait out"), NULL},

    {"event-context-missing", "R8", REJECT, KIND_NEW, SCOPE_REQUEST, "eventContext", event_missing,
     N_("it is not said whether the pictures come from a crowd or a rally"), N_("say none, crowd or rally"),
     NULL},
    {"event-without-subject", "R8", REJECT, KIND_NEW, SCOPE_REQUEST, "eventContext", event_without_subject,
     N_("pictures of a crowd or rally need one marked person in each, and a use of U1, U2 or U6"),
     N_("mark the one person with a box in every picture; nobody else may be searched"), NULL},
    {"event-held", "R8", HOLD, KIND_NEW, SCOPE_REQUEST, "eventContext", event_held,
     N_("the pictures come from a %s"), N_("nothing for you to do: the legal bureau looks at it first"),
     "legal"},
    {"recording-missing", "R8", REJECT, KIND_IMAGES, SCOPE_IMAGE, "recordingId", recording_missing,
     N_("the picture of a camera at a crowd or rally does not say which recording it was taken from"),
     N_("name the recording as the owner of the camera calls it"), NULL},

    {"political-activity-missing", "R9", REJECT, KIND_NEW, SCOPE_REQUEST, "politicalActivity",
     political_missing,
     N_("it is not said, as true or false, whether the request concerns political activity"),
     N_("say whether it does, true or false"), NULL},
    {"political-activity-elsewhere", "R9", REJECT, KIND_NEW, SCOPE_REQUEST, "politicalActivity",
     political_elsewhere, N_("requests about political activity come from the Intelligence Bureau only"),
     N_("pass the matter to the Intelligence Bureau"), NULL},

    {"number-missing", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "caseNumber", number_missing,
     N_("there is neither a case number nor a complaint number"), N_("state one of the two"), NULL},
    {"case-number-form", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "caseNumber", case_number_form,
     N_("\"%s\" is not written as this site writes case numbers"), N_("correct the case number"), NULL},
    {"complaint-number-form", "R14", REJECT, KIND_NEW, SCOPE_REQUEST, "complaintNumber",
     complaint_number_form, N_("\"%s\" is not written as this site writes complaint numbers"),
     N_("correct the complaint number"), NULL},
    {"images-missing", "R15", REJECT, KIND_IMAGES, SCOPE_REQUEST, "images", images_missing,
     N_("no probe image is listed"), N_("add at least one image to the packet and list it"), NULL},
    {"docket-of-new", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "docket", docket_of_new,
     N_("a new request gets a docket of its own, and this one names %s"),
     N_("make it a supplement or a correction if it is about that docket; otherwise name the docket as one "
        "the "
        "request relates to"),
     NULL},

    {"discussion-missing", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "supervisorDiscussion", discussion_missing,
     N_("it is not said with which supervisor the request was discussed, and when"),
     N_("send a correction that names this docket and says with whom and when; or a supervisor releases it"),
     "supervisor"},
    {"discussion-after-submission", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "supervisorDiscussion/at",
     discussion_after_submission, N_("the discussion with the supervisor is dated after the submission"),
     N_("send a correction with the right time; or a supervisor releases it"), "supervisor"},
    {"discussion-with-requester", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "supervisorDiscussion/person",
     discussion_with_requester, N_("the supervisor named is the requester"),
     N_("send a correction that names the supervisor it was discussed with; or a supervisor releases it"),
     "supervisor"},
    {"discussion-after-correction", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "supervisorDiscussion/at",
     discussion_after_submission,
     N_("the discussion with the supervisor is dated after the correction itself"),
     N_("state the time of the discussion that was held"), NULL},
    {"correction-names-requester", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST,
     "supervisorDiscussion/person", discussion_with_requester, N_("the supervisor named is the requester"),
     N_("name the supervisor with whom it was discussed"), NULL},
    {"prior-searches-missing", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "priorSearches", prior_searches_missing,
     N_("it is not said whether this person was searched for elsewhere before"),
     N_("send a correction that names the earlier searches, or says that there were none; or a supervisor "
        "releases it"),
     "supervisor"},
    {"prior-search-to-come", "R29", HOLD, KIND_NEW, SCOPE_REQUEST, "priorSearches", prior_search_to_come,
     N_("an earlier search is dated after the submission"),
     N_("send a correction with the right date; or a supervisor releases it"), "supervisor"},
    {"correction-search-to-come", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "priorSearches",
     prior_search_to_come, N_("an earlier search is dated after the correction itself"),
     N_("state the date of the search"), NULL},

    {"priority-missing", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", priority_missing,
     N_("the priority is not stated"), N_("say routine, expedite or imminent"), NULL},
    {"priority-without-ground", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", priority_without_ground,
     N_("priority %s needs its ground"), N_("state the ground, or ask for routine"), NULL},
    {"imminent-without-threat", NULL, REJECT, KIND_NEW, SCOPE_REQUEST, "priority", imminent_without_threat,
     N_("priority imminent is for imminent threats (U6) only"),
     N_("ask for expedite with its ground, or for routine"), NULL},

    {"docket-missing", NULL, REJECT, KIND_LATER, SCOPE_REQUEST, "docket", docket_missing,
     N_("it is not said which docket this is about"),
     N_("name the docket; its number stands on the first receipt"), NULL},
    {"supplement-changes-request", "R20", REJECT, KIND_SUPPLEMENT, SCOPE_REQUEST, "use", changes_request,
     N_("a supplement brings images only; use and basis of the request stay as they were"),
     N_("take use and basis out, or send a new request that relates to this docket"), NULL},
    {"correction-changes-request", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "use", changes_request,
     N_("a correction supplies what was missing; use and basis of the request stay as they were"),
     N_("take use and basis out; if they were wrong, withdraw the request and send a new one"), NULL},
    {"images-not-taken", "R20", REJECT, KIND_CORRECTION | KIND_WITHDRAWAL | KIND_CORROBORATION, SCOPE_REQUEST,
     "images", images_not_taken, N_("only a new request or a supplement brings images"),
     N_("take the images out, or send them as a supplement"), NULL},
    {"correction-of-nothing", "R29", REJECT, KIND_CORRECTION, SCOPE_REQUEST, "supervisorDiscussion",
     corrects_nothing, N_("the correction supplies nothing"),
     N_("give the discussion, the earlier searches or the reference in case management; anything else needs "
        "a "
        "new "
        "request"),
     NULL},
    {"reason-missing", NULL, REJECT, KIND_WITHDRAWAL, SCOPE_REQUEST, "reason", reason_missing,
     N_("the reason of the withdrawal is not stated"), N_("say why it is withdrawn"), NULL},
    {"corroboration-missing", "R4", REJECT, KIND_CORROBORATION, SCOPE_REQUEST, "corroboration",
     corroboration_missing, N_("the corroboration itself is not stated"),
     N_("state its outcome and the evidence it rests on"), NULL},
    {"corroboration-to-come", "R4", REJECT, KIND_CORROBORATION, SCOPE_REQUEST, "corroboration/at",
     corroboration_to_come, N_("the corroboration is dated after the submission"),
     N_("state when it was established"), NULL},

    {"source-missing", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "source", source_missing,
     N_("it is not said where the image comes from"),
     N_("state it as one of cctv-private, cctv-agency, body-worn, phone, social-media-export, "
        "victim-witness, arrest-capture, morgue-hospital, or other with an explanation"),
     NULL},
    {"source-not-allowed", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "source", source_unknown,
     N_("\"%s\" is no source a probe may come from: sketches, composites, lookalikes and generated images "
        "are "
        "never searched"),
     N_("send a photograph or a video still of the unknown person; its source is one of cctv-private, "
        "cctv-agency, body-worn, phone, social-media-export, victim-witness, arrest-capture, "
        "morgue-hospital, or other with an explanation"),
     NULL},
    {"source-unexplained", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "sourceText", source_unexplained,
     N_("the source is \"other\" and not explained"), N_("say in words where the image comes from"), NULL},
    {"source-names-artificial-image", "R16", HOLD, KIND_IMAGES, SCOPE_IMAGE, "file", names_artificial,
     N_("\"%s\" or what is said of its source holds a word for a picture that is no photograph of the "
        "person"),
     N_("nothing for you to do: a supervisor looks at it first"), "supervisor"},
    {"unknown-person-not-attested", "R16", REJECT, KIND_IMAGES, SCOPE_IMAGE, "depictsUnknownPerson",
     not_attested, N_("it is not attested, as true, that the image shows the unknown person"),
     N_("send only images that show the person themselves, and say so of each"), NULL},
    {"not-a-still", "R11", REJECT, KIND_IMAGES, SCOPE_IMAGE, "file", is_video,
     N_("\"%s\" is a video, an animation or an address; only still images are taken"),
     N_("extract a still as JPEG or PNG and send that"), NULL},
    {"live-stream", "R11", REJECT, KIND_IMAGES, SCOPE_IMAGE, "recordingId", is_stream,
     N_("the source is a live stream; only still images of recordings are taken"),
     N_("extract a still, and name the recording it comes from"), NULL},
    {"captured-after-submission", "R15", REJECT, KIND_IMAGES, SCOPE_IMAGE, "capturedAt",
     captured_after_submission, N_("the image is said to be taken after it was submitted"),
     N_("correct the time, in UTC, or leave it out if nobody knows"), NULL},
    {"body-worn-unexplained", "R10", REJECT, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_unexplained,
     N_("an image of a body-worn camera needs its circumstances"),
     N_("answer the four questions about body-worn cameras"), NULL},
    {"body-worn-of-another-source", "R10", REJECT, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn",
     body_worn_of_another_source, N_("there are answers about a body-worn camera, and the source is another"),
     N_("state the source as body-worn, or take the answers out"), NULL},
    {"body-worn-screening", "R10", REJECT, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_screening,
     N_("body-worn cameras are not used to screen people for warrants"),
     N_("take this image out of the packet"), NULL},
    {"body-worn-conditions", "R10", HOLD, KIND_IMAGES, SCOPE_IMAGE, "bodyWorn", body_worn_not_met,
     N_("an image of a body-worn camera is taken as a matter of course only when the officer witnessed the "
        "crime, "
        "could not apprehend the person, and a still was extracted"),
     N_("nothing for you to do: a supervisor decides"), "supervisor"},
    {"edit-not-allowed", "R16", REJECT, KIND_IMAGES, SCOPE_EDIT, "operation", edit_unknown,
     N_("\"%s\" is no edit a probe may have had: nothing may be added, mirrored, replaced or re-posed"),
     N_("send the original, or one that was only cropped, rotated, scaled, deinterlaced, averaged over "
        "frames, "
        "or changed in brightness or contrast"),
     NULL},
    {"edit-chain-broken", "L1", REJECT, KIND_IMAGES, SCOPE_EDIT, "after", edit_chain_broken,
     N_("the digest after this edit is not the one the next edit began with, not that of the file, or that "
        "of "
        "the original"),
     N_("list every edit in order, each with the digests before and after it; the original belongs in the "
        "packet too"),
     NULL},
    {"edit-time", "L1", REJECT, KIND_IMAGES, SCOPE_EDIT, "at", edit_at_no_time,
     N_("the edit is dated after the submission, or before the edit it follows"),
     N_("state when each edit was made, in their order"), NULL},
};

const size_t rule_count = sizeof rules / sizeof *rules;
