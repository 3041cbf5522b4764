/* behaviour_sheet.c - the arguments of one call of a plugin's function: made, copied, compared. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "verdict/behaviour.h"

/* Bytes around each array: a small overrun harms nobody. */
enum { AROUND = 1024 };

size_t nng_sheet_length(const struct nng_sheet *sheet, size_t array)
{
    return sheet->form->arrays[array].per_row ? sheet->rows : sheet->rows * sheet->cols;
}

static size_t size_of(const struct nng_array *array)
{
    return array->codes ? sizeof(int32_t) : sizeof(double);
}

static int32_t *codes_of(const struct nng_sheet *sheet, size_t array)
{
    return (int32_t *)(void *)sheet->at[array];
}

enum nng_status nng_sheet_new(const struct nng_subject *subject, const struct nng_form *form, size_t rows, size_t cols,
                              struct nng_sheet *sheet, struct nng_error *error)
{
    *sheet = (struct nng_sheet){.form = form, .rows = rows, .cols = cols, .t = 1};
    for (size_t k = 0; k < form->array_count; k++) {
        size_t bytes = nng_sheet_length(sheet, k) * size_of(&form->arrays[k]);
        char *room = nng_arena_take(subject->arena, bytes + 2 * AROUND, 1);
        if (room == NULL)
            return nng_fail_memory(error);
        sheet->at[k] = (double *)(void *)(room + AROUND);
    }
    return NNG_OK;
}

static void spoil(const struct nng_sheet *sheet, size_t k)
{
    for (size_t i = 0; i < nng_sheet_length(sheet, k); i++)
        if (sheet->form->arrays[k].codes)
            codes_of(sheet, k)[i] = INT32_MAX;
        else
            sheet->at[k][i] = NNG_UNWRITTEN;
}

void nng_sheet_fill(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t seed)
{
    sheet->t = 1;
    for (size_t k = 0; k < sheet->form->array_count; k++)
        if (sheet->form->arrays[k].written && !sheet->form->arrays[k].kept)
            spoil(sheet, k);
    sheet->form->fill(subject, sheet, &seed);
}

void nng_sheet_copy(const struct nng_sheet *from, struct nng_sheet *to)
{
    for (size_t k = 0; k < from->form->array_count; k++)
        memcpy(to->at[k], from->at[k], nng_sheet_length(from, k) * size_of(&from->form->arrays[k]));
    to->t = from->t;
}

/* ---- calls --------------------------------------------------------------------------------------------------- */

enum nng_plugin_status nng_sheet_try(const struct nng_subject *subject, const struct nng_sheet *sheet,
                                     struct nng_diagnostic *diagnostic)
{
    *diagnostic = (struct nng_diagnostic){.row = -1, .column = -1};
    enum nng_plugin_status status = sheet->form->call(subject, sheet, diagnostic);
    diagnostic->text[sizeof diagnostic->text - 1] = '\0';
    return status;
}

bool nng_sheet_call(struct nng_subject *subject, const struct nng_sheet *sheet)
{
    struct nng_diagnostic diagnostic;
    enum nng_plugin_status status = nng_sheet_try(subject, sheet, &diagnostic);
    if (status == NNG_PLUGIN_OK)
        return true;
    subject->found->refused = true;
    if (status != NNG_PLUGIN_ERROR)
        nng_misbehaves(subject, "'%s' returns %d, which is no status", sheet->form->name, (int)status);
    else
        nng_misbehaves(subject, "'%s' refuses legal arguments%s: %s", sheet->form->name, subject->setting,
                       diagnostic.text[0] != '\0' ? diagnostic.text : "it gives no reason");
    return false;
}

/* ---- comparison ---------------------------------------------------------------------------------------------- */

