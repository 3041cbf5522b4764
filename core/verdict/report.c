/* report.c - verdicts of a whole gradient: a line for each tensor, and what is not a pass. */
#include "verdict/report.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "verdict/judge.h"

const char *nng_verdict_name(enum nng_verdict verdict)
{
    static const char *const names[] = {"pass", "fail", "kink", "inconclusive"};
    return names[verdict];
}

enum nng_status nng_report_new(const struct nng_tensor *tensors, size_t count, size_t entries, struct nng_report **made,
                               struct nng_error *error)
{
    struct nng_arena *arena = nng_arena_new();
    struct nng_report *report = arena != NULL ? nng_arena_take(arena, 1, sizeof *report) : NULL;
    if (report == NULL)
        goto fail;
    *report = (struct nng_report){.memory = arena, .tensor_count = count, .entry_count = entries};
    report->entries = nng_arena_take(arena, entries, sizeof *report->entries);
    report->tensors = nng_arena_take(arena, count, sizeof *report->tensors);
    if (report->entries == NULL || report->tensors == NULL)
        goto fail;
    for (size_t t = 0; t < count; t++)
        report->tensors[t].tensor = tensors[t];
    *made = report;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return nng_fail_memory(error);
}

enum nng_status nng_report_of_model(const struct nng_model *model, size_t entries, struct nng_report **report,
                                    struct nng_error *error)
{
    size_t count = nng_tensor_count(model);
    struct nng_tensor *tensors = nng_allocate(count, sizeof *tensors);
    if (tensors == NULL)
        return nng_fail_memory(error);
    for (size_t t = 0; t < count; t++)
        tensors[t] = nng_tensor(model, t);
    enum nng_status status = nng_report_new(tensors, count, entries, report, error);
    nng_release(tensors);
    return status;
}

void nng_report_free(struct nng_report *report)
{
    if (report != NULL)
        nng_arena_free(report->memory);
}

/* How far an entry is from being equal, in tolerances. */
static double distance(const struct nng_entry *entry)
{
    double d = fabs(entry->analytic - entry->numeric);
    if (isnan(d))
        return INFINITY;
    return d == 0.0 ? 0.0 : d / entry->tolerance;
}

/* Is a derivative zero, exactly or as far as rounding lets one see? Then two zeros were compared. */
static bool is_zero(const struct nng_entry *entry)
{
    double size = fabs(entry->analytic) + fabs(entry->numeric);
    return size == 0.0 || (entry->verdict == NNG_PASS && size <= 2.0 * entry->uncertainty);
}

static void count_entry(struct nng_report *report, size_t t, const struct nng_entry *entry, double *worst, bool *zero)
{
    struct nng_tensor_report *tensor = &report->tensors[t];
    size_t *counts[] = {&tensor->pass, &tensor->fail, &tensor->kink, &tensor->inconclusive};
    size_t *totals[] = {&report->pass, &report->fail, &report->kink, &report->inconclusive};
    ++*counts[entry->verdict];
    ++*totals[entry->verdict];
    /* |g - n| > T + 3U is a FAIL, and n may be off by U; T is relative to what the tolerance is relative to */
    if (entry->verdict == NNG_INCONCLUSIVE && isinf(entry->uncertainty)) {
        tensor->resolution = INFINITY; /* there is no estimate at all */
    } else if (entry->verdict != NNG_KINK && entry->tolerance > 0.0) {
        double caught = entry->relative * (1.0 + (1.0 + NNG_ACCUSES) * entry->uncertainty / entry->tolerance);
        tensor->resolution = fmax(tensor->resolution, caught);
    }
    if (distance(entry) > worst[t]) {
        worst[t] = distance(entry);
        tensor->worst = entry->index;
    }
    zero[t] = zero[t] && is_zero(entry);
}

enum nng_status nng_report_close(struct nng_report *report, bool every, struct nng_error *error)
{
    double *worst = nng_arena_take(report->memory, report->tensor_count, sizeof *worst);
    bool *zero = nng_arena_take(report->memory, report->tensor_count, sizeof *zero);
    if (worst == NULL || zero == NULL)
        return nng_fail_memory(error);
    for (size_t k = 0; k < report->tensor_count; k++) {
        worst[k] = -1.0;
        zero[k] = true;
    }
    size_t kept = 0, t = 0;
    for (size_t i = 0; i < report->entry_count; i++) {
        while (report->entries[i].index >= report->tensors[t].tensor.offset + report->tensors[t].tensor.count)
            t++;
        count_entry(report, t, &report->entries[i], worst, zero);
        if (every || report->entries[i].verdict != NNG_PASS)
            report->entries[kept++] = report->entries[i];
    }
    report->entry_count = kept;
    report->vacuous = true;
    for (t = 0; t < report->tensor_count; t++) {
        report->tensors[t].vacuous = zero[t];
        report->vacuous = report->vacuous && zero[t];
    }
    report->verdict = report->fail != 0 ? NNG_FAIL : report->inconclusive != 0 ? NNG_INCONCLUSIVE : NNG_PASS;
    return NNG_OK;
}

void nng_report_screened(struct nng_report *report, double resolution)
{
    for (size_t t = 0; t < report->tensor_count; t++) {
        struct nng_tensor_report *tensor = &report->tensors[t];
        size_t judged = tensor->pass + tensor->fail + tensor->kink + tensor->inconclusive;
        tensor->pass += tensor->tensor.count - judged;
        report->pass += tensor->tensor.count - judged;
        tensor->resolution = fmax(tensor->resolution, resolution);
        tensor->worst = judged != 0 ? tensor->worst : tensor->tensor.offset;
        tensor->vacuous = tensor->vacuous && judged == tensor->tensor.count;
        report->vacuous = report->vacuous && tensor->vacuous;
    }
}

/* Appends one element to an array of the arena, which doubles when its count is a power of two. */
static void *append(struct nng_arena *arena, void *array, size_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return array;
    void *grown = nng_arena_take(arena, count != 0 ? 2 * count : 1, size);
    if (grown != NULL && count != 0)
        memcpy(grown, array, count * size);
    return grown;
}

enum nng_status nng_report_diagnose(struct nng_report *report, const char *tensor, const char *cause,
                                    struct nng_error *error, const char *format, ...)
{
    struct nng_diagnosis *grown =
        append(report->memory, report->diagnosis, report->diagnosis_count, sizeof *report->diagnosis);
    if (grown == NULL)
        return nng_fail_memory(error);
    report->diagnosis = grown;
    struct nng_diagnosis *diagnosis = &report->diagnosis[report->diagnosis_count++];
    diagnosis->cause = cause;
    nng_copy_text(diagnosis->tensor, sizeof diagnosis->tensor, tensor, strlen(tensor));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(diagnosis->message, sizeof diagnosis->message, format, arguments);
    va_end(arguments);
    return NNG_OK;
}

enum nng_status nng_report_note(struct nng_report *report, struct nng_error *error, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char **grown = append(report->memory, report->notes, report->note_count, sizeof *report->notes);
    char *copy = nng_arena_text(report->memory, text);
    if (grown == NULL || copy == NULL)
        return nng_fail_memory(error);
    report->notes = grown;
    report->notes[report->note_count++] = copy;
    return NNG_OK;
}
