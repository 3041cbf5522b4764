/* activity.h - what the units of each layer do: for inspect --units. */
#ifndef NNGRAD_ACTIVITY_H
#define NNGRAD_ACTIVITY_H

#include "inspection.h"
#include "render/json.h"

void activity_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void activity_markdown(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void activity_csv(const struct inspection *inspection, struct nng_text *out);
void activity_json(const struct inspection *inspection, struct json *json);

#endif
