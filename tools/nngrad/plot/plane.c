/* plane.c - the plane of a network's two inputs: a grid of points around its data, and what the network makes of them.
 */
#include "plot/plane.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/panels.h"

enum nng_status plane_require(const struct nng_model *model, const char *name, const char *what,
                              struct nng_error *error)
{
    if (model->inputs == 2)
        return NNG_OK;
    return nng_fail(error, NNG_INPUT, "'%s' has %zu input%s: %s drawn in the plane of two", name, model->inputs,
                    model->inputs == 1 ? "" : "s", what);
}

struct plane plane_around(const struct nng_model *model, const double *theta, size_t points)
{
    static const double margin = 0.08;
    const struct nng_data *sets[] = {&model->data, &model->validation};
    struct plane plane = {.model = model, .theta = theta, .points = points};
    for (size_t k = 0; k < 2; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t s = 0; s < 2; s++)
            for (size_t n = 0; n < sets[s]->samples; n++) {
                low = fmin(low, sets[s]->x[2 * n + k]);
                high = fmax(high, sets[s]->x[2 * n + k]);
            }
        double more = high > low ? margin * (high - low) : 1;
        plane.low[k] = low - more;
        plane.high[k] = high + more;
    }
    return plane;
}

static double step(const struct plane *plane, size_t k)
{
    return (plane->high[k] - plane->low[k]) / (double)(plane->points - 1);
}

/* The targets, which are of no consequence here, are the first sample's. */
enum nng_status plane_forward(const struct plane *plane,
                              void (*row)(void *context, size_t j, const struct nng_pass *pass), void *context,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = plane->model;
    size_t points = plane->points, K = model->outputs;
    struct nng_pass *pass = NULL;
    double *x = nng_allocate(points, 2 * sizeof *x), *y = nng_allocate(points, K * sizeof *y);
    if (x == NULL || y == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_pass_new(model, points, &pass, error));
    for (size_t j = 0; j < points; j++) {
        for (size_t i = 0; i < points; i++) {
            x[2 * i] = plane->low[0] + step(plane, 0) * (double)i;
            x[2 * i + 1] = plane->low[1] + step(plane, 1) * (double)j;
            memcpy(y + i * K, model->data.y, K * sizeof *y);
        }
        NNG_TRY(nng_forward(model, plane->theta, x, y, points, pass, error));
        row(context, j, pass);
    }
fail:
    nng_pass_free(pass);
    nng_release(x);
    nng_release(y);
    return status;
}

void plane_set_axes(const struct plane *plane, int ticks, struct figure *figure)
{
    static const char *const axes[2] = {"x", "y"}, *const names[2] = {"x₁", "x₂"};
    figure_print(figure, "x(i) = %.9g + i * %.9g\ny(j) = %.9g + j * %.9g\n", plane->low[0], step(plane, 0),
                 plane->low[1], step(plane, 1));
    for (size_t k = 0; k < 2; k++)
        figure_print(figure, "set %srange [%.6g:%.6g]\nset %stics %g\nset %slabel '%s'\n", axes[k], plane->low[k],
                     plane->high[k], axes[k], tick_step(plane->high[k] - plane->low[k], ticks), axes[k], names[k]);
}
