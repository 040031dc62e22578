/*
 * What a sender needs who writes a manifest by hand, or was told by a receipt that one is wrong.
 *
 * Guarantees: the choices are those of the form (request_form_choices.c), the limits those of the site, and the example
 * is valid against the schema (a test reads it). Says nothing the policy does not: what is allowed stands in
 * rules_table.c.
 */
#include "ingest/read_me.h"

#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "ingest/packet_limits.h"
#include "ingest/receipt.h"
#include "ingest/request_form_choices.h"

enum { WORDS = 28 }; /* the column where what is said of a member or choice begins */

static void heading(struct text *plain, const char *words)
{
    text_format(plain, "\n%s\n", words);
}

static void paragraph(struct text *plain, const char *words)
{
    text_add(plain, "    ");
    text_fold(plain, words, 4, 4);
}

/* What begins a line, filled up to `columns`; one that leaves no room stands alone. */
static void entry(struct text *plain, int indent, const char *name, int columns, const char *words)
{
    int width = indent + (int)strlen(name);
    text_format(plain, "%*s%s", indent, "", name);
    if (width + 1 > columns)
        text_format(plain, "\n%*s", columns, "");
    else
        text_format(plain, "%*s", columns - width, "");
    text_fold(plain, words, columns, columns);
}

static void choice(struct text *plain, int indent, const json_t *one)
{
    struct text words = TEXT_EMPTY;
    const char *name = json_text(one, "name"), *value = json_text(one, "value"),
               *means = json_text(one, "means");
    /* "U1: a person suspected of a crime" begins with the value itself. */
    if (strncmp(name, value, strlen(value)) == 0 && strncmp(name + strlen(value), ": ", 2) == 0)
        name += strlen(value) + 2;
    text_format(&words, means[0] == '\0' ? "%s" : "%s. %s", name, means);
    entry(plain, indent, value, WORDS, words.failed ? name : words.bytes);
    text_free(&words);
}

static void choices(struct text *plain, const json_t *list)
{
    size_t index, below;
    const json_t *one, *under;
    json_array_foreach(list, index, one)
    {
        choice(plain, 8, one);
        json_array_foreach(json_object_get(one, "under"), below, under)
        {
            choice(plain, 10, under);
        }
    }
}

/* `list`: of request_form_choices(), what stands below the member. */
static const struct {
    const char *member, *words, *list;
} members[] = {
    {"requestKind", N_("what the packet is:"), "kinds"},
    {"requestId",
     N_("a UUID, in small letters, that you choose: a new one for each request (the program uuidgen makes "
        "one, and so does [guid]::NewGuid() in PowerShell). A packet that was refused is sent again under "
        "its own."),
     NULL},
    {"docket", N_("the docket it is about, for every kind but new"), NULL},
    {"relatesTo", N_("an earlier docket of the same matter; may be left out"), NULL},
    {"caseNumber", N_("as your command writes them; this or complaintNumber, or both"), NULL},
    {"complaintNumber", N_("likewise"), NULL},
    {"command", N_("your command, as in the example"), NULL},
    {"submittedAt", N_("when you send it, in UTC, with T and Z as in the example"), NULL},
    {"requester", N_("name, shield, account of the investigator who asks"), NULL},
    {"supervisorDiscussion",
     N_("person, at: with whom you discussed the request, and when. Without it the request waits "
        "for a supervisor."),
     NULL},
    {"cmsRef", N_("the reference in case management; may be left out"), NULL},
    {"use", N_("why the policy allows it; subUse names the case, where a use has cases:"), "uses"},
    {"basis", N_("in a sentence or two why this search is needed"), NULL},
    {"subjectDescription", N_("a description of the person; may be left out"), NULL},
    {"characteristics", N_("characteristic elements, one trait each; may be left out"), NULL},
    {"priority", N_("how urgent it is; any but routine needs its ground, priorityGround:"), "priorities"},
    {"eventContext", N_("do the pictures come from a crowd or a rally?"), "events"},
    {"politicalActivity", N_("does the request concern political activity: true or false"), NULL},
    {"priorSearches",
     N_("<none/>, or a search element with unit, date (2026-11-20) and result for each search elsewhere "
        "that you know of"),
     NULL},
    {"images", N_("an image element for each picture, with:"), NULL},
    {"  file", N_("its name in the packet"), NULL},
    {"  size, sha256",
     N_("may be left out; where they are stated the packet is taken as soon as it is whole"), NULL},
    {"  source", N_("where it comes from; for other, sourceText says it in words:"), "sources"},
    {"  capturedAt", N_("when it was taken, in UTC; may be left out"), NULL},
    {"  recordingId", N_("the recording, as its owner calls it; needed for a camera at a crowd or rally"),
     NULL},
    {"  depictsUnknownPerson",
     N_("true: you attest that it shows the unknown person, and is no sketch, lookalike or "
        "generated image"),
     NULL},
    {"  bodyWorn",
     N_("of a body-worn camera: witnessed, unableToApprehend, stillExtracted, warrantScreening, each true "
        "or false"),
     NULL},
    {"  subjectBox", N_("x, y, width, height in pixels: the one person meant, needed at a crowd or rally"),
     NULL},
    {"  edits",
     N_("what was done to the picture, an edit element each: operation, parameters, by, at, before, after "
        "(the "
        "SHA-256 of the file before and after). The original comes in the packet too. Allowed are:"),
     "operations"},
    {"reason", N_("why a request is withdrawn"), NULL},
    {"corroboration", N_("outcome, evidence, person, at: what became of a possible match"), "outcomes"},
};

