/*
 * Receipts: what became of a drop, complete and in words a sergeant can act on.
 *
 * Guarantees: the same facts give the same bytes; the XML is valid against receipt.xsd; both forms name every
 * fault with its place, its clause and what to do. Never names a candidate: nothing of a search is known
 * here.
 */
#include "ingest/receipt.h"

#include <string.h>

#include "base/clauses.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"

enum { COLUMNS = 72 };

static void element(struct text *xml, const char *indent, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    text_format(xml, "%s<%s>", indent, name);
    text_add_xml(xml, value);
    text_format(xml, "</%s>\n", name);
}

static void attribute(struct text *xml, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    text_format(xml, " %s=\"", name);
    text_add_xml(xml, value);
    text_add(xml, "\"");
}

/* Are these 64 lower-case hexadecimal digits? A file without a digest is listed without. */
static const char *digest_or_null(const char *text)
{
    struct digest digest;
    return text != NULL && digest_parse(text, &digest) ? text : NULL;
}

/* Whether nothing worse was found than this: a mistake its sender can mend alone. */
static bool only_for(const json_t *faults, const char *code)
{
    size_t index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        if (strcmp(json_text(fault, "outcome"), "QUARANTINE") == 0 &&
            strcmp(json_text(fault, "code"), code) != 0)
            return false;
    }
    return true;
}

/* Whether of every fault there is nothing to send. */
static bool nothing_to_send(const json_t *faults)
{
    static const char *const codes[] = {"correction-not-needed", "nothing-to-corroborate",
                                        "docket-closed-to-corrections", "docket-closed-to-withdrawal"};
    size_t index;
    const json_t *fault;
    json_array_foreach(faults, index, fault)
    {
        size_t i = 0, count = sizeof codes / sizeof *codes;
        while (i < count && strcmp(json_text(fault, "code"), codes[i]) != 0)
            i++;
        if (i == count)
            return false;
    }
    return json_array_size(faults) > 0;
}

const char *receipt_next_step(const json_t *facts)
{
    const char *outcome = json_text(facts, "outcome"), *kind = json_text(facts, "kind");
    const char *given = json_text_or_null(facts, "nextStep");
    if (given != NULL)
        return given;
    if (strcmp(outcome, "REJECT") == 0 && nothing_to_send(json_object_get(facts, "faults")))
        return _("The packet changed nothing. The docket stays as it is.");
    if (strcmp(outcome, "REJECT") == 0 && json_text(facts, "requestId")[0] == '\0')
        return _("Correct everything listed above and send the packet again.");
    if (strcmp(outcome, "REJECT") == 0)
        return _("Correct everything listed above and send the packet again. Its request id is not used up.");
    if (strcmp(outcome, "QUARANTINE") == 0 && only_for(json_object_get(facts, "faults"), "malformed-xml"))
        return _("The packet was set aside unread. Correct it and send it again as a new packet; its request "
                 "id is not used up.");
    if (strcmp(outcome, "QUARANTINE") == 0 && only_for(json_object_get(facts, "faults"), "check-gave-up"))
        return _("The packet was set aside and will not be worked on. Its request id is not used up.");
    if (strcmp(outcome, "QUARANTINE") == 0 && only_for(json_object_get(facts, "faults"), "request-id-used"))
        return _("The packet was set aside. The request that was accepted first goes on as it was.");
    if (strcmp(outcome, "QUARANTINE") == 0)
        return _(
            "The packet was set aside and will not be worked on. Ask the unit before you send it again.");
    if (strcmp(outcome, "INCOMPLETE") == 0)
        return _("Finish copying the packet. It is taken up as soon as it is complete; nothing has been "
                 "decided.");
    if (strcmp(outcome, "HOLD") == 0)
        return _("The request waits for the people named above. You need not send it again.");
    if (strcmp(kind, "supplement") == 0)
        return _("An investigator looks at the new images.");
    if (strcmp(kind, "correction") == 0)
        return _("The correction is in the record of the docket.");
    if (strcmp(kind, "withdrawal") == 0)
        return _("The request is withdrawn; no report will follow.");
    if (strcmp(kind, "corroboration") == 0)
        return _("The corroboration is in the record of the docket.");
    if (strcmp(kind, "enrolment") == 0)
        return _("The photographs are enrolled in the gallery with the next step of the service.");
    if (strcmp(kind, "order") == 0)
        return _("The order was carried out.");
    return _(
        "Nothing to do for you now. An investigator confirms the basis and selects the probe; index.html "
        "in "
        "your command's folder shows how it stands.");
}

