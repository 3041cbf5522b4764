/* grid.c - the page's matrix on a terminal, in numbers or in symbols.
 *
 * The groups stand side by side while the width lasts, and below each other when it does not; a group that is too wide
 * by itself loses columns from its middle, or, when nothing may be elided, goes on below. In numbers an entry is its
 * name, its analytic value, and under that its numeric one; a mark beside the name when the two disagree.
 */
#include "render/grid.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "render/number.h"
#include "render/verdicts.h"

enum { INDENT = 2, GAP = 3, LABEL = 10, LABEL_FROM = 60, MOST_ROWS = 8, MOST_COLS = 12 };

/* One column of one group. */
struct slot {
    size_t group, col;  /* MATRIX_NONE: the dots between the first columns and the last */
    size_t left, width; /* columns before the decimal point; all of them */
    bool negative;      /* holds a number with a sign, which stands left of the name */
};

struct grid {
    const struct inspection *inspection;
    const struct style *style;
    bool symbols;
    size_t label; /* width of what stands left of the matrix */
    struct slot *slots;
    size_t slot_count;
    bool failed, elided;
};

enum { LINES = 3 };

struct cell {
    char lines[LINES][MATRIX_SYMBOL_SIZE]; /* name, analytic, numeric; or the symbol */
    enum ink ink[LINES];
};

static void describe(const struct grid *grid, size_t index, struct cell *cell)
{
    const struct inspection *in = grid->inspection;
    char name[NNG_NAME_SIZE];
    memset(cell, 0, sizeof *cell);
    if (grid->symbols) {
        matrix_symbol(&in->matrix, index, cell->lines[0]);
        return;
    }
    nng_parameter_name(in->model, index, name);
    const struct nng_entry *entry = inspection_entry(in, index);
    const char *mark = verdict_mark(entry->verdict);
    enum ink ink = verdict_ink(entry->verdict);
    snprintf(cell->lines[0], sizeof cell->lines[0], "%s%s%s", name, mark[0] != '\0' ? " " : "", mark);
    number_computed(settled(entry, entry->analytic), grid->style->digits, cell->lines[1]);
    number_computed(settled(entry, entry->numeric), grid->style->digits, cell->lines[2]);
    bool passed = entry->verdict == NNG_PASS;
    cell->ink[0] = passed ? INK_DIM : ink;
    cell->ink[1] = cell->ink[2] = passed ? INK_PLAIN : ink;
}

static size_t line_count(const struct grid *grid)
{
    return grid->symbols ? 1 : LINES;
}

static struct span rows_of(const struct grid *grid, size_t group)
{
    size_t rows = matrix_group(&grid->inspection->matrix, group).rows;
    return span_within(rows, grid->inspection->full ? rows : MOST_ROWS);
}

/* ---- measuring: how wide is each column, and which are shown ------------------------------------------------ */

static void measure(const struct grid *grid, struct slot *slot)
{
    struct span rows = rows_of(grid, slot->group);
    size_t right = 0, name = 0;
    slot->left = slot->width = slot->col == MATRIX_NONE ? 1 : 0;
    for (size_t r = 0; r < span_slots(rows) && slot->col != MATRIX_NONE; r++) {
        size_t row = span_at(rows, r), index;
        struct cell cell;
        if (row == MATRIX_NONE ||
            (index = matrix_index(&grid->inspection->matrix, slot->group, row, slot->col)) == MATRIX_NONE)
            continue;
        describe(grid, index, &cell);
        size_t width = plain_width(cell.lines[0]);
        name = width > name ? width : name;
        for (size_t k = 1; k < line_count(grid); k++) {
            slot->negative = slot->negative || cell.lines[k][0] == '-';
            size_t point = number_point(cell.lines[k]), rest = strlen(cell.lines[k]) - point;
            slot->left = point > slot->left ? point : slot->left;
            right = rest > right ? rest : right;
        }
    }
    name += slot->negative;
    slot->width = slot->left + right > slot->width ? slot->left + right : slot->width;
    slot->width = name > slot->width ? name : slot->width;
}

/* All columns if they are few, or fit, or nothing may be elided; else the first that fit beside dots and the last. */
static struct span columns_within(const struct grid *grid, const struct slot *all, size_t total)
{
    size_t room = grid->style->width - INDENT - grid->label, width = 0, head = 0;
    for (size_t c = 0; c < total; c++)
        width += all[c].width + (c > 0 ? GAP : 0);
    if (width <= room || grid->inspection->full || total <= MOST_COLS)
        return (struct span){total, total};
    width = GAP + 1 + GAP + all[total - 1].width;
    while (head < total - 2 && width + all[head].width <= room)
        width += all[head++].width + GAP;
    return (struct span){total, head > 0 ? head : 1};
}

