/*
 * site.xml to struct settings.
 *
 * Guarantees: a settings struct is complete and within the ranges of its header; a fault names file, line,
 * element and rule, all of them at once. Does not look at the system: whether the zone exists or the files of
 * the keys can be read is the start-up's to find out.
 */
#include "schemas/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "schemas/settings_releases.h"
#include "schemas/settings_retention.h"
#include "schemas/xml.h"

/* Strings must outlive the document: they are kept in one JSON array. NULL only when memory ran out. */
static const char *keep(struct settings *settings, const char *text)
{
    json_t *string = json_string(text);
    if (string == NULL || json_array_append_new(settings->texts, string) != 0)
        return NULL;
    return json_string_value(string);
}

static const char *attribute_or(const struct xml_node *node, const char *name, const char *otherwise)
{
    const char *value = xml_attribute(node, name);
    return value != NULL ? value : otherwise;
}

/* The schema has checked that it is a whole number in range. */
static int64_t whole_or(const struct xml_node *node, const char *name, int64_t otherwise)
{
    const char *value = xml_attribute(node, name);
    return value != NULL ? strtoll(value, NULL, 10) : otherwise;
}

static int minutes_or(const struct xml_node *node, const char *name, int otherwise)
{
    const char *value = xml_attribute(node, name);
    return value == NULL ? otherwise : (int)(strtol(value, NULL, 10) * 60 + strtol(value + 3, NULL, 10));
}

static mode_t mode_or(const struct xml_node *node, const char *name, mode_t otherwise)
{
    const char *value = xml_attribute(node, name);
    return value == NULL ? otherwise : (mode_t)strtoul(value, NULL, 8);
}

static bool truth(const char *text)
{
    return text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static size_t count(const struct xml_node *parent, const char *name)
{
    size_t number = 0;
    for (const struct xml_node *node = xml_child(parent, name); node != NULL; node = xml_next(node))
        number++;
    return number;
}

static bool read_commands(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "commands");
    settings->commands = calloc(count(list, "command") + 1, sizeof *settings->commands);
    if (settings->commands == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "command"); node != NULL; node = xml_next(node)) {
        struct setting_command *command = &settings->commands[settings->command_count++];
        command->name = keep(settings, xml_text(node));
        command->intelligence = truth(xml_attribute(node, "intelligence"));
        if (command->name == NULL)
            return false;
    }
    return true;
}

static bool read_list(struct settings *settings, const struct xml_node *list, const char ***words,
                      size_t *found)
{
    *words = calloc(count(list, "word") + 1, sizeof **words);
    if (*words == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "word"); node != NULL; node = xml_next(node))
        if (((*words)[(*found)++] = keep(settings, xml_text(node))) == NULL)
            return false;
    return true;
}

/* What is no photograph of the person, as senders call it. */
static const char *const artificial_default[] = {
    "sketch",   "composite", "identikit",  "e-fit",     "drawing",        "painting",
    "artist",   "lookalike", "look-alike", "celebrity", "generated",      "AI",
    "deepfake", "rendering", "avatar",     "cartoon",   "reconstruction", "facial approximation"};

static bool read_words(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *artificial = xml_child(root, "artificialImages");
    enum { DEFAULTS = sizeof artificial_default / sizeof *artificial_default };
    if (!read_list(settings, xml_child(root, "protectedTraits"), &settings->trait_words,
                   &settings->trait_word_count))
        return false;
    if (artificial != NULL)
        return read_list(settings, artificial, &settings->artificial_words, &settings->artificial_word_count);
    settings->artificial_words = calloc(DEFAULTS, sizeof *settings->artificial_words);
    if (settings->artificial_words == NULL)
        return false;
    memcpy(settings->artificial_words, artificial_default, sizeof artificial_default);
    settings->artificial_word_count = DEFAULTS;
    return true;
}

static bool read_shares(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "watching");
    settings->shares = calloc(count(list, "share") + 1, sizeof *settings->shares);
    if (settings->shares == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "share"); node != NULL; node = xml_next(node)) {
        struct setting_share *share = &settings->shares[settings->share_count++];
        share->milliseconds = whole_or(node, "rescanSeconds", 5) * 1000;
        if ((share->path = keep(settings, xml_attribute(node, "path"))) == NULL)
            return false;
    }
    return true;
}

static int by_hours(const void *a, const void *b)
{
    return ((const struct setting_escalation *)a)->hours - ((const struct setting_escalation *)b)->hours;
}

