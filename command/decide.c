/*
 * leadspool decide: one person's decision on one work item, signed and handed over.
 *
 * The options of each stage fill the members of the decision; --from signs what a worksheet wrote, as it is.
 * Touches nothing but review/decisions.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "command/form.h"
#include "command/judgement.h"
#include "command/work_item.h"

enum {
    KEY_FROM = 256,
    KEY_BASIS,
    KEY_PROBE,
    KEY_EYES,
    KEY_EDIT,
    KEY_HELP_TEXT,
    KEY_NAMED,
    KEY_DISPOSITION,
    KEY_OTHERS,
    KEY_FEATURE,
    KEY_RATING,
    KEY_LIMITATIONS,
    KEY_CHECK,
    KEY_CONFLICT,
    KEY_MARK,
    KEY_AMENDS
};

static const struct option_spec options[] = {
    JUDGEMENT_OPTIONS,
    {'o', "outcome", "WORD",
     "intake: confirm unsuitable refuse; investigation: candidate none search-again; background: proceed "
     "return none; peer: complete; supervision: approve continue negative; hold: release refuse"},
    {KEY_FROM, "from", "FILE",
     "sign the XML a worksheet saved, or start from a JSON decision (- = standard input)"},
    {KEY_BASIS, "basis", "CLAUSES", "intake: the clauses confirmed, such as R1,R14"},
    {KEY_PROBE, "probe", "LABEL|DIGEST", "intake, search-again: the submitted picture to search with"},
    {KEY_EYES, "eyes", "LX,LY,RX,RY", "the same: eye centres in pixels, left in the picture first"},
    {KEY_EDIT, "edit", "EDIT", "the same: crop=X,Y,W,H rotate=TENTHS brightness=±% contrast=±% scale=%"},
    {KEY_HELP_TEXT, "would-help", "TEXT", "intake: what pictures would help"},
    {KEY_NAMED, "named", "LABEL", "investigation: the candidate named"},
    {KEY_DISPOSITION, "disposition", "LABEL=WORD", "investigation: excluded, possible or inconclusive"},
    {KEY_OTHERS, "others", "WORD", "the disposition or mark of every label not given"},
    {KEY_FEATURE, "feature", "COMPONENT=FINDING[:NOTE]", "investigation: one row of the grid"},
    {KEY_RATING, "rating", "N", "investigation: the conclusion, -3 to 3"},
    {KEY_LIMITATIONS, "limitations", "TEXT", "investigation: what limits the conclusion"},
    {KEY_CHECK, "check", "WHAT=FINDING", "background: one thing checked"},
    {KEY_CONFLICT, "conflict", "none|TEXT", "background: one thing that does not fit, or none"},
    {KEY_MARK, "mark", "LABEL=WORD[:REASON]", "peer: possible, not or cannot-say"},
    {KEY_AMENDS, "amends", "DIGEST",
     "say anew what you signed: SHA-256 of your decision, as its answer gives it; instead of an item"},
    {0, NULL, NULL, NULL},
};

static bool take_clauses(json_t *decision, const char *value, struct error *error)
{
    for (const char *at = value; *at != '\0';) {
        size_t length = strcspn(at, ",");
        if (length > 0 && !form_append(decision, "basis", json_stringn(at, length), error))
            return false;
        at += length + (at[length] == ',' ? 1 : 0);
    }
    return true;
}

/* OPERATION=NUMBERS as the edit photo/ makes. */
static bool take_edit(json_t *decision, char *value, struct error *error)
{
    static const char *const box[] = {"x", "y", "width", "height"};
    static const struct {
        const char *operation, *member;
        long factor;
    } simple[] = {{"rotate", "degrees_tenths", 1},
                  {"brightness", "amount", 1},
                  {"contrast", "amount", 1},
                  {"scale", "per_mille", 10}};
    const char *operation, *numbers;
    long number[4];
    if (!option_pair("edit", value, &operation, &numbers, error))
        return false;
    json_t *edit = json_pack("{s:s}", "operation", operation);
    bool crop = strcmp(operation, "crop") == 0, done = false;
    if (crop)
        done = form_numbers("edit", numbers, number, 4, error);
    for (size_t i = 0; crop && done && i < 4; i++)
        done = form_put(edit, box[i], json_integer(number[i]), error);
    for (size_t i = 0; !crop && i < 4; i++)
        if (strcmp(simple[i].operation, operation) == 0)
            done = form_numbers("edit", numbers, number, 1, error) &&
                   form_put(edit, simple[i].member, json_integer(number[0] * simple[i].factor), error);
    if (!done) {
        json_decref(edit);
        return error_set(error, FAULT_USAGE,
                         "--edit wants crop=X,Y,W,H, rotate=TENTHS, brightness=N, contrast=N or scale=N, not "
                         "\"%s=%s\"",
                         operation, numbers);
    }
    return form_append(json_object_at(decision, "probe"), "edits", edit, error);
}

