/* shapes.h - networks that are only shapes: layers and theta, no plugins, no data. */
#ifndef NNG_TESTS_SHAPES_H
#define NNG_TESTS_SHAPES_H

#include <stdlib.h>

#include <nngrad/nngrad.h>

/* units: of the input and of each layer; free with shape_free. */
static inline struct nng_model *shape_new(enum nng_notation notation, const size_t *units, size_t layers)
{
    struct nng_model *model = calloc(1, sizeof *model);
    model->notation = notation;
    model->inputs = units[0];
    model->outputs = units[layers];
    model->layer_count = layers;
    model->layers = calloc(layers, sizeof *model->layers);
    for (size_t l = 0; l < layers; l++) {
        model->layers[l].inputs = units[l];
        model->layers[l].units = units[l + 1];
        model->layers[l].weights = model->parameter_count;
        model->parameter_count += units[l] * units[l + 1];
    }
    for (size_t l = 0; l < layers; l++) {
        model->layers[l].biases = model->parameter_count;
        model->parameter_count += units[l + 1];
    }
    model->theta = calloc(model->parameter_count, sizeof *model->theta);
    return model;
}

static inline void shape_free(struct nng_model *model)
{
    free(model->theta);
    free(model->layers);
    free(model);
}

#define SHAPE(notation, ...)                                                                                           \
    shape_new((notation), (const size_t[]){__VA_ARGS__}, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t) - 1)

#endif