/* Names of elements and what is typed in are no texts of the catalogue. */
static const char example[] = "    <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                              "    <request xmlns=\"urn:leadspool:request:1\">\n"
                              "      <requestKind>new</requestKind>\n"
                              "      <requestId>6f1d3c52-0a4e-4b7c-9a51-2f6f3f0f9b01</requestId>\n"
                              "      <caseNumber>2026-014-000123</caseNumber>\n"
                              "      <command>%s</command>\n"
                              "      <submittedAt>2026-11-20T14:30:00Z</submittedAt>\n"
                              "      <requester>\n"
                              "        <name>Dana Whitfield</name>\n"
                              "        <shield>4417</shield>\n"
                              "        <account>dwhitfield</account>\n"
                              "      </requester>\n"
                              "      <supervisorDiscussion>\n"
                              "        <person>Lt. Rosa Imbert</person>\n"
                              "        <at>2026-11-20T13:50:00Z</at>\n"
                              "      </supervisorDiscussion>\n"
                              "      <use>U1</use>\n"
                              "      <subUse>committed</subUse>\n"
                              "      <basis>The camera above the till shows who took the money.</basis>\n"
                              "      <priority>routine</priority>\n"
                              "      <eventContext>none</eventContext>\n"
                              "      <politicalActivity>false</politicalActivity>\n"
                              "      <priorSearches><none/></priorSearches>\n"
                              "      <images>\n"
                              "        <image>\n"
                              "          <file>till-camera.jpg</file>\n"
                              "          <source>cctv-private</source>\n"
                              "          <depictsUnknownPerson>true</depictsUnknownPerson>\n"
                              "        </image>\n"
                              "      </images>\n"
                              "    </request>\n";

static void how_to_send(struct text *plain, const struct settings *settings,
                        const struct setting_command *command)
{
    struct text words = TEXT_EMPTY, one = TEXT_EMPTY, all = TEXT_EMPTY;
    heading(plain, _("With the form"));
    text_format(&words,
                _("Open request.html, beside this file, in a browser. It asks what is needed, says what is "
                  "missing, and "
                  "saves the packet as one .zip file. Put that file into the folder in/%s as it is."),
                command->name);
    paragraph(plain, words.failed ? "" : words.bytes);
    text_free(&words);
    heading(plain, _("By hand"));
    text_format(&words,
                _("Put the pictures and a text file manifest.xml into one folder, and nothing else, and copy "
                  "that folder "
                  "into in/%s; or pack it as one .zip file and copy that. It is taken when it is whole and "
                  "nothing in "
                  "it has changed for some seconds."),
                command->name);
    paragraph(plain, words.failed ? "" : words.bytes);
    text_free(&words);
    size_words(&one, settings->packet_file_bytes);
    size_words(&all, settings->packet_total_bytes);
    text_format(&words,
                _("Pictures are still photographs in JPEG or PNG. One file may have %s, all of a packet "
                  "together %s; a "
                  "packet holds %d files at most."),
                one.failed ? "" : one.bytes, all.failed ? "" : all.bytes, settings->packet_files);
    paragraph(plain, words.failed ? "" : words.bytes);
    text_free(&words);
    text_free(&one);
    text_free(&all);
}

