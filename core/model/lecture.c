/* lecture.c - the lecture's own network: 3-3-3-1, w_111 ... w_313, with the eight corners of the cube for data. */
#include <string.h>

#include "model/config.h"

static const char lecture[] =
    "name = \"lecture\";\n"
    "network = {\n"
    "  inputs = 3;\n"
    "  layers = ( { units = 3; activation = \"sigmoid\"; },\n"
    "             { units = 3; activation = \"sigmoid\"; },\n"
    "             { units = 1; activation = \"sigmoid\"; } );\n"
    "};\n"
    "init = { scheme = \"xavier_uniform\"; seed = 1; };\n"
    "loss = \"binary_cross_entropy\";\n"
    "data = {  # y is what at least two of the three inputs say\n"
    "  inputs  = ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1));\n"
    "  targets = ((0), (0), (0), (1), (0), (1), (1), (1));\n"
    "};\n"
    "optimizer = { plugin = \"gd\"; learning_rate = 0.5; };\n"
    "train = { epochs = 1000; loss_below = 0.01; batch = 1; };\n";

enum nng_status nng_model_lecture(struct nng_host *host, const struct nng_override *overrides, size_t count,
                                  struct nng_model **model, struct nng_error *error)
{
    return nng_model_of_text(host, "the lecture's model", lecture, strlen(lecture), overrides, count, model, error);
}
