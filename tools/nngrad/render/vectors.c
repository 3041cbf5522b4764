/* vectors.c - vectors below each other, decimal points in one line. */
#include "render/vectors.h"

#include <string.h>

#include "render/matrix.h"
#include "render/number.h"

enum { INDENT = 2, GAP = 2, MOST_SHOWN = 12 };

static void write_number(const struct vector *vector, size_t i, const struct style *style, char text[NUMBER_SIZE])
{
    if (vector->given)
        number_given(vector->values[i], style->digits, text);
    else
        number_computed(vector->values[i], style->digits, text);
}

struct sizes {
    size_t name, left, cell; /* widths: of names; before the decimal point; of a number */
    size_t cells;            /* numbers a line */
    size_t longest;          /* numbers in the longest vector, at most a line of them */
};

static struct sizes measure(const struct vector *vectors, size_t count, const struct style *style)
{
    struct sizes sizes = {0};
    size_t right = 0;
    char text[NUMBER_SIZE];
    for (size_t v = 0; v < count; v++) {
        size_t name = plain_width(vectors[v].name);
        sizes.name = name > sizes.name ? name : sizes.name;
        sizes.longest = vectors[v].count > sizes.longest ? vectors[v].count : sizes.longest;
        for (size_t i = 0; i < vectors[v].count; i++) {
            write_number(&vectors[v], i, style, text);
            size_t point = number_point(text), rest = strlen(text) - point;
            sizes.left = point > sizes.left ? point : sizes.left;
            right = rest > right ? rest : right;
        }
    }
    sizes.cell = sizes.left + right;
    sizes.cells = (style->width - INDENT - sizes.name) / (sizes.cell + GAP);
    sizes.cells = sizes.cells < 1 ? 1 : sizes.cells;
    sizes.longest = sizes.longest < sizes.cells ? sizes.longest : sizes.cells;
    return sizes;
}

static void add_number(const struct vector *vector, size_t i, const struct sizes *sizes, const struct style *style,
                       struct nng_text *out)
{
    char text[NUMBER_SIZE] = "";
    plain_space(out, GAP);
    size_t before = sizes->left > 0 ? sizes->left - 1 : 0, width = 1;
    if (i != MATRIX_NONE) {
        write_number(vector, i, style, text);
        before = sizes->left - number_point(text);
        width = strlen(text);
    }
    plain_space(out, before);
    plain_add(out, style, i == MATRIX_NONE ? INK_DIM : INK_PLAIN, i == MATRIX_NONE ? "⋯" : text);
    plain_space(out, sizes->cell - before - width);
}

static void add_vector(const struct vector *vector, struct span span, const struct sizes *sizes,
                       const struct style *style, struct nng_text *out)
{
    plain_space(out, INDENT);
    plain_add(out, style, INK_TITLE, vector->name);
    plain_space(out, sizes->name - plain_width(vector->name));
    for (size_t s = 0; s < span_slots(span); s++) {
        if (s > 0 && s % sizes->cells == 0) {
            plain_end_line(out);
            plain_space(out, INDENT + sizes->name);
        }
        add_number(vector, span_at(span, s), sizes, style, out);
    }
    size_t missing = span_slots(span) < sizes->longest ? sizes->longest - span_slots(span) : 0;
    size_t end = INDENT + sizes->name + sizes->longest * (sizes->cell + GAP);
    if (span_slots(span) <= sizes->cells && end + GAP + plain_width(vector->formula) <= style->width) {
        plain_space(out, missing * (sizes->cell + GAP) + GAP);
        plain_add(out, style, INK_DIM, vector->formula);
    }
    plain_end_line(out);
}

bool vectors_text(const struct vector *vectors, size_t count, bool full, const struct style *style,
                  struct nng_text *out)
{
    struct sizes sizes = measure(vectors, count, style);
    bool elided = false;
    for (size_t v = 0; v < count; v++) {
        if (vectors[v].values == NULL) {
            out->failed = true;
            break;
        }
        size_t most = sizes.cells > MOST_SHOWN ? sizes.cells : MOST_SHOWN;
        struct span span = span_within(vectors[v].count, full ? vectors[v].count : most);
        elided = elided || span.head < span.total;
        add_vector(&vectors[v], span, &sizes, style, out);
    }
    return elided;
}
