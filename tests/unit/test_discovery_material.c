/*
 * What the next volume of discovery holds: in order, nothing twice, never more than a job can be handed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "report/discovery_material.h"

/* One key after another: "f…" is a file, "l20" a list of 20 photographs, "s" something without either. */
static json_t *material_of(const char *keys)
{
    json_t *material = json_array();
    char copy[200], *place = NULL;
    snprintf(copy, sizeof copy, "%s", keys);
    for (char *key = strtok_r(copy, " ", &place); key != NULL; key = strtok_r(NULL, " ", &place)) {
        json_t *one = json_pack("{ss}", "key", key);
        int photos = 0;
        if (key[0] == 'f')
            json_put_text(one, "digest", key);
        if (sscanf(key, "l%d", &photos) == 1)
            json_put_whole(one, "photos", photos);
        json_array_append_new(material, one);
    }
    return material;
}

static json_t *produced_of(const char *keys)
{
    json_t *produced = json_object(), *material = material_of(keys), *one;
    size_t index;
    json_array_foreach(material, index, one) json_put_whole(produced, json_text(one, "key"), 1);
    json_decref(material);
    return produced;
}

static void test_new(void **state)
{
    (void)state;
    static const struct {
        const char *material, *produced;
        size_t most;
        const char *chosen;
    } cases[] = {
        {"", "", 3, ""},
        {"f1 f2 s1", "", 3, "f1 f2 s1 "},
        {"f1 f2 f3", "f2", 3, "f1 f3 "},
        {"f1 f2 f3", "f1 f2 f3", 3, ""},
        {"f1 f2 f3 f4", "", 3, "f1 f2 f3 "},
        {"f1 f2 f3 f4", "f1 f2 f3", 3, "f4 "},
        /* what takes nothing goes along; what does not fit ends the volume, so that the order stays */
        {"f1 f2 f3 s1 f4 s2", "", 3, "f1 f2 f3 s1 "},
        {"f1 l2 f2", "", 3, "f1 l2 "},
        /* what fits no volume gets one of its own, or nothing would ever follow */
        {"l20 f1", "", 3, "l20 "},
        {"f1 l20 f2", "", 3, "f1 "},
        {"f1 l20 f2", "f1", 3, "l20 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *material = material_of(cases[i].material), *produced = produced_of(cases[i].produced);
        json_t *chosen = discovery_new(material, produced, cases[i].most), *one;
        char got[200] = "";
        size_t index, length = 0;
        json_array_foreach(chosen, index, one) length +=
            (size_t)snprintf(got + length, sizeof got - length, "%s ", json_text(one, "key"));
        assert_string_equal(got, cases[i].chosen);
        json_decref(material);
        json_decref(produced);
        json_decref(chosen);
    }
}

static void test_items(void **state)
{
    (void)state;
    for (int item = 1; item <= ITEM_LAST; item++)
        assert_int_not_equal(discovery_item_title(item)[0], '\0');
    assert_int_equal(ITEM_LAST, 13);
    assert_string_equal(discovery_item_title(0), "");
    assert_string_equal(discovery_item_title(14), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_new), cmocka_unit_test(test_items)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
