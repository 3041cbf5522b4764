/* tables.h - the tables of inspect and check, for text and Markdown alike. */
#ifndef NNGRAD_TABLES_H
#define NNGRAD_TABLES_H

#include "inspection.h"
#include "render/table.h"

/* A line a layer: shapes, activation, number of parameters. */
struct table network_table(const struct nng_model *model);

/* A line a tensor: how its entries were judged. */
struct table tensors_table(const struct inspection *inspection);

/* The entries of largest |dL/dtheta|, largest first. */
struct table largest_table(const struct inspection *inspection, int digits);

/* Which entries a list of entries holds: those that are not a pass, or all. */
bool is_listed(const struct inspection *inspection, const struct nng_entry *entry);
size_t listed_count(const struct inspection *inspection);

/* Which entries programs are given: inspect gives every one. */
bool is_reported(const struct inspection *inspection, const struct nng_entry *entry);

/* At most `most` of the listed entries: analytic, numeric, uncertainty, ratio, verdict. */
struct table entries_table(const struct inspection *inspection, int digits, size_t most);

#endif
