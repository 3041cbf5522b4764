/* figure.c - writing what a figure shows: commands, texts and data of a gnuplot script. */
#include "plot/figure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "plot/gnuplot.h"

enum { WIDTH = 700, HEIGHT = 440, DIGITS = 9 };

/* Okabe and Ito, "Color universal design" (2008): told apart by colour-blind readers. The yellow, pale on white, last.
 */
const char *const figure_colors[8] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000", "#F0E442"};

/* ---- the name ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *ending;
    enum picture picture;
} endings[] = {{".svg", PICTURE_SVG}, {".png", PICTURE_PNG}, {".pdf", PICTURE_PDF}};

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash != NULL ? slash + 1 : file;
}

/* gnuplot runs a name that begins with | or < as a command, and a control character could end the script's line. */
static enum nng_status refuse_commands(const char *file, struct nng_error *error)
{
    const char *names[] = {file, base_name(file)};
    for (size_t i = 0; i < 2; i++)
        if (names[i][0] == '|' || names[i][0] == '<')
            return nng_fail(error, NNG_INPUT,
                            "the picture cannot be named '%s': gnuplot takes what begins with %c for "
                            "a command",
                            file, names[i][0]);
    for (const char *s = file; *s != '\0'; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return nng_fail(error, NNG_INPUT, "the picture cannot be named '%s': the name holds a control character",
                            file);
    return NNG_OK;
}

enum nng_status figure_open(struct figure *figure, const struct options *options, const char *file,
                            struct nng_error *error)
{
    *figure = (struct figure){.options = options, .width = WIDTH, .height = HEIGHT};
    if (file == NULL || strcmp(file, "-") == 0)
        return NNG_OK;
    figure->file = file;
    const char *name = base_name(file);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t length = strlen(name), rest = strlen(endings[i].ending);
        if (length > rest && strcmp(name + length - rest, endings[i].ending) == 0)
            figure->picture = endings[i].picture;
    }
    if (figure->picture == PICTURE_TEXT)
        return nng_fail(error, NNG_INPUT, "the picture cannot be named '%s': its ending is none of .svg, .png, .pdf",
                        file);
    return refuse_commands(file, error);
}

void figure_free(struct figure *figure)
{
    nng_text_free(&figure->script);
}

/* ---- what kinds add ------------------------------------------------------------------------------------------ */

static void add_formatted(struct nng_text *out, const char *format, va_list arguments)
{
    char text[1024];
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(text, sizeof text, format, arguments);
    if (length >= 0 && (size_t)length < sizeof text) {
        nng_text_add_n(out, text, (size_t)length);
    } else if (length >= 0) {
        char *longer = nng_allocate((size_t)length + 1, 1);
        out->failed = out->failed || longer == NULL;
        if (longer != NULL) {
            vsnprintf(longer, (size_t)length + 1, format, again);
            nng_text_add_n(out, longer, (size_t)length);
        }
        nng_release(longer);
    }
    va_end(again);
}

void figure_print(struct figure *figure, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_formatted(&figure->script, format, arguments);
    va_end(arguments);
}

/* The characters that gnuplot's enhanced text reads as markup. */
static const char markup[] = "^_{}@&~\\";

static void add_text(struct figure *figure, const char *format, va_list arguments)
{
    struct nng_text text = {0};
    add_formatted(&text, format, arguments);
    char *clean = nng_allocate(text.length + 1, 1);
    if (clean != NULL && !text.failed) {
        nng_copy_text(clean, text.length + 1, text.data != NULL ? text.data : "", text.length);
        gnuplot_quote(&figure->script, clean, markup);
    } else {
        figure->script.failed = true;
    }
    nng_release(clean);
    nng_text_free(&text);
}

void figure_text(struct figure *figure, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_text(figure, format, arguments);
    va_end(arguments);
}

void figure_set(struct figure *figure, const char *what, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    nng_text_print(&figure->script, "set %s ", what);
    add_text(figure, format, arguments);
    nng_text_add(&figure->script, "\n");
    va_end(arguments);
}

void figure_data(struct figure *figure, const char *name)
{
    nng_text_print(&figure->script, "$%s << END\n", name);
}

void figure_row(struct figure *figure, size_t count, const double *values)
{
    char text[NNG_NUMBER_SIZE];
    for (size_t i = 0; i < count; i++) {
        nng_number_format(text, values[i], DIGITS);
        nng_text_add(&figure->script, i > 0 ? " " : "");
        nng_text_add(&figure->script, isfinite(values[i]) ? text : "NaN");
    }
    nng_text_add(&figure->script, "\n");
}

void figure_gap(struct figure *figure)
{
    nng_text_add(&figure->script, "\n");
}

void figure_data_end(struct figure *figure)
{
    nng_text_add(&figure->script, "END\n");
}

const char *figure_name(const char *name, char pretty[FIGURE_NAME_SIZE])
{
    const char *subscript = strchr(name, '_');
    bool digits =
        subscript != NULL && subscript[1] != '\0' && strspn(subscript + 1, "0123456789") == strlen(subscript + 1);
    bool hat = strncmp(name, "yhat", 4) == 0;
    size_t before = digits ? (size_t)(subscript - name) : strlen(name), skip = hat ? 4 : 0;
    int length = snprintf(pretty, FIGURE_NAME_SIZE, "%s%.*s", hat ? "ŷ" : "", (int)(before - skip), name + skip);
    for (const char *s = digits ? subscript + 1 : ""; *s != '\0'; s++) /* U+2080 is the subscript 0 */
        length += snprintf(pretty + length, FIGURE_NAME_SIZE - (size_t)length, "\xe2\x82%c", 0x80 + (*s - '0'));
    return pretty;
}
