/*
 * What qpdf finds in the file.
 *
 * Guarantees: a file with any error or warning is refused, and so is one that holds more than pages, bookmarks,
 * embedded fonts and JPEG pictures. What is not on the lists below is more.
 */
#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

#include "page/readback_parts.h"

enum { PICTURES_MOST = 1024 };

static struct {
    __typeof__(&qpdf_init) init;
    __typeof__(&qpdf_cleanup) cleanup;
    __typeof__(&qpdf_silence_errors) silence;
    __typeof__(&qpdf_set_suppress_warnings) suppress_warnings;
    __typeof__(&qpdf_read_memory) read;
    __typeof__(&qpdf_check_pdf) check;
    __typeof__(&qpdf_has_error) has_error;
    __typeof__(&qpdf_get_error) error;
    __typeof__(&qpdf_more_warnings) more_warnings;
    __typeof__(&qpdf_next_warning) warning;
    __typeof__(&qpdf_get_error_full_text) full_text;
    __typeof__(&qpdf_get_root) root;
    __typeof__(&qpdf_get_trailer) trailer;
    __typeof__(&qpdf_get_num_pages) pages;
    __typeof__(&qpdf_get_page_n) page;
    __typeof__(&qpdf_oh_get_key) get;
    __typeof__(&qpdf_oh_has_key) has;
    __typeof__(&qpdf_oh_is_dictionary) is_dictionary;
    __typeof__(&qpdf_oh_is_name_and_equals) is_name;
    __typeof__(&qpdf_oh_get_dict) dictionary;
    __typeof__(&qpdf_oh_get_array_item) item;
    __typeof__(&qpdf_oh_get_array_n_items) items;
    __typeof__(&qpdf_oh_begin_dict_key_iter) begin_keys;
    __typeof__(&qpdf_oh_dict_more_keys) more_keys;
    __typeof__(&qpdf_oh_dict_next_key) next_key;
    __typeof__(&qpdf_oh_get_stream_data) data;
    __typeof__(&qpdf_oh_get_page_content_data) content;
    __typeof__(&qpdf_oh_get_numeric_value) number;
} qpdf;

bool readback_file_prepare(struct error *error)
{
    static const struct library_call calls[] = {
        {"qpdf_init", (void **)&qpdf.init},
        {"qpdf_cleanup", (void **)&qpdf.cleanup},
        {"qpdf_silence_errors", (void **)&qpdf.silence},
        {"qpdf_set_suppress_warnings", (void **)&qpdf.suppress_warnings},
        {"qpdf_read_memory", (void **)&qpdf.read},
        {"qpdf_check_pdf", (void **)&qpdf.check},
        {"qpdf_has_error", (void **)&qpdf.has_error},
        {"qpdf_get_error", (void **)&qpdf.error},
        {"qpdf_more_warnings", (void **)&qpdf.more_warnings},
        {"qpdf_next_warning", (void **)&qpdf.warning},
        {"qpdf_get_error_full_text", (void **)&qpdf.full_text},
        {"qpdf_get_root", (void **)&qpdf.root},
        {"qpdf_get_trailer", (void **)&qpdf.trailer},
        {"qpdf_get_num_pages", (void **)&qpdf.pages},
        {"qpdf_get_page_n", (void **)&qpdf.page},
        {"qpdf_oh_get_key", (void **)&qpdf.get},
        {"qpdf_oh_has_key", (void **)&qpdf.has},
        {"qpdf_oh_is_dictionary", (void **)&qpdf.is_dictionary},
        {"qpdf_oh_is_name_and_equals", (void **)&qpdf.is_name},
        {"qpdf_oh_get_dict", (void **)&qpdf.dictionary},
        {"qpdf_oh_get_array_item", (void **)&qpdf.item},
        {"qpdf_oh_get_array_n_items", (void **)&qpdf.items},
        {"qpdf_oh_begin_dict_key_iter", (void **)&qpdf.begin_keys},
        {"qpdf_oh_dict_more_keys", (void **)&qpdf.more_keys},
        {"qpdf_oh_dict_next_key", (void **)&qpdf.next_key},
        {"qpdf_oh_get_stream_data", (void **)&qpdf.data},
        {"qpdf_oh_get_page_content_data", (void **)&qpdf.content},
        {"qpdf_oh_get_numeric_value", (void **)&qpdf.number},
    };
    return readback_load("libqpdf.so.29", "libqpdf29", calls, sizeof calls / sizeof *calls, error);
}

