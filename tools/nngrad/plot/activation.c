/* activation.c - `nngrad plot activation`: a function and its derivative side by side, h = f(a) and dh/da, or a loss
 * L(yhat) and dL/dyhat, as their plugins compute them.
 *
 * A plugin that has kinks numbers its smooth pieces: each is drawn for itself, up to where it ends, so that no line
 * pretends to join what jumps. An activation that is not elementwise is shown along its first input, the other one
 * being 0; a loss of a distribution for two classes of which the first is the true one.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "calculus/call.h"
#include "plot/kinds.h"
#include "render/plain.h"
#include "render/plugin_facts.h"
#include "session.h"

enum { POINTS = 400, MOST_CURVES = 16 }; /* an even number of points: none is in the middle, where kinks are */

struct curve {
    struct nng_method method;
    double y; /* of a loss: the target */
};

struct curves {
    struct curve list[MOST_CURVES];
    size_t count;
    double low, high;         /* of the argument */
    double least[2], most[2]; /* of values and of slopes */
    struct nng_model *model;  /* whose activations they are; NULL: they were named */
};

struct point {
    double t, value, slope;
    int32_t piece;
};

/* ---- values --------------------------------------------------------------------------------------------------------
 */

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

static enum nng_status curve_at(const struct curve *curve, double t, struct point *point, struct nng_error *error)
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
static enum nng_status add_kink(struct figure *figure, struct curves *curves, const struct curve *curve,
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

static enum nng_status add_curve(struct figure *figure, struct curves *curves, const struct curve *curve,
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

/* ---- which functions -----------------------------------------------------------------------------------------------
 */

static enum nng_status add_method(struct curves *curves, const struct nng_method *method, double y,
                                  struct nng_error *error)
{
    if (curves->count == MOST_CURVES)
        return nng_fail(error, NNG_INPUT, "more than %d curves: plot some of them apart", MOST_CURVES);
    if (curves->count > 0 && curves->list[0].method.plugin->kind != method->plugin->kind)
        return nng_fail(error, NNG_INPUT, "'%s' and '%s' are of different kinds: plot them apart",
                        curves->list[0].method.plugin->name, method->plugin->name);
    curves->list[curves->count++] = (struct curve){*method, y};
    return NNG_OK;
}

/* The model's activations, each once. */
static enum nng_status add_model(struct curves *curves, const struct plot_request *request, const char *file,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(session_model(request->options, request->host, file, &curves->model, error));
    for (size_t l = 0; l < curves->model->layer_count; l++) {
        const struct nng_method *method = &curves->model->layers[l].activation;
        bool known = false;
        for (size_t k = 0; k < curves->count; k++) {
            const struct nng_method *other = &curves->list[k].method;
            size_t size = method->plugin->parameter_count * sizeof *method->values;
            known = known || (other->plugin == method->plugin &&
                              (size == 0 || memcmp(other->values, method->values, size) == 0));
        }
        if (!known)
            NNG_TRY(add_method(curves, method, 0, error));
    }
fail:
    return status;
}

/* KEY=VALUE */
static enum nng_status set_parameter(struct nng_method *method, const char *pair, size_t length,
                                     struct nng_error *error)
{
    char text[128];
    double value;
    nng_copy_text(text, sizeof text, pair, length);
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return nng_fail(error, NNG_INPUT, "'%s' of '%s' is not KEY=VALUE", text, method->plugin->name);
    *equals++ = '\0';
    if (strcmp(equals, "true") == 0 || strcmp(equals, "false") == 0)
        return nng_method_set(method, text, equals[0] == 't', error);
    if (nng_number_parse(equals, strlen(equals), &value) == NNG_NUMBER_FINITE)
        return nng_method_set(method, text, value, error);
    return nng_method_choose(method, text, equals, error);
}

static bool is_drawable(const struct nng_listing *listing)
{
    return listing->method.plugin != NULL && listing->method.plugin->kind != NNG_OPTIMIZER;
}

static const char *drawable_name(const void *listing, size_t i)
{
    const struct nng_listing *one = (const struct nng_listing *)listing + i;
    return is_drawable(one) ? one->method.plugin->name : "";
}

static enum nng_status find_method(const struct plot_request *request, const char *name, struct nng_method *method,
                                   struct nng_error *error)
{
    struct nng_listing *listing;
    size_t count;
    enum nng_status status = nng_host_list(request->host, 0, &listing, &count, error);
    if (status != NNG_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (strcmp(drawable_name(listing, i), name) == 0)
            return nng_method_new(request->host, (enum nng_plugin_kind)listing[i].method.plugin->kind, name, method,
                                  error);
    char hint[NNG_HINT_SIZE];
    return nng_fail(error, NNG_INPUT, "unknown activation or loss '%s'%s", name,
                    nng_hint(hint, nng_nearest(name, listing, count, drawable_name)));
}

/* A loss is shown for the targets that it is made for. */
static enum nng_status add_named(struct curves *curves, const struct nng_method *method, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (method->plugin->kind != NNG_LOSS)
        return add_method(curves, method, 0, error);
    uint32_t target = method->plugin->loss->target;
    if (target == NNG_TARGET_UNIT || target == NNG_TARGET_BINARY)
        NNG_TRY(add_method(curves, method, 0, error));
    if (target == NNG_TARGET_SIGN)
        NNG_TRY(add_method(curves, method, -1, error));
    status = add_method(curves, method, target == NNG_TARGET_REAL ? 0 : 1, error);
fail:
    return status;
}

static enum nng_status add_argument(struct curves *curves, const struct plot_request *request, const char *argument,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char name[64];
    struct nng_method method;
    size_t length = strcspn(argument, ":");
    if (length >= sizeof name || strspn(argument, "abcdefghijklmnopqrstuvwxyz0123456789_") != length)
        return add_model(curves, request, argument, error);
    nng_copy_text(name, sizeof name, argument, length);
    NNG_TRY(find_method(request, name, &method, error));
    for (const char *pair = argument + length; *pair == ':'; pair += length) {
        pair++;
        length = strcspn(pair, ":");
        NNG_TRY(set_parameter(&method, pair, length, error));
    }
    NNG_TRY(add_named(curves, &method, error));
fail:
    return status;
}

/* Where to draw them: losses within the yhat for which all are defined, but not up to where one is infinite. */
static void choose_range(struct curves *curves)
{
    static const double margin = 0.04;
    curves->low = curves->list[0].method.plugin->kind == NNG_LOSS ? -3 : -5;
    curves->high = -curves->low;
    for (size_t k = 0; k < curves->count && curves->list[k].method.plugin->kind == NNG_LOSS; k++) {
        const struct nng_loss *loss = curves->list[k].method.plugin->loss;
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
    return curves->list[curves->count - 1].method.plugin == curves->list[0].method.plugin;
}

/* leaky_relu, slope 0.01; of a loss the target. */
static void add_legend(const struct curves *curves, size_t k, struct nng_text *legend)
{
    const struct curve *curve = &curves->list[k];
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
    const struct nng_plugin *first = curves->list[0].method.plugin;
    bool one = is_one_plugin(curves);
    if (first->kind == NNG_LOSS && one && first->loss->target == NNG_TARGET_DISTRIBUTION)
        return (struct words){"loss L", "derivative ∂L/∂ŷ₁", "ŷ₁, and ŷ₂ = 1 − ŷ₁"};
    if (first->kind == NNG_LOSS)
        return (struct words){"loss L", "derivative ∂L/∂ŷ", "ŷ"};
    if (one && (first->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0)
        return (struct words){"h₁ at a = (a₁, 0)", "derivative ∂h₁/∂a₁", "a₁"};
    return (struct words){"h = f(a)", "derivative dh/da", "a"};
}

static void add_title(struct figure *figure, const struct curves *curves)
{
    const struct nng_plugin *first = curves->list[0].method.plugin;
    figure_print(figure, "set multiplot title ");
    if (is_one_plugin(curves))
        figure_text(figure, "%s and its derivative", first->name);
    else if (curves->model != NULL)
        figure_text(figure, "Activations of %s", curves->model->name);
    else
        figure_text(figure,
                    first->kind == NNG_LOSS ? "Losses and their derivatives" : "Activations and their derivatives");
    figure_print(figure, " font ',16'\n");
}

/* One of the two panels, between these parts of the width: the values or the slopes. What is drawn later is thinner, so
 * that curves can be told apart where they are equal. */
static void add_panel(struct figure *figure, const struct curves *curves, const char *title, int column, double from,
                      double to)
{
    figure_print(figure, "set lmargin at screen %.2f\nset rmargin at screen %.2f\n", from, to);
    figure_set(figure, "title", "%s", title);
    figure_print(figure, curves->least[column] < curves->most[column] ? "set yrange [*:*]\n" : "set yrange [-1:1]\n");
    for (size_t k = 0; k < curves->count; k++)
        figure_print(figure, "%s$curves index %zu using 1:%d with lines linetype %zu linewidth %.1f",
                     k > 0 ? ", \\\n     " : "plot ", k, column + 2, k + 1,
                     2 + 3 * (double)(curves->count - 1 - k) / (double)curves->count);
    figure_print(figure, "\n");
}

/* The key below both, in a panel of its own as wide as the picture, up to this part of its height. */
static void add_key(struct figure *figure, const struct curves *curves, double top)
{
    figure_print(figure,
                 "set lmargin at screen 0.02\nset rmargin at screen 0.98\nset tmargin at screen %.3f\n"
                 "set bmargin at screen 0\nunset title\nunset xlabel\nunset tics\nunset border\n"
                 "set key center center horizontal\nset yrange [0:1]\n",
                 top);
    for (size_t k = 0; k < curves->count; k++) {
        struct nng_text legend = {0};
        add_legend(curves, k, &legend);
        figure_print(figure, "%sNaN with lines linetype %zu title ", k > 0 ? ", \\\n     " : "plot ", k + 1);
        figure_text(figure, "%s", plain_part(&figure->script, &legend));
        nng_text_free(&legend);
    }
    figure_print(figure, "\n");
}

/* How many lines the key will take: its entries stand in columns as wide as the longest. */
static unsigned key_lines(const struct figure *figure, const struct curves *curves)
{
    enum { LETTER = 10, SAMPLE = 80 };
    size_t longest = 0;
    for (size_t k = 0; k < curves->count; k++) {
        struct nng_text legend = {0};
        add_legend(curves, k, &legend);
        longest = legend.length > longest ? legend.length : longest;
        nng_text_free(&legend);
    }
    size_t columns = figure->width / (LETTER * longest + SAMPLE);
    columns = columns > 0 ? columns : 1;
    return (unsigned)((curves->count + columns - 1) / columns);
}

static void add_figure(struct figure *figure, const struct curves *curves)
{
    enum { TITLES = 80, PANEL = 230, AXIS = 64, LINE = 22 }; /* heights, in pixels */
    struct words words = choose_words(curves);
    unsigned key = curves->count > 1 ? 12 + LINE * key_lines(figure, curves) : 0;
    figure->height = TITLES + PANEL + AXIS + key;
    double height = figure->height;
    add_title(figure, curves);
    figure_set(figure, "xlabel", "%s", words.argument);
    figure_print(figure,
                 "set tmargin at screen %.3f\nset bmargin at screen %.3f\nunset key\n"
                 "set xrange [%g:%g]\nset xtics %g\nset offsets graph 0, 0, 0.04, 0.04\nset autoscale yfix\n"
                 "set title offset 0, -0.6\n",
                 1 - TITLES / height, (AXIS + key) / height, curves->low, curves->high,
                 curves->high - curves->low > 2 ? 2.0 : 0.2);
    add_panel(figure, curves, words.value, 0, 0.08, 0.47);
    add_panel(figure, curves, words.slope, 1, 0.58, 0.97);
    if (curves->count > 1)
        add_key(figure, curves, key / height);
    figure_print(figure, "unset multiplot\n");
}

enum nng_status plot_activation(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct curves curves = {0};
    if (request->argument_count == 0)
        NNG_TRY(add_model(&curves, request, NULL, error));
    for (size_t i = 0; i < request->argument_count; i++)
        NNG_TRY(add_argument(&curves, request, request->arguments[i], error));
    choose_range(&curves);
    figure_data(figure, "curves");
    for (size_t k = 0; k < curves.count; k++) {
        figure_print(figure, "%s", k > 0 ? "\n\n" : "");
        NNG_TRY(add_curve(figure, &curves, &curves.list[k], error));
    }
    figure_data_end(figure);
    add_figure(figure, &curves);
fail:
    nng_model_free(curves.model);
    return status;
}
