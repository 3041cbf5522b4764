/* course.h - the course of a training by epoch: a run's history.csv, or that of a model which is trained for it. */
#ifndef NNGRAD_COURSE_H
#define NNGRAD_COURSE_H

#include <nngrad/nngrad.h>

#include "plot/columns.h"
#include "plot/kinds.h"

struct course {
    const char *name; /* for legends */
    size_t layers;    /* L */
    struct columns table;
};

/* The columns of the table; then L norms, and L ratios. */
enum course_column {
    COURSE_EPOCH,
    COURSE_LOSS,
    COURSE_ACCURACY,
    COURSE_VALIDATION_LOSS,
    COURSE_VALIDATION_ACCURACY,
    COURSE_GRADIENT_NORM,
    COURSE_LAYERS
};

/* NAN where there is none. */
double course_value(const struct course *course, size_t row, size_t column);

/* Reads the text of a history.csv. */
NNG_MUST_USE enum nng_status course_read_text(struct course *course, const char *name, const char *text,
                                              struct nng_error *error);

/* The smallest and largest finite values of a column, over what was in them. */
struct extent {
    double low, high;
};
extern const struct extent extent_none;
void course_extend(const struct course *course, size_t column, struct extent *extent);

/* Do values need a logarithmic axis? All of them are positive, and far apart. */
bool extent_is_logarithmic(const struct extent *extent);

/* Sets the range of an axis ("y") so that all of it is seen: linear from 0 where nothing is below. */
void set_axis(struct figure *figure, const char *axis, struct extent extent, bool logarithmic);

/* The x axis: epochs, from 0 to the last of all courses. */
void set_epochs(struct figure *figure, const struct course *courses, size_t count);

/* Those of all arguments, RUN or MODEL; none: the lecture's. */
struct courses {
    struct course *list;
    size_t count;
};
NNG_MUST_USE enum nng_status courses_open(struct courses *courses, const struct plot_request *request,
                                          struct nng_error *error);
void courses_free(struct courses *courses);

#endif