static bool read_escalations(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "escalation");
    settings->escalations = calloc(count(list, "step") + 1, sizeof *settings->escalations);
    if (settings->escalations == NULL)
        return false;
    if (list == NULL)
        settings->escalations[settings->escalation_count++] =
            (struct setting_escalation){.hours = 24, .role = "", .clause = ""};
    for (const struct xml_node *node = xml_child(list, "step"); node != NULL; node = xml_next(node)) {
        struct setting_escalation *step = &settings->escalations[settings->escalation_count++];
        step->hours = (int)whole_or(node, "hours", 24);
        step->role = keep(settings, attribute_or(node, "role", ""));
        step->clause = keep(settings, attribute_or(node, "clause", ""));
        if (step->role == NULL || step->clause == NULL)
            return false;
    }
    qsort(settings->escalations, settings->escalation_count, sizeof *settings->escalations, by_hours);
    return true;
}

static bool read_seal_reasons(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "sealReasons");
    settings->seal_reasons = calloc(count(list, "reason") + 1, sizeof *settings->seal_reasons);
    if (settings->seal_reasons == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "reason"); node != NULL; node = xml_next(node)) {
        struct setting_seal_reason *reason = &settings->seal_reasons[settings->seal_reason_count++];
        reason->code = keep(settings, xml_attribute(node, "code"));
        reason->effect = keep(settings, xml_attribute(node, "effect"));
        reason->citation = keep(settings, xml_attribute(node, "citation"));
        reason->reversible = truth(xml_attribute(node, "reversible"));
        if (reason->code == NULL || reason->effect == NULL || reason->citation == NULL)
            return false;
    }
    return true;
}

static bool read_tours(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *list = xml_child(root, "tours");
    settings->tours = calloc(count(list, "tour") + 1, sizeof *settings->tours);
    if (settings->tours == NULL)
        return false;
    for (const struct xml_node *node = xml_child(list, "tour"); node != NULL; node = xml_next(node)) {
        struct setting_tour *tour = &settings->tours[settings->tour_count++];
        tour->start = minutes_or(node, "start", 0);
        tour->end = minutes_or(node, "end", 0);
        if ((tour->name = keep(settings, xml_attribute(node, "name"))) == NULL)
            return false;
    }
    settings->tour_filing_milliseconds = whole_or(list, "filingHours", 24) * 3600 * 1000;
    settings->tours_since = keep(settings, attribute_or(list, "since", ""));
    return settings->tours_since != NULL;
}

