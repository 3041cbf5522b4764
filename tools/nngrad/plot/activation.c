/* activation.c - `nngrad plot activation`: a function and its derivative side by side, h = f(a) and dh/da, or a loss
 * L(yhat) and dL/dyhat, as their plugins compute them.
 *
 * A plugin that has kinks numbers its smooth pieces: each is drawn for itself, up to where it ends, so that no line
 * pretends to join what jumps. An activation that is not elementwise is shown along its first input, the other one
 * being 0; a loss of a distribution for two classes of which the first is the true one.
 */
#include <math.h>

#include "base/error.h"
#include "base/text.h"
#include "calculus/call.h"
#include "plot/activation.h"
#include "plot/functions.h"
#include "plot/panels.h"
#include "render/plain.h"
#include "render/plugin_facts.h"

enum { POINTS = 400 }; /* an even number of points: none is in the middle, where kinks are */

/* What is drawn. */
struct curves {
    struct functions functions;
    double low, high;         /* of the argument */
    double least[2], most[2]; /* of values and of slopes */
};

struct point {
    double t, value, slope;
    int32_t piece;
};

/* ---- values -------------------------------------------------------------------------------------------- */

static enum nng_status activation_at(const struct nng_method *method, struct point *point, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_activation *f = method->plugin->activation;
    size_t cols = (f->flags & NNG_ACTIVATION_ELEMENTWISE) != 0 ? 1 : 2;
    double a[2] = {point->t, 0}, h[2] = {0}, dh[2] = {1, 0}, da[2] = {0};
    int32_t pieces[2] = {0};
    NNG_CALL(method, 0, f->forward(method->values, 1, cols, a, h, &diagnostic));
    NNG_CALL(method, 0, f->backward(method->values, 1, cols, a, h, dh, da, &diagnostic));
    if (f->branch != NULL)
        NNG_CALL(method, 0, f->branch(method->values, 1, cols, a, pieces, &diagnostic));
    *point = (struct point){point->t, h[0], da[0], pieces[0]};
fail:
    return status;
}

static enum nng_status loss_at(const struct nng_method *method, double target, struct point *point,
                               struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_loss *loss = method->plugin->loss;
    size_t cols = loss->target == NNG_TARGET_DISTRIBUTION ? 2 : 1;
    double yhat[2] = {point->t, 1 - point->t}, y[2] = {target, 1 - target}, value = 0, grad[2] = {0};
    int32_t pieces[2] = {0};
    NNG_CALL(method, 0, loss->value(method->values, 1, cols, yhat, y, &value, grad, &diagnostic));
    if (loss->branch != NULL)
        NNG_CALL(method, 0, loss->branch(method->values, 1, cols, yhat, y, pieces, &diagnostic));
    *point = (struct point){point->t, value, grad[0], pieces[0]};
fail:
    return status;
}

static enum nng_status curve_at(const struct function *curve, double t, struct point *point, struct nng_error *error)
{
    *point = (struct point){.t = t};
    return curve->method.plugin->kind == NNG_LOSS ? loss_at(&curve->method, curve->y, point, error)
                                                  : activation_at(&curve->method, point, error);
}

static void add_point(struct figure *figure, struct curves *curves, const struct point *point)
{
    const double y[2] = {point->value, point->slope};
    for (size_t i = 0; i < 2; i++) {
        curves->least[i] = fmin(curves->least[i], y[i]);
        curves->most[i] = fmax(curves->most[i], y[i]);
    }
    figure_row(figure, 3, (double[]){point->t, y[0], y[1]});
}

/* Two points of different pieces: closer and closer to where the one ends and the other begins. Never halfway, which
 * could be the kink itself. */
static enum nng_status add_kink(struct figure *figure, struct curves *curves, const struct function *curve,
                                struct point left, struct point right, struct nng_error *error)
{
    while (right.t - left.t > 1e-9) {
        struct point middle;
        enum nng_status status = curve_at(curve, left.t + 0.49 * (right.t - left.t), &middle, error);
        if (status != NNG_OK)
            return status;
        if (middle.piece == left.piece)
            left = middle;
        else
            right = middle;
    }
    add_point(figure, curves, &left);
    figure_gap(figure);
    add_point(figure, curves, &right);
    return NNG_OK;
}

