/* draw.c - from a figure to a picture: the script with its house style is written, gnuplot draws it, and the picture
 * is put in its place.
 *
 * gnuplot writes to its standard output, which is collected: so the file is replaced at once, by a picture that is
 * whole, with nng_file_write's care. Run by hand, the same script writes the file itself.
 */
#include <string.h>

#include "base/error.h"
#include "base/save.h"
#include "diagnostic.h"
#include "output.h"
#include "plot/figure.h"
#include "plot/gnuplot.h"
#include "session.h"

/* ---- the head of the script ---------------------------------------------------------------------------------- */

/* What every figure looks like: a light background, dark thin axes on two sides, a faint grid, lines that can be told
 * apart by colour and by dashes, the key below everything. */
static const char house_style[] = "set border 3 linecolor rgb '#404040'\n"
                                  "set tics nomirror scale 0.6\n"
                                  "set key below center horizontal reverse Left samplen 3\n"
                                  "set xlabel offset 0, 0.4\n"
                                  "set minussign\n"
                                  "set errorbars small\n";

static const int dashes[8] = {1, 1, 1, 1, 1, 1, 2, 4};

/* The size of the terminal for text, and of it the largest part that keeps the figure readable. */
static void add_terminal(const struct figure *figure, struct nng_text *out)
{
    struct style style = output_style(figure->options);
    unsigned width = figure->width, height = figure->height;
    switch (figure->picture) {
    case PICTURE_SVG:
        nng_text_print(
            out,
            "set terminal svg size %u,%u enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'\n",
            width, height);
        break;
    case PICTURE_PNG: /* twice as large, for slides */
        nng_text_print(
            out,
            "set terminal pngcairo size %u,%u enhanced rounded font 'sans-serif,14' fontscale 1.65 linewidth 2 "
            "pointscale 2 background '#ffffff'\n",
            2 * width, 2 * height);
        break;
    case PICTURE_PDF: /* 100 pixels an inch */
        nng_text_print(out,
                       "set terminal pdfcairo size %.2fin,%.2fin enhanced rounded font 'sans-serif,14' fontscale 0.58 "
                       "linewidth 1.3 "
                       "background '#ffffff'\n",
                       width / 100.0, height / 100.0);
        break;
    case PICTURE_TEXT:
        nng_text_print(out, "set terminal dumb size %zu,%zu enhanced%s\n", style.width - 1, output_height() - 1,
                       style.colour ? " ansi256" : "");
        break;
    }
}

static void add_head(const struct figure *figure, struct nng_text *out)
{
    nng_text_add(out, "# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and\n"
                      "# 'gnuplot -c FILE.gp -' writes it to standard output.\n\n"
                      "set encoding utf8\n");
    add_terminal(figure, out);
    if (figure->file != NULL) { /* the picture stands where the script does */
        const char *slash = strrchr(figure->file, '/');
        nng_text_add(out, "if (!exists('ARGC') || ARGC == 0) set output ");
        gnuplot_quote(out, slash != NULL ? slash + 1 : figure->file, "");
        nng_text_add(out, "\n");
    }
    nng_text_add(out, "\n");
    nng_text_add(out, house_style);
    if (figure->picture != PICTURE_TEXT)
        nng_text_add(out, "set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1\n");
    for (unsigned i = 0; i < 8; i++)
        nng_text_print(out, "set linetype %u linecolor rgb '%s' linewidth 2 dashtype %d pointtype 7 pointsize 0.6\n",
                       i + 1, figure_colors[i], dashes[i]);
    nng_text_add(out, "set linetype cycle 8\n\n");
}

/* ---- the picture --------------------------------------------------------------------------------------------- */

/* cairo writes the time into a PDF, /CreationDate (D:20240102030405Z): the same input must give the same bytes. */
static void remove_date(struct nng_text *picture)
{
    static const char key[] = "/CreationDate (D:", date[] = "19700101000000";
    size_t length = strlen(key) + strlen(date);
    for (size_t i = 0; i + length <= picture->length; i++)
        if (memcmp(picture->data + i, key, strlen(key)) == 0)
            memcpy(picture->data + i + strlen(key), date, strlen(date));
}