static void read_numbers(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *review = xml_child(root, "review"), *packet = xml_child(root, "packet");
    const struct xml_node *overnight = xml_child(root, "overnight"), *settling = xml_child(root, "settling");
    const struct xml_node *thresholds = xml_child(root, "thresholds"), *modes = xml_child(root, "modes");
    const struct xml_node *case_management = xml_child(root, "caseManagement");
    settings->min_peers = (int)whole_or(review, "minPeers", 2);
    settings->foils = (int)whole_or(review, "foils", 4);
    const char *access = xml_attribute(review, "itemAccess");
    settings->item_lists = access != NULL && strcmp(access, "acl") == 0;
    settings->claim_hours = (int)whole_or(review, "claimHours", 8);
    settings->list_length = (int)whole_or(xml_child(root, "search"), "listLength", 20);
    settings->full_below = whole_or(xml_child(root, "search"), "fullBelow", 0);
    settings->hash_first = strcmp(attribute_or(xml_child(root, "search"), "first", "coarse"), "hash") == 0;
    settings->share = (int)whole_or(xml_child(root, "search"), "share", 0);
    settings->overnight_start = minutes_or(overnight, "start", 22 * 60);
    settings->overnight_end = minutes_or(overnight, "end", 6 * 60);
    settings->age_milliseconds = whole_or(overnight, "ageHours", 72) * 3600 * 1000;
    const struct xml_node *executor = xml_child(root, "executor");
    const struct xml_node *encryption = xml_child(root, "encryption");
    settings->encryption_required = encryption != NULL && strcmp(xml_text(encryption), "required") == 0;
    settings->executor_slurm = strcmp(attribute_or(executor, "kind", "local"), "slurm") == 0;
    settings->executor_probes = (int)whole_or(executor, "probesPerTask", 64);
    settings->executor_photos = whole_or(executor, "photosPerTask", 0);
    settings->executor_minutes = (int)whole_or(executor, "taskMinutes", 30);
    const struct xml_node *engine = xml_child(root, "engine");
    settings->engine_learned = strcmp(attribute_or(engine, "learnedWeights", "refuse"), "allow") == 0;
    settings->engine_seconds = (int)whole_or(engine, "seconds", 3600);
    settings->engine_mebibytes = (int)whole_or(engine, "mebibytes", 2048);
    settings->quiet_milliseconds = whole_or(settling, "quietSeconds", 5) * 1000;
    settings->incomplete_milliseconds = whole_or(settling, "incompleteSeconds", 3600) * 1000;
    settings->rescan_milliseconds = whole_or(xml_child(root, "watching"), "rescanSeconds", 5) * 1000;
    settings->network_milliseconds = whole_or(xml_child(root, "watching"), "networkSeconds", 5) * 1000;
    settings->metrics_milliseconds = whole_or(xml_child(root, "watching"), "metricsSeconds", 0) * 1000;
    settings->free_bytes = whole_or(xml_child(root, "disk"), "freeMegabytes", 256) << 20;
    settings->free_files = whole_or(xml_child(root, "disk"), "freeFiles", 1000);
    settings->packet_files = (int)whole_or(packet, "files", 200);
    settings->packet_file_bytes = whole_or(packet, "fileBytes", (int64_t)50 << 20);
    settings->packet_total_bytes = whole_or(packet, "totalBytes", (int64_t)500 << 20);
    settings->requests_per_recording = (int)whole_or(thresholds, "requestsPerRecording", 5);
    settings->lapse_days = (int)whole_or(thresholds, "lapseDays", 30);
    /* By default a week before, or half-way where the wait is shorter than two. */
    int half = settings->lapse_days / 2;
    settings->reminder_days = (int)whole_or(thresholds, "reminderDays", half < 7 ? half : 7);
    const struct xml_node *compaction = xml_child(root, "compaction");
    settings->compaction_segments = (int)whole_or(compaction, "segments", 32);
    settings->compaction_percent = (int)whole_or(compaction, "percent", 10);
    settings->compaction_milliseconds = whole_or(compaction, "days", 7) * 86400000;
    settings->eye_confidence = (int)whole_or(thresholds, "eyeConfidence", 50);
    settings->warn_days = (int)whole_or(thresholds, "warnDays", 30);
    settings->clock_tolerance_milliseconds = whole_or(thresholds, "clockTolerance", 300) * 1000;
    const char *acknowledge = xml_attribute(case_management, "requireIntakeAcknowledgement");
    settings->require_intake_acknowledgement = acknowledge == NULL || truth(acknowledge);
    settings->mode_in = mode_or(modes, "in", 0770);
    settings->mode_out = mode_or(modes, "out", 0750);
    settings->mode_decisions = mode_or(modes, "decisions", 01730);
    settings->demonstration = truth(xml_child_text(root, "demonstration"));
}

