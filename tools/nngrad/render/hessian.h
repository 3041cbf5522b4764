/* hessian.h - the second derivatives, and what their spectrum says: for inspect --hessian. */
#ifndef NNGRAD_HESSIAN_H
#define NNGRAD_HESSIAN_H

#include "inspection.h"
#include "render/json.h"

void hessian_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void hessian_markdown(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void hessian_json(const struct inspection *inspection, struct json *json);

#endif