/* How long a line is up to its last visible character: without spaces and escape sequences behind it. */
static size_t visible_length(const char *line, size_t length)
{
    size_t visible = 0;
    for (size_t i = 0; i < length; i++)
        if (line[i] == '\033')
            i += strcspn(line + i, "m");
        else if (line[i] != ' ')
            visible = i + 1;
    return visible;
}

/* The dumb terminal begins with a form feed, and fills every line with spaces. Empty lines around it go as well. */
static void add_trimmed(const struct nng_text *drawn, bool colour, struct nng_text *out)
{
    size_t empty = 0;
    for (const char *line = drawn->data + strspn(drawn->data, "\f"); *line != '\0';) {
        size_t length = strcspn(line, "\n"), visible = visible_length(line, length);
        for (; visible > 0 && out->length > 0 && empty > 0; empty--)
            nng_text_add(out, "\n");
        empty = visible > 0 ? 0 : empty + 1;
        nng_text_add_n(out, line, visible);
        nng_text_add(out, visible == 0 ? "" : colour ? "\033[0m\n" : "\n");
        line += length + (line[length] == '\n');
    }
}

static enum nng_status draw_text(const struct figure *figure, const struct nng_text *script, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char said[GNUPLOT_SAID];
    struct nng_text drawn = {0}, out = {0};
    NNG_TRY(gnuplot_run(NULL, script, &drawn, said, error));
    add_trimmed(&drawn, output_style(figure->options).colour, &out);
    status = out.failed ? nng_fail_memory(error) : output_write_standard(&out, error);
fail:
    nng_text_free(&drawn);
    nng_text_free(&out);
    return status;
}

/* loss.svg becomes loss.gp. A name that begins with - is no option. */
static void name_script(const char *file, struct nng_text *script_file)
{
    nng_text_add(script_file, file[0] == '-' ? "./" : "");
    nng_text_add_n(script_file, file, (size_t)(strrchr(file, '.') - file));
    nng_text_add(script_file, ".gp");
}

/* What went wrong, and that the script stays. */
static enum nng_status fail_kept(const char *script_file, struct nng_error *error)
{
    char reason[sizeof error->text];
    memcpy(reason, error->text, sizeof reason);
    struct nng_text command = {0};
    session_add_word(&command, script_file);
    enum nng_status status =
        command.failed
            ? nng_fail_memory(error)
            : nng_fail(error, NNG_ENVIRONMENT, "%s; the script is kept, to draw it: gnuplot%s", reason, command.data);
    nng_text_free(&command);
    return status;
}

static enum nng_status draw_file(const struct figure *figure, const char *script_file, const struct nng_text *script,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char said[GNUPLOT_SAID];
    struct nng_text drawn = {0};
    NNG_TRY(nng_file_write(script_file, script->data, script->length, error));
    status = gnuplot_run(script_file, NULL, &drawn, said, error);
    if (status == NNG_ENVIRONMENT)
        status = fail_kept(script_file, error);
    if (status != NNG_OK)
        goto fail;
    remove_date(&drawn);
    NNG_TRY(nng_file_write(figure->file, drawn.data, drawn.length, error));
    if (said[0] != '\0' && !figure->holes)
        diagnostic_note(figure->options, "gnuplot said: %s", said);
fail:
    nng_text_free(&drawn);
    return status;
}

enum nng_status figure_close(struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text script = {0}, script_file = {0};
    if (figure->file != NULL)
        name_script(figure->file, &script_file);
    add_head(figure, &script);
    if (figure->script.data != NULL)
        nng_text_add_n(&script, figure->script.data, figure->script.length);
    if (script.failed || script_file.failed || figure->script.failed)
        status = nng_fail_memory(error);
    else if (figure->file != NULL)
        status = draw_file(figure, script_file.data, &script, error);
    else
        status = draw_text(figure, &script, error);
    nng_text_free(&script);
    nng_text_free(&script_file);
    return status;
}
