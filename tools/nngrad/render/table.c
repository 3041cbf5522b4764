/* table.c - tables whose numbers stand with their decimal points in one line. */
#include "render/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "render/number.h"

enum { INDENT = 2, GAP = 2 };

struct table table_new(const struct column *columns, size_t column_count)
{
    struct nng_arena *memory = nng_arena_new();
    return (struct table){.columns = columns, .column_count = column_count, .memory = memory, .failed = memory == NULL};
}

void table_free(struct table *table)
{
    nng_release(table->cells);
    nng_arena_free(table->memory);
}

void table_add(struct table *table, enum ink ink, const char *text)
{
    if (table->failed)
        return;
    if (table->cell_count == table->room) {
        size_t room = table->room * 2 + 64;
        struct table_cell *cells = nng_reallocate(table->cells, room, sizeof *cells);
        table->failed = cells == NULL;
        if (table->failed)
            return;
        table->cells = cells;
        table->room = room;
    }
    const char *copy = nng_arena_text(table->memory, text);
    table->failed = copy == NULL;
    table->cells[table->cell_count++] = (struct table_cell){copy, ink};
}

void table_print(struct table *table, enum ink ink, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_add(table, ink, text);
}

void table_computed(struct table *table, enum ink ink, double x, int digits)
{
    char text[NUMBER_SIZE];
    number_computed(x, digits, text);
    table_add(table, ink, text);
}

void table_rough(struct table *table, enum ink ink, double x)
{
    char text[NUMBER_SIZE];
    number_rough(x, text);
    table_add(table, ink, text);
}

/* ---- text ---------------------------------------------------------------------------------------------------- */

struct extent {
    size_t left, width; /* columns before the decimal points; all of them */
    bool shown;
};

static struct extent measure(const struct table *table, size_t column)
{
    const struct column *format = &table->columns[column];
    size_t left = 0, right = 0, title = plain_width(format->title);
    for (size_t i = column; i < table->cell_count; i += table->column_count) {
        const char *text = table->cells[i].text;
        size_t width = plain_width(text), point = format->align == ALIGN_POINT ? number_point(text) : width;
        point = point < width ? point : width;
        left = point > left ? point : left;
        right = width - point > right ? width - point : right;
    }
    if (left + right < title) /* numbers under a long title stand at its right */
        left = title - right;
    return (struct extent){.left = left, .width = left + right, .shown = true};
}

/* A column in which nothing stands is not shown. */
static bool has_content(const struct table *table, size_t column)
{
    for (size_t i = column; i < table->cell_count; i += table->column_count)
        if (table->cells[i].text[0] != '\0')
            return true;
    return table->cell_count == 0;
}

static size_t whole_width(const struct extent *extents, size_t count)
{
    size_t width = INDENT;
    for (size_t c = 0; c < count; c++)
        if (extents[c].shown)
            width += extents[c].width + (width > INDENT ? GAP : 0);
    return width;
}

/* Hides columns until the rest fits: the highest rank first, among equals the rightmost. */
static void fit(const struct table *table, struct extent *extents, size_t most)
{
    while (whole_width(extents, table->column_count) > most) {
        size_t worst = 0;
        int rank = 0;
        for (size_t c = 0; c < table->column_count; c++)
            if (extents[c].shown && table->columns[c].rank > 0 && table->columns[c].rank >= rank) {
                rank = table->columns[c].rank;
                worst = c;
            }
        if (rank == 0)
            return;
        extents[worst].shown = false;
    }
}

static void add_cell(struct nng_text *out, const struct style *style, enum align align, const struct extent *extent,
                     const struct table_cell *cell)
{
    size_t width = plain_width(cell->text), before = 0;
    if (align == ALIGN_RIGHT && width < extent->width)
        before = extent->width - width;
    if (align == ALIGN_POINT) {
        size_t point = number_point(cell->text);
        before = extent->left - (point < width ? point : width);
    }
    plain_space(out, before);
    plain_add(out, style, cell->ink, cell->text);
    plain_space(out, extent->width > before + width ? extent->width - before - width : 0);
}

static void add_row(const struct table *table, const struct style *style, const struct extent *extents,
                    const struct table_cell *cells, bool is_title, struct nng_text *out)
{
    plain_space(out, INDENT);
    bool first = true;
    for (size_t c = 0; c < table->column_count; c++) {
        if (!extents[c].shown)
            continue;
        if (!first)
            plain_space(out, GAP);
        first = false;
        enum align align = table->columns[c].align;
        if (is_title && align == ALIGN_POINT)
            align = ALIGN_RIGHT;
        add_cell(out, style, align, &extents[c], &cells[c]);
    }
    plain_end_line(out);
}

static void add_hidden_note(const struct table *table, const struct style *style, const struct extent *extents,
                            struct nng_text *out)
{
    struct nng_text note = {0};
    for (size_t c = 0; c < table->column_count; c++)
        if (!extents[c].shown && has_content(table, c) && table->columns[c].title[0] != '\0')
            nng_text_print(&note, "%s%s", note.length > 0 ? ", " : "(no room for: ", table->columns[c].title);
    if (note.length > 0) {
        nng_text_add(&note, ")");
        plain_space(out, INDENT);
        plain_wrap(out, style, INDENT, INDENT, plain_part(out, &note));
    }
    nng_text_free(&note);
}

void table_text(struct table *table, const struct style *style, struct nng_text *out)
{
    struct extent *extents = NULL;
    struct table_cell *titles = NULL;
    if (!table->failed) {
        extents = nng_arena_take(table->memory, table->column_count, sizeof *extents);
        titles = nng_arena_take(table->memory, table->column_count, sizeof *titles);
    }
    if (extents == NULL || titles == NULL) {
        out->failed = true;
        return;
    }
    for (size_t c = 0; c < table->column_count; c++) {
        extents[c] = measure(table, c);
        extents[c].shown = has_content(table, c);
        titles[c] = (struct table_cell){table->columns[c].title, INK_DIM};
    }
    fit(table, extents, style->width);
    add_row(table, style, extents, titles, true, out);
    for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
        add_row(table, style, extents, &table->cells[i], false, out);
    add_hidden_note(table, style, extents, out);
}

/* ---- Markdown ------------------------------------------------------------------------------------------------ */

static void add_markdown(struct nng_text *out, const char *text)
{
    nng_text_add(out, " ");
    for (; *text != '\0'; text++) {
        if (strchr("|\\`*_<>[]", *text) != NULL)
            nng_text_add(out, "\\");
        nng_text_add_n(out, text, 1);
    }
    nng_text_add(out, " |");
}

void table_markdown(const struct table *table, struct nng_text *out)
{
    out->failed = out->failed || table->failed;
    nng_text_add(out, "|");
    for (size_t c = 0; c < table->column_count; c++)
        add_markdown(out, table->columns[c].title);
    nng_text_add(out, "\n|");
    for (size_t c = 0; c < table->column_count; c++)
        nng_text_add(out, table->columns[c].align == ALIGN_LEFT ? ":---|" : "---:|");
    for (size_t i = 0; table->column_count > 0 && i < table->cell_count && !table->failed; i++) {
        nng_text_add(out, i % table->column_count == 0 ? "\n|" : "");
        add_markdown(out, table->cells[i].text);
    }
    nng_text_add(out, "\n");
}
