/* SPDX-License-Identifier: MIT
 *
 * plugin.h - the interface between nngrad and its plugins.
 *
 * A plugin is one shared object with one method in it: a loss, an activation or an optimizer.  It exports
 * one data symbol, `nng_plugin`, a constant descriptor that says what the method is called, what it computes,
 * which parameters it takes, and where its functions are.  There is no init and no deinit: nngrad reads the
 * descriptor, refuses it or accepts it, and only then calls anything.
 *
 * A whole plugin, in a file of its own with nothing to link:
 *
 *     cc -std=c11 -O2 -fPIC -shared -fvisibility=hidden my_loss.c -o my_loss.so
 *
 * The rules for every function below:
 *   - it is pure: same arguments, same results, bit for bit; no mutable statics; it may run in several threads
 *     at once (an optimizer's step runs in one thread for a given state);
 *   - it never prints, exits, longjmps or allocates (an optimizer of the whole problem may, between open and close);
 *   - matrices are row-major, a row a sample; arrays never overlap; rows may be 0;
 *   - `parameters` holds the values of the parameter table, in its order, already validated;
 *   - it returns NNG_PLUGIN_OK, or NNG_PLUGIN_ERROR after it has written the reason into `diagnostic`.
 *
 * This one header is under the MIT licence, so that your plugin is yours:
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
 * documentation files (the "Software"), to deal in the Software without restriction, including without limitation
 * the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and
 * to permit persons to whom the Software is furnished to do so, subject to the following conditions: the above
 * copyright notice and this permission notice shall be included in all copies or substantial portions of the
 * Software.  THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
 * LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.  IN NO EVENT
 * SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
 * OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
 * DEALINGS IN THE SOFTWARE.
 */
#ifndef NNGRAD_PLUGIN_H
#define NNGRAD_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

/* ---- the frozen head -------------------------------------------------------------------------------------- */

/* The major number changes when a plugin must be rebuilt; the minor one when something is appended. */
#define NNG_PLUGIN_MAGIC UINT64_C(0x4e4e475241442e31) /* "NNGRAD.1" */
#define NNG_ABI_MAJOR 1u
#define NNG_ABI_MINOR 0u

enum nng_plugin_status { NNG_PLUGIN_OK = 0, NNG_PLUGIN_ERROR = 1 };

enum nng_plugin_kind { NNG_LOSS = 1, NNG_ACTIVATION = 2, NNG_OPTIMIZER = 3 };

/* Where a plugin says what is wrong with its arguments. The host has zeroed it. */
struct nng_diagnostic {
    char text[240]; /* lower case, no full stop: "yhat must be positive" */
    int64_t row;    /* the sample, from 0; -1 if none in particular */
    int64_t column; /* the unit, from 0; -1 if none in particular */
};

/* ---- parameters ------------------------------------------------------------------------------------------- */

enum nng_parameter_kind { NNG_REAL = 1, NNG_INT = 2, NNG_BOOL = 3, NNG_CHOICE = 4 };

/* The end of a range that is not itself allowed: (min, max] is NNG_OPEN_MIN. */
enum nng_parameter_flag { NNG_OPEN_MIN = 1, NNG_OPEN_MAX = 2 };

/* One setting of a plugin. Values arrive as double: a bool as 0 or 1, a choice as its index. */
struct nng_parameter {
    const char *name;           /* [a-z][a-z0-9_]*: what is typed in model.cfg */
    const char *summary;        /* one line, lower case */
    uint32_t kind;              /* enum nng_parameter_kind */
    uint32_t flags;             /* enum nng_parameter_flag */
    double min, max;            /* the range; +-INFINITY is not needed: use -1e308 and 1e308 for none */
    double standard;            /* the default */
    const char *const *choices; /* NNG_CHOICE only: names, NULL-terminated */
};

/* ---- branches: which smooth piece -------------------------------------------------------------------------- */