static bool read_texts(struct settings *settings, const struct xml_node *root)
{
    const struct xml_node *patterns = xml_child(root, "patterns"), *trust = xml_child(root, "trust");
    const struct {
        const char **to;
        const char *text;
    } texts[] = {
        {&settings->name, xml_child_text(root, "name")},
        {&settings->agency, xml_child_text(root, "agency")},
        {&settings->unit, xml_child_text(root, "unit")},
        {&settings->contact, xml_child_text(root, "contact")},
        {&settings->zone, xml_child_text(root, "zone")},
        {&settings->language,
         xml_child(root, "language") == NULL ? LANGUAGE_ENGLISH : xml_child_text(root, "language")},
        {&settings->case_pattern, attribute_or(patterns, "caseNumber", ".{1,40}")},
        {&settings->complaint_pattern,
         attribute_or(patterns, "complaintNumber", "[0-9]{4}-[0-9]{3}-[0-9]{5,6}")},
        {&settings->docket_prefix, attribute_or(patterns, "docketPrefix", "FR")},
        {&settings->encryption_key, attribute_or(xml_child(root, "encryption"), "key", "")},
        {&settings->engine_object, attribute_or(xml_child(root, "engine"), "object", "")},
        {&settings->engine_name, attribute_or(xml_child(root, "engine"), "name", "")},
        {&settings->engine_sha256, attribute_or(xml_child(root, "engine"), "sha256", "")},
        {&settings->executor_folder, attribute_or(xml_child(root, "executor"), "folder", "")},
        {&settings->executor_partition, attribute_or(xml_child(root, "executor"), "partition", "")},
        {&settings->authority, attribute_or(trust, "authority", "ca.pem")},
        {&settings->revocation_list, attribute_or(trust, "revocationList", "crl.pem")},
        {&settings->certificate, attribute_or(trust, "certificate", "service.pem")},
        {&settings->key, attribute_or(trust, "key", "service.key")},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((*texts[i].to = keep(settings, texts[i].text)) == NULL)
            return false;
    return true;
}

static bool is_share(const struct settings *settings, const char *path)
{
    return strcmp(path, "review/decisions") == 0 || strcmp(path, "gallery/in") == 0 ||
           strcmp(path, "case-management/acks") == 0 || strcmp(path, "discovery/in") == 0 ||
           strcmp(path, "disclosure/in") == 0 || strcmp(path, "foil/in") == 0 ||
           strcmp(path, "audit/in") == 0 || strcmp(path, "retention/in") == 0 ||
           (strncmp(path, "in/", 3) == 0 && settings_command(settings, path + 3) != NULL);
}

static bool check_executor(const struct settings *settings, const char *name, const struct xml_node *root,
                           struct error *error)
{
    if (settings->executor_slurm &&
        (settings->executor_folder[0] != '/' || strpbrk(settings->executor_folder, "'\n") != NULL))
        return error_set(
            error, FAULT_INPUT,
            "%s: line %zu /site/executor: Slurm needs a folder that all its nodes see: an absolute path "
            "without quotation marks",
            name, xml_line(xml_child(root, "executor")));
    if (settings->engine_object[0] == '\0')
        return true;
    if (settings->engine_object[0] != '/')
        return error_set(error, FAULT_INPUT,
                         "%s: line %zu /site/engine: object is the absolute path of a shared object", name,
                         xml_line(xml_child(root, "engine")));
    return true;
}

/* What the schema cannot say. */
static bool check(const struct settings *settings, const char *name, const struct xml_node *root,
                  struct error *error)
{
    const struct xml_node *patterns = xml_child(root, "patterns"),
                          *thresholds = xml_child(root, "thresholds");
    bool matches;
    if (settings->encryption_key[0] != '\0' && settings->encryption_key[0] != '/')
        return error_set(error, FAULT_INPUT,
                         "%s: line %zu /site/encryption: key is the absolute path of a file", name,
                         xml_line(xml_child(root, "encryption")));
    if (settings->packet_total_bytes < settings->packet_file_bytes)
        return error_set(
            error, FAULT_INPUT,
            "%s: line %zu /site/packet: totalBytes is less than fileBytes; a packet must hold at "
            "least one file of the size allowed",
            name, xml_line(xml_child(root, "packet")));
    if (settings->overnight_start == settings->overnight_end)
        return error_set(
            error, FAULT_INPUT,
            "%s: line %zu /site/overnight: start and end are the same; the window would never open", name,
            xml_line(xml_child(root, "overnight")));
    for (size_t i = 0; i < settings->share_count; i++)
        if (settings->shares[i].path == NULL || !is_share(settings, settings->shares[i].path))
            return error_set(error, FAULT_INPUT,
                             "%s: line %zu /site/watching/share: the site has no share \"%s\"; shares are "
                             "in/COMMAND, review/decisions, gallery/in, case-management/acks, discovery/in, "
                             "disclosure/in and foil/in",
                             name, xml_line(xml_child(root, "watching")), settings->shares[i].path);
    if (settings->reminder_days >= settings->lapse_days && thresholds != NULL &&
        xml_attribute(thresholds, "reminderDays") != NULL)
        return error_set(
            error, FAULT_INPUT,
            "%s: line %zu /site/thresholds: reminderDays is not less than lapseDays; the reminder "
            "would come before the request waits",
            name, xml_line(thresholds));
    if (!pattern_matches(settings->case_pattern, "", &matches, error) ||
        !pattern_matches(settings->complaint_pattern, "", &matches, error))
        return error_context(error, "%s: line %zu /site/patterns", name, xml_line(patterns));
    return true;
}

/* Is the code of this reason that of an earlier one? */
static bool reason_repeated(const struct xml_node *list, const struct xml_node *reason)
{
    const char *code = attribute_or(reason, "code", "");
    for (const struct xml_node *node = xml_child(list, "reason"); node != NULL && node != reason;
         node = xml_next(node))
        if (strcmp(attribute_or(node, "code", ""), code) == 0)
            return true;
    return false;
}

/* A reason whose photographs are destroyed cannot be taken back, and a code means one thing. */
static bool check_seal_reasons(const char *name, const struct xml_node *root, struct error *error)
{
    const struct xml_node *list = xml_child(root, "sealReasons");
    for (const struct xml_node *node = xml_child(list, "reason"); node != NULL; node = xml_next(node)) {
        const char *code = attribute_or(node, "code", "");
        if (reason_repeated(list, node))
            return error_set(error, FAULT_INPUT, "%s: line %zu /site/sealReasons: \"%s\" is listed twice",
                             name, xml_line(node), code);
        if (truth(xml_attribute(node, "reversible")) &&
            strcmp(attribute_or(node, "effect", ""), "destroy") == 0)
            return error_set(error, FAULT_INPUT,
                             "%s: line %zu /site/sealReasons: \"%s\" destroys photographs, so it cannot be "
                             "reversible",
                             name, xml_line(node), code);
    }
    return true;
}

bool settings_read(const char *name, const char *bytes, size_t length, struct settings **settings,
                   struct error *error)
{
    struct xml_document *document = NULL;
    struct settings *made = NULL;
    *settings = NULL;
    if (!xml_read_valid(SCHEMA_SITE, name, bytes, length, &document, error))
        return false;
    const struct xml_node *root = xml_root(document);
    made = calloc(1, sizeof *made);
    if (made == NULL || (made->texts = json_array()) == NULL || !read_texts(made, root) ||
        !read_commands(made, root) || !read_words(made, root) || !read_shares(made, root) ||
        !read_escalations(made, root) || !read_tours(made, root) || !read_seal_reasons(made, root) ||
        !settings_read_releases(made, root) || !settings_read_retention(made, root)) {
        error_set(error, FAULT_TEMPORARY, "%s: out of memory", name);
        goto done;
    }
    const char *identity = xml_child_text(root, "identity");
    made->identity = identity == NULL || strcmp(identity, "signature") == 0 ? IDENTITY_SIGNATURE
                     : strcmp(identity, "owner") == 0                       ? IDENTITY_OWNER
                                                                            : IDENTITY_BOTH;
    read_numbers(made, root);
    if (!check(made, name, root, error) || !check_executor(made, name, root, error) ||
        !check_seal_reasons(name, root, error) || !settings_check_retention(made, name, root, error))
        goto done;
    *settings = made;
    made = NULL;
done:
    settings_free(made);
    xml_document_free(document);
    return *settings != NULL;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    free(settings->commands);
    free(settings->trait_words);
    free(settings->artificial_words);
    free(settings->shares);
    free(settings->escalations);
    free(settings->tours);
    free(settings->seal_reasons);
    free(settings->retention);
    free(settings->offices);
    free(settings->agreements);
    free(settings->foil.holidays);
    free(settings->foil.exemptions);
    json_decref(settings->texts);
    free(settings);
}

const struct setting_command *settings_command(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->command_count; i++)
        if (strcmp(settings->commands[i].name, name) == 0)
            return &settings->commands[i];
    return NULL;
}

