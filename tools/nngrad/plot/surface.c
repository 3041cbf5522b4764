/* surface.c - `nngrad plot surface`: the loss over two parameters, in space and as a map with contour lines. */
#include <string.h>

#include "base/error.h"
#include "plot/landscape.h"
#include "plot/panels.h"

static const unsigned mark_color = 0xd55e00;

/* The surface in space, from above. */
static void add_space(struct figure *figure)
{
    figure_print(figure, "\nset lmargin at screen 0.13\nset rmargin at screen 0.45\nset tmargin at screen 0.82\n"
                         "set bmargin at screen 0.27\nset view 58, 32, 0.56, 1\nset xyplane relative 0\n"
                         "set border 31 linecolor rgb '#a0a0a0'\nset tics textcolor rgb '#404040'\n"
                         "set xtics offset -0.2, -0.6\nset ytics offset 1, -0.3\n"
                         "set xlabel offset -1.5, -0.8\nset ylabel offset 2, -0.4\n"
                         "set pm3d depthorder border linecolor rgb '#60ffffff' linewidth 0.5\n"
                         "splot $loss matrix every 2:2 " LANDSCAPE_POINT " with pm3d notitle\n");
}

/* The same seen from straight above, with contour lines; as text that is all there is. */
static void add_map(struct figure *figure, const struct landscape *landscape, const struct trained *trained)
{
    const size_t *p = landscape->parameters;
    const double *start = trained->model->theta, *end = trained->theta;
    bool text = figure->picture == PICTURE_TEXT;
    figure_print(figure,
                 "\nset lmargin at screen %g\nset rmargin at screen 0.86\nset tmargin at screen 0.86\n"
                 "set bmargin at screen 0.22\nset border 3 linecolor rgb '#404040'\n"
                 "set xtics offset 0, 0\nset ytics offset 0, 0\nset xlabel offset 0, 0\nset ylabel offset 0, 0\n"
                 "set colorbox\nset cblabel 'loss'\nset key at screen %g, 0.05 center horizontal maxrows 1\n"
                 "plot $loss matrix " LANDSCAPE_POINT " with image notitle",
                 text ? 0.14 : 0.6, text ? 0.5 : 0.73);
    landscape_add_contours(figure, 0xffffff);
    figure_print(figure, " notitle");
    if (trained->training != NULL) {
        landscape_add_mark(figure, start[p[0]], start[p[1]], MARK_START, mark_color);
        figure_print(figure, " title 'before training'");
    }
    landscape_add_mark(figure, end[p[0]], end[p[1]], MARK_END, mark_color);
    figure_print(figure, " title ");
    figure_text(figure, "%s", trained->training != NULL || trained->run != NULL ? "after training" : "as in the model");
    figure_print(figure, "\n");
}

static void draw(struct figure *figure, const struct landscape *landscape, const struct trained *trained)
{
    bool slice = landscape->model->parameter_count > 2;
    figure->width = 1040;
    figure->height = 500;
    landscape_add(landscape, figure);
    set_ramp(figure);
    figure_print(figure, "set multiplot title ");
    figure_text(figure, "Loss over %s and %s%s: %s", landscape->names[0], landscape->names[1],
                slice ? ", the other parameters held" : "", trained->name);
    figure_print(figure, " font ',16'\nunset colorbox\n");
    if (figure->picture != PICTURE_TEXT)
        add_space(figure);
    add_map(figure, landscape, trained);
    figure_print(figure, "unset multiplot\n");
}

enum nng_status plot_surface(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained trained = {0};
    struct landscape landscape = {0};
    const char *argument = request->argument_count > 0 ? request->arguments[0] : NULL;
    NNG_TRY(trained_open(&trained, request, argument, error));
    NNG_TRY(landscape_open(&landscape, request->options, trained.model, error));
    if (trained.model->optimizer.plugin != NULL)
        NNG_TRY(trained_learn(&trained, request->options, error));
    landscape_include(&landscape, trained.model->theta);
    landscape_include(&landscape, trained.theta);
    NNG_TRY(landscape_compute(&landscape, request->options, trained.theta, error));
    draw(figure, &landscape, &trained);
fail:
    landscape_free(&landscape);
    trained_free(&trained);
    return status;
}
