/* report_csv.c - inspect and check as CSV: a line a derivative, every digit. */
#include <math.h>
#include <string.h>

#include "inspection.h"
#include "render/number.h"
#include "render/tables.h"

/* A field; quoted where it has to be: names such as w_2,10,3 hold commas. */
static void add_field(struct nng_text *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        nng_text_add(out, text);
        return;
    }
    nng_text_add(out, "\"");
    for (; *text != '\0'; text++)
        nng_text_add_n(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    nng_text_add(out, "\"");
}

static void add_number(struct nng_text *out, double x)
{
    char text[NUMBER_SIZE];
    number_exact(x, text);
    nng_text_print(out, ",%s", text);
}

static void add_entry(const struct inspection *in, const struct nng_entry *entry, struct nng_text *out)
{
    char name[NNG_NAME_SIZE];
    struct nng_place place = nng_place(in->model, entry->index);
    nng_parameter_name(in->model, entry->index, name);
    add_field(out, name);
    nng_text_print(out, ",%s,%zu,%zu,", place.kind == NNG_WEIGHT ? "weight" : "bias", place.layer, place.neuron);
    if (place.kind == NNG_WEIGHT)
        nng_text_print(out, "%zu", place.input);
    add_number(out, in->theta[entry->index]);
    add_number(out, entry->analytic);
    add_number(out, entry->numeric);
    add_number(out, entry->uncertainty);
    if (isnan(entry->complex_step))
        nng_text_add(out, ",");
    else
        add_number(out, entry->complex_step);
    nng_text_print(out, ",%s\n", nng_verdict_name(entry->verdict));
}

void report_csv(const struct inspection *in, struct nng_text *out)
{
    nng_text_add(out, "name,kind,layer,neuron,input,value,analytic,numeric,uncertainty,complex_step,verdict\n");
    for (size_t i = 0; i < in->report->entry_count; i++)
        if (is_reported(in, &in->report->entries[i]))
            add_entry(in, &in->report->entries[i], out);
}

void hessian_csv(const struct inspection *in, struct nng_text *out)
{
    const struct nng_hessian *hessian = in->hessian;
    size_t n = hessian->count;
    nng_text_add(out, "row,column,second_derivative,uncertainty\n");
    for (size_t i = 0; i < n * n; i++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(in->model, i / n, name);
        add_field(out, name);
        nng_text_add(out, ",");
        nng_parameter_name(in->model, i % n, name);
        add_field(out, name);
        add_number(out, hessian->matrix[i]);
        add_number(out, hessian->uncertainty[i]);
        nng_text_add(out, "\n");
    }
}

void spread_csv(const struct inspection *in, struct nng_text *out)
{
    const struct nng_spread *spread = in->spread;
    nng_text_add(out, "name,mean,deviation,lowest,lowest_sample,highest,highest_sample\n");
    for (size_t p = 0; p < spread->count; p++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(in->model, p, name);
        add_field(out, name);
        add_number(out, spread->mean[p]);
        add_number(out, spread->deviation[p]);
        add_number(out, spread->lowest[p]);
        nng_text_print(out, ",%zu", spread->lowest_sample[p] + 1);
        add_number(out, spread->highest[p]);
        nng_text_print(out, ",%zu\n", spread->highest_sample[p] + 1);
    }
}

void symbols_csv(const struct inspection *in, struct nng_text *out)
{
    const struct matrix *matrix = &in->matrix;
    size_t groups = matrix_groups(matrix), rows = 0;
    for (size_t g = 0; g < groups; g++) {
        struct matrix_group group = matrix_group(matrix, g);
        rows = group.rows > rows ? group.rows : rows;
        for (size_t c = 0; c < group.cols; c++)
            nng_text_print(out, "%s%s", g + c > 0 ? "," : "", group.title);
    }
    nng_text_add(out, "\n");
    for (size_t r = 0; r < rows; r++) {
        for (size_t g = 0; g < groups; g++) {
            struct matrix_group group = matrix_group(matrix, g);
            for (size_t c = 0; c < group.cols; c++) {
                char symbol[MATRIX_SYMBOL_SIZE];
                size_t index = r < group.rows ? matrix_index(matrix, g, r, c) : MATRIX_NONE;
                nng_text_add(out, g + c > 0 ? "," : "");
                add_field(out, matrix_symbol(matrix, index, symbol) ? symbol : "");
            }
        }
        nng_text_add(out, "\n");
    }
}
