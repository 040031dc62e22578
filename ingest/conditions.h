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
condition discussion_missing, discussion_after_submission;
condition basis_names_trait, description_without_characteristics;
condition event_missing, event_without_subject, event_held;
condition political_missing, political_elsewhere;
condition priority_missing, priority_without_ground, imminent_without_threat;
condition prior_searches_missing;
condition docket_missing, changes_request, corrects_nothing, reason_missing, corroboration_missing;
condition source_missing, source_unknown, source_unexplained, not_attested, is_video;
condition body_worn_unexplained, body_worn_screening, body_worn_not_met;
condition edit_unknown, edit_chain_broken;

#endif
