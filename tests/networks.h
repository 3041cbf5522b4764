/* networks.h - random networks for property tests, made without a config file. */
#ifndef NNG_TESTS_NETWORKS_H
#define NNG_TESTS_NETWORKS_H

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include <nngrad/nngrad.h>

enum { MOST_LAYERS = 6 };

/* Ends the program, a test or a benchmark, when what it stands on is broken. */
static inline void require(bool holds, const char *text)
{
    if (!holds) {
        fprintf(stderr, "%s\n", text);
        abort();
    }
}

struct recipe {
    size_t inputs, depth, units[MOST_LAYERS];
    const char *activations[MOST_LAYERS];
    const char *loss;
    bool unfused; /* keep loss and output activation apart even if they could be fused */
    size_t samples;
    double weights, data; /* scales: W ~ normal(0, weights / sqrt(inputs)), x ~ normal(0, data) */
    enum nng_notation notation;
    enum nng_reduction reduction;
    unsigned long seed;
};

static inline struct nng_method method_named(struct nng_host *host, enum nng_plugin_kind kind, const char *name)
{
    struct nng_method method = {0};
    struct nng_error error = {0};
    require(nng_method_new(host, kind, name, &method, &error) == NNG_OK, error.text);
    return method;
}

/* Targets that the loss accepts. */
static inline void draw_targets(gsl_rng *random, uint32_t kind, size_t outputs, double *y)
{
    size_t chosen = gsl_rng_uniform_int(random, outputs);
    for (size_t j = 0; j < outputs; j++)
        switch (kind) {
        case NNG_TARGET_DISTRIBUTION:
            y[j] = j == chosen ? 1.0 : 0.0;
            break;
        case NNG_TARGET_BINARY:
        case NNG_TARGET_UNIT:
            y[j] = gsl_rng_uniform(random) < 0.5 ? 0.0 : 1.0;
            break;
        case NNG_TARGET_SIGN:
            y[j] = gsl_rng_uniform(random) < 0.5 ? -1.0 : 1.0;
            break;
        case NNG_TARGET_NONNEGATIVE:
            y[j] = gsl_rng_uniform(random);
            break;
        default:
            y[j] = gsl_ran_gaussian(random, 1.0);
        }
}

static inline struct nng_model *network_new(struct nng_host *host, const struct recipe *recipe)
{
    struct nng_arena *arena = nng_arena_new();
    struct nng_model *model = nng_arena_take(arena, 1, sizeof *model);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, recipe->seed);
    *model = (struct nng_model){.name = "random", .file = "", .notation = recipe->notation, .memory = arena};
    model->inputs = recipe->inputs;
    model->layer_count = recipe->depth;
    model->layers = nng_arena_take(arena, recipe->depth, sizeof *model->layers);
    size_t inputs = recipe->inputs, at = 0;
    for (size_t l = 0; l < recipe->depth; l++) {
        struct nng_layer *layer = &model->layers[l];
        *layer = (struct nng_layer){.inputs = inputs, .units = recipe->units[l], .weights = at, .train_biases = true};
        layer->activation = method_named(host, NNG_ACTIVATION, recipe->activations[l]);
        at += layer->inputs * layer->units;
        inputs = layer->units;
    }
    for (size_t l = 0; l < recipe->depth; l++) {
        model->layers[l].biases = at;
        at += model->layers[l].units;
    }
    model->outputs = inputs;
    model->parameter_count = at;
    model->theta = nng_arena_take(arena, at, sizeof(double));
    for (size_t l = 0; l < recipe->depth; l++) {
        const struct nng_layer *layer = &model->layers[l];
        for (size_t i = 0; i < layer->units * layer->inputs; i++)
            model->theta[layer->weights + i] = gsl_ran_gaussian(random, recipe->weights / sqrt((double)layer->inputs));
        for (size_t i = 0; i < layer->units; i++)
            model->theta[layer->biases + i] = gsl_ran_gaussian(random, 0.1 * recipe->weights);
    }
    model->loss = method_named(host, NNG_LOSS, recipe->loss);
    model->reduction = recipe->reduction;
    const char *with = model->loss.plugin->loss->fused_with;
    model->fused = !recipe->unfused && with != NULL && strcmp(with, recipe->activations[recipe->depth - 1]) == 0;
    model->tolerance = 1e-6;
    model->data.samples = recipe->samples;
    model->data.inputs = recipe->inputs;
    model->data.outputs = model->outputs;
    model->data.source = "random";
    model->data.x = nng_arena_take(arena, recipe->samples * recipe->inputs, sizeof(double));
    model->data.y = nng_arena_take(arena, recipe->samples * model->outputs, sizeof(double));
    for (size_t i = 0; i < recipe->samples * recipe->inputs; i++)
        model->data.x[i] = gsl_ran_gaussian(random, recipe->data);
    for (size_t n = 0; n < recipe->samples; n++)
        draw_targets(random, model->loss.plugin->loss->target, model->outputs, model->data.y + n * model->outputs);
    gsl_rng_free(random);
    return model;
}

/* The gradient by backpropagation, in memory of the model's own. */
static inline double *gradient_of(struct nng_model *model)
{
    struct nng_pass *pass = NULL;
    struct nng_error error = {0};
    double loss = 0.0, *gradient = nng_arena_take(model->memory, model->parameter_count, sizeof *gradient);
    require(nng_pass_new(model, model->data.samples, &pass, &error) == NNG_OK, error.text);
    enum nng_status status =
        nng_loss(model, model->theta, model->data.x, model->data.y, model->data.samples, pass, &loss, gradient, &error);
    require(status == NNG_OK, error.text);
    nng_pass_free(pass);
    return gradient;
}

static inline struct nng_report *check_of(struct nng_model *model, const double *gradient, bool every_entry)
{
    struct nng_check_options options = {.every_entry = every_entry};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    require(nng_check(model, model->theta, gradient, &options, &report, &error) == NNG_OK, error.text);
    return report;
}

#endif
