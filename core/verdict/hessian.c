/* hessian.c - the matrix of second derivatives, its spectrum, and its trace found another way.
 *
 * Column j is the derivative of the gradient along theta_j, H e_j = d/dt grad L(theta + t e_j): differences of
 * gradients at shrinking steps, judged entry by entry by the ladder. H_ij and H_ji come from different columns, so what
 * they differ by is an error that anybody can see; the matrix is then made symmetric.
 *
 *     tr H = sum_j d2L/dtheta_j^2,    (L(theta + h e_j) - 2 L(theta) + L(theta - h e_j)) / h^2
 *
 * knows nothing of backpropagation: it is the second witness. |lambda_k(H + E) - lambda_k(H)| <= |E|_F (Weyl) bounds
 * the eigenvalues' errors.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_eigen.h>

#include "base/error.h"
#include "base/memory.h"
#include "verdict/ladder.h"
#include "verdict/magnitude.h"

enum { STEPS = 18 };

/* What the columns are computed with. */
struct work {
    const struct nng_model *model;
    const struct nng_prober *prober;
    struct nng_magnitude magnitude;
    struct nng_pass *pass;
    double *theta;               /* a copy, to be moved */
    double *right, *left;        /* the gradients at theta + h e_j and theta - h e_j */
    double *centrals;            /* STEPS x count: (right - left) / 2h */
    double steps[STEPS];         /* h, half the true distance */
    double second[STEPS];        /* the second difference of L itself */
    double second_noise[STEPS];  /* its rounding error times h: what a rung calls noise */
    double sum_bound;            /* of the trace by L */
    struct nng_hessian *hessian; /* what is filled */
};

/* sum over the samples of (L_n(moved) - L_n), reduced: small differences first, then their sum. */
static double data_change(const struct work *work)
{
    double change = 0.0;
    for (size_t n = 0; n < work->prober->samples; n++)
        change += work->pass->values[n] - work->prober->pass->values[n];
    return work->model->reduction == NNG_MEAN ? change / (double)work->prober->samples : change;
}

/* The gradient at theta with theta_j moved to `at`, and by how much L has changed. */
static enum nng_status move(struct work *work, size_t j, double at, double *gradient, double *change,
                            struct nng_error *error)
{
    const struct nng_data *data = &work->model->data;
    double loss, before = work->theta[j];
    work->theta[j] = at;
    enum nng_status status =
        nng_loss(work->model, work->theta, data->x, data->y, data->samples, work->pass, &loss, gradient, error);
    if (status == NNG_OK)
        *change = data_change(work) + (work->pass->penalty - nng_penalty(work->model, work->prober->theta, NULL));
    work->theta[j] = before;
    return status;
}

/* All the differences along theta_j. */
static enum nng_status differ(struct work *work, size_t j, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t count = work->model->parameter_count;
    double x = work->theta[j], first = exp2(floor(log2(fmax(fabs(x), 1.0) / 4.0)));
    double noise = work->magnitude.noise + DBL_EPSILON * work->pass->penalty;
    for (int k = 0; k < STEPS; k++) {
        double h = ldexp(first, -k);
        volatile double right = x + h, left = x - h; /* as they are stored */
        double up, down, half = 0.5 * (right - left);
        NNG_TRY(move(work, j, right, work->right, &up, error));
        NNG_TRY(move(work, j, left, work->left, &down, error));
        for (size_t i = 0; i < count; i++)
            work->centrals[(size_t)k * count + i] = (work->right[i] - work->left[i]) / (2.0 * half);
        work->steps[k] = half;
        work->second[k] = (up + down) / (half * half);
        work->second_noise[k] = 4.0 * noise / half;
    }
fail:
    return status;
}

/* The derivative that the rungs lead to. All of them are taken to be on one smooth piece: where they are not, the finer
 * rungs disagree with the coarse ones, which are dropped. Infinite at a kink: differences grow like 1/h there. */
