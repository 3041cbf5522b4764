/* direct.h - the code of three plugins compiled into whoever includes this, to be called without a plugin between:
 * direct_tanh, direct_cross_entropy and direct_gd are descriptors whose functions the compiler sees.
 */
#ifndef NNG_BENCH_DIRECT_H
#define NNG_BENCH_DIRECT_H

#include <nngrad/elementwise.h>

#undef NNG_PLUGIN
#define NNG_PLUGIN(...) static const struct nng_plugin DIRECT = {.magic = NNG_PLUGIN_MAGIC, __VA_ARGS__}

#define DIRECT direct_tanh
#include "../../plugins/activation/tanh.c"
#undef DIRECT

#define DIRECT direct_cross_entropy
#define parameters_table cross_entropy_parameters
#define slope cross_entropy_slope
#define continuation cross_entropy_continuation
#include "../../plugins/loss/cross_entropy.c"
#undef parameters_table
#undef slope
#undef continuation
#undef DIRECT

#define DIRECT direct_gd
#include "../../plugins/optimizer/gd.c"
#undef DIRECT

#endif
