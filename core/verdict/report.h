/* report.h - building the report of a check. */
#ifndef NNG_VERDICT_REPORT_H
#define NNG_VERDICT_REPORT_H

#include "base/error.h"

/* A report of `entries` entries over these tensors, which lie after each other in theta. */
enum nng_status nng_report_new(const struct nng_tensor *tensors, size_t count, size_t entries,
                               struct nng_report **report, struct nng_error *error);
enum nng_status nng_report_of_model(const struct nng_model *model, size_t entries, struct nng_report **report,
                                    struct nng_error *error);

/* Counts, worst entries, resolutions and the whole verdict from all the entries (in theta's order); then keeps only
 * those that are not "pass" unless `every`. */
enum nng_status nng_report_close(struct nng_report *report, bool every, struct nng_error *error);

/* After a close: what was not judged one by one counts as pass, and every tensor's resolution is that of the screen. */
void nng_report_screened(struct nng_report *report, double resolution);

/* Adds a diagnosis, or a note on what the verdict cannot tell. */
enum nng_status nng_report_diagnose(struct nng_report *report, const char *tensor, const char *cause,
                                    struct nng_error *error, const char *format, ...) NNG_PRINTF(5, 6);
enum nng_status nng_report_note(struct nng_report *report, struct nng_error *error, const char *format, ...)
    NNG_PRINTF(3, 4);

#endif
