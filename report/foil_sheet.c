/*
 * Writing the sheet of redactions.
 *
 * Guarantees: what is shown stands where the export has it; pictures are coded anew from their pixels. The page's script
 * takes boxes; nothing here judges them.
 */
#include "report/foil_sheet.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/language.h"
#include "page/web_page.h"
#include "photo/decode.h"
#include "photo/edit.h"
#include "photo/encode.h"
#include "report/foil_pages.h"

#define SIDE_MOST 700 /* pixels: enough to see where a box goes */

static json_int_t hundredths(double points)
{
    return (json_int_t)(points * 100 + (points < 0 ? -0.5 : 0.5));
}

static json_int_t level(double share)
{
    return (json_int_t)(share * 255 + 0.5);
}

/* [kind, x, y, width, height, …] in hundredths of a point. */
static json_t *mark_of(const struct ink_mark *mark)
{
    static const char *const kinds[] = {
        [INK_TEXT] = "t", [INK_FILL] = "f", [INK_RULE] = "r", [INK_PICTURE] = "p"};
    const struct type type = type_of(mark->style);
    json_t *list =
        json_pack("[s,I,I,I,I]", kinds[mark->kind], hundredths(mark->place.x), hundredths(mark->place.y),
                  hundredths(mark->place.width), hundredths(mark->place.height));
    if (mark->kind == INK_TEXT) {
        json_array_append_new(list, json_integer(hundredths(type.size)));
        json_array_append_new(list, json_integer(type.bold));
        json_array_append_new(list, json_integer(level(type.grey)));
        json_array_append_new(list, json_string(mark->text));
    } else if (mark->kind == INK_FILL) {
        json_array_append_new(list, json_integer(level(mark->colour.red)));
        json_array_append_new(list, json_integer(level(mark->colour.green)));
        json_array_append_new(list, json_integer(level(mark->colour.blue)));
    } else if (mark->kind == INK_RULE) {
        json_array_append_new(list, json_integer(hundredths(mark->thickness)));
        json_array_append_new(list, json_integer(level(mark->grey)));
    } else {
        json_array_append_new(list, json_integer(mark->picture));
    }
    return list;
}

/* [{"number","title","docket","pages":[[mark]]}] */
static json_t *documents_of(const struct foil_part *part, const struct ink *ink)
{
    json_t *documents = json_array();
    for (size_t section = 1; section < ink->section_count; section++) {
        json_t *document = json_object(), *pages = json_array_at(document, "pages");
        json_copy_members(document, foil_part_document(part, section), "number", "title", "docket", NULL);
        for (size_t page = 0; page < ink->pages[section]; page++)
            json_array_append_new(pages, json_array());
        json_array_append_new(documents, document);
    }
    for (size_t i = 0; i < ink->count; i++) {
        const struct ink_mark *mark = &ink->marks[i];
        if (mark->section == 0)
            continue;
        json_t *pages = json_object_get(json_array_get(documents, mark->section - 1), "pages");
        json_array_append_new(json_array_get(pages, mark->page), mark_of(mark));
    }
    return documents;
}

/* The picture anew, small enough; false with an error. */
static bool encode(const struct ink_picture *picture, uint8_t **bytes, size_t *length, struct error *error)
{
    struct photo photo = {0};
    struct image small = IMAGE_EMPTY;
    if (!photo_decode(picture->bytes, picture->length, NULL, &photo, error))
        return false;
    int side = photo.image.width > photo.image.height ? photo.image.width : photo.image.height;
    bool done = true;
    if (side > SIDE_MOST) {
        json_t *edits = json_pack("[{s:s,s:i}]", "operation", "scale", "per_mille", SIDE_MOST * 1000 / side);
        done = edits != NULL ? photo_edit(&photo.image, edits, &small, error)
                             : error_set(error, FAULT_TEMPORARY, "out of memory while scaling a picture");
        json_decref(edits);
    }
    done = done &&
           photo_encode(small.pixels != NULL ? &small : &photo.image, ENCODE_FIGURE, bytes, length, error);
    image_free(&small);
    image_free(&photo.image);
    return done;
}

static bool add_picture(json_t *pictures, const struct ink_picture *picture, struct error *error)
{
    static const char prefix[] = "data:image/jpeg;base64,";
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!encode(picture, &bytes, &length, error))
        return false;
    char *source = malloc(sizeof prefix + 4 * (length / 3 + 1));
    if (source != NULL) {
        memcpy(source, prefix, sizeof prefix);
        EVP_EncodeBlock((unsigned char *)source + sizeof prefix - 1, bytes, (int)length);
        json_array_append_new(pictures, json_string(source));
    } else {
        error_set(error, FAULT_TEMPORARY, "out of memory for a picture of a sheet");
    }
    bool done = source != NULL;
    free(source);
    free(bytes);
    return done;
}

bool foil_sheet(const struct foil_part *part, const struct ink *ink, const char *form, struct text *html,
                struct error *error)
{
    json_t *data = json_object(), *pictures = json_array_at(data, "pictures");
    char hex[DIGEST_TEXT_SIZE];
    bool done = true;
    for (size_t i = 0; i < ink->picture_count && done; i++)
        done = add_picture(pictures, &ink->pictures[i], error);
    json_put_text(data, "form", form);
    json_put_text(data, "sheet", digest_text(&part->digest, hex));
    json_copy_members(data, part->facts, "request", "part", "parts", "exemptions", "boxes", "redactions",
                      "demonstration", NULL);
    json_put(data, "documents", documents_of(part, ink));
    json_put_whole(data, "lowest", FOIL_BOX_LOWEST);
    char *title =
        text_formatted("%s %s", strcmp(form, "read") == 0 ? _("Reading of redactions") : _("Redactions"),
                       json_text(part->facts, "request"));
    const struct web_page page = {.title = title == NULL ? _("Redactions") : title,
                                  .style = foil_sheet_style,
                                  .script = foil_sheet_script,
                                  .texts = foil_sheet_texts,
                                  .data = data};
    if (done) {
        web_page_begin(html, &page);
        text_add(html, "<noscript>");
        text_add_xml(html, _("This sheet needs scripts, which are part of this file and reach no network."));
        text_add(html, "</noscript>\n");
        done = web_page_end(html, &page, error);
    }
    free(title);
    json_decref(data);
    return done;
}
