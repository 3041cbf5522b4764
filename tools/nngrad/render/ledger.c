/* ledger.c - the page's updates with numbers in them: w_111 = w_111 - eta * dw_111 = 0.35 - 0.5 * 0.012 = 0.344. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/number.h"
#include "schooling.h"

enum { DIGITS = 6, SAMPLES_SHOWN = 8 };

bool ledger_is_plain(const struct nng_model *model)
{
    return strcmp(model->optimizer.plugin->name, "gd") == 0;
}

void ledger_title(const struct nng_model *model, const struct ledger_step *step, struct nng_text *out)
{
    char loss[NUMBER_SIZE];
    number_computed(step->loss, DIGITS, loss);
    nng_text_print(out, "update %llu (epoch %zu, ", (unsigned long long)step->t, step->epoch);
    if (step->sample == NULL) {
        nng_text_add(out, model->data.samples == 1 ? "the one sample" : "all samples");
    } else {
        nng_text_add(out, step->samples == 1 ? "sample" : "samples");
        for (size_t n = 0; n < step->samples && n < SAMPLES_SHOWN; n++)
            nng_text_print(out, "%s %zu", n > 0 ? "," : "", step->sample[n] + 1);
        if (step->samples > SAMPLES_SHOWN)
            nng_text_print(out, ", ... %zu in all", step->samples);
    }
    nng_text_print(out, "): L = %s", loss);
}

/* " - 0.006" or " + 0.006" */
static void add_change(struct nng_text *out, double change)
{
    char text[NUMBER_SIZE];
    number_given(fabs(change), DIGITS, text);
    nng_text_print(out, " %c %s", signbit(change) ? '-' : '+', text);
}

/* w_111 = w_111 - 0.006 = 0.35 - 0.006 = 0.344, from dw_111 = 0.012; v = 0.006 */
static void add_other(const struct nng_model *model, const struct ledger_entry *entry, const char *name,
                      struct nng_text *out)
{
    char before[NUMBER_SIZE], after[NUMBER_SIZE], text[NUMBER_SIZE];
    const struct nng_optimizer *optimizer = model->optimizer.plugin->optimizer;
    number_given(entry->before, DIGITS, before);
    number_given(entry->after, DIGITS, after);
    nng_text_print(out, "%s = %s", name, before);
    add_change(out, entry->after - entry->before);
    nng_text_print(out, " = %s", after);
    if ((optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0)
        return;
    number_given(entry->gradient, DIGITS, text);
    nng_text_print(out, "   with d%s = %s", name, text);
    for (size_t k = 0; optimizer->slots != NULL && optimizer->slots[k] != NULL; k++) {
        number_given(entry->slots[k], DIGITS, text);
        nng_text_print(out, ", %s = %s", optimizer->slots[k], text);
    }
}

void ledger_line(const struct nng_model *model, const struct ledger_step *step, const struct ledger_entry *entry,
                 struct nng_text *out)
{
    char name[NNG_NAME_SIZE], before[NUMBER_SIZE], rate[NUMBER_SIZE], gradient[NUMBER_SIZE], after[NUMBER_SIZE];
    nng_parameter_name(model, entry->index, name);
    if (!ledger_is_plain(model)) {
        add_other(model, entry, name, out);
        return;
    }
    number_given(entry->before, DIGITS, before);
    number_given(step->learning_rate, DIGITS, rate);
    number_given(entry->gradient, DIGITS, gradient);
    number_given(entry->after, DIGITS, after);
    nng_text_print(out, "%s = %s - eta * d%s = %s - %s * %s = %s", name, name, name, before, rate, gradient, after);
}
