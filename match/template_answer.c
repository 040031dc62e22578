/*
 * Writing and reading the answer of a template batch.
 *
 * Guarantees: the reader trusts nothing: lengths are checked against what is there, ids end with NUL.
 */
#include "match/template_answer.h"

#include <string.h>

#define MAGIC "LSTMPLTS"

_Static_assert(sizeof(struct template_answer_header) == 88, "the header is 88 bytes");
_Static_assert(sizeof(struct template_facts) == 28, "the facts of a photo are 28 bytes");

enum { VERSION = 2 };

void template_answer_begin(struct text *text, const struct match_engine *engine, uint32_t count)
{
    struct template_answer_header header = {
        .version = VERSION, .count = count, .template_size = (uint32_t)engine->template_size};
    memcpy(header.magic, MAGIC, sizeof header.magic);
    memcpy(header.engine, engine->id, strnlen(engine->id, sizeof header.engine - 1));
    memcpy(header.engine_version, engine->version,
           strnlen(engine->version, sizeof header.engine_version - 1));
    text_add_bytes(text, &header, sizeof header);
}

static void add_entry(struct text *text, const char *photo, uint32_t state,
                      const struct template_facts *facts, const void *bytes, uint32_t length)
{
    char id[SEGMENT_ID_SIZE] = {0};
    memcpy(id, photo, strnlen(photo, sizeof id - 1));
    text_add_bytes(text, id, sizeof id);
    text_add_bytes(text, &state, sizeof state);
    text_add_bytes(text, &length, sizeof length);
    text_add_bytes(text, facts, sizeof *facts);
    text_add_bytes(text, bytes, length);
}

void template_answer_add(struct text *text, const struct match_engine *engine, const char *photo,
                         const struct template_facts *facts, const uint8_t *template_bytes)
{
    add_entry(text, photo, TEMPLATE_EXTRACTED, facts, template_bytes, (uint32_t)engine->template_size);
}

void template_answer_add_unmarked(struct text *text, const char *photo, const struct template_facts *facts)
{
    add_entry(text, photo, TEMPLATE_UNMARKED, facts, "", 0);
}

void template_answer_add_fault(struct text *text, const char *photo, const char *fault)
{
    const struct template_facts none = {.confidence = -1};
    add_entry(text, photo, TEMPLATE_FAULT, &none, fault, (uint32_t)strnlen(fault, ERROR_TEXT_SIZE - 1));
}

bool template_answer_open(struct template_answer *answer, const void *bytes, size_t length,
                          const struct match_engine *engine, struct error *error)
{
    struct template_answer_header header;
    *answer = (struct template_answer){.bytes = bytes, .length = length, .at = sizeof header};
    if (length < sizeof header)
        return error_set(error, FAULT_INTERNAL, "the answer of a template batch is cut short");
    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.magic, MAGIC, sizeof header.magic) != 0 || header.version != VERSION ||
        strncmp(header.engine, engine->id, sizeof header.engine) != 0 ||
        strncmp(header.engine_version, engine->version, sizeof header.engine_version) != 0 ||
        header.template_size != engine->template_size)
        return error_set(error, FAULT_INTERNAL, "the answer of a template batch is not one of engine %s %s",
                         engine->id, engine->version);
    answer->left = header.count;
    answer->template_size = header.template_size;
    return true;
}

/* Eyes that lie in the picture, or none where there may be none. */
static bool facts_sound(const struct template_facts *facts, enum template_state state)
{
    const struct eye_points *eyes = &facts->eyes;
    bool none = eyes->left_x == 0 && eyes->left_y == 0 && eyes->right_x == 0 && eyes->right_y == 0;
    return facts->confidence >= -1 && facts->confidence <= 100 && facts->width <= INT16_MAX &&
           facts->height <= INT16_MAX &&
           ((none && state != TEMPLATE_EXTRACTED) ||
            eye_points_check(eyes, (int)facts->width, (int)facts->height, NULL));
}

bool template_answer_next(struct template_answer *answer, struct template_answer_entry *entry,
                          struct error *error)
{
    uint32_t numbers[2];
    size_t fixed = SEGMENT_ID_SIZE + sizeof numbers + sizeof entry->facts;
    *entry = (struct template_answer_entry){.state = TEMPLATE_FAULT};
    if (answer->left == 0) {
        if (answer->at != answer->length)
            return error_set(error, FAULT_INTERNAL, "the answer of a template batch is longer than it says");
        return false;
    }
    if (answer->length - answer->at < fixed)
        return error_set(error, FAULT_INTERNAL, "the answer of a template batch is cut short");
    memcpy(entry->photo, answer->bytes + answer->at, SEGMENT_ID_SIZE);
    memcpy(numbers, answer->bytes + answer->at + SEGMENT_ID_SIZE, sizeof numbers);
    memcpy(&entry->facts, answer->bytes + answer->at + SEGMENT_ID_SIZE + sizeof numbers, sizeof entry->facts);
    answer->at += fixed;
    bool fits = numbers[0] == TEMPLATE_EXTRACTED ? numbers[1] == answer->template_size
                : numbers[0] == TEMPLATE_FAULT   ? numbers[1] < sizeof entry->fault
                                                 : numbers[0] == TEMPLATE_UNMARKED && numbers[1] == 0;
    if (!fits || numbers[1] > answer->length - answer->at || entry->photo[SEGMENT_ID_SIZE - 1] != '\0' ||
        !facts_sound(&entry->facts, (enum template_state)numbers[0]))
        return error_set(error, FAULT_INTERNAL, "the answer of a template batch is damaged");
    entry->state = (enum template_state)numbers[0];
    if (entry->state == TEMPLATE_EXTRACTED)
        entry->template_bytes = answer->bytes + answer->at;
    else
        memcpy(entry->fault, answer->bytes + answer->at, numbers[1]);
    answer->at += numbers[1];
    answer->left--;
    return true;
}