/* NAME=WORD[:TEXT] as an entry {name_key, word_key, text_key?} of a list. */
static bool take_entry(json_t *decision, const char *option, const char *list, const char *name_key,
                       const char *word_key, const char *text_key, char *value, struct error *error)
{
    const char *name, *word;
    if (!option_pair(option, value, &name, &word, error))
        return false;
    char *text = text_key == NULL ? NULL : strchr(word, ':');
    if (text != NULL)
        *text++ = '\0';
    json_t *entry = json_object();
    return form_append(decision, list, entry, error) && form_text(entry, name_key, name, error) &&
           form_text(entry, word_key, word, error) &&
           (text == NULL || form_text(entry, text_key, text, error));
}

static bool take_stage(struct judgement *judgement, int key, struct error *error)
{
    json_t *decision = judgement->decision, *value = NULL;
    long number = 0;
    switch (key) {
    case KEY_FROM:
        return judgement_read(judgement, optarg, error);
    case KEY_BASIS:
        return take_clauses(decision, optarg, error);
    case KEY_PROBE:
        judgement->probe = optarg;
        return true;
    case KEY_EYES:
        return form_eyes("eyes", optarg, &value, error) &&
               form_put(json_object_at(decision, "probe"), "eyes", value, error);
    case KEY_EDIT:
        return take_edit(decision, optarg, error);
    case KEY_DISPOSITION:
        return take_entry(decision, "disposition", "dispositions", "label", "disposition", NULL, optarg,
                          error);
    case KEY_OTHERS:
        judgement->others = optarg;
        return true;
    case KEY_FEATURE:
        return take_entry(decision, "feature", "features", "component", "finding", "note", optarg, error);
    case KEY_RATING:
        return option_whole("rating", optarg, -3, 3, &number, error) &&
               form_put(decision, "rating", json_integer(number), error);
    case KEY_CHECK:
        return take_entry(decision, "check", "items", "what", "finding", NULL, optarg, error);
    case KEY_CONFLICT:
        /* That nothing speaks against somebody is a statement too, and has to be made. */
        if (strcmp(optarg, "none") == 0)
            return json_array_at(decision, "conflicts") != NULL ||
                   error_set(error, FAULT_TEMPORARY, "out of memory");
        return form_append(decision, "conflicts", json_string(optarg), error);
    case KEY_MARK:
        return take_entry(decision, "mark", "marks", "label", "mark", "reason", optarg, error);
    default:
        return error_set(error, FAULT_INTERNAL, "an option of decide without code");
    }
}

static bool take(struct judgement *judgement, int key, struct error *error)
{
    static const struct {
        int key;
        const char *member;
    } texts[] = {{'o', "outcome"},
                 {KEY_HELP_TEXT, "whatWouldHelp"},
                 {KEY_NAMED, "named"},
                 {KEY_AMENDS, "amends"},
                 {KEY_LIMITATIONS, "limitations"}};
    bool taken = false;
    if (!judgement_take(judgement, key, &taken, error))
        return false;
    if (taken)
        return true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].key == key)
            return form_text(judgement->decision, texts[i].member, optarg, error);
    return take_stage(judgement, key, error);
}

/* The decision that is to be amended; NULL when none is. */
static const char *amended(const struct judgement *judgement)
{
    return json_text_or_null(judgement->said != NULL ? judgement->said : judgement->decision, "amends");
}

static bool run(struct invocation *invocation, int argc, char **argv, struct error *error)
{
    struct judgement judgement = {.decision = json_object()};
    char site[4096], id[160];
    bool done = false;
    int key;
    while ((key = option_next(&command_decide, invocation, argc, argv, error)) > OPTION_END)
        if (!take(&judgement, key, error))
            goto done;
    if (key != OPTION_END)
        done = key == OPTION_HELP;
    else if (amended(&judgement) != NULL && optind != argc)
        error_set(error, FAULT_USAGE, "an amendment finds its item by itself: leave %s out", argv[optind]);
    else if (optind + 1 != argc &&
             (optind != argc || (judgement.said == NULL && amended(&judgement) == NULL)))
        error_set(error, FAULT_USAGE, "say one work item: its id, its directory, or its item.xml");
    else if (amended(&judgement) != NULL)
        done = site_find(invocation->site, site, sizeof site, error) &&
               judgement_amended_item(invocation, amended(&judgement), &judgement.item, error) &&
               (judgement.said != NULL || judgement_prompt(&judgement, error)) &&
               judgement_deliver(invocation, site, &judgement, error);
    else {
        if (optind == argc)
            judgement_item_id(&judgement, id, sizeof id);
        done = site_find(invocation->site, site, sizeof site, error) &&
               work_item_read(site, optind == argc ? id : argv[optind], &judgement.item, error) &&
               (judgement.said != NULL || judgement_prompt(&judgement, error)) &&
               judgement_deliver(invocation, site, &judgement, error);
    }
done:
    judgement_free(&judgement);
    return done;
}

const struct command command_decide = {
    .name = "decide",
    .arguments = "ITEM --as PERSON --key FILE --cert FILE --outcome WORD [OPTIONS]\n"
                 "       leadspool decide --from FILE.xml --key FILE --cert FILE\n"
                 "       leadspool decide --amends DIGEST --as PERSON --key FILE --cert FILE --outcome WORD "
                 "[OPTIONS]",
    .purpose = "Sign a decision on a work item and hand it over",
    .options = options,
    .run = run,
};
