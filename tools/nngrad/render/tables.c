/* tables.c - the tables of inspect and check. */
#include "render/tables.h"

#include <math.h>
#include <string.h>

#include "render/number.h"
#include "render/verdicts.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct table network_table(const struct nng_model *model)
{
    static const struct column columns[] = {{"layer", ALIGN_RIGHT, 0},      {"W", ALIGN_LEFT, 0},
                                            {"b", ALIGN_LEFT, 1},           {"activation", ALIGN_LEFT, 0},
                                            {"parameters", ALIGN_RIGHT, 0}, {"", ALIGN_LEFT, 2}};
    struct table table = table_new(columns, COUNT(columns));
    for (size_t l = 0; l < model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l];
        struct nng_tensor W = nng_tensor(model, l), b = nng_tensor(model, model->layer_count + l);
        table_print(&table, INK_PLAIN, "%zu", l + 1);
        table_print(&table, INK_PLAIN, "%zu × %zu", W.rows, W.cols);
        table_print(&table, INK_PLAIN, "%zu × %zu", b.rows, b.cols);
        table_add(&table, INK_PLAIN, layer->activation.plugin->name);
        table_print(&table, INK_PLAIN, "%zu", W.count + b.count);
        table_add(&table, INK_DIM, layer->train_biases ? "" : "biases frozen");
    }
    return table;
}

/* The indices of the largest |g|, largest first: an insertion into a short list. Returns how many there are. */
static size_t find_largest(const double *g, size_t count, size_t *largest, size_t most)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = found;
        while (at > 0 && fabs(g[i]) > fabs(g[largest[at - 1]]))
            at--;
        if (at == most)
            continue;
        found += found < most;
        for (size_t k = found - 1; k > at; k--)
            largest[k] = largest[k - 1];
        largest[at] = i;
    }
    return found;
}

struct table largest_table(const struct inspection *inspection, int digits)
{
    static const struct column columns[] = {
        {"name", ALIGN_LEFT, 0}, {"analytic", ALIGN_POINT, 0}, {"numeric", ALIGN_POINT, 0}, {"verdict", ALIGN_LEFT, 0}};
    enum { MOST = 10 };
    size_t largest[MOST];
    size_t count = find_largest(inspection->judged, inspection->model->parameter_count, largest, MOST);
    struct table table = table_new(columns, COUNT(columns));
    for (size_t k = 0; k < count; k++) {
        const struct nng_entry *entry = inspection_entry(inspection, largest[k]);
        char name[NNG_NAME_SIZE];
        nng_parameter_name(inspection->model, largest[k], name);
        table_add(&table, INK_PLAIN, name);
        table_computed(&table, INK_PLAIN, settled(entry, entry->analytic), digits);
        table_computed(&table, INK_PLAIN, settled(entry, entry->numeric), digits);
        table_add(&table, verdict_ink(entry->verdict), nng_verdict_name(entry->verdict));
    }
    return table;
}

struct table tensors_table(const struct inspection *inspection)
{
    static const struct column columns[] = {
        {"tensor", ALIGN_LEFT, 0},      {"shape", ALIGN_LEFT, 3}, {"pass", ALIGN_RIGHT, 0},
        {"fail", ALIGN_RIGHT, 0},       {"kink", ALIGN_RIGHT, 1}, {"inconclusive", ALIGN_RIGHT, 1},
        {"resolution", ALIGN_RIGHT, 4}, {"worst", ALIGN_LEFT, 2},
    };
    struct table table = table_new(columns, COUNT(columns));
    for (size_t k = 0; k < inspection->report->tensor_count; k++) {
        const struct nng_tensor_report *tensor = &inspection->report->tensors[k];
        char worst[NNG_NAME_SIZE] = "";
        bool all_pass = tensor->pass == tensor->tensor.count;
        if (!all_pass) /* among passes the worst is a matter of the last bits */
            nng_parameter_name(inspection->model, tensor->worst, worst);
        table_add(&table, INK_PLAIN, tensor->tensor.name);
        table_print(&table, INK_PLAIN, "%zu × %zu", tensor->tensor.rows, tensor->tensor.cols);
        table_print(&table, tensor->pass > 0 ? INK_GOOD : INK_DIM, "%zu", tensor->pass);
        table_print(&table, tensor->fail > 0 ? INK_BAD : INK_DIM, "%zu", tensor->fail);
        table_print(&table, tensor->kink > 0 ? INK_ODD : INK_DIM, "%zu", tensor->kink);
        table_print(&table, tensor->inconclusive > 0 ? INK_ODD : INK_DIM, "%zu", tensor->inconclusive);
        if (tensor->vacuous)
            table_add(&table, INK_ODD, "vacuous");
        else
            table_rough(&table, INK_PLAIN, tensor->resolution);
        table_add(&table, INK_PLAIN, worst);
    }
    return table;
}