static bool listed(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

/* Has the dictionary keys of this list alone? */
static bool holds_only(qpdf_data file, qpdf_oh object, const char *const *allowed, const char *what,
                       struct error *error)
{
    bool only = true;
    qpdf.begin_keys(file, object);
    while (qpdf.more_keys(file)) {
        const char *key = qpdf.next_key(file);
        if (only && !listed(allowed, key))
            only = error_set(error, FAULT_INTERNAL, "%s of the document holds %s", what, key);
    }
    return only;
}

static bool sound(qpdf_data file, const void *bytes, size_t length, struct error *error)
{
    qpdf.silence(file);
    qpdf.suppress_warnings(file, QPDF_TRUE);
    qpdf.read(file, "document", bytes, length, NULL);
    if (!qpdf.has_error(file))
        qpdf.check(file);
    if (qpdf.has_error(file))
        return error_set(error, FAULT_INTERNAL, "the document is damaged: %s",
                         qpdf.full_text(file, qpdf.error(file)));
    if (qpdf.more_warnings(file))
        return error_set(error, FAULT_INTERNAL, "the document is odd: %s",
                         qpdf.full_text(file, qpdf.warning(file)));
    return true;
}

/* A JPEG file as it is, by either way of saying so. */
static bool is_jpeg(qpdf_data file, qpdf_oh dictionary)
{
    qpdf_oh filter = qpdf.get(file, dictionary, "/Filter");
    return qpdf.is_name(file, filter, "/DCTDecode") ||
           (qpdf.items(file, filter) == 1 && qpdf.is_name(file, qpdf.item(file, filter, 0), "/DCTDecode"));
}

static bool add_picture(qpdf_data file, qpdf_oh stream, struct readback *readback, struct error *error)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    QPDF_BOOL filtered = QPDF_FALSE;
    qpdf_oh dictionary = qpdf.dictionary(file, stream);
    if (!qpdf.is_name(file, qpdf.get(file, dictionary, "/Subtype"), "/Image") || !is_jpeg(file, dictionary))
        return error_set(error, FAULT_INTERNAL, "the document shows something that is no JPEG picture");
    qpdf.data(file, stream, qpdf_dl_none, &filtered, &bytes, &length);
    if (bytes == NULL)
        return error_set(error, FAULT_INTERNAL, "a picture of the document cannot be read");
    struct readback_picture picture = {digest_of(bytes, length), length};
    free(bytes);
    for (size_t i = 0; i < readback->picture_count; i++)
        if (digest_equal(&readback->pictures[i].digest, &picture.digest))
            return true;
    if (readback->picture_count == PICTURES_MOST)
        return error_set(error, FAULT_INTERNAL, "the document shows more than %d pictures", PICTURES_MOST);
    readback->pictures[readback->picture_count++] = picture;
    return true;
}

static bool embedded(qpdf_data file, qpdf_oh font, struct error *error)
{
    qpdf_oh descendant = qpdf.item(file, qpdf.get(file, font, "/DescendantFonts"), 0);
    qpdf_oh descriptor = qpdf.get(file, descendant, "/FontDescriptor");
    return (qpdf.is_dictionary(file, descriptor) && qpdf.has(file, descriptor, "/FontFile2") &&
            qpdf.has(file, font, "/ToUnicode")) ||
           error_set(error, FAULT_INTERNAL, "a font of the document is not embedded whole");
}

enum { NAMES_MOST = 512, NAME_SIZE = 32 };

