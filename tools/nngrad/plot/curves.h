/* curves.h - plots of courses by epoch: losses, and what layers do. */
#ifndef NNGRAD_CURVES_H
#define NNGRAD_CURVES_H

#include "plot/course.h"

/* Fewer rows than this are shown as points, too. */
enum { FEW_ROWS = 25 };

/* Losses: of one course training and validation, of several a curve each. */
void draw_losses(struct figure *figure, const struct course *courses, size_t count);

/* The same in a panel for each group, which follow each other in `courses`. */
struct course_group {
    const char *title;
    size_t count;
};
void draw_loss_groups(struct figure *figure, const struct course *courses, const struct course_group *groups,
                      size_t count);

/* Norms of the gradient by layer, a panel for each course. */
void draw_norms(struct figure *figure, const struct course *courses, size_t count);

/* Sizes of the updates in proportion to the weights, by layer. */
void draw_ratios(struct figure *figure, const struct course *courses, size_t count);

#endif