/* What is held in a packet that is refused has no docket yet that a correction could name. */
static const char *remedy_of(const json_t *facts, const json_t *fault)
{
    bool held = strcmp(json_text(fault, "outcome"), "HOLD") == 0;
    if (held && strcmp(json_text(facts, "outcome"), "REJECT") == 0)
        return _("answer it in the packet if you can; otherwise the request is held for it once the rest is "
                 "right");
    return json_text(fault, "remedy");
}

static void xml_file(struct text *xml, const char *open, const json_t *file)
{
    text_add(xml, open);
    attribute(xml, "name", json_text(file, "name"));
    if (json_whole(file, "size", -1) >= 0)
        text_format(xml, " size=\"%lld\"", (long long)json_whole(file, "size", 0));
    attribute(xml, "sha256", digest_or_null(json_text_or_null(file, "digest")));
    text_add(xml, "/>\n");
}

bool receipt_xml(const json_t *facts, struct text *xml, struct error *error)
{
    size_t index;
    const json_t *file, *fault;
    text_add(xml,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<receipt xmlns=\"urn:leadspool:receipt:1\">\n");
    element(xml, "  ", "site", json_text(facts, "site"));
    element(xml, "  ", "claim", json_text(facts, "claim"));
    element(xml, "  ", "drop", json_text(facts, "drop"));
    element(xml, "  ", "command", json_text(facts, "command"));
    element(xml, "  ", "requestId", json_text(facts, "requestId"));
    element(xml, "  ", "requestKind", json_text(facts, "kind"));
    element(xml, "  ", "docket", json_text(facts, "docket"));
    element(xml, "  ", "receivedAt", json_text(facts, "receivedAt"));
    element(xml, "  ", "outcome", json_text(facts, "outcome"));
    element(xml, "  ", "packet", digest_or_null(json_text_or_null(facts, "packet")));
    if (json_object_get(facts, "archive") != NULL)
        xml_file(xml, "  <archive", json_object_get(facts, "archive"));
    text_add(xml, "  <files>\n");
    json_array_foreach(json_object_get(facts, "files"), index, file)
    {
        xml_file(xml, "    <file", file);
    }
    text_add(xml, "  </files>\n  <faults>\n");
    json_array_foreach(json_object_get(facts, "faults"), index, fault)
    {
        static const char *const members[] = {"code", "outcome", "place", "clause", "text", "remedy", "role"};
        text_add(xml, "    <fault>\n");
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            element(xml, "      ", members[i],
                    strcmp(members[i], "remedy") == 0 ? remedy_of(facts, fault)
                                                      : json_text(fault, members[i]));
        text_add(xml, "    </fault>\n");
    }
    text_add(xml, "  </faults>\n");
    element(xml, "  ", "nextStep", receipt_next_step(facts));
    element(xml, "  ", "contact", json_text(facts, "contact"));
    text_add(xml, "</receipt>\n");
    return text_done(xml, error);
}

/* Columns a UTF-8 word takes: its code points. */
static int columns_of(const char *word, size_t length)
{
    int columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)word[i] & 0xC0) != 0x80;
    return columns;
}

