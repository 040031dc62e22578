/*
 * Offices and agreements of site.xml.
 *
 * Guarantees: what the schema took is here whole. Does not look whether certificates exist or agreements still hold:
 * whoever releases something does.
 */
#include "schemas/settings_releases.h"

#include "schemas/settings_foil.h"

#include <stdlib.h>
#include <string.h>

static const char *keep(struct settings *settings, const char *text)
{
    json_t *string = json_string(text == NULL ? "" : text);
    if (string == NULL || json_array_append_new(settings->texts, string) != 0)
        return NULL;
    return json_string_value(string);
}

static bool flag(const struct xml_node *node, const char *name)
{
    const char *value = xml_attribute(node, name);
    return value != NULL && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

static size_t count(const struct xml_node *list, const char *name)
{
    size_t number = 0;
    for (const struct xml_node *node = xml_child(list, name); node != NULL; node = xml_next(node))
        number++;
    return number;
}

static bool read_offices(struct settings *settings, const struct xml_node *list)
{
    settings->offices = calloc(count(list, "office") + 1, sizeof *settings->offices);
    if (settings->offices == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "office"); node != NULL; node = xml_next(node)) {
        struct setting_office *office = &settings->offices[settings->office_count++];
        const char *days = xml_attribute(node, "days");
        office->name = keep(settings, xml_attribute(node, "name"));
        office->title = keep(settings, xml_attribute(node, "title"));
        office->certificate = keep(settings, xml_attribute(node, "certificate"));
        office->sealed = keep(settings, xml_attribute(node, "sealedCertificate"));
        office->days = days == NULL ? 20 : (int)strtol(days, NULL, 10);
        if (office->name == NULL || office->title == NULL || office->certificate == NULL ||
            office->sealed == NULL)
            return false;
    }
    return true;
}

static bool read_agreements(struct settings *settings, const struct xml_node *list)
{
    settings->agreements = calloc(count(list, "agreement") + 1, sizeof *settings->agreements);
    if (settings->agreements == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "agreement"); node != NULL; node = xml_next(node)) {
        struct setting_agreement *agreement = &settings->agreements[settings->agreement_count++];
        agreement->agency = keep(settings, xml_attribute(node, "agency"));
        agreement->reference = keep(settings, xml_attribute(node, "reference"));
        agreement->expires = keep(settings, xml_attribute(node, "expires"));
        agreement->confidentiality = flag(node, "confidentiality");
        agreement->no_onward_disclosure = flag(node, "noOnwardDisclosure");
        agreement->notice_of_legal_process = flag(node, "noticeOfLegalProcess");
        if (agreement->agency == NULL || agreement->reference == NULL || agreement->expires == NULL)
            return false;
    }
    return true;
}

bool settings_read_releases(struct settings *settings, const struct xml_node *root)
{
    return read_offices(settings, xml_child(root, "offices")) &&
           read_agreements(settings, xml_child(root, "agreements")) &&
           settings_read_foil(settings, xml_child(root, "foil"));
}

const struct setting_office *settings_office(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->office_count; i++)
        if (strcmp(settings->offices[i].name, name) == 0)
            return &settings->offices[i];
    return NULL;
}

const struct setting_agreement *settings_agreement(const struct settings *settings, const char *agency)
{
    for (size_t i = 0; i < settings->agreement_count; i++)
        if (strcmp(settings->agreements[i].agency, agency) == 0)
            return &settings->agreements[i];
    return NULL;
}
