/*
 * The conditions of the rules: each says whether one rule is broken. Pure.
 */
#ifndef LEADSPOOL_INGEST_CONDITIONS_H
#define LEADSPOOL_INGEST_CONDITIONS_H

#include "ingest/rules.h"

typedef bool condition(const struct rule_view *view);

condition command_other;
condition number_missing, case_number_form, complaint_number_form;
condition images_missing;
condition use_missing, use_unknown, use_unforeseen, sub_use_missing, sub_use_of_another, basis_missing;
condition discussion_missing, discussion_after_submission, discussion_with_requester;
condition submitted_in_future, submitted_long_ago;
condition basis_too_short, basis_names_trait, ground_names_trait, description_without_characteristics;
condition event_missing, event_without_subject, event_held;
condition political_missing, political_elsewhere;
condition priority_missing, priority_without_ground, imminent_without_threat;
condition prior_searches_missing, prior_search_to_come;
condition docket_missing, docket_of_new, images_not_taken, changes_request, corrects_nothing, reason_missing;
condition corroboration_missing, corroboration_to_come;
condition source_missing, source_unknown, source_unexplained, names_artificial, not_attested;
condition is_video, is_stream, captured_after_submission, recording_missing;
condition body_worn_unexplained, body_worn_of_another_source, body_worn_screening, body_worn_not_met;
condition edit_unknown, edit_chain_broken, edit_at_no_time;

#endif