static void add_group(struct grid *grid, size_t group)
{
    size_t total = matrix_group(&grid->inspection->matrix, group).cols;
    struct slot *all = nng_allocate(total, sizeof *all);
    struct slot *slots = nng_reallocate(grid->slots, grid->slot_count + total, sizeof *slots);
    grid->slots = slots != NULL ? slots : grid->slots;
    if (all == NULL || slots == NULL) {
        grid->failed = true;
        nng_release(all);
        return;
    }
    for (size_t c = 0; c < total; c++) {
        all[c] = (struct slot){.group = group, .col = c};
        measure(grid, &all[c]);
    }
    struct span cols = columns_within(grid, all, total), rows = rows_of(grid, group);
    grid->elided = grid->elided || cols.head < cols.total || rows.head < rows.total;
    for (size_t s = 0; s < span_slots(cols); s++) {
        size_t col = span_at(cols, s);
        grid->slots[grid->slot_count++] =
            col != MATRIX_NONE ? all[col] : (struct slot){group, MATRIX_NONE, 1, 1, false};
    }
    nng_release(all);
}

/* ---- a strip: neighbouring columns of one group -------------------------------------------------------------- */

struct strip {
    size_t first, end; /* slots */
    size_t width;
    char title[MATRIX_TITLE_SIZE * 2], subtitle[MATRIX_TITLE_SIZE * 2];
};

static struct strip make_strip(const struct grid *grid, size_t first, size_t end)
{
    struct strip strip = {.first = first, .end = end};
    size_t group = grid->slots[first].group;
    struct matrix_group info = matrix_group(&grid->inspection->matrix, group);
    bool begins = first == 0 || grid->slots[first - 1].group != group;
    bool ends = end == grid->slot_count || grid->slots[end].group != group;
    if (begins && ends)
        snprintf(strip.title, sizeof strip.title, "%s", info.title);
    else if (end == first + 1)
        snprintf(strip.title, sizeof strip.title, "%s, column %zu", info.title, grid->slots[first].col + 1);
    else
        snprintf(strip.title, sizeof strip.title, "%s, columns %zu to %zu", info.title, grid->slots[first].col + 1,
                 grid->slots[end - 1].col + 1);
    if (group + 1 < matrix_groups(&grid->inspection->matrix))
        snprintf(strip.subtitle, sizeof strip.subtitle, "%s, %zu × %zu", info.symbol, info.rows, info.cols);
    else
        snprintf(strip.subtitle, sizeof strip.subtitle, "%s", info.symbol);
    for (size_t s = first; s < end; s++)
        strip.width += grid->slots[s].width + (s > first ? GAP : 0);
    size_t title = plain_width(strip.title), subtitle = plain_width(strip.subtitle);
    strip.width = title > strip.width ? title : strip.width;
    strip.width = subtitle > strip.width ? subtitle : strip.width;
    return strip;
}

/* The next strip: what is left of a group, if it fits; its first columns, if not even a whole line holds it. */
static struct strip next_strip(const struct grid *grid, size_t first, size_t room)
{
    size_t end = first;
    while (end < grid->slot_count && grid->slots[end].group == grid->slots[first].group)
        end++;
    struct strip strip = make_strip(grid, first, end);
    while (strip.width > room && end > first + 1)
        strip = make_strip(grid, first, --end);
    return strip;
}

/* ---- printing ------------------------------------------------------------------------------------------------ */

static void add_padded(const struct grid *grid, struct nng_text *out, enum ink ink, const char *text, size_t before,
                       size_t width)
{
    size_t taken = before + plain_width(text);
    plain_space(out, before);
    plain_add(out, grid->style, ink, text);
    plain_space(out, width > taken ? width - taken : 0);
}

static void add_slot(const struct grid *grid, struct nng_text *out, const struct slot *slot, size_t row_slot,
                     size_t line)
{
    struct span rows = rows_of(grid, slot->group);
    size_t row = row_slot < span_slots(rows) ? span_at(rows, row_slot) : MATRIX_NONE, index = MATRIX_NONE;
    bool is_dots = row_slot < span_slots(rows) && row == MATRIX_NONE;
    if (is_dots) {
        const char *dots = line > 0 ? "" : slot->col == MATRIX_NONE ? "⋱" : "⋮";
        size_t before = slot->left > 0 && dots[0] != '\0' ? slot->left - 1 : 0;
        add_padded(grid, out, INK_DIM, dots, before, slot->width);
        return;
    }
    if (row != MATRIX_NONE && slot->col == MATRIX_NONE) {
        add_padded(grid, out, INK_DIM, "⋯", 0, slot->width);
        return;
    }
    if (row != MATRIX_NONE)
        index = matrix_index(&grid->inspection->matrix, slot->group, row, slot->col);
    if (index == MATRIX_NONE) {
        plain_space(out, slot->width);
        return;
    }
    struct cell cell;
    describe(grid, index, &cell);
    size_t before = line == 0 ? slot->negative : slot->left - number_point(cell.lines[line]);
    add_padded(grid, out, cell.ink[line], cell.lines[line], before, slot->width);
}

