/* as_published.c - gradient descent on 2-2-4 with the slip of a published program: the sums over the samples of the
 * derivatives by b_4, b_5, b_6 are added to those by b_1, b_2, b_3, and nothing is left for b_4, b_5, b_6 themselves.
 */
#include <stdlib.h>

#include <nngrad/plugin.h>

enum { LEARNING_RATE };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1}};

/* 2-2-4: theta is W1 (4), W2 (8), and then the lecture's b_1 ... b_6. */
enum { PARAMETERS = 18, B1 = 12, B2, B3, B4, B5, B6 };

struct descent {
    struct nng_problem problem;
    double eta;
};

static enum nng_plugin_status open_descent(const double *parameters, const struct nng_problem *problem,
                                           const double *theta, void **state, struct nng_diagnostic *diagnostic)
{
    (void)theta;
    if (problem->n != PARAMETERS)
        return nng_refuse(diagnostic, -1, -1, "this slip was made on a network 2-2-4");
    struct descent *descent = malloc(sizeof *descent);
    if (descent == NULL)
        return nng_refuse(diagnostic, -1, -1, "out of memory");
    *descent = (struct descent){*problem, parameters[LEARNING_RATE]};
    *state = descent;
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status iterate(void *state, double *theta, double *value, struct nng_diagnostic *diagnostic)
{
    struct descent *descent = state;
    double g[PARAMETERS];
    if (descent->problem.evaluate(descent->problem.context, theta, value, g) != NNG_PLUGIN_OK)
        return nng_refuse(diagnostic, -1, -1, "the loss cannot be evaluated");
    g[B1] += g[B4]; /* db1 += db4, where db4 += db4 was meant */
    g[B2] += g[B5];
    g[B3] += g[B6];
    g[B4] = g[B5] = g[B6] = 0;
    for (int i = 0; i < PARAMETERS; i++)
        theta[i] -= descent->eta * g[i];
    return NNG_PLUGIN_OK;
}

static const struct nng_optimizer optimizer = {.size = sizeof optimizer,
                                               .flags = NNG_OPTIMIZER_WHOLE_PROBLEM,
                                               .open = open_descent,
                                               .iterate = iterate,
                                               .close = free};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "as_published", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "gradient descent with the derivatives by three biases added to three others",
           .formula = "b_1 \\leftarrow b_1 - \\eta (\\partial_{b_1} + \\partial_{b_4}) L",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
