/* spread.h - the samples' own gradients: how far they lie apart, for inspect --per-sample. */
#ifndef NNGRAD_SPREAD_H
#define NNGRAD_SPREAD_H

#include "inspection.h"
#include "render/json.h"

void spread_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void spread_markdown(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void spread_json(const struct inspection *inspection, struct json *json);

#endif
