/*
 * The letter and the READ-ME of a volume.
 *
 * Guarantees: every command in it needs openssl, tar and sha256sum alone. Says nothing of what is inside: the folder may
 * be read by whoever carries it.
 */
#include "report/discovery_letter.h"

#include "base/json.h"

static void element(struct text *out, const char *name, const char *value)
{
    text_format(out, "  <%s>", name);
    text_add_xml(out, value);
    text_format(out, "</%s>\n", name);
}

bool discovery_letter(struct text *out, const struct settings *settings, const json_t *volume,
                      const json_t *docket, struct error *error)
{
    size_t index;
    const json_t *edition, *duty = json_object_get(docket, "discovery");
    (void)error;
    text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<volume xmlns=\"urn:leadspool:volume:1\">\n");
    element(out, "docket", json_text(volume, "docket"));
    element(out, "office", json_text(volume, "office"));
    if (json_text(duty, "caseReference")[0] != '\0')
        element(out, "caseReference", json_text(duty, "caseReference"));
    text_format(out, "  <number>%lld</number>\n", (long long)json_whole(volume, "number", 1));
    element(out, "made", json_text(volume, "at"));
    element(out, "agency", settings->agency);
    element(out, "unit", settings->unit);
    json_array_foreach(json_object_get(volume, "editions"), index, edition)
    {
        const char *prefix = json_text(edition, "prefix");
        text_format(out, "  <package edition=\"%s\" file=\"%s\" bytes=\"%lld\">\n",
                    json_text(edition, "edition"), json_text(edition, "name"),
                    (long long)json_whole(edition, "size", 0));
        text_format(out, "    <sha256>%s</sha256>\n    <sums>%s</sums>\n", json_text(edition, "digest"),
                    json_text(edition, "sums"));
        text_format(out, "    <pages from=\"%s%06lld\" to=\"%s%06lld\"/>\n  </package>\n", prefix,
                    (long long)json_whole(edition, "first", 1), prefix,
                    (long long)json_whole(edition, "last", 1));
    }
    text_add(out, "</volume>\n");
    return true;
}

bool discovery_read_me(struct text *out, const struct settings *settings, const json_t *volume,
                       struct error *error)
{
    const long long number = (long long)json_whole(volume, "number", 1);
    const json_t *editions = json_object_get(volume, "editions");
    (void)error;
    text_format(out, "%s, %s\nVolume %lld of discovery, docket %s\n\n", settings->agency, settings->unit,
                number, json_text(volume, "docket"));
    text_format(
        out,
        "volume-%lld.xml says which packages belong here and what their digests are; volume-%lld.xml.p7s is\n"
        "its signature. core.tar.cms is for your office.%s\n\n",
        number, number,
        json_array_size(editions) > 1
            ? " extended.tar.cms is for whoever keeps sealed\nvolumes for it: your office's key does not "
              "open it."
            : "");
    text_format(
        out,
        "1. Check that the letter is ours. ca.pem is the certificate of our authority, which the unit gave "
        "your\n   office beforehand; take no copy that lies beside a package.\n\n"
        "   openssl cms -verify -binary -inform DER -in volume-%lld.xml.p7s -content volume-%lld.xml \\\n"
        "       -CAfile ca.pem -purpose any -out /dev/null\n\n",
        number, number);
    text_add(out, "2. Check that the package is the one of the letter: both lines end alike.\n\n"
                  "   openssl dgst -sha256 core.tar.cms\n");
    text_format(out, "   grep -m1 '<sha256>' volume-%lld.xml\n\n", number);
    text_add(
        out,
        "3. Open it with your office's certificate and key.\n\n"
        "   openssl cms -decrypt -binary -inform DER -in core.tar.cms -recip office.pem -inkey office.key "
        "\\\n"
        "       -out core.tar\n"
        "   mkdir core && tar -xf core.tar -C core\n\n"
        "4. Check every file.\n\n"
        "   cd core && sha256sum -c SHA256SUMS\n\n"
        "Begin with index.pdf. Every page bears a number at its foot. files/ holds the originals, byte for "
        "byte;\nsigned decisions (.p7m) show what was signed:\n\n"
        "   openssl cms -verify -binary -inform DER -in files/NAME.p7m -CAfile ca.pem -purpose any\n\n");
    text_format(out, "Send us word that you have it. Questions: %s\n", settings->contact);
    return true;
}
