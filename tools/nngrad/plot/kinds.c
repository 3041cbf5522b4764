/* kinds.c - what `nngrad plot KIND` can draw. */
#include "plot/kinds.h"

static const enum option_id network_options[] = {OPTION_SHOW, OPTION_COUNT};
static const enum option_id plane_options[] = {OPTION_X, OPTION_Y, OPTION_COUNT};
static const enum option_id units_options[] = {OPTION_LAYER, OPTION_COUNT};
static const enum option_id steps_options[] = {OPTION_PARAM, OPTION_COUNT};

/* One line a kind, in the order of help. */
static const struct plot_kind kinds[] = {
    {"network", plot_network, "[MODEL]", 0, 1, network_options,
     "the units and their weights, or the derivatives by them (--show gradients)"},
    {"matrix", plot_matrix, "[MODEL]", 0, 1, NULL, "the full matrix of derivatives as a heat map, grouped by layers"},
    {"steps", plot_steps, "[MODEL]", 0, 1, steps_options,
     "the error of the numeric derivative by a parameter against the step; without --param, by the one of the largest "
     "derivative"},
    {"activation", plot_activation, "[MODEL|NAME[:KEY=VALUE...]...]", 0, 8, NULL,
     "functions and their derivatives: the model's activations, or the named activations or losses"},
    {"loss", plot_loss, "[RUN|MODEL...]", 0, 16, NULL,
     "training and validation loss by epoch, of runs or of models that are trained for it; several overlaid"},
    {"gradients", plot_gradients, "[RUN|MODEL...]", 0, 9, NULL,
     "the norm of the gradient by layer and epoch: whether it vanishes or explodes; a panel for each"},
    {"ratios", plot_ratios, "[RUN|MODEL...]", 0, 9, NULL,
     "how much an update changes the weights, by layer and epoch; a panel for each"},
    {"histogram", plot_histogram, "[RUN|MODEL]", 0, 1, NULL,
     "how the weights of each layer are spread, and the derivatives by them"},
    {"surface", plot_surface, "[RUN|MODEL]", 0, 1, plane_options,
     "the loss over two parameters, in space and as a map with contour lines"},
    {"trajectory", plot_trajectory, "[RUN|MODEL...]", 0, 12, plane_options,
     "the paths of trainings over two parameters, on the contour lines of the loss"},
    {"boundary", plot_boundary, "[RUN|MODEL]", 0, 1, NULL,
     "what a network of two inputs says at every point of the plane, and its data"},
    {"units", plot_units, "[RUN|MODEL]", 0, 1, units_options,
     "the output of each unit of a layer over the plane of a network's two inputs, as surfaces"},
};

const struct plot_kind *plot_kind(size_t k)
{
    return k < sizeof kinds / sizeof kinds[0] ? &kinds[k] : NULL;
}
