/* plugins.h - for tests of the plugins: every plugin of a kind that was built, and small helpers. */
#ifndef NNG_TESTS_PLUGINS_H
#define NNG_TESTS_PLUGINS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nngrad/nngrad.h>

enum { PLUGINS = 64, VALUES = 16 };

struct plugins {
    size_t count;
    const struct nng_plugin *plugin[PLUGINS];
};

/* By the host, which finds them relative to this executable and validates them. Plugins outlive the host: they stay
 * loaded till the process ends. */
static inline struct plugins load_plugins(enum nng_plugin_kind kind)
{
    struct nng_host *host = NULL;
    struct nng_error error = {0};
    struct nng_listing *listing = NULL;
    struct plugins found = {0};
    ck_assert_msg(nng_host_new(NULL, 0, &host, &error) == NNG_OK, "%s", error.text);
    ck_assert_msg(nng_host_list(host, (int)kind, &listing, &found.count, &error) == NNG_OK, "%s", error.text);
    ck_assert(found.count > 0 && found.count <= PLUGINS);
    for (size_t i = 0; i < found.count; i++) {
        found.plugin[i] = listing[i].method.plugin;
        ck_assert_msg(found.plugin[i] != NULL, "%s: %s", listing[i].file, listing[i].problem.text);
    }
    nng_host_free(host);
    return found;
}

static inline const struct nng_plugin *find_plugin(const struct plugins *plugins, const char *name)
{
    for (size_t i = 0; i < plugins->count; i++)
        if (strcmp(plugins->plugin[i]->name, name) == 0)
            return plugins->plugin[i];
    ck_abort_msg("no plugin '%s'", name);
}

/* The k-th of some settings of a plugin's parameters: 0 is the default; then each parameter in turn at other values of
 * its range. Returns 0 when there is no k-th. */
static inline int settings(const struct nng_plugin *plugin, size_t k, double values[VALUES])
{
    static const double others[] = {0.3, 0.9, 1, 2.5, 0};
    enum { OTHERS = sizeof others / sizeof others[0] };
    for (uint32_t p = 0; p < plugin->parameter_count; p++)
        values[p] = plugin->parameters[p].standard;
    if (k == 0)
        return 1;
    const struct nng_parameter *changed = &plugin->parameters[(k - 1) / OTHERS];
    if ((k - 1) / OTHERS >= plugin->parameter_count)
        return 0;
    double value = others[(k - 1) % OTHERS];
    if (changed->kind != NNG_REAL)
        value = value >= 1 ? 1 : 0;
    int low = changed->flags & NNG_OPEN_MIN ? value > changed->min : value >= changed->min;
    int high = changed->flags & NNG_OPEN_MAX ? value < changed->max : value <= changed->max;
    if (low && high)
        values[(k - 1) / OTHERS] = value;
    return 1;
}

/* Numbers spread evenly over [low, high), the same in every run (splitmix64). */
static inline double spread(uint64_t *state, double low, double high)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return low + (high - low) * ((double)((z ^ (z >> 31)) >> 11) * 0x1p-53);
}

/* Is long double wider than double, so that it can judge its last bits? Not under valgrind, nor on some processors. */
static inline int long_double_is_wider(void)
{
    volatile long double one = 1, tiny = 0x1p-60L;
    return one + tiny != one;
}

/* The size of one unit in the last place of x. */
static inline double unit_of(double x)
{
    int exponent;
    (void)frexp(x, &exponent);
    return ldexp(1, exponent - 53 < -1074 ? -1074 : exponent - 53);
}

#endif
