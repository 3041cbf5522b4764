/* behaviour.c - the table of tests, and what they share: settings of the parameters, findings. */
#include "verdict/behaviour.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "plugin/parameters.h"

enum { LOSS = 1u << NNG_LOSS, ACTIVATION = 1u << NNG_ACTIVATION, OPTIMIZER = 1u << NNG_OPTIMIZER };
enum { FUNCTIONS = LOSS | ACTIVATION, ANY = FUNCTIONS | OPTIMIZER };

/* In the order in which they are run: whether it can be called at all; whether its results are results; then the rest.
 */
const struct nng_behaviour_test nng_behaviour_tests[] = {
    {"runs", ANY, true, nng_test_runs},
    {"determinism", ANY, true, nng_test_determinism},
    {"hidden-state", ANY, true, nng_test_hidden_state},
    {"resume", OPTIMIZER, true, nng_test_resume},
    {"gradient", FUNCTIONS, false, nng_test_gradient},
    {"fused", LOSS, false, nng_test_fused},
    {"complex", FUNCTIONS, false, nng_test_complex},
    {"branch", FUNCTIONS, false, nng_test_branch},
    {"elementwise", ACTIVATION, false, nng_test_elementwise},
    {"magnitude", LOSS, false, nng_test_magnitude},
    {"rounding", ACTIVATION, false, nng_test_rounding},
    {"descent", OPTIMIZER, false, nng_test_descent},
    {"whole-problem", OPTIMIZER, false, nng_test_whole_problem},
    {"extremes", FUNCTIONS, false, nng_test_extremes},
    {"nan", ANY, false, nng_test_nan},
    {"batch", FUNCTIONS, false, nng_test_batch},
    {"zero-rows", ANY, false, nng_test_zero_rows},
    {"null-grad", LOSS, false, nng_test_null_grad},
    {"memory", ANY, false, nng_test_memory},
    {"leaks", ANY, false, nng_test_leaks},
    {"exports", ANY, false, nng_test_exports},
};
const size_t nng_behaviour_count = sizeof nng_behaviour_tests / sizeof nng_behaviour_tests[0];

/* The activation that a fused loss is fused with. */
static void find_output(struct nng_subject *subject, struct nng_host *host, struct nng_method *output)
{
    struct nng_error error = {0};
    if (subject->plugin->kind != NNG_LOSS || subject->plugin->loss->fused_with == NULL)
        return;
    if (nng_method_new(host, NNG_ACTIVATION, subject->plugin->loss->fused_with, output, &error) == NNG_OK)
        subject->output = output;
    else
        snprintf(subject->missing, sizeof subject->missing, "%.255s", error.text);
}

enum nng_status nng_behaviour_run(const struct nng_behaviour_test *test, struct nng_host *host,
                                  const struct nng_method *method, struct nng_guards *guards,
                                  struct nng_behaviour *behaviour, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_method output = {0};
    struct nng_subject subject = {.plugin = method->plugin, .file = method->file, .guards = guards, .found = behaviour};
    *behaviour = (struct nng_behaviour){.verdict = NNG_BEHAVES};
    subject.arena = nng_arena_new();
    if (subject.arena == NULL)
        return nng_fail_memory(error);
    subject.values = nng_arena_take(subject.arena, method->plugin->parameter_count, sizeof *subject.values);
    NNG_TRY(subject.values == NULL ? nng_fail_memory(error) : NNG_OK);
    (void)nng_subject_set(&subject, 0);
    find_output(&subject, host, &output);
    NNG_TRY(test->run(&subject, error));
fail:
    nng_arena_free(subject.arena);
    return status;
}

/* ---- findings ------------------------------------------------------------------------------------------------ */

static void find(struct nng_subject *subject, enum nng_behaviour_verdict verdict, const char *format, va_list arguments)
{
    if (subject->found->verdict == NNG_MISBEHAVES)
        return;
    subject->found->verdict = verdict;
    vsnprintf(subject->found->message, sizeof subject->found->message, format, arguments);
}

void nng_misbehaves(struct nng_subject *subject, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    find(subject, NNG_MISBEHAVES, format, arguments);
    va_end(arguments);
}

void nng_untested(struct nng_subject *subject, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    find(subject, NNG_UNTESTED, format, arguments);
    va_end(arguments);
}

void nng_behaves(struct nng_subject *subject, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    find(subject, NNG_BEHAVES, format, arguments);
    va_end(arguments);
}

/* ---- settings ------------------------------------------------------------------------------------------------ */

/* A range that ends there has as good as no end: what a test takes instead is ordinary. */
static bool is_endless(double end)
{
    return fabs(end) >= 1e300;
}

/* The least value to try (side 0) or the greatest. */
static double end_of(const struct nng_parameter *p, int side)
{
    double end = side == 0 ? p->min : p->max, sign = side == 0 ? -1 : 1;
    bool open = (p->flags & (side == 0 ? NNG_OPEN_MIN : NNG_OPEN_MAX)) != 0;
    if (is_endless(end)) {
        double size = fmax(10, 10 * fabs(p->standard));
        double other = side == 0 ? p->max : p->min;
        double far = p->standard + sign * size;
        return is_endless(other) || (side == 0 ? far < other : far > other) ? (p->kind == NNG_INT ? round(far) : far)
                                                                            : p->standard;
    }
    if (!open)
        return end;
    return p->kind == NNG_INT ? end - sign : end + 1e-3 * (p->standard - end);
}

/* The k-th value to try of a parameter beside its default; false after the last. */
static bool other_value(const struct nng_parameter *p, size_t k, double *value)
{
    if (p->kind == NNG_CHOICE) {
        *value = (double)k;
        return k < nng_choice_count(p);
    }
    *value = p->kind == NNG_BOOL ? (double)k : end_of(p, (int)k);
    return k < 2;
}

bool nng_subject_set(struct nng_subject *subject, size_t k)
{
    const struct nng_plugin *plugin = subject->plugin;
    double value;
    subject->setting[0] = '\0';
    for (uint32_t i = 0; i < plugin->parameter_count; i++)
        subject->values[i] = plugin->parameters[i].standard;
    if (k == 0)
        return true;
    for (uint32_t i = 0; i < plugin->parameter_count; i++)
        for (size_t j = 0; other_value(&plugin->parameters[i], j, &value); j++) {
            const struct nng_parameter *p = &plugin->parameters[i];
            if (value == p->standard || --k > 0)
                continue;
            subject->values[i] = value;
            if (p->kind == NNG_CHOICE)
                snprintf(subject->setting, sizeof subject->setting, " at %s = %s", p->name, p->choices[(size_t)value]);
            else
                snprintf(subject->setting, sizeof subject->setting, " at %s = %g", p->name, value);
            return true;
        }
    return false;
}