/* A function with kinks numbers its smooth pieces; an argument exactly on a kink gets this code instead. */
#define NNG_BRANCH_TIE INT32_MIN

/* ---- losses ------------------------------------------------------------------------------------------------ */

/* What a loss accepts as targets y. */
enum nng_target {
    NNG_TARGET_REAL = 0,
    NNG_TARGET_NONNEGATIVE = 1,
    NNG_TARGET_UNIT = 2,        /* each in [0, 1] */
    NNG_TARGET_BINARY = 3,      /* each 0 or 1 */
    NNG_TARGET_SIGN = 4,        /* each -1 or +1 */
    NNG_TARGET_DISTRIBUTION = 5 /* nonnegative, each row sums to 1 */
};

enum nng_complex_flag {
    /* The complex form only restates the derivative (re f + i f' im): no independent witness. */
    NNG_COMPLEX_FIRST_ORDER = 1
};

/* A loss per sample, unreduced: the host alone averages or sums.
 *
 *   values: rows            L_n
 *   grad:   rows x cols     dL_n/dyhat_nj, or NULL when it is not wanted
 */
struct nng_loss {
    uint32_t size;          /* sizeof(struct nng_loss) */
    uint32_t target;        /* enum nng_target */
    uint32_t flags;         /* enum nng_complex_flag */
    uint32_t reserved;      /* 0 */
    double yhat_min;        /* the closed range of yhat on which the loss is defined, for messages and random tests; */
    double yhat_max;        /* outside of it `value` refuses with a diagnostic */
    double ulps;            /* bound on the rounding error of a value, in units in the last place of its terms */
    const char *fused_with; /* name of the output activation whose pre-activations `fused` takes, or NULL */

    enum nng_plugin_status (*value)(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic);

    /* Optional. The same loss from the pre-activations a of the output layer, when its activation is `fused_with`
     * at that plugin's default parameters; grad is then dL_n/da_nj. */
    enum nng_plugin_status (*fused)(const double *parameters, size_t rows, size_t cols, const double *a,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic);

    /* Optional. The analytic continuation for the complex step: split real and imaginary arrays. Im(yhat) is
     * tiny (1e-100): it never influences a comparison. */
    enum nng_plugin_status (*complex_value)(const double *parameters, size_t rows, size_t cols, const double *yhat_re,
                                            const double *yhat_im, const double *y, double *values_re,
                                            double *values_im, struct nng_diagnostic *diagnostic);
    enum nng_plugin_status (*complex_fused)(const double *parameters, size_t rows, size_t cols, const double *a_re,
                                            const double *a_im, const double *y, double *values_re, double *values_im,
                                            struct nng_diagnostic *diagnostic);

    /* Optional: the smooth piece of each entry (codes: rows x cols), when the loss has kinks in yhat. */
    enum nng_plugin_status (*branch)(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                     const double *y, int32_t *codes, struct nng_diagnostic *diagnostic);

    /* Optional: sum of |terms| that are added into each L_n (magnitudes: rows). Without it |L_n| is taken. */
    enum nng_plugin_status (*magnitude)(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                        const double *y, double *magnitudes, struct nng_diagnostic *diagnostic);
};

/* ---- activations ------------------------------------------------------------------------------------------- */

enum nng_activation_flag {
    NNG_ACTIVATION_COMPLEX_FIRST_ORDER = 1, /* see NNG_COMPLEX_FIRST_ORDER */
    NNG_ACTIVATION_ELEMENTWISE = 2          /* h_nj depends on a_nj alone */
};

/* h = f(a), for a whole batch: a, h: rows x cols. */
struct nng_activation {
    uint32_t size;  /* sizeof(struct nng_activation) */
    uint32_t flags; /* enum nng_activation_flag */
    double ulps;    /* bound on the rounding error of h, in units in the last place */
    double h_min;   /* the closed range of h */
    double h_max;

    enum nng_plugin_status (*forward)(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic);