static struct nng_estimate climb(const struct work *work, const double *differences, size_t stride, double noise,
                                 const double *noises)
{
    struct nng_ladder ladder = {.count = STEPS};
    for (int k = 0; k < STEPS; k++)
        ladder.rungs[k] = (struct nng_rung){.step = work->steps[k],
                                            .central = differences[(size_t)k * stride],
                                            .noise = noises != NULL ? noises[k] : noise,
                                            .finite = isfinite(differences[(size_t)k * stride])};
    struct nng_estimate slope = nng_ladder_slope(&ladder, NNG_CENTRAL_SIDE);
    return isinf(slope.value) ? slope : nng_ladder_steady(&ladder, NNG_CENTRAL_SIDE);
}

static enum nng_status refuse_entry(const struct work *work, size_t i, size_t j, struct nng_error *error)
{
    char row[NNG_NAME_SIZE], col[NNG_NAME_SIZE];
    nng_parameter_name(work->model, i, row);
    nng_parameter_name(work->model, j, col);
    return nng_fail(error, NNG_NUMERIC,
                    "the second derivative by %s and %s does not exist, or differences cannot tell it: a kink is there",
                    row, col);
}

/* Column j of the matrix, and its part of the trace. */
static enum nng_status fill_column(struct work *work, size_t j, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_hessian *hessian = work->hessian;
    size_t count = hessian->count;
    NNG_TRY(differ(work, j, error));
    for (size_t i = 0; i < count; i++) {
        double noise = nng_rounding(&work->magnitude, i) + DBL_EPSILON * fabs(work->right[i]);
        struct nng_estimate entry = climb(work, work->centrals + i, count, noise, NULL);
        if (!isfinite(entry.value) || !isfinite(entry.error))
            return refuse_entry(work, i, j, error);
        hessian->matrix[i * count + j] = entry.value;
        hessian->uncertainty[i * count + j] = entry.error;
    }
    struct nng_estimate second = climb(work, work->second, 1, 0.0, work->second_noise);
    if (!isfinite(second.value) || !isfinite(second.error))
        return refuse_entry(work, j, j, error);
    hessian->trace_by_loss += second.value;
    work->sum_bound += second.error;
fail:
    return status;
}

