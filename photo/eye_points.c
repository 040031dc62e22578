/*
 * Reading and checking eye points.
 *
 * Guarantees: whatever passed eye_points_check can be aligned without division by zero or huge scales.
 * Does not find eyes.
 */
#include "photo/eye_points.h"

#include <math.h>

bool eye_points_read(const json_t *array, struct eye_points *eyes, struct error *error)
{
    int32_t *members[4] = {&eyes->left_x, &eyes->left_y, &eyes->right_x, &eyes->right_y};
    if (!json_is_array(array) || json_array_size(array) != 4)
        return error_set(error, FAULT_INPUT,
                         "eye points must be four whole numbers in hundredths of a pixel: left x, left y, "
                         "right x, right y");
    for (size_t i = 0; i < 4; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 6553500)
            return error_set(error, FAULT_INPUT,
                             "eye point number %zu is no whole number of hundredths of a pixel between 0 "
                             "and 6553500: mark the eyes again",
                             i + 1);
        *members[i] = (int32_t)json_integer_value(value);
    }
    return true;
}

json_t *eye_points_json(const struct eye_points *eyes)
{
    return json_pack("[i,i,i,i]", eyes->left_x, eyes->left_y, eyes->right_x, eyes->right_y);
}

double eye_points_distance(const struct eye_points *eyes)
{
    double x = (eyes->right_x - eyes->left_x) / 100.0;
    double y = (eyes->right_y - eyes->left_y) / 100.0;
    return sqrt(x * x + y * y);
}

bool eye_points_check(const struct eye_points *eyes, int width, int height, struct error *error)
{
    int32_t right = (width - 1) * 100;
    int32_t bottom = (height - 1) * 100;
    if (eyes->left_x < 0 || eyes->left_y < 0 || eyes->right_x < 0 || eyes->right_y < 0 ||
        eyes->left_x > right || eyes->right_x > right || eyes->left_y > bottom || eyes->right_y > bottom)
        return error_set(error, FAULT_INPUT,
                         "the eye points (%d, %d) and (%d, %d) are not both inside the picture of %d x %d "
                         "pixels: mark the eyes again",
                         eyes->left_x / 100, eyes->left_y / 100, eyes->right_x / 100, eyes->right_y / 100,
                         width, height);
    if (eyes->left_x >= eyes->right_x)
        return error_set(error, FAULT_INPUT,
                         "the left eye point is not left of the right one: give the eye on the left of the "
                         "picture first, and turn a picture that stands on its side or head");
    if (eye_points_distance(eyes) < EYE_DISTANCE_MINIMUM)
        return error_set(error, FAULT_INPUT,
                         "the eyes are less than %d pixels apart: no comparison is possible, send a larger "
                         "still",
                         EYE_DISTANCE_MINIMUM);
    return true;
}