void text_fold(struct text *text, const char *words, int column, int indent)
{
    bool first = true;
    while (*words != '\0') {
        size_t length = strcspn(words, " \n");
        int columns = columns_of(words, length);
        if (!first && column + 1 + columns > COLUMNS) {
            text_format(text, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            text_add(text, " ");
            column++;
        }
        text_add_bytes(text, words, length);
        column += columns;
        words += length + strspn(words + length, " \n");
        first = false;
    }
    text_add(text, "\n");
}

/* What begins a line, filled up to `columns`, whatever letters it has; at least a blank. */
static void padded(struct text *plain, const char *name, int columns)
{
    text_add(plain, name);
    for (int at = columns_of(name, strlen(name)); at < columns - 1; at++)
        text_add(plain, " ");
    text_add(plain, " ");
}

static void row(struct text *plain, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    padded(plain, name, 10);
    text_fold(plain, value, 10, 10);
}

static const char *what_happened(const json_t *facts)
{
    const char *outcome = json_text(facts, "outcome");
    if (strcmp(outcome, "ACCEPT") == 0)
        return _("ACCEPTED");
    if (strcmp(outcome, "HOLD") == 0)
        return _("ACCEPTED, ON HOLD");
    if (strcmp(outcome, "REJECT") == 0)
        return _("REJECTED");
    if (strcmp(outcome, "QUARANTINE") == 0)
        return _("SET ASIDE (QUARANTINE)");
    return _("NOT COMPLETE YET");
}

/* "the Chief of Detectives or the legal bureau" for "chief-of-detectives legal". */
static void roles_in_words(struct text *text, const char *roles)
{
    static const char *const names[][2] = {
        {"supervisor", N_("a supervisor of the unit")},
        {"legal", N_("the legal bureau")},
        {"chief-of-detectives", N_("the Chief of Detectives")},
        {"deputy-commissioner-intelligence", N_("the Deputy Commissioner for Intelligence")}};
    for (bool first = true; *roles != '\0'; first = false) {
        size_t length = strcspn(roles, " "), i = 0, count = sizeof names / sizeof *names;
        while (i < count && (strlen(names[i][0]) != length || strncmp(names[i][0], roles, length) != 0))
            i++;
        if (!first)
            text_add(text, _(" or "));
        if (i < count)
            text_add(text, language_text(names[i][1]));
        else
            text_add_bytes(text, roles, length);
        roles += length + strspn(roles + length, " ");
    }
}

/* The number of the first fault with this one's long remedy, 0 when this is the first: nobody reads it ten times. */
static size_t same_remedy(const json_t *facts, const json_t *faults, size_t number)
{
    const char *own = remedy_of(facts, json_array_get(faults, number - 1));
    for (size_t i = 0; strlen(own) > COLUMNS && i + 1 < number; i++)
        if (strcmp(remedy_of(facts, json_array_get(faults, i)), own) == 0)
            return i + 1;
    return 0;
}

static void plain_fault(struct text *plain, size_t number, const json_t *facts, const json_t *faults)
{
    const json_t *fault = json_array_get(faults, number - 1);
    struct text line = TEXT_EMPTY;
    text_format(plain, "%2zu. ", number);
    text_format(&line, "%s.", json_text(fault, "text"));
    if (!line.failed && line.bytes[0] >= 'a' && line.bytes[0] <= 'z')
        line.bytes[0] = (char)(line.bytes[0] - 'a' + 'A');
    text_fold(plain, line.failed ? "" : line.bytes, 4, 4);
    text_free(&line);
    static const struct {
        const char *name, *member;
    } rows[] = {
        {N_("Where:"), "place"}, {N_("Rule:"), "clause"}, {N_("To do:"), "remedy"}, {N_("Decides:"), "role"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *value = strcmp(rows[i].member, "remedy") == 0 ? remedy_of(facts, fault)
                                                                  : json_text(fault, rows[i].member);
        size_t same;
        if (value[0] == '\0')
            continue;
        struct text words = TEXT_EMPTY;
        if (strcmp(rows[i].member, "clause") == 0)
            text_format(&words, "%s: %s", value, clause_words(value));
        else if (strcmp(rows[i].member, "role") == 0)
            roles_in_words(&words, value);
        else if (strcmp(rows[i].member, "remedy") == 0 && (same = same_remedy(facts, faults, number)) > 0)
            text_format(&words, _("as for %zu"), same);
        else
            text_add(&words, value);
        text_add(plain, "    ");
        padded(plain, language_text(rows[i].name), 9);
        text_fold(plain, words.failed || words.bytes == NULL ? value : words.bytes, 13, 13);
        text_free(&words);
    }
}

static void plain_file(struct text *plain, const json_t *file)
{
    text_format(plain, "    %s", json_text(file, "name"));
    if (json_whole(file, "size", -1) >= 0)
        text_format(plain, _("  (%lld bytes)"), (long long)json_whole(file, "size", 0));
    text_format(plain, "\n      %s\n", json_text(file, "digest"));
}

bool receipt_plain(const json_t *facts, struct text *plain, struct error *error)
{
    const json_t *archive = json_object_get(facts, "archive");
    const json_t *faults = json_object_get(facts, "faults"), *files = json_object_get(facts, "files"), *value;
    char received[INSTANT_LOCAL_SIZE];
    size_t index;
    text_format(plain, _("RECEIPT: %s"), what_happened(facts));
    text_add(plain, "\n========================================================================\n");
    if (json_flag(facts, "demonstration"))
        text_format(plain, "%s\n", _("DEMONSTRATION: made-up people, no casework."));
    row(plain, _("Docket"), json_text(facts, "docket"));
    row(plain, _("Request"), json_text(facts, "requestId"));
    row(plain, _("Kind"), json_text(facts, "kind"));
    row(plain, _("Command"), json_text(facts, "command"));
    row(plain, _("Packet"), json_text(facts, "drop"));
    row(plain, _("Received"), instant_local_of(json_text(facts, "receivedAt"), true, received));
    row(plain, _("Site"), json_text(facts, "site"));
    if (json_array_size(faults) > 0) {
        text_format(plain, "\n%s\n",
                    strcmp(json_text(facts, "outcome"), "HOLD") == 0 ? _("What has to be decided first")
                                                                     : _("What is wrong"));
        json_array_foreach(faults, index, value)
        {
            plain_fault(plain, index + 1, facts, faults);
        }
    }
    text_format(plain, "\n%s\n    ", _("What happens next"));
    text_fold(plain, receipt_next_step(facts), 4, 4);
    if (archive != NULL) {
        text_format(plain, "\n%s\n", _("Received as one file, with its SHA-256"));
        plain_file(plain, archive);
    }
    if (json_array_size(files) > 0)
        text_format(plain, "\n%s\n",
                    archive != NULL ? _("Files in it, with their SHA-256")
                                    : _("Files received, with their SHA-256"));
    json_array_foreach(files, index, value)
    {
        plain_file(plain, value);
    }
    if (json_text(facts, "contact")[0] != '\0') {
        struct text words = TEXT_EMPTY;
        text_format(&words, _("Questions: %s"), json_text(facts, "contact"));
        text_add(plain, "\n");
        text_fold(plain, words.failed ? json_text(facts, "contact") : words.bytes, 0, 11);
        text_free(&words);
    }
    return text_done(plain, error);
}

json_t *receipt_files(const json_t *facts, const char *name, struct error *error)
{
    struct text xml = TEXT_EMPTY, plain = TEXT_EMPTY;
    json_t *files = NULL;
    if (receipt_xml(facts, &xml, error) && receipt_plain(facts, &plain, error)) {
        files = json_pack("[{ss+,ss,sb},{ss+,ss,sb}]", "name", name, ".xml", "text", xml.bytes, "sign", 1,
                          "name", name, ".txt", "text", plain.bytes, "sign", 0);
        if (files == NULL)
            error_set(error, FAULT_TEMPORARY, "writing a receipt: out of memory");
    }
    text_free(&xml);
    text_free(&plain);
    return files;
}