const struct setting_seal_reason *settings_seal_reason(const struct settings *settings, const char *code)
{
    for (size_t i = 0; i < settings->seal_reason_count; i++)
        if (strcmp(settings->seal_reasons[i].code, code) == 0)
            return &settings->seal_reasons[i];
    return NULL;
}

int64_t settings_rescan(const struct settings *settings, const char *path, bool network)
{
    for (size_t i = 0; i < settings->share_count; i++)
        if (strcmp(settings->shares[i].path, path) == 0)
            return settings->shares[i].milliseconds;
    return network ? settings->network_milliseconds : settings->rescan_milliseconds;
}

static bool put_words(json_t *policy, const char *name, const char *const *words, size_t count)
{
    json_t *list = json_array_at(policy, name);
    bool done = list != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = json_array_append_new(list, json_string(words[i])) == 0;
    return done;
}

json_t *settings_policy(const struct settings *settings)
{
    json_t *policy = json_object();
    bool done = policy != NULL && json_put_text(policy, "case", settings->case_pattern) &&
                json_put_text(policy, "complaint", settings->complaint_pattern) &&
                json_put_whole(policy, "files", settings->packet_files) &&
                json_put_whole(policy, "fileBytes", settings->packet_file_bytes) &&
                json_put_whole(policy, "totalBytes", settings->packet_total_bytes);
    json_t *intelligence = done ? json_array_at(policy, "intelligence") : NULL;
    done = intelligence != NULL &&
           put_words(policy, "words", settings->trait_words, settings->trait_word_count) &&
           put_words(policy, "artificial", settings->artificial_words, settings->artificial_word_count);
    for (size_t i = 0; done && i < settings->command_count; i++)
        if (settings->commands[i].intelligence)
            done = json_array_append_new(intelligence, json_string(settings->commands[i].name)) == 0;
    if (!done) {
        json_decref(policy);
        return NULL;
    }
    return policy;
}
