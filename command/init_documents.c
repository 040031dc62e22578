/*
 * The documents a new site begins with: site.xml and roster.xml.
 *
 * Guarantees: both are valid by their schemas whatever the texts given hold. Written for the person who
 * edits them next: each setting beside what it means.
 */
#include <string.h>

#include "command/init_parts.h"

static void element(struct text *xml, const char *indent, const char *name, const char *value)
{
    text_format(xml, "%s<%s>", indent, name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

static void add_commands(struct text *xml, const char *commands)
{
    text_add(xml,
             "\n  <!-- The commands that send requests: each has a folder below in/ and out/. The attribute\n"
             "       intelligence=\"true\" lets one ask about political activity. -->\n  <commands>\n");
    for (const char *at = commands; *at != '\0';) {
        size_t length = strcspn(at, ",");
        if (length > 0)
            text_format(xml, "    <command>%.*s</command>\n", (int)length, at);
        at += length + (at[length] == ',' ? 1 : 0);
    }
    text_add(xml, "  </commands>\n");
}

bool init_site_xml(const struct plan *plan, struct text *xml, struct error *error)
{
    text_add(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<!-- Policy and settings of this site; read at every start of the daemon. Every setting "
                  "not here has\n"
                  "     the default its manual page gives: man leadspool-site. -->\n"
                  "<site xmlns=\"urn:leadspool:site:1\">\n");
    element(xml, "  ", "name", plan->name);
    text_add(xml, "\n  <!-- Printed on receipts and reports. -->\n");
    element(xml, "  ", "agency", plan->agency);
    element(xml, "  ", "unit", plan->unit);
    element(xml, "  ", "contact", plan->contact);
    text_add(xml, "\n  <!-- IANA time zone of the overnight window and of times shown to people; stored "
                  "times are UTC. -->\n");
    element(xml, "  ", "zone", plan->zone);
    add_commands(xml, plan->commands);
    text_add(
        xml,
        "\n  <!-- Who speaks for a person: signature (CMS), owner (the account a file belongs to), or both. "
        "-->\n"
        "  <identity>signature</identity>\n"
        "\n  <!-- A basis with one of these words waits for a supervisor (R7); add those used here. -->\n"
        "  <protectedTraits>\n"
        "    <word>race</word><word>racial</word><word>ethnicity</word><word>ethnic</word>\n"
        "    <word>nationality</word><word>immigrant</word><word>immigration status</word>\n"
        "    <word>citizenship</word><word>religion</word><word>religious</word><word>creed</word>\n"
        "    <word>gender identity</word><word>sexual orientation</word><word>disability</word>\n"
        "  </protectedTraits>\n"
        "\n  <!-- Blind reviews a round needs, and the other photos a peer sees beside the candidate. -->\n"
        "  <review minPeers=\"2\" foils=\"4\"/>\n"
        "\n  <!-- Persons on a candidate list, 2 to 50. -->\n"
        "  <search listLength=\"20\"/>\n"
        "\n  <!-- When routine searches run; priority ones run at once. -->\n"
        "  <overnight start=\"22:00\" end=\"06:00\"/>\n"
        "\n  <!-- A drop is taken once its listed files are there, or nothing changed for quietSeconds. "
        "-->\n");
    text_format(xml, "  <settling quietSeconds=\"%d\" incompleteSeconds=\"3600\"/>\n",
                plan->demonstration ? 1 : 5);
    text_add(
        xml,
        "\n  <!-- Tours of duty: a supervisor inspects once in each (leadspool inspect) and files it within "
        "filingHours. -->\n"
        "  <tours filingHours=\"24\">\n"
        "    <tour name=\"first\" start=\"00:00\" end=\"08:00\"/>\n"
        "    <tour name=\"second\" start=\"08:00\" end=\"16:00\"/>\n"
        "    <tour name=\"third\" start=\"16:00\" end=\"00:00\"/>\n"
        "  </tours>\n");
    if (plan->demonstration)
        text_add(xml,
                 "\n  <!-- Why photographs are sealed, and what ends: search, show, or the photograph "
                 "itself. -->\n"
                 "  <sealReasons>\n"
                 "    <reason code=\"dismissed\" effect=\"destroy\" citation=\"CPL 160.50\"/>\n"
                 "    <reason code=\"juvenile\" effect=\"destroy\" citation=\"Family Court Act 354.1\"/>\n"
                 "    <reason code=\"stay\" effect=\"show\" citation=\"order of a court\" "
                 "reversible=\"true\"/>\n"
                 "  </sealReasons>\n");
    text_add(xml,
             "\n  <!-- Files below keys/: the authority people's certificates come from, its revocation "
             "list, and\n"
             "       the key this site signs receipts and reports with. Put your department's here. -->\n"
             "  <trust authority=\"ca.pem\" revocationList=\"crl.pem\" certificate=\"site.pem\" "
             "key=\"site.key\"/>\n");
    if (plan->key != NULL) {
        text_add(
            xml,
            "\n  <!-- The record is encrypted; the site's key is in this file, closed to all but its owner. "
            "\"required\" refuses to\n       start when a volume below the site is not encrypted too. -->\n"
            "  <encryption key=\"");
        text_add_xml(xml, plan->key);
        text_add(xml, "\">none</encryption>\n");
    }
    if (plan->demonstration)
        text_add(xml, "\n  <!-- A demonstration: every document says so. Its keys are unencrypted; no "
                      "casework here. -->\n"
                      "  <demonstration>true</demonstration>\n");
    text_add(xml, "</site>\n");
    return text_done(xml, error);
}

static void add_person(struct text *xml, const struct demo_person *person, const char *trained_until)
{
    text_format(xml, "  <person id=\"%s\">\n", person->id);
    element(xml, "    ", "name", person->name);
    element(xml, "    ", "shield", person->shield);
    element(xml, "    ", "account", person->id);
    text_format(xml, "    <rank>%d</rank>\n    <roles>", person->rank);
    for (const char *at = person->roles; *at != '\0';) {
        size_t length = strcspn(at, " ");
        text_format(xml, "<role>%.*s</role>", (int)length, at);
        at += length + (at[length] == ' ' ? 1 : 0);
    }
    text_add(xml, "</roles>\n");
    if (person->supervisor != NULL)
        element(xml, "    ", "supervisor", person->supervisor);
    element(xml, "    ", "certificate", person->certificate);
    element(xml, "    ", "trainingUntil", trained_until);
    text_add(xml, "  </person>\n");
}

bool init_roster_xml(const struct plan *plan, struct text *xml, struct error *error)
{
    char until[INSTANT_TEXT_SIZE];
    instant_text(plan->now + (instant)1000 * 86400 * 3650, until);
    text_add(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<!-- The people of this site; read at every start of the daemon. One <person> each:\n"
        "       id             what decisions name them by\n"
        "       account        the account they log in with\n"
        "       rank           a whole number; an acting supervisor's is no lower than the one stood in for\n"
        "       roles          investigator peer supervisor acting-supervisor legal gallery-keeper … (man "
        "leadspool-roster)\n"
        "       supervisor     id of the person who makes the final review of their casework\n"
        "       certificate    SHA-256 of their certificate: openssl x509 -in FILE -outform DER | sha256sum\n"
        "       trainingUntil  after that instant their decisions are refused\n"
        "     Requester, investigators, peers and supervisor of one docket are different people: for each\n"
        "     investigator have at least as many peers as site.xml asks for, and some to spare. -->\n"
        "<roster xmlns=\"urn:leadspool:roster:1\">\n");
    for (size_t i = 0; plan->demonstration && i < demo_people_count; i++)
        add_person(xml, &demo_people[i], until);
    text_add(xml, "</roster>\n");
    return text_done(xml, error);
}