static void add_line(const struct grid *grid, struct nng_text *out, const struct strip *strips, size_t count,
                     size_t row_slot, size_t line, bool labelled)
{
    static const char *const labels[LINES] = {"", "analytic", "numeric"};
    plain_space(out, INDENT);
    add_padded(grid, out, INK_DIM, grid->label > 0 && labelled ? labels[line] : "", 0, grid->label);
    for (size_t k = 0; k < count; k++) {
        const struct strip *strip = &strips[k];
        size_t width = 0;
        if (k > 0)
            plain_add(out, grid->style, INK_DIM, " │ ");
        for (size_t s = strip->first; s < strip->end; s++) {
            plain_space(out, s > strip->first ? GAP : 0);
            add_slot(grid, out, &grid->slots[s], row_slot, line);
            width += grid->slots[s].width + (s > strip->first ? GAP : 0);
        }
        plain_space(out, strip->width - width);
    }
    plain_end_line(out);
}

/* Titles and subtitles in one line where they fit beside each other, else in two. */
static void add_titles(const struct grid *grid, struct nng_text *out, const struct strip *strips, size_t count)
{
    enum { BETWEEN = 3 };
    bool one_line = true;
    for (size_t k = 0; k < count; k++)
        one_line =
            one_line && plain_width(strips[k].title) + BETWEEN + plain_width(strips[k].subtitle) <= strips[k].width;
    for (size_t line = 0; line < (one_line ? 1 : 2); line++) {
        plain_space(out, INDENT + grid->label);
        for (size_t k = 0; k < count; k++) {
            size_t title = one_line ? plain_width(strips[k].title) + BETWEEN : strips[k].width;
            if (k > 0)
                plain_add(out, grid->style, INK_DIM, " │ ");
            if (line == 0)
                add_padded(grid, out, INK_TITLE, strips[k].title, 0, title);
            if (line == 1 || one_line)
                add_padded(grid, out, INK_DIM, strips[k].subtitle, 0, strips[k].width - (one_line ? title : 0));
        }
        plain_end_line(out);
    }
}

static void add_band(const struct grid *grid, struct nng_text *out, const struct strip *strips, size_t count)
{
    size_t rows = 0;
    for (size_t k = 0; k < count; k++) {
        size_t own = span_slots(rows_of(grid, grid->slots[strips[k].first].group));
        rows = own > rows ? own : rows;
    }
    add_titles(grid, out, strips, count);
    for (size_t r = 0; r < rows; r++) {
        bool only_dots = true; /* a row in which each group has dots or nothing takes one line */
        for (size_t k = 0; k < count; k++) {
            struct span own = rows_of(grid, grid->slots[strips[k].first].group);
            only_dots = only_dots && (r >= span_slots(own) || span_at(own, r) == MATRIX_NONE);
        }
        if (r > 0 && !grid->symbols)
            add_line(grid, out, strips, count, SIZE_MAX, 0, false);
        for (size_t line = 0; line < (only_dots ? 1 : line_count(grid)); line++)
            add_line(grid, out, strips, count, r, line, true);
    }
}

static void add_bands(const struct grid *grid, struct nng_text *out)
{
    enum { MOST_STRIPS = 64 };
    struct strip strips[MOST_STRIPS];
    size_t room = grid->style->width - INDENT - grid->label, separator = strlen(" | ");
    for (size_t first = 0; first < grid->slot_count;) {
        size_t count = 0, width = 0;
        while (first < grid->slot_count && count < MOST_STRIPS) {
            struct strip strip = next_strip(grid, first, room);
            size_t more = strip.width + (count > 0 ? separator : 0);
            if (count > 0 && width + more > room)
                break;
            strips[count++] = strip;
            width += more;
            first = strip.end;
        }
        nng_text_add(out, "\n");
        add_band(grid, out, strips, count);
    }
}

void grid_text(const struct inspection *inspection, const struct style *style, bool symbols, struct nng_text *out)
{
    struct grid grid = {.inspection = inspection, .style = style, .symbols = symbols};
    grid.label = style->width >= LABEL_FROM && !symbols ? LABEL : 0;
    for (size_t g = 0; g < matrix_groups(&inspection->matrix) && !grid.failed; g++)
        add_group(&grid, g);
    if (grid.failed)
        out->failed = true;
    else
        add_bands(&grid, out);
    if (grid.label == 0 && !symbols) {
        nng_text_add(out, "\n");
        plain_space(out, INDENT);
        plain_wrap(out, style, INDENT, INDENT, "(below each name: analytic, then numeric)");
    }
    if (grid.elided) {
        nng_text_add(out, "\n");
        plain_space(out, INDENT);
        plain_wrap(out, style, INDENT, INDENT, "(⋯ and ⋮ stand for entries left out: --full shows them all)");
    }
    nng_release(grid.slots);
}