/* (H + H') / 2; how far H_ij and H_ji were apart, and whether their uncertainties allow it. */
static void make_symmetric(struct nng_hessian *hessian)
{
    size_t count = hessian->count;
    double *H = hessian->matrix, *U = hessian->uncertainty, squares = 0.0;
    hessian->symmetric = true;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j <= i; j++) {
            double *above = &H[j * count + i], *below = &H[i * count + j], apart = fabs(*above - *below);
            double *u_above = &U[j * count + i], *u_below = &U[i * count + j];
            hessian->asymmetry = fmax(hessian->asymmetry, apart);
            hessian->symmetric = hessian->symmetric && apart <= *u_above + *u_below;
            *above = *below = 0.5 * (*above + *below);
            *u_above = *u_below = fmax(0.5 * (*u_above + *u_below), 0.5 * apart);
            squares += (i == j ? 1.0 : 2.0) * *u_below * *u_below;
        }
    hessian->eigenvalue_uncertainty = sqrt(squares);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static enum nng_status find_spectrum(struct nng_hessian *hessian, struct nng_error *error)
{
    size_t count = hessian->count;
    enum nng_status status = NNG_OK;
    gsl_eigen_symm_workspace *space = gsl_eigen_symm_alloc(count);
    double *copy = nng_allocate(count * count, sizeof *copy);
    if (space == NULL || copy == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    memcpy(copy, hessian->matrix, count * count * sizeof *copy);
    gsl_matrix_view H = gsl_matrix_view_array(copy, count, count);
    gsl_vector_view lambda = gsl_vector_view_array(hessian->eigenvalues, count);
    if (gsl_eigen_symm(&H.matrix, &lambda.vector, space) != 0) {
        status = nng_fail(error, NNG_NUMERIC, "the eigenvalues of the Hessian were not found");
        goto fail;
    }
    qsort(hessian->eigenvalues, count, sizeof(double), descending);
    for (size_t k = 0; k < count; k++) {
        double lambda_k = hessian->eigenvalues[k], zero = hessian->eigenvalue_uncertainty;
        hessian->positive += lambda_k > zero;
        hessian->negative += lambda_k < -zero;
    }
fail:
    gsl_eigen_symm_free(space);
    nng_release(copy);
    return status;
}

/* The sum of the diagonal beside the sum of second differences. */
static void compare_traces(struct work *work)
{
    struct nng_hessian *hessian = work->hessian;
    hessian->trace_uncertainty = work->sum_bound;
    for (size_t j = 0; j < hessian->count; j++) {
        hessian->trace += hessian->matrix[j * hessian->count + j];
        hessian->trace_uncertainty += hessian->uncertainty[j * hessian->count + j];
    }
    double apart = fabs(hessian->trace - hessian->trace_by_loss);
    hessian->trace_agrees = apart <= hessian->trace_uncertainty;
}

static enum nng_status take_arrays(struct work *work, struct nng_arena *arena, struct nng_error *error)
{
    size_t count = work->model->parameter_count;
    struct nng_hessian *hessian = nng_arena_take(arena, 1, sizeof *hessian);
    if (hessian == NULL)
        return nng_fail_memory(error);
    *hessian = (struct nng_hessian){.count = count, .memory = arena};
    hessian->matrix = nng_arena_take(arena, count * count, sizeof(double));
    hessian->uncertainty = nng_arena_take(arena, count * count, sizeof(double));
    hessian->eigenvalues = nng_arena_take(arena, count, sizeof(double));
    work->theta = nng_arena_take(arena, count, sizeof(double));
    work->right = nng_arena_take(arena, count, sizeof(double));
    work->left = nng_arena_take(arena, count, sizeof(double));
    work->centrals = nng_arena_take(arena, STEPS * count, sizeof(double));
    if (hessian->matrix == NULL || hessian->uncertainty == NULL || hessian->eigenvalues == NULL ||
        work->theta == NULL || work->right == NULL || work->left == NULL || work->centrals == NULL)
        return nng_fail_memory(error);
    work->hessian = hessian;
    return NNG_OK;
}

enum nng_status nng_hessian(const struct nng_model *model, const double *theta,
                            bool (*progress)(void *context, double fraction), void *context, struct nng_hessian **made,
                            struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct work work = {.model = model};
    struct nng_prober *prober = NULL;
    struct nng_arena *arena = NULL;
    size_t count = model->parameter_count;
    if (count > NNG_HESSIAN_MOST)
        return nng_fail(error, NNG_INPUT, "a Hessian of %zu x %zu is too large: at most %d parameters", count, count,
                        NNG_HESSIAN_MOST);
    if ((arena = nng_arena_new()) == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_prober_new(model, theta, model->data.x, model->data.y, model->data.samples, &prober, error));
    work.prober = prober;
    NNG_TRY(nng_magnitude(prober, arena, &work.magnitude, error));
    NNG_TRY(nng_pass_new(model, model->data.samples, &work.pass, error));
    NNG_TRY(take_arrays(&work, arena, error));
    memcpy(work.theta, theta, count * sizeof *theta);
    for (size_t j = 0; j < count; j++) {
        NNG_TRY(fill_column(&work, j, error));
        if (progress != NULL && !progress(context, (double)(j + 1) / (double)count)) {
            status = nng_fail(error, NNG_INTERRUPTED, "interrupted");
            goto fail;
        }
    }
    make_symmetric(work.hessian);
    NNG_TRY(find_spectrum(work.hessian, error));
    compare_traces(&work);
    *made = work.hessian;
    arena = NULL;
fail:
    nng_pass_free(work.pass);
    nng_prober_free(prober);
    nng_arena_free(arena);
    return status;
}

void nng_hessian_free(struct nng_hessian *hessian)
{
    if (hessian != NULL)
        nng_arena_free(hessian->memory);
}