/* Names of a dictionary's entries: its objects are asked for afterwards, as qpdf walks one dictionary at a time. */
static size_t names_of(qpdf_data file, qpdf_oh dictionary, char names[NAMES_MOST][NAME_SIZE])
{
    size_t count = 0;
    if (!qpdf.is_dictionary(file, dictionary))
        return 0;
    qpdf.begin_keys(file, dictionary);
    while (qpdf.more_keys(file)) {
        const char *key = qpdf.next_key(file);
        if (count < NAMES_MOST && strlen(key) < NAME_SIZE)
            memcpy(names[count++], key, strlen(key) + 1);
    }
    return count;
}

/* Where each line of text begins, against the page's edges: poppler leaves out what lies wholly beyond them. `text` ends
   with a NUL. */
static bool lines_begin_within(const char *text, const double *edges, struct error *error)
{
    for (const char *at = text; (at = strstr(at, " Td")) != NULL; at += 3) {
        const char *start = at;
        for (int blanks = 0; start > text && blanks < 2; start--)
            blanks += start[-1] == ' ' || start[-1] == '\n';
        char *rest = NULL;
        double x = strtod(start, &rest), y = strtod(rest, &rest);
        if (rest != at || x < edges[0] || y < edges[1] || x > edges[2] || y > edges[3])
            return error_set(error, FAULT_INTERNAL, "a line of text begins off its page (%.0f, %.0f)", x, y);
    }
    return true;
}

static bool content_within(qpdf_data file, qpdf_oh page, struct error *error)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    double edges[4];
    qpdf_oh box = qpdf.get(file, page, "/MediaBox");
    for (int i = 0; i < 4; i++)
        edges[i] = qpdf.number(file, qpdf.item(file, box, i));
    qpdf.content(file, page, &bytes, &length);
    char *text = bytes == NULL ? NULL : strndup((const char *)bytes, length);
    bool within = text != NULL ? lines_begin_within(text, edges, error)
                               : error_set(error, FAULT_INTERNAL, "a page's content cannot be read");
    free(text);
    free(bytes);
    return within;
}

static bool look_at_page(qpdf_data file, qpdf_oh page, struct readback *readback, struct error *error)
{
    static const char *const on_page[] = {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources", NULL};
    static const char *const resources[] = {"/Font", "/XObject", "/ProcSet", NULL};
    char names[NAMES_MOST][NAME_SIZE];
    qpdf_oh used = qpdf.get(file, page, "/Resources");
    if (!holds_only(file, page, on_page, "a page", error) ||
        !holds_only(file, used, resources, "a page's resources", error))
        return false;
    if (!content_within(file, page, error))
        return false;
    qpdf_oh group = qpdf.get(file, used, "/Font");
    for (size_t i = 0, count = names_of(file, group, names); i < count; i++)
        if (!embedded(file, qpdf.get(file, group, names[i]), error))
            return false;
    group = qpdf.get(file, used, "/XObject");
    for (size_t i = 0, count = names_of(file, group, names); i < count; i++)
        if (!add_picture(file, qpdf.get(file, group, names[i]), readback, error))
            return false;
    return true;
}

static bool look_at_file(qpdf_data file, struct readback *readback, struct error *error)
{
    static const char *const in_root[] = {"/Type",       "/Pages", "/Outlines",          "/PageMode",
                                          "/PageLayout", "/Lang",  "/ViewerPreferences", NULL};
    static const char *const in_trailer[] = {"/Root", "/Size", "/Info", "/ID", NULL};
    if (!holds_only(file, qpdf.root(file), in_root, "the catalogue", error) ||
        !holds_only(file, qpdf.trailer(file), in_trailer, "the trailer", error))
        return false;
    int pages = qpdf.pages(file);
    for (int i = 0; i < pages; i++)
        if (!look_at_page(file, qpdf.page(file, (size_t)i), readback, error))
            return false;
    return true;
}

bool readback_file(const void *bytes, size_t length, struct readback *readback, struct error *error)
{
    qpdf_data file = qpdf.init();
    readback->pictures = calloc(PICTURES_MOST, sizeof *readback->pictures);
    bool done = file != NULL && readback->pictures != NULL
                    ? sound(file, bytes, length, error) && look_at_file(file, readback, error)
                    : error_set(error, FAULT_TEMPORARY, "out of memory while reading a document back");
    if (file != NULL)
        qpdf.cleanup(&file);
    return done;
}
