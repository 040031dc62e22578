/*
 * Signed decisions in words, for the pages of a volume.
 *
 * Guarantees: every member of a decision that says something is printed, whole, in a fixed order; which stage had which
 * is of no account. Judges nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/text.h"
#include "page/parts.h"
#include "report/volume_pages.h"

/* What a member of a list is about; said first, and without its name. */
static const char *subject_of(const json_t *object)
{
    static const char *const subjects[] = {"label", "component", "what", "operation"};
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (json_object_get(object, subjects[i]) != NULL)
            return subjects[i];
    return NULL;
}

static void add_object(struct text *words, const json_t *object)
{
    const char *key, *subject = subject_of(object), *between = "";
    const json_t *member;
    bool pair = subject != NULL && json_object_size(object) == 2;
    if (subject != NULL) {
        volume_words(words, json_object_get(object, subject), ", ");
        between = ": ";
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, member)
    {
        if (subject != NULL && strcmp(key, subject) == 0)
            continue;
        text_add(words, between);
        if (!pair)
            text_format(words, "%s ", key);
        volume_words(words, member, " ");
        between = ", ";
    }
}

/* A value in words: a text as it is, a list with something between its members. */
void volume_words(struct text *words, const json_t *value, const char *between)
{
    const json_t *member;
    size_t index;
    if (json_is_string(value))
        text_add(words, json_string_value(value));
    else if (json_is_integer(value))
        text_format(words, "%lld", (long long)json_integer_value(value));
    else if (json_is_boolean(value))
        text_add(words, json_is_true(value) ? "yes" : "no");
    else if (json_is_array(value)) {
        json_array_foreach(value, index, member)
        {
            text_add(words, index == 0 ? "" : between);
            volume_words(words, member, ", ");
        }
        text_add(words, index == 0 ? "none" : "");
    } else
        add_object(words, value);
}

static bool is_time(const char *member)
{
    return strcmp(member, "at") == 0 || strcmp(member, "received") == 0 ||
           strcmp(member, "dissimilaritiesAt") == 0;
}

/* In the order in which they are printed. */
static const struct {
    const char *member, *words;
} members[] = {{"by", N_("Signed by")},
               {"signer", N_("Signed by")},
               {"at", N_("Signed at")},
               {"received", N_("Received")},
               {"outcome", N_("Outcome")},
               {"named", N_("Named")},
               {"rating", N_("Rating, -3 to +3")},
               {"reasons", N_("Reasons")},
               {"limitations", N_("Limitations")},
               {"basis", N_("Basis confirmed")},
               {"whatWouldHelp", N_("What would help")},
               {"probe", N_("Probe")},
               {"observation", N_("Observation of the probe alone")},
               {"dissimilaritiesAt", N_("Dissimilarities looked for at")},
               {"features", N_("Features")},
               {"dispositions", N_("Dispositions")},
               {"items", N_("Background")},
               {"conflicts", N_("Conflicts")},
               {"marks", N_("Marks")},
               {"displays", N_("Displays used")},
               {"reading", N_("Reading of the reasons")}};

/* What the heading says, or nobody outside reads. */
static const char *const passed_over[] = {"stage", "docket", "round", "slot", "item"};

enum { MEMBERS = sizeof members / sizeof members[0], MEMBERS_MOST = MEMBERS + 24 };

struct lines {
    struct pair pairs[MEMBERS_MOST];
    char *texts[MEMBERS_MOST];
    size_t count;
};

static void add_line(struct lines *lines, const char *key, const char *member, const json_t *value)
{
    struct text words = TEXT_EMPTY;
    char when[PARTS_TIME_SIZE];
    if (value == NULL || json_is_null(value) || lines->count == MEMBERS_MOST)
        return;
    if (json_is_string(value) && is_time(member))
        text_add(&words, parts_time(json_string_value(value), when));
    else
        volume_words(&words, value, "\n");
    lines->texts[lines->count] = words.bytes;
    lines->pairs[lines->count++] =
        (struct pair){key, words.bytes != NULL && words.bytes[0] != '\0' ? words.bytes : NULL};
}

static bool is_known(const char *member)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].member, member) == 0)
            return true;
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++)
        if (strcmp(passed_over[i], member) == 0)
            return true;
    return false;
}

static void draw_decision(struct document *document, const json_t *decision)
{
    struct lines lines = {.count = 0};
    char heading[200];
    const char *member;
    json_t *value;
    snprintf(heading, sizeof heading, _("%s, round %lld%s"), json_text(decision, "stage"),
             (long long)json_whole(decision, "round", 0),
             strcmp(json_text(decision, "stage"), "peer") == 0 ? ", blind" : "");
    if (heading[0] >= 'a' && heading[0] <= 'z')
        heading[0] = (char)(heading[0] - 'a' + 'A');
    document_subheading(document, heading);
    bool by = json_object_get(decision, "by") != NULL;
    for (size_t i = 0; i < MEMBERS; i++)
        if (!by || strcmp(members[i].member, "signer") != 0)
            add_line(&lines, language_text(members[i].words), members[i].member,
                     json_object_get(decision, members[i].member));
    /* What later versions of a decision say is printed under its own name. */
    json_object_foreach((json_t *)(uintptr_t)decision, member, value) if (!is_known(member))
        add_line(&lines, member, member, value);
    document_pairs(document, lines.pairs, lines.count);
    for (size_t i = 0; i < lines.count; i++)
        free(lines.texts[i]);
}

void volume_draw_decisions(struct document *document, const json_t *facts, struct volume_span span)
{
    document_heading(document,
                     span.from == 0 ? _("Decisions, all rounds, in order") : _("Decisions, continued"));
    if (span.from == 0)
        document_paragraph(
            document, TYPE_SMALL,
            _("Labels such as C07 stand for persons on a list, in the shuffled order in which they were "
              "shown; reviewers saw no name, rank or score."));
    for (size_t i = span.from; i < span.to; i++)
        draw_decision(document, json_array_get(json_object_get(facts, "decisions"), i));
}