void nng_sheet_place(const struct nng_sheet *sheet, size_t array, size_t i, char place[NNG_WHERE_SIZE])
{
    const struct nng_array *a = &sheet->form->arrays[array];
    if (!sheet->form->stacked)
        snprintf(place, NNG_WHERE_SIZE, "%s[%zu]", a->name, i);
    else if (a->per_row)
        snprintf(place, NNG_WHERE_SIZE, "%s of sample %zu", a->name, i + 1);
    else
        snprintf(place, NNG_WHERE_SIZE, "%s of sample %zu, unit %zu", a->name, i / sheet->cols + 1,
                 i % sheet->cols + 1);
}

/* The largest finite magnitude beside entry i: in its row, or of a sample's value. */
static double scale_at(const struct nng_sheet *sheet, size_t array, size_t i)
{
    const double *x = sheet->at[array];
    bool alone = sheet->form->arrays[array].per_row || !sheet->form->stacked;
    size_t from = alone ? i : i / sheet->cols * sheet->cols, to = alone ? i + 1 : from + sheet->cols;
    double scale = 0;
    for (; from < to; from++)
        if (isfinite(x[from]))
            scale = fmax(scale, fabs(x[from]));
    return scale;
}

static bool entry_same(const struct nng_sheet *p, const struct nng_sheet *q, size_t array, size_t i, double tolerance)
{
    if (p->form->arrays[array].codes)
        return codes_of(p, array)[i] == codes_of(q, array)[i];
    double x = p->at[array][i], y = q->at[array][i];
    if (isnan(x) || isnan(y))
        return isnan(x) && isnan(y);
    if (memcmp(&x, &y, sizeof x) == 0)
        return true;
    return tolerance > 0 && fabs(x - y) <= tolerance * fmax(scale_at(p, array, i), scale_at(q, array, i));
}

static void say_difference(const struct nng_sheet *p, const struct nng_sheet *q, size_t array, size_t i,
                           char where[NNG_WHERE_SIZE])
{
    char place[NNG_WHERE_SIZE];
    nng_sheet_place(p, array, i, place);
    if (p->form->arrays[array].codes)
        snprintf(where, NNG_WHERE_SIZE, "%.80s: %ld, then %ld", place, (long)codes_of(p, array)[i],
                 (long)codes_of(q, array)[i]);
    else
        snprintf(where, NNG_WHERE_SIZE, "%.80s: %.17g, then %.17g", place, p->at[array][i], q->at[array][i]);
}

bool nng_sheet_same(const struct nng_sheet *p, const struct nng_sheet *q, double tolerance, char where[NNG_WHERE_SIZE])
{
    for (size_t k = 0; k < p->form->array_count; k++)
        for (size_t i = 0; p->form->arrays[k].written && i < nng_sheet_length(p, k); i++)
            if (!entry_same(p, q, k, i, tolerance)) {
                say_difference(p, q, k, i, where);
                return false;
            }
    return true;
}

/* FNV-1a over the bytes. */
uint64_t nng_sheet_digest(const struct nng_sheet *sheet, uint64_t so_far)
{
    uint64_t hash = so_far != 0 ? so_far : UINT64_C(0xcbf29ce484222325);
    for (size_t k = 0; k < sheet->form->array_count; k++)
        for (size_t i = 0;
             sheet->form->arrays[k].written && i < nng_sheet_length(sheet, k) * size_of(&sheet->form->arrays[k]); i++)
            hash = (hash ^ ((const unsigned char *)(const void *)sheet->at[k])[i]) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

/* ---- arguments ----------------------------------------------------------------------------------------------- */

double nng_draw(uint64_t *seed, double low, double high)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return low + (high - low) * ((double)((z ^ (z >> 31)) >> 11) * 0x1p-53);
}

void nng_ordinary_range(double min, double max, double size, double *low, double *high)
{
    *low = fmax(min, -size);
    *high = fmin(max, size);
    if (*low > *high) { /* all of it is far from 0 */
        *low = fmin(min, max);
        *high = isfinite(max) ? max : fabs(min) * 2;
        if (!isfinite(*low) || fabs(*low) >= 1e300)
            *low = -fabs(max) * 2;
    }
}
