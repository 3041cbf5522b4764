/* figure.h - one figure: a gnuplot script that holds its own data, and the picture that gnuplot makes of it.
 *
 *     struct figure figure = {0};
 *     NNG_TRY(figure_open(&figure, options, "loss.svg", error));
 *     figure_set(&figure, "title", "Loss of %s", model->name);
 *     figure_data(&figure, "loss");
 *     for (...)
 *         figure_row(&figure, 2, (double[]){epoch, loss});
 *     figure_data_end(&figure);
 *     figure_print(&figure, "plot $loss with lines title ");
 *     figure_text(&figure, "training, %s", optimizer);
 *     figure_print(&figure, "\n");
 *     NNG_TRY(figure_close(&figure, error));
 * fail:
 *     figure_free(&figure);
 *
 * Beside loss.svg stands loss.gp, in the house style: linetypes 1 to 8 are the palette of Okabe and Ito, the key stands
 * below the axes, log axes are ticked as powers of ten by `set format x "10^{%T}"`.
 *
 * A script is code that gnuplot runs. Whatever did not come from these sources goes through figure_text or figure_set:
 * they write a literal that shows exactly that text. figure_print is for commands of our own.
 */
#ifndef NNGRAD_FIGURE_H
#define NNGRAD_FIGURE_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "options.h"

enum picture { PICTURE_TEXT, PICTURE_SVG, PICTURE_PNG, PICTURE_PDF };

struct figure {
    const struct options *options;
    const char *file;     /* of the picture; NULL: it is drawn as text on standard output */
    enum picture picture; /* by the file's ending */
    unsigned width,
        height; /* in pixels of the SVG; the other formats keep the proportion. figure_open says 700 x 440 */
    struct nng_text script; /* what follows the house style */
    bool holes;             /* there are NaN in a matrix on purpose: what gnuplot says of them is not passed on */
};

/* Colours of linetypes 1 to 8, for what is no line; "#0072B2" first. */
extern const char *const figure_colors[8];

/* Begins a figure. file: .svg, .png or .pdf; NULL or "-": as text, for the terminal. Any other ending, and a name that
 * gnuplot would take for a command, is refused. */
NNG_MUST_USE enum nng_status figure_open(struct figure *figure, const struct options *options, const char *file,
                                         struct nng_error *error);

/* Writes the script, runs gnuplot on it, and puts the picture in its place, whole or not at all. Without gnuplot, or
 * when it fails, the script stays and the error (NNG_ENVIRONMENT) says what to do. */
NNG_MUST_USE enum nng_status figure_close(struct figure *figure, struct nng_error *error);
void figure_free(struct figure *figure);

/* Adds commands of our own. */
void figure_print(struct figure *figure, const char *format, ...) NNG_PRINTF(2, 3);

/* Adds a literal that shows this text, whatever is in it; control characters are shown as '?'. */
void figure_text(struct figure *figure, const char *format, ...) NNG_PRINTF(2, 3);

/* Adds a line `set WHAT 'text'`: title, xlabel, ... */
void figure_set(struct figure *figure, const char *what, const char *format, ...) NNG_PRINTF(3, 4);

/* Data block $NAME: rows of numbers (not finite: a gap in a line), parted into lines by figure_gap, and into the data
 * sets of `index 0`, `index 1`, ... by two gaps. */
void figure_data(struct figure *figure, const char *name);
void figure_row(struct figure *figure, size_t count, const double *values);
void figure_gap(struct figure *figure);
void figure_data_end(struct figure *figure);

/* w_131 as w₁₃₁, yhat_1 as ŷ₁, for figure_text: a name as the page prints it. (w_2,10,3 stays.) */
enum { FIGURE_NAME_SIZE = 3 * NNG_NAME_SIZE };
const char *figure_name(const char *name, char pretty[FIGURE_NAME_SIZE]);

#endif
