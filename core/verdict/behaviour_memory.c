/* behaviour_memory.c - what a plugin touches, between pages that nobody may touch; and what it keeps of what it
 * allocated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "base/error.h"
#include "verdict/behaviour.h"

/* ---- guarded calls ------------------------------------------------------------------------------------------- */

/* A copy of a sheet in guarded arrays, of which those that are not written may not be. */
static bool guard_sheet(struct nng_guards *guards, const struct nng_sheet *sheet, enum nng_guard_end end,
                        struct nng_sheet *guarded)
{
    *guarded = *sheet;
    for (size_t k = 0; k < sheet->form->array_count; k++) {
        const struct nng_array *array = &sheet->form->arrays[k];
        guarded->at[k] = nng_guards_take(guards, array->name, end, sheet->at[k], nng_sheet_length(sheet, k),
                                         array->codes ? sizeof(int32_t) : sizeof(double));
        if (guarded->at[k] == NULL || (!array->written && !nng_guards_seal(guards, guarded->at[k])))
            return false;
    }
    return true;
}

/* The subject with its parameters guarded too. */
static bool guard_values(const struct nng_subject *subject, enum nng_guard_end end, struct nng_subject *guarded)
{
    *guarded = *subject;
    guarded->values = nng_guards_take(subject->guards, "parameters", end, subject->values,
                                      subject->plugin->parameter_count, sizeof(double));
    return guarded->values != NULL && nng_guards_seal(subject->guards, guarded->values);
}

static enum nng_status call_guarded(struct nng_subject *subject, const struct nng_sheet *sheet, enum nng_guard_end end,
                                    struct nng_error *error)
{
    struct nng_guards *guards = subject->guards;
    struct nng_sheet guarded, plain;
    struct nng_subject within;
    struct nng_diagnostic diagnostic, *kept;
    enum nng_status status = nng_sheet_new(subject, sheet->form, sheet->rows, sheet->cols, &plain, error);
    char where[NNG_WHERE_SIZE];
    if (status != NNG_OK)
        return status;
    nng_sheet_copy(sheet, &plain);
    snprintf(guards->caller, sizeof guards->caller, "'%s' with %zu x %zu", sheet->form->name, sheet->rows, sheet->cols);
    guards->problem[0] = '\0';
    kept = nng_guards_take(guards, "diagnostic", end, NULL, 1, sizeof *kept);
    if (kept == NULL || !guard_values(subject, end, &within) || !guard_sheet(guards, sheet, end, &guarded)) {
        nng_guards_end(guards);
        return nng_fail_memory(error);
    }
    kept->row = kept->column = -1;
    bool accepted = sheet->form->call(&within, &guarded, kept) == NNG_PLUGIN_OK;
    if (accepted && guards->problem[0] == '\0' && nng_sheet_try(subject, &plain, &diagnostic) == NNG_PLUGIN_OK &&
        !nng_sheet_same(&plain, &guarded, 1e-13, where))
        nng_misbehaves(subject, "%s gives other results at another place in memory: %s", guards->caller, where);
    char caller[NNG_GUARD_TEXT_SIZE];
    memcpy(caller, guards->caller, sizeof caller);
    nng_guards_end(guards);
    if (guards->problem[0] != '\0')
        nng_misbehaves(subject, "%s: %s", caller, guards->problem);
    return NNG_OK;
}

enum nng_status nng_test_memory(struct nng_subject *subject, struct nng_error *error)
{
    static const size_t shapes[][2] = {{1, 1}, {3, 5}, {5, 8}, {2, 17}, {0, 3}};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms), size = sizeof shapes / sizeof shapes[0];
    for (size_t i = 0; i < count * size && !nng_found_fault(subject); i++) {
        struct nng_sheet sheet;
        const size_t *shape = shapes[i % size];
        NNG_TRY(nng_sheet_new(subject, &forms[i / size], shape[0], shape[1], &sheet, error));
        nng_sheet_fill(subject, &sheet, 30 + i);
        NNG_TRY(call_guarded(subject, &sheet, NNG_GUARD_LAST, error));
        NNG_TRY(call_guarded(subject, &sheet, NNG_GUARD_FIRST, error));
    }
    nng_behaves(subject, "%zu function%s in %zu shapes, each array between pages that may not be touched",
                NNG_COUNTED(count), size);
    if (count == 0)
        nng_untested(subject, "it takes the whole problem");
fail:
    return status;
}

/* ---- leaks --------------------------------------------------------------------------------------------------- */

static size_t bytes_in_use(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

/* A sanitizer or valgrind puts its own allocator in place, which tells nothing. */
bool nng_memory_in_use(size_t *bytes)
{
    size_t before = bytes_in_use();
    void *volatile some = malloc(100000);
    bool told = some != NULL && bytes_in_use() >= before + 100000;
    free(some);
    *bytes = bytes_in_use();
    return told;
}

enum nng_status nng_test_leaks(struct nng_subject *subject, struct nng_error *error)
{
    enum { WARM = 8, CALLS = 64, LEAST = 16 };
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms), before, after;
    if (!nng_memory_in_use(&before)) {
        nng_untested(subject, "the system does not tell how much memory is in use");
        return NNG_OK;
    }
    for (size_t i = 0; i < count; i++) {
        struct nng_sheet sheet;
        struct nng_diagnostic diagnostic;
        NNG_TRY(nng_sheet_new(subject, &forms[i], 4, 6, &sheet, error));
        nng_sheet_fill(subject, &sheet, 40 + i);
        for (int call = 0; call < WARM; call++)
            (void)nng_sheet_try(subject, &sheet, &diagnostic);
        before = bytes_in_use();
        for (int call = 0; call < CALLS; call++)
            (void)nng_sheet_try(subject, &sheet, &diagnostic);
        after = bytes_in_use();
        if (after >= before + CALLS * LEAST)
            nng_misbehaves(subject, "'%s' leaks memory: %zu bytes in %d calls", forms[i].name, after - before, CALLS);
    }
    nng_behaves(subject, "%zu function%s, %d calls each", NNG_COUNTED(count), CALLS);
    if (count == 0)
        nng_untested(subject, "it takes the whole problem: see 'whole-problem'");
fail:
    return status;
}