static enum nng_status add_curve(struct figure *figure, struct curves *curves, const struct function *curve,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct point last = {0}, point = {0};
    for (int i = 0; i < POINTS; i++, last = point) {
        NNG_TRY(curve_at(curve, curves->low + (curves->high - curves->low) * i / (POINTS - 1), &point, error));
        if (i > 0 && last.piece != point.piece)
            NNG_TRY(add_kink(figure, curves, curve, last, point, error));
        add_point(figure, curves, &point);
    }
fail:
    return status;
}

/* Where to draw them: losses within the yhat for which all are defined, but not up to where one is infinite. */
static void choose_range(struct curves *curves)
{
    static const double margin = 0.04;
    curves->low = curves->functions.list[0].method.plugin->kind == NNG_LOSS ? -3 : -5;
    curves->high = -curves->low;
    for (size_t k = 0; k < curves->functions.count && curves->functions.list[k].method.plugin->kind == NNG_LOSS; k++) {
        const struct nng_loss *loss = curves->functions.list[k].method.plugin->loss;
        bool distribution = loss->target == NNG_TARGET_DISTRIBUTION;
        double low = distribution ? 0 : loss->yhat_min, high = distribution ? 1 : loss->yhat_max;
        curves->low = low + margin > curves->low ? low + margin : curves->low;
        curves->high = high - margin < curves->high ? high - margin : curves->high;
    }
}

/* ---- the figure ------------------------------------------------------------------------------------------ */

/* All curves are of one plugin, which the title names. */
static bool is_one_plugin(const struct curves *curves)
{
    return curves->functions.list[curves->functions.count - 1].method.plugin == curves->functions.list[0].method.plugin;
}

/* leaky_relu, slope 0.01; of a loss the target. */
static void add_legend(const struct curves *curves, size_t k, struct nng_text *legend)
{
    const struct function *curve = &curves->functions.list[k];
    const struct nng_plugin *plugin = curve->method.plugin;
    bool is_loss = plugin->kind == NNG_LOSS;
    if (!is_one_plugin(curves) || (plugin->parameter_count == 0 && !is_loss))
        nng_text_print(legend, "%s, ", plugin->name);
    for (uint32_t p = 0; p < plugin->parameter_count; p++) {
        nng_text_print(legend, "%s ", plugin->parameters[p].name);
        parameter_value(legend, &plugin->parameters[p], curve->method.values[p]);
        nng_text_add(legend, ", ");
    }
    if (is_loss && plugin->loss->target == NNG_TARGET_DISTRIBUTION)
        nng_text_add(legend, "y = (1, 0), ");
    else if (is_loss)
        nng_text_print(legend, "y = %g, ", curve->y);
    if (legend->length > 2)
        legend->data[legend->length -= 2] = '\0';
}

/* What is on the axes. A plugin that takes vectors is shown along the first entry. */
struct words {
    const char *value, *slope, *argument;
};

