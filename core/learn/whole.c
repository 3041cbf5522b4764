/* whole.c - optimizers of the whole problem: they are given L(theta) and dL/dtheta as a function, and move theta
 * themselves, once an epoch. Frozen biases have no derivative, so no search goes along them. */
#include "learn/learn.h"

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

enum nng_status nng_whole_open(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    trainer->problem = (struct nng_problem){.size = sizeof trainer->problem,
                                            .n = trainer->model->parameter_count,
                                            .context = trainer,
                                            .evaluate = evaluate};
    NNG_CALL(&trainer->model->optimizer, 0,
             optimizer_of(trainer)->open(trainer->values, &trainer->problem, trainer->training->theta, &trainer->state,
                                         &diagnostic));
    return NNG_OK;
fail:
    trainer->state = NULL;
    return pass_on(trainer, status, error);
}

enum nng_status nng_whole_iterate(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double value;
    NNG_CALL(&trainer->model->optimizer, 0,
             optimizer_of(trainer)->iterate(trainer->state, trainer->training->theta, &value, &diagnostic));
    return NNG_OK;
fail:
    return pass_on(trainer, status, error);
}

void nng_whole_close(struct nng_trainer *trainer)
{
    if (trainer->state != NULL)
        optimizer_of(trainer)->close(trainer->state);
}
