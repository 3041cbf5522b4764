/* whole.c - optimizers of the whole problem: they are given L(theta) and dL/dtheta as a function, and move theta
 * themselves, once an epoch. Frozen biases have no derivative, so no search goes along them.
 *
 * What such an optimizer remembers is its own affair and cannot be saved. It is deterministic, though: a training that
 * goes on has it opened where it began, and its iterations repeated. */
#include "learn/learn.h"

#include <string.h>

#include "calculus/call.h"

static const struct nng_optimizer *optimizer_of(const struct nng_trainer *trainer)
{
    return trainer->model->optimizer.plugin->optimizer;
}

static enum nng_plugin_status evaluate(void *context, const double *theta, double *value, double *grad)
{
    struct nng_trainer *trainer = context;
    const struct nng_model *model = trainer->model;
    const struct nng_data *data = &model->data;
    enum nng_status status =
        nng_loss(model, theta, data->x, data->y, data->samples, trainer->pass, value, grad, &trainer->problem_error);
    if (status == NNG_OK && grad != NULL)
        nng_freeze(model, grad);
    return status == NNG_OK ? NNG_PLUGIN_OK : NNG_PLUGIN_ERROR;
}

/* What the loss said comes before what the optimizer made of it. */
static enum nng_status pass_on(const struct nng_trainer *trainer, enum nng_status status, struct nng_error *error)
{
    if (trainer->problem_error.status == NNG_OK)
        return status;
    if (error != NULL)
        *error = trainer->problem_error;
    return trainer->problem_error.status;
}

static enum nng_status open_at(struct nng_trainer *trainer, const double *theta, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_CALL(&trainer->model->optimizer, 0,
             optimizer_of(trainer)->open(trainer->values, &trainer->problem, theta, &trainer->state, &diagnostic));
    return NNG_OK;
fail:
    trainer->state = NULL;
    return pass_on(trainer, status, error);
}

static enum nng_status iterate(struct nng_trainer *trainer, double *theta, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double value;
    NNG_CALL(&trainer->model->optimizer, 0, optimizer_of(trainer)->iterate(trainer->state, theta, &value, &diagnostic));
    return NNG_OK;
fail:
    return pass_on(trainer, status, error);
}

/* The iterations from where it was opened up to now; *same: they have led to the training's theta again. */
static enum nng_status repeat(struct nng_trainer *trainer, bool *same, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_training *training = trainer->training;
    size_t bytes = trainer->model->parameter_count * sizeof(double);
    double *theta = trainer->before; /* free till the first update */
    memcpy(theta, training->opened, bytes);
    for (uint64_t t = training->opened_t; t < training->t; t++) {
        NNG_TRY(iterate(trainer, theta, error));
        if (trainer->options->step != NULL)
            NNG_TRY(trainer->options->step(trainer->options->context, error));
    }
    *same = memcmp(theta, training->theta, bytes) == 0;
fail:
    return status;
}

enum nng_status nng_whole_open(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_training *training = trainer->training;
    bool same = true;
    trainer->problem = (struct nng_problem){.size = sizeof trainer->problem,
                                            .n = trainer->model->parameter_count,
                                            .context = trainer,
                                            .evaluate = evaluate};
    NNG_TRY(open_at(trainer, training->opened, error));
    NNG_TRY(repeat(trainer, &same, error));
    if (same)
        return NNG_OK;
    nng_whole_close(trainer); /* its settings have changed since: it begins anew */
    NNG_TRY(open_at(trainer, training->theta, error));
    memcpy(training->opened, training->theta, trainer->model->parameter_count * sizeof *training->opened);
    training->opened_t = training->t;
fail:
    return status;
}

enum nng_status nng_whole_iterate(struct nng_trainer *trainer, struct nng_error *error)
{
    return iterate(trainer, trainer->training->theta, error);
}

void nng_whole_close(struct nng_trainer *trainer)
{
    if (trainer->state != NULL)
        optimizer_of(trainer)->close(trainer->state);
    trainer->state = NULL;
}
