/*
 * The clock, days off and exemptions of records requests.
 *
 * Guarantees: every number and every exemption can be set, since the law and the letters of its list change; a site that
 * sets none has those of Public Officers Law 87(2) and 89(3). No day off is built in: without one the clock only runs
 * faster.
 */
#include "schemas/settings_foil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"

static const struct setting_exemption usual[] = {
    {"87(2)(a)", N_("exempted by another statute")},
    {"87(2)(b)", N_("an unwarranted invasion of personal privacy")},
    {"87(2)(c)", N_("would impair contract awards or collective bargaining")},
    {"87(2)(d)", N_("trade secrets, or would harm an enterprise's competitive position")},
    {"87(2)(e)(i)", N_("would interfere with an investigation or a judicial proceeding")},
    {"87(2)(e)(ii)", N_("would deprive somebody of a fair trial")},
    {"87(2)(e)(iii)", N_("would identify a confidential source")},
    {"87(2)(e)(iv)", N_("would reveal techniques that are not routine")},
    {"87(2)(f)", N_("could endanger somebody's life or safety")},
    {"87(2)(g)", N_("material between or within agencies")},
    {"87(2)(h)", N_("questions or answers of an examination still to be held")},
    {"87(2)(i)", N_("would jeopardise the security of information technology")},
    {"87(2)(j)", N_("pictures of traffic cameras")},
};

static const char *keep(struct settings *settings, const char *text)
{
    json_t *string = json_string(text);
    if (string == NULL || json_array_append_new(settings->texts, string) != 0)
        return NULL;
    return json_string_value(string);
}

static int days(const struct xml_node *list, const char *name, int usually)
{
    const char *value = xml_attribute(list, name);
    return value == NULL ? usually : (int)strtol(value, NULL, 10);
}

static size_t count(const struct xml_node *list, const char *name)
{
    size_t number = 0;
    for (const struct xml_node *node = xml_child(list, name); node != NULL; node = xml_next(node))
        number++;
    return number;
}

static bool read_appeals(struct settings *settings, const struct xml_node *appeals)
{
    struct setting_foil *foil = &settings->foil;
    char address[1400] = "";
    const char *officer = xml_attribute(appeals, "officer");
    for (const struct xml_node *line = xml_child(appeals, "line"); line != NULL; line = xml_next(line)) {
        size_t used = strlen(address);
        snprintf(address + used, sizeof address - used, "%s%s", used == 0 ? "" : "\n", xml_text(line));
    }
    foil->officer = keep(settings, officer == NULL ? N_("Records appeals officer") : officer);
    foil->address = keep(settings, address);
    return foil->officer != NULL && foil->address != NULL;
}

static bool read_holidays(struct setting_foil *foil, const struct xml_node *list)
{
    foil->holidays = calloc(count(list, "holiday") + 1, sizeof *foil->holidays);
    if (foil->holidays == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "holiday"); node != NULL; node = xml_next(node)) {
        struct setting_holiday *holiday = &foil->holidays[foil->holiday_count++];
        const char *date = xml_attribute(node, "date");
        size_t length = strlen(date);
        holiday->year = length > 5 ? (int)strtol(date, NULL, 10) : 0;
        holiday->month = (int)strtol(date + length - 5, NULL, 10);
        holiday->day = (int)strtol(date + length - 2, NULL, 10);
    }
    return true;
}

static bool read_exemptions(struct settings *settings, const struct xml_node *list)
{
    struct setting_foil *foil = &settings->foil;
    size_t own = count(list, "exemption"), usually = sizeof usual / sizeof *usual;
    foil->exemptions = calloc(own > 0 ? own : usually, sizeof *foil->exemptions);
    if (foil->exemptions == NULL)
        return false;
    for (size_t i = 0; own == 0 && i < usually; i++)
        foil->exemptions[foil->exemption_count++] = usual[i];
    for (const struct xml_node *node = xml_child(list, "exemption"); node != NULL; node = xml_next(node)) {
        struct setting_exemption *exemption = &foil->exemptions[foil->exemption_count++];
        exemption->code = keep(settings, xml_attribute(node, "code"));
        exemption->words = keep(settings, xml_attribute(node, "words"));
        if (exemption->code == NULL || exemption->words == NULL)
            return false;
    }
    return true;
}

bool settings_read_foil(struct settings *settings, const struct xml_node *list)
{
    struct setting_foil *foil = &settings->foil;
    foil->acknowledge_days = days(list, "acknowledgeDays", 5);
    foil->answer_days = days(list, "answerDays", 20);
    foil->appeal_days = days(list, "appealDays", 30);
    foil->appeal_answer_days = days(list, "appealAnswerDays", 10);
    return read_appeals(settings, xml_child(list, "appeals")) && read_holidays(foil, list) &&
           read_exemptions(settings, list);
}