bool is_listed(const struct inspection *inspection, const struct nng_entry *entry)
{
    return inspection->all || entry->verdict != NNG_PASS;
}

bool is_reported(const struct inspection *inspection, const struct nng_entry *entry)
{
    return strcmp(inspection->command, "inspect") == 0 || is_listed(inspection, entry);
}

size_t listed_count(const struct inspection *inspection)
{
    size_t count = 0;
    for (size_t i = 0; i < inspection->report->entry_count; i++)
        count += is_listed(inspection, &inspection->report->entries[i]);
    return count;
}

/* What is to be said of one entry beside its numbers. */
static void add_remark(struct table *table, const struct nng_entry *entry)
{
    char left[NUMBER_SIZE], right[NUMBER_SIZE];
    if (entry->verdict == NNG_KINK && !isnan(entry->left)) {
        number_given(entry->left, 4, left);
        number_given(entry->right, 4, right);
        table_print(table, INK_DIM, "slopes %s, %s", left, right);
    } else if (entry->data_failed && entry->penalty_failed) {
        table_add(table, INK_DIM, "loss and penalty");
    } else if (entry->penalty_failed) {
        table_add(table, INK_DIM, "in the penalty");
    } else {
        table_add(table, INK_PLAIN, "");
    }
}

static void add_entry(const struct inspection *inspection, struct table *table, const struct nng_entry *entry,
                      int digits)
{
    char name[NNG_NAME_SIZE];
    nng_parameter_name(inspection->model, entry->index, name);
    table_add(table, INK_PLAIN, name);
    double analytic = settled(entry, entry->analytic), numeric = settled(entry, entry->numeric);
    double ratio = analytic / numeric;
    table_computed(table, INK_PLAIN, analytic, digits);
    if (inspection->against != NULL)
        table_computed(table, INK_PLAIN, settled(entry, inspection->backpropagated[entry->index]), digits);
    table_computed(table, INK_PLAIN, numeric, digits);
    table_rough(table, INK_PLAIN, entry->uncertainty);
    if (isfinite(ratio))
        table_computed(table, INK_PLAIN, ratio, 4);
    else
        table_add(table, INK_PLAIN, "-");
    table_add(table, verdict_ink(entry->verdict), nng_verdict_name(entry->verdict));
    add_remark(table, entry);
}

struct table entries_table(const struct inspection *inspection, int digits, size_t most)
{
    static const struct column own[] = {
        {"name", ALIGN_LEFT, 0},   {"analytic", ALIGN_POINT, 0}, {"numeric", ALIGN_POINT, 0}, {"±", ALIGN_RIGHT, 3},
        {"ratio", ALIGN_POINT, 2}, {"verdict", ALIGN_LEFT, 1},   {"", ALIGN_LEFT, 1},
    };
    static const struct column theirs[] = {
        {"name", ALIGN_LEFT, 0}, {"yours", ALIGN_POINT, 0}, {"backprop", ALIGN_POINT, 2}, {"numeric", ALIGN_POINT, 0},
        {"±", ALIGN_RIGHT, 4},   {"ratio", ALIGN_POINT, 3}, {"verdict", ALIGN_LEFT, 1},   {"", ALIGN_LEFT, 1},
    };
    struct table table = inspection->against != NULL ? table_new(theirs, COUNT(theirs)) : table_new(own, COUNT(own));
    size_t count = 0;
    for (size_t i = 0; i < inspection->report->entry_count && count < most; i++)
        if (is_listed(inspection, &inspection->report->entries[i])) {
            add_entry(inspection, &table, &inspection->report->entries[i], digits);
            count++;
        }
    return table;
}
