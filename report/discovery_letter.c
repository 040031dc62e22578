/*
 * The letter and the READ-ME of a volume.
 *
 * Guarantees: every command in it needs openssl, tar and sha256sum alone. Says nothing of what is inside: the folder may
 * be read by whoever carries it.
 */
#include "report/discovery_letter.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"

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

/* "core" of "core.tar.cms". */
static const char *stem_of(const json_t *edition, char *stem, size_t size)
{
    snprintf(stem, size, "%s", json_text(edition, "name"));
    stem[strcspn(stem, ".")] = '\0';
    return stem;
}

bool discovery_read_me(struct text *out, const struct settings *settings, const json_t *volume,
                       struct error *error)
{
    const json_t *editions = json_object_get(volume, "editions");
    const bool release = json_object_get(volume, "disclosure") != NULL;
    char letter[40], package[40];
    stem_of(json_array_get(editions, 0), package, sizeof package);
    snprintf(letter, sizeof letter, "%s-%lld.xml", release ? "release" : "volume",
             (long long)json_whole(volume, "number", 1));
    (void)error;
    text_format(out, _("%s, %s\n%s %lld, docket %s\n\n"), settings->agency, settings->unit,
                release ? _("Release") : _("Volume of discovery"), (long long)json_whole(volume, "number", 1),
                json_text(volume, "docket"));
    text_format(out,
                _("%s says which packages belong here and what their digests are; %s.p7s is its\nsignature. "
                  "%s.tar.cms is encrypted to the certificate you gave us.%s\n\n"),
                letter, letter, package,
                json_array_size(editions) > 1 ? _(" extended.tar.cms is for whoever keeps\nsealed volumes "
                                                  "for your office: its own key does not "
                                                  "open it.")
                                              : "");
    text_add(out,
             _("Copy this folder to a place of your own and work there: what you open is in clear, and this\n"
               "folder is looked into by others.\n\n"));
    /* What is typed is of no language. */
    text_add(
        out,
        _("1. Check that the letter is ours. ca.pem is the certificate of our authority, which we gave you\n"
          "   beforehand; take no copy that lies beside a package."));
    text_format(out,
                "\n\n   openssl cms -verify -binary -inform DER -in %s.p7s -content %s \\\n"
                "       -CAfile ca.pem -purpose any -out /dev/null\n\n",
                letter, letter);
    text_add(out, _("2. Check that the package is the one of the letter: both lines hold the same digest."));
    text_format(out, "\n\n   openssl dgst -sha256 %s.tar.cms\n   grep -m1 '<sha256>' %s\n\n", package,
                letter);
    text_add(out, _("3. Open it with your certificate and key."));
    text_format(out,
                "\n\n   openssl cms -decrypt -binary -inform DER -in %s.tar.cms -recip office.pem -inkey "
                "office.key \\\n"
                "       -out %s.tar\n   mkdir %s && tar -xf %s.tar -C %s\n\n",
                package, package, package, package, package);
    text_add(out, _("4. Check every file."));
    text_format(out, "\n\n   cd %s && sha256sum -c SHA256SUMS\n\n", package);
    if (!release) {
        text_add(out,
                 _("Begin with index.pdf. Every page bears a number at its foot. files/ holds the originals, "
                   "byte for byte;\nsigned decisions (.p7m) show what was signed:"));
        text_add(out,
                 "\n\n   openssl cms -verify -binary -inform DER -in files/NAME.p7m -CAfile ca.pem -purpose "
                 "any\n\n");
    } else {
        text_add(out,
                 _("Begin with index.pdf: it says for what you may use the files, and what you may not do."));
        text_add(out, "\n\n");
    }
    text_format(out, _("Send us word that you have it. Questions: %s\n"), settings->contact);
    return true;
}