    /* The vector-Jacobian product: da_nj = sum_i dh_ni * dh_ni/da_nj, from dh = dL/dh (rows x cols). */
    enum nng_plugin_status (*backward)(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da,
                                       struct nng_diagnostic *diagnostic);

    /* Optional, as for losses. */
    enum nng_plugin_status (*complex_forward)(const double *parameters, size_t rows, size_t cols, const double *a_re,
                                              const double *a_im, double *h_re, double *h_im,
                                              struct nng_diagnostic *diagnostic);
    enum nng_plugin_status (*branch)(const double *parameters, size_t rows, size_t cols, const double *a,
                                     int32_t *codes, struct nng_diagnostic *diagnostic);
};

/* ---- optimizers --------------------------------------------------------------------------------------------- */

enum nng_optimizer_flag {
    NNG_OPTIMIZER_WHOLE_PROBLEM = 1 /* open, iterate and close are set; step and look are NULL */
};

enum nng_tensor_kind { NNG_WEIGHT = 1, NNG_BIAS = 2 };

/* One tensor of the network at one step. */
struct nng_step {
    uint32_t size;  /* sizeof(struct nng_step) as the host knows it */
    uint32_t kind;  /* enum nng_tensor_kind */
    uint32_t layer; /* from 1 */
    uint32_t reserved;
    uint64_t rows, cols; /* W: units x inputs; b: units x 1 */
    uint64_t count;      /* rows * cols */
    uint64_t t;          /* the step's number, from 1, the same for all tensors of a step */
};

/* The whole problem, for optimizers that search along lines: value and gradient at any theta (n entries). */
struct nng_problem {
    uint32_t size;
    uint32_t reserved;
    uint64_t n;
    void *context;
    /* grad (n entries) may be NULL. */
    enum nng_plugin_status (*evaluate)(void *context, const double *theta, double *value, double *grad);
};

/* The state between steps stands in named slots, each as long as the tensor, which the host allocates, zeroes before
 * the first step, plots and saves. */
struct nng_optimizer {
    uint32_t size;            /* sizeof(struct nng_optimizer) */
    uint32_t flags;           /* enum nng_optimizer_flag */
    const char *const *slots; /* names, NULL-terminated; NULL for none */

    /* w (count entries) is updated in place from g = dL/dw; slots[k] is the k-th slot. */
    enum nng_plugin_status (*step)(const double *parameters, const struct nng_step *step, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic);

    /* Optional: moves w to where the gradient is wanted (Nesterov). The host undoes it before `step`. */
    enum nng_plugin_status (*look)(const double *parameters, const struct nng_step *step, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic);

    /* The whole problem: theta is moved in place, *value is the loss there. */
    enum nng_plugin_status (*open)(const double *parameters, const struct nng_problem *problem, const double *theta,
                                   void **state, struct nng_diagnostic *diagnostic);
    enum nng_plugin_status (*iterate)(void *state, double *theta, double *value, struct nng_diagnostic *diagnostic);
    void (*close)(void *state);
};

/* ---- the descriptor ------------------------------------------------------------------------------------------ */

struct nng_plugin {
    uint64_t magic;          /* NNG_PLUGIN_MAGIC */
    uint16_t abi_major;      /* NNG_ABI_MAJOR */
    uint16_t abi_minor;      /* NNG_ABI_MINOR */
    uint32_t size;           /* sizeof(struct nng_plugin) */
    uint32_t real_size;      /* sizeof(double) */
    uint32_t parameter_size; /* sizeof(struct nng_parameter) */
    uint32_t kind;           /* enum nng_plugin_kind */
    uint32_t parameter_count;
    const char *name;    /* [a-z][a-z0-9_]*, the name of the file without .so */
    const char *version; /* of this plugin */
    const char *licence; /* an SPDX identifier */
    const char *summary; /* one line, lower case */
    const char *formula; /* LaTeX, without dollar signs */
    const struct nng_parameter *parameters;
    const struct nng_loss *loss; /* exactly the one that `kind` names; the others NULL */
    const struct nng_activation *activation;
    const struct nng_optimizer *optimizer;
};

