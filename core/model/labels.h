/* labels.h - class labels in a column of text: from texts to class numbers. */
#ifndef NNG_MODEL_LABELS_H
#define NNG_MODEL_LABELS_H

#include "base/memory.h"
#include "model/csv.h"

/* More classes than this are refused. */
#define NNG_CLASSES_MAX ((size_t)65536)

struct nng_labels {
    struct nng_arena *arena;
    size_t due;    /* how many classes there must be; 0: as many as are found */
    bool closed;   /* the classes are known before: no other label is accepted */
    bool begun;    /* a label has been read, and `numbers` is decided: */
    bool numbers;  /* labels are whole numbers from 0, not texts */
    size_t count;  /* texts: how many there are; numbers: the largest and 1 */
    char **texts;  /* by id, which is their order of appearance */
    size_t *order; /* ids sorted by text */
    size_t room;
};

/* due: 0 when it follows from the labels. known (NULL: none): the texts of `due` classes that alone are accepted. */
NNG_MUST_USE enum nng_status nng_labels_begin(struct nng_labels *labels, struct nng_arena *arena, size_t due,
                                              const char *const *known, struct nng_error *error);

/* The id of a field's label: for numbers the class itself, for texts a number in order of appearance. */
NNG_MUST_USE enum nng_status nng_labels_read(struct nng_labels *labels, const struct nng_csv *csv,
                                             const struct nng_csv_field *field, size_t *id, struct nng_error *error);

/* When all are read: the classes' texts in their order, and ids (count of them) replaced by classes, both in the
 * arena. Numbers from 0 whose due is 0 must leave no gap. column: for messages. */
NNG_MUST_USE enum nng_status nng_labels_finish(struct nng_labels *labels, const struct nng_csv *csv, const char *column,
                                               size_t *ids, size_t count, const char *const **classes,
                                               size_t *class_count, struct nng_error *error);

#endif