static void what_comes_back(struct text *plain, const struct settings *settings)
{
    static const struct {
        const char *folder, *file, *words;
    } answers[] = {
        {"", "index.html", N_("all your requests, and what each waits for")},
        {"docket", "receipt-1.txt", N_("accepted, or held until somebody has decided")},
        {"refused", "receipt-1.txt", N_("not taken: what is wrong, and what to do")},
        {"unreadable", "receipt-1.txt", N_("the same, where the manifest could not be read")},
        {"docket", "quality-notice-1.pdf", N_("the pictures do not do; send better ones as a supplement")},
        {"docket", "report-1.pdf", N_("the report. A possible match is a lead, never an identification")}};
    heading(plain, _("What comes back into this folder"));
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct text name = TEXT_EMPTY;
        const char *folder = answers[i].folder;
        if (strcmp(folder, "docket") == 0)
            text_format(&name, "%s-.../", settings->docket_prefix);
        else if (folder[0] != '\0')
            text_format(&name, "%s/.../", folder);
        text_add(&name, answers[i].file);
        entry(plain, 4, name.failed ? "" : name.bytes, 34, language_text(answers[i].words));
        text_free(&name);
    }
}

static void about_manifest(struct text *plain, const struct setting_command *command, const json_t *lists)
{
    heading(plain, _("manifest.xml: an example"));
    paragraph(plain, _("Every value is an example; the requestId above all has to be one of your own."));
    text_add(plain, "\n");
    text_format(plain, example, command->name);
    heading(plain, _("manifest.xml: what its elements hold"));
    paragraph(plain, _("They may stand in any order. Save the file as UTF-8, of 256 KB at most, without a "
                       "<!DOCTYPE> line. In texts & is written &amp; and < is "
                       "written &lt;."));
    text_add(plain, "\n");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        entry(plain, 4, members[i].member, WORDS, language_text(members[i].words));
        if (members[i].list != NULL)
            choices(plain, json_object_get(lists, members[i].list));
    }
    heading(plain, _("Later packets about a docket"));
    paragraph(
        plain,
        _("They have requestKind, requestId, docket, command, submittedAt and requester, and besides: a "
          "supplement its images; a correction what was missing (supervisorDiscussion, priorSearches, "
          "cmsRef); a withdrawal its reason; a corroboration the element of that name. Nothing else."));
}

bool read_me(const struct settings *settings, const struct setting_command *command, struct text *plain,
             struct error *error)
{
    json_t *lists = json_object();
    struct text words = TEXT_EMPTY;
    bool done = (lists != NULL && request_form_choices(lists)) ||
                error_set(error, FAULT_TEMPORARY, "out of memory for READ-ME.txt");
    if (!done)
        goto done;
    text_add(plain, _("HOW TO ASK FOR A FACIAL IDENTIFICATION SEARCH"));
    text_add(plain, "\n========================================================================\n");
    if (settings->demonstration)
        text_format(plain, "%s\n", _("DEMONSTRATION: made-up people, no casework."));
    text_format(plain, "%s, %s\n", settings->agency, command->name);
    how_to_send(plain, settings, command);
    what_comes_back(plain, settings);
    about_manifest(plain, command, lists);
    if (settings->contact[0] != '\0') {
        text_format(&words, _("Questions: %s"), settings->contact);
        text_add(plain, "\n");
        text_fold(plain, words.failed ? settings->contact : words.bytes, 0, 11);
    }
    done = text_done(plain, error);
done:
    text_free(&words);
    json_decref(lists);
    return done;
}
