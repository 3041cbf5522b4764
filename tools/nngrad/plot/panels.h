/* panels.h - several plots in one figure, in rows, with one title above and one key below all of them.
 *
 *     struct panels panels = panels_begin(&figure, 2, 2, "Norms by layer", "", 2, 1);
 *     panels_next(&panels, "first");
 *     figure_print(&figure, "plot ...\n");
 *     panels_next(&panels, "second");
 *     figure_print(&figure, "plot ...\n");
 *     if (panels_key(&panels))
 *         figure_print(&figure, "plot NaN with lines title 'a', NaN with lines title 'b'\n");
 *     panels_end(&panels);
 */
#ifndef NNGRAD_PANELS_H
#define NNGRAD_PANELS_H

#include "plot/figure.h"

struct panels {
    struct figure *figure;
    size_t count, columns, next;
    unsigned height, key; /* of a panel and of the key, in the figure's pixels */
    bool keyed;
};

/* Says how large the figure is. columns: panels in a row, 0 for as many as look well. of: what the title is about, or
 * "". The key has so many entries, 0 for none, of which the longest takes that many columns. */
struct panels panels_begin(struct figure *figure, size_t count, size_t columns, const char *title, const char *of,
                           size_t entries, size_t longest);

/* The next panel; its title may be "". */
void panels_next(struct panels *panels, const char *title);

/* The same for a `splot`, which is seen from a corner. */
void panels_next_in_space(struct panels *panels, const char *title);

/* Does the panel begin a row? */
bool panels_is_leftmost(const struct panels *panels);

/* Is there to be a key? Then it comes next. */
bool panels_key(struct panels *panels);
void panels_end(struct panels *panels);

/* The distance of ticks, 1, 2 or 5 times a power of ten, so that there are about so many of them. */
double tick_step(double length, int about);

/* The colour of the k-th of `count` things, as 0xRRGGBB: of a few the house style's, of more from dark to light. */
unsigned curve_color(size_t k, size_t count);

/* What tells the k-th of `count` lines from the others: that colour, and for the last of a few its dashes. */
enum { CURVE_STYLE_SIZE = 40 };
const char *curve_style(size_t k, size_t count, char style[CURVE_STYLE_SIZE]);

/* The palette of the many, from dark to light. */
void set_ramp(struct figure *figure);

#endif
