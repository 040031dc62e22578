/*
 * The fixed notices.
 *
 * Guarantees: these sentences and no others appear wherever a clause demands a notice. They are this
 * project's own words for what the clauses named in notices.h require.
 */
#include "report/notices.h"

#include <stddef.h>

#include "base/language.h"

struct notice_text notice_text(enum notice notice)
{
    static const struct notice_text notices[NOTICE_COUNT] = {
        [NOTICE_LEAD] = {"lead", N_("An investigative lead, and nothing more"),
                         N_("A possible match alone is not probable cause for an arrest, and it is no ground "
                            "for a stop or "
                            "for a warrant. It does not establish who the person in the probe is.")},
        [NOTICE_INVESTIGATE] =
            {"further-investigation", N_("Further investigation is required"),
             N_("Before anyone acts on this report, the link between the candidate and the case has to be "
                "established by evidence that does not come from a facial comparison. Record that evidence "
                "on the corroboration form at the end and file it back.")},
        [NOTICE_WITNESS] =
            {"witness", N_("Do not show to a witness"),
             N_("No page and no picture of this report may be shown, sent or described to a witness or a "
                "victim. Ask the assigned prosecutor before any photo array or line-up that includes the "
                "candidate.")},
        [NOTICE_BESIDE] =
            {"beside-candidate", N_("Lead only"),
             N_("Two pictures that resemble one another can show two different people.\n\nThis alone is not "
                "probable cause for an arrest or a warrant.\n\nFurther investigation is required.\n\nDo not "
                "show to a witness.")},
        [NOTICE_NO_EXCLUSION] =
            {"no-exclusion", N_("The absence of a lead is not an exclusion"),
             N_("This result says nothing about whether a person was involved. The photo repository does "
                "not hold everybody, and a usable comparison depends on the probe. Nobody is to be ruled "
                "out because of this report.")},
        [NOTICE_QUALITY] =
            {"quality", N_("No outcome is implied"),
             N_("The request stays open and nothing was decided about any person. The measured values "
                "advise; "
                "a trained person decided that a comparison with these images would not be reliable.")},
        [NOTICE_NO_SEARCH] =
            {"closed-without-result", N_("No result is implied"),
             N_("This notice closes the request. It says nothing about any person, and no report of a "
                "comparison follows from it.")},
        [NOTICE_ROUND] =
            {"next-round", N_("Work to be done, not a verdict"),
             N_("The reviewers' answers do not add up to a report. No answer outvotes another, and earlier "
                "answers stay in the record of the docket.")},
        [NOTICE_RECALL] =
            {"recall", N_("Do not use the report named below"),
             N_("It is no investigative lead any more. Nothing is to be done because of it, and "
                "no copy of it is "
                "to be shown or passed on. This recall says nothing about any person.")},
        [NOTICE_APPEAL] = {"appeal", N_("You may appeal"),
                           N_("You may appeal this decision in writing to the officer named below. Say which "
                              "request it is about and what you think was wrongly withheld. If the appeal is "
                              "denied, you may ask a court to review the decision.")},
    };
    unsigned int at = (unsigned int)notice;
    const struct notice_text *text = &notices[at < NOTICE_COUNT ? at : NOTICE_LEAD];
    return (struct notice_text){text->key, language_text(text->title), language_text(text->text)};
}

void notice_draw(struct document *document, enum notice notice)
{
    const struct notice_text text = notice_text(notice);
    document_notice(document, text.title, text.text);
}

bool notice_shown(const struct document *document, enum notice notice)
{
    const struct notice_text text = notice_text(notice);
    return document_shows(document, text.title) && document_shows(document, text.text);
}