/* A change of layout is a change of the ABI: it must fail here first. */
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(offsetof(struct nng_plugin, magic) == 0, "frozen");
_Static_assert(offsetof(struct nng_plugin, abi_major) == 8, "frozen");
_Static_assert(offsetof(struct nng_plugin, abi_minor) == 10, "frozen");
_Static_assert(offsetof(struct nng_plugin, size) == 12, "frozen");
_Static_assert(offsetof(struct nng_plugin, real_size) == 16, "frozen");
_Static_assert(offsetof(struct nng_plugin, kind) == 24, "frozen");
_Static_assert(offsetof(struct nng_plugin, name) == 32, "frozen");
_Static_assert(offsetof(struct nng_plugin, optimizer) == 96, "frozen");
_Static_assert(sizeof(struct nng_plugin) == 104, "append only, and raise NNG_ABI_MINOR");
_Static_assert(sizeof(struct nng_parameter) == 56, "append only, and raise NNG_ABI_MINOR");
_Static_assert(sizeof(struct nng_diagnostic) == 256, "frozen");
_Static_assert(offsetof(struct nng_loss, fused_with) == 40, "frozen");
_Static_assert(offsetof(struct nng_loss, value) == 48, "frozen");
_Static_assert(sizeof(struct nng_loss) == 96, "append only, and raise NNG_ABI_MINOR");
_Static_assert(offsetof(struct nng_activation, forward) == 32, "frozen");
_Static_assert(sizeof(struct nng_activation) == 64, "append only, and raise NNG_ABI_MINOR");
_Static_assert(sizeof(struct nng_step) == 48, "append only, and raise NNG_ABI_MINOR");
_Static_assert(sizeof(struct nng_problem) == 32, "append only, and raise NNG_ABI_MINOR");
_Static_assert(offsetof(struct nng_optimizer, step) == 16, "frozen");
_Static_assert(sizeof(struct nng_optimizer) == 56, "append only, and raise NNG_ABI_MINOR");
#endif

#if defined(__GNUC__)
#define NNG_EXPORT __attribute__((visibility("default")))
#else
#define NNG_EXPORT
#endif

/* The one definition of a plugin:
 *
 *     static const struct nng_loss loss = {.size = sizeof loss, .value = value, ...};
 *     NNG_PLUGIN(.kind = NNG_LOSS, .name = "my_loss", .summary = "...", .formula = "...", .version = "1",
 *                .licence = "MIT", .loss = &loss);
 */
#define NNG_PLUGIN(...)                                                                                                \
    NNG_EXPORT extern const struct nng_plugin nng_plugin;                                                              \
    const struct nng_plugin nng_plugin = {.magic = NNG_PLUGIN_MAGIC,                                                   \
                                          .abi_major = NNG_ABI_MAJOR,                                                  \
                                          .abi_minor = NNG_ABI_MINOR,                                                  \
                                          .size = sizeof(struct nng_plugin),                                           \
                                          .real_size = sizeof(double),                                                 \
                                          .parameter_size = sizeof(struct nng_parameter),                              \
                                          __VA_ARGS__}

/* `.parameters` and `.parameter_count` from one array. */
#define NNG_PARAMETERS(array) .parameters = (array), .parameter_count = sizeof(array) / sizeof((array)[0])

/* Writes the reason of a refusal: return nng_refuse(diagnostic, row, column, "yhat must be positive"). */
static inline enum nng_plugin_status nng_refuse(struct nng_diagnostic *diagnostic, int64_t row, int64_t column,
                                                const char *text)
{
    size_t i = 0;
    for (; text[i] != '\0' && i + 1 < sizeof diagnostic->text; i++)
        diagnostic->text[i] = text[i];
    diagnostic->text[i] = '\0';
    diagnostic->row = row;
    diagnostic->column = column;
    return NNG_PLUGIN_ERROR;
}

#endif
