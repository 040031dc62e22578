/*
 * The peer of bench/render: cairo's PDF surface.  render-cairo FOLDER
 *
 * FOLDER/lines holds the lines of a report, pages apart by form feeds, FOLDER/1.jpg … its pictures. Each page
 * is set line by line in DejaVu Sans, headings' share of them bold; the pictures are embedded as the JPEG files
 * they are. Fonts and pictures are read once, as a program that makes many reports would. Prints the
 * milliseconds of processor time one document takes, best of five.
 */
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <fstream>
#include <sstream>
#include <stdio.h>
#include <string>
#include <time.h>
#include <vector>

static double seconds()
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static std::string content(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

struct picture {
    std::string bytes;
    int width, height;
};

/* Width and height stand in the frame's header. */
static bool measure(picture &picture)
{
    const std::string &b = picture.bytes;
    for (size_t at = 2; at + 9 < b.size();) {
        unsigned mark = (unsigned char)b[at + 1];
        if (mark >= 0xC0 && mark <= 0xC2) {
            picture.height = (unsigned char)b[at + 5] << 8 | (unsigned char)b[at + 6];
            picture.width = (unsigned char)b[at + 7] << 8 | (unsigned char)b[at + 8];
            return true;
        }
        at += 2 + ((unsigned char)b[at + 2] << 8 | (unsigned char)b[at + 3]);
    }
    return false;
}

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned int length)
{
    ((std::string *)closure)->append((const char *)data, length);
    return CAIRO_STATUS_SUCCESS;
}

static cairo_font_face_t *face(FT_Library library, const char *path)
{
    FT_Face loaded;
    if (FT_New_Face(library, path, 0, &loaded) != 0)
        return NULL;
    return cairo_ft_font_face_create_for_ft_face(loaded, 0);
}

static void place(cairo_t *page, const picture &picture, double y)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width, picture.height);
    cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, (const unsigned char *)picture.bytes.data(),
                                picture.bytes.size(), NULL, NULL);
    cairo_save(page);
    cairo_translate(page, 300, y);
    cairo_scale(page, 150.0 / picture.width, 150.0 / picture.width);
    cairo_set_source_surface(page, surface, 0, 0);
    cairo_paint(page);
    cairo_restore(page);
    cairo_surface_destroy(surface);
}

static size_t document(const std::vector<std::string> &pages, const std::vector<picture> &pictures,
                       cairo_font_face_t *regular, cairo_font_face_t *bold)
{
    std::string pdf;
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(keep, &pdf, 612, 792);
    cairo_t *page = cairo_create(surface);
    for (size_t i = 0; i < pages.size(); i++) {
        std::stringstream lines(pages[i]);
        double y = 60;
        int number = 0;
        for (std::string line; std::getline(lines, line); number++, y += 11.5) {
            cairo_set_font_face(page, number % 6 == 0 ? bold : regular);
            cairo_set_font_size(page, number % 6 == 0 ? 9.5 : 8.25);
            cairo_move_to(page, number % 2 == 0 ? 54 : 190, y);
            cairo_show_text(page, line.c_str());
        }
        if (i < pictures.size())
            place(page, pictures[i], 500);
        cairo_show_page(page);
    }
    cairo_destroy(page);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    return pdf.size();
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 64;
    std::string folder = argv[1];
    std::vector<std::string> pages(1);
    for (char c : content(folder + "/lines"))
        if (c == '\f')
            pages.push_back("");
        else
            pages.back() += c;
    std::vector<picture> pictures;
    for (int i = 1;; i++) {
        picture picture = {content(folder + "/" + std::to_string(i) + ".jpg"), 0, 0};
        if (picture.bytes.empty() || !measure(picture))
            break;
        pictures.push_back(picture);
    }
    FT_Library library;
    if (FT_Init_FreeType(&library) != 0)
        return 70;
    cairo_font_face_t *regular = face(library, "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    cairo_font_face_t *bold = face(library, "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf");
    if (regular == NULL || bold == NULL)
        return 66;
    double best = 1e9;
    size_t bytes = 0;
    for (int round = 0; round < 5; round++) {
        double begin = seconds();
        for (int i = 0; i < 20; i++)
            bytes = document(pages, pictures, regular, bold);
        double took = (seconds() - begin) / 20;
        best = took < best ? took : best;
    }
    printf("%.3f %zu\n", best * 1000, bytes);
    return 0;
}