static struct words choose_words(const struct curves *curves)
{
    const struct nng_plugin *first = curves->functions.list[0].method.plugin;
    bool one = is_one_plugin(curves);
    if (first->kind == NNG_LOSS && one && first->loss->target == NNG_TARGET_DISTRIBUTION)
        return (struct words){"loss L", "derivative ∂L/∂ŷ₁", "ŷ₁, and ŷ₂ = 1 − ŷ₁"};
    if (first->kind == NNG_LOSS)
        return (struct words){"loss L", "derivative ∂L/∂ŷ", "ŷ"};
    if (one && (first->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0)
        return (struct words){"h₁ at a = (a₁, 0)", "derivative ∂h₁/∂a₁", "a₁"};
    return (struct words){"h = f(a)", "derivative dh/da", "a"};
}

/* What the title says of what is drawn. */
static const char *choose_title(const struct curves *curves, const char **of)
{
    const struct nng_plugin *first = curves->functions.list[0].method.plugin;
    *of = "";
    if (is_one_plugin(curves))
        *of = first->name;
    else if (curves->functions.model != NULL)
        *of = curves->functions.model->name;
    return first->kind == NNG_LOSS ? "Loss and derivative" : "Activation and derivative";
}

/* One of the two panels: the values or the slopes. What is drawn later is thinner, so that curves can be told apart
 * where they are equal. */
static void add_panel(struct panels *panels, const struct curves *curves, const char *title, int column)
{
    struct figure *figure = panels->figure;
    panels_next(panels, title);
    figure_print(figure, curves->least[column] < curves->most[column] ? "set yrange [*:*]\n" : "set yrange [-1:1]\n");
    for (size_t k = 0; k < curves->functions.count; k++) {
        char style[CURVE_STYLE_SIZE];
        figure_print(figure, "%s$curves index %zu using 1:%d with lines %s linewidth %.1f",
                     k > 0 ? ", \\\n     " : "plot ", k, column + 2, curve_style(k, curves->functions.count, style),
                     2 + 3 * (double)(curves->functions.count - 1 - k) / (double)curves->functions.count);
    }
    figure_print(figure, "\n");
}

static void add_key(struct figure *figure, const struct curves *curves)
{
    for (size_t k = 0; k < curves->functions.count; k++) {
        struct nng_text legend = {0};
        char style[CURVE_STYLE_SIZE];
        add_legend(curves, k, &legend);
        figure_print(figure, "%sNaN with lines %s title ", k > 0 ? ", \\\n     " : "plot ",
                     curve_style(k, curves->functions.count, style));
        figure_text(figure, "%s", plain_part(&figure->script, &legend));
        nng_text_free(&legend);
    }
    figure_print(figure, "\n");
}

static size_t longest_legend(const struct curves *curves)
{
    size_t longest = 0;
    for (size_t k = 0; k < curves->functions.count; k++) {
        struct nng_text legend = {0};
        add_legend(curves, k, &legend);
        longest = legend.length > longest ? legend.length : longest;
        nng_text_free(&legend);
    }
    return longest;
}

static enum nng_status draw(struct curves *curves, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct words words = choose_words(curves);
    const char *of, *title = choose_title(curves, &of);
    choose_range(curves);
    figure_data(figure, "curves");
    for (size_t k = 0; k < curves->functions.count; k++) {
        figure_print(figure, "%s", k > 0 ? "\n\n" : "");
        NNG_TRY(add_curve(figure, curves, &curves->functions.list[k], error));
    }
    figure_data_end(figure);
    struct panels panels = panels_begin(
        figure, 2, 2, title, of, curves->functions.count > 1 ? curves->functions.count : 0, longest_legend(curves));
    figure_set(figure, "xlabel", "%s", words.argument);
    figure_print(figure, "set xrange [%g:%g]\nset xtics %g\nset offsets graph 0, 0, 0.04, 0.04\nset autoscale yfix\n",
                 curves->low, curves->high, curves->high - curves->low > 2 ? 2.0 : 0.2);
    add_panel(&panels, curves, words.value, 0);
    add_panel(&panels, curves, words.slope, 1);
    if (panels_key(&panels))
        add_key(figure, curves);
    panels_end(&panels);
fail:
    return status;
}

enum nng_status activation_draw(const struct nng_method *method, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct curves curves = {0};
    if (method->plugin->kind == NNG_OPTIMIZER)
        return nng_fail(
            error, NNG_INPUT,
            "there is no picture of the optimizer '%s': 'nngrad plot trajectory --optimizer %s' draws its path",
            method->plugin->name, method->plugin->name);
    NNG_TRY(functions_add(&curves.functions, method, error));
    NNG_TRY(draw(&curves, figure, error));
fail:
    return status;
}

enum nng_status plot_activation(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct curves curves = {0};
    NNG_TRY(functions_read(request, &curves.functions, error));
    NNG_TRY(draw(&curves, figure, error));
fail:
    functions_free(&curves.functions);
    return status;
}
