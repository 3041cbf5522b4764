/* kinds.c - what `nngrad plot KIND` can draw. */
#include "plot/kinds.h"

static const enum option_id network_options[] = {OPTION_SHOW, OPTION_COUNT};

/* One line a kind, in the order of help. */
static const struct plot_kind kinds[] = {
    {"network", plot_network, "[MODEL]", 0, 1, network_options,
     "the units and their weights, or the derivatives by them (--show gradients)"},
    {"matrix", plot_matrix, "[MODEL]", 0, 1, NULL, "the full matrix of derivatives as a heat map, grouped by layers"},
    {"activation", plot_activation, "[MODEL|NAME[:KEY=VALUE...]...]", 0, 8, NULL,
     "functions and their derivatives: the model's activations, or the named activations or losses"},
};

const struct plot_kind *plot_kind(size_t k)
{
    return k < sizeof kinds / sizeof kinds[0] ? &kinds[k] : NULL;
}
