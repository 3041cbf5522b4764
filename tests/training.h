/* training.h - for tests that train: a model with settings from here, and what became of it. */
#ifndef NNG_TESTS_TRAINING_H
#define NNG_TESTS_TRAINING_H

#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <nngrad/nngrad.h>

#define MODEL(name) SOURCE_DIR "/tests/models/" name

enum { ROWS = 20001 };

/* A training, and the rows that were told. */
struct lesson {
    struct nng_host *host;
    struct nng_model *model;
    struct nng_training *training;
    struct nng_train_options options;
    struct nng_outcome outcome;
    struct nng_epoch rows[ROWS];
    size_t row_count;
    uint64_t stop_at; /* updates after which it is interrupted; 0: never */
};

static inline enum nng_status lesson_row(void *context, const struct nng_epoch *row, struct nng_error *error)
{
    struct lesson *lesson = context;
    (void)error;
    ck_assert_uint_lt(lesson->row_count, ROWS);
    lesson->rows[lesson->row_count] = *row;
    lesson->rows[lesson->row_count].gradient_norms = lesson->rows[lesson->row_count].update_ratios = NULL;
    lesson->row_count++;
    return NNG_OK;
}

static inline enum nng_status lesson_step(void *context, struct nng_error *error)
{
    const struct lesson *lesson = context;
    (void)error;
    return lesson->training->t == lesson->stop_at ? NNG_INTERRUPTED : NNG_OK;
}

/* Pairs PATH, VALUE, ..., NULL of settings. The lesson's model is read, and its training is new. */
static inline struct lesson *lesson_new(const char *file, const char *const *pairs)
{
    struct lesson *lesson = calloc(1, sizeof *lesson);
    struct nng_override overrides[16];
    struct nng_error error = {0};
    size_t count = 0;
    ck_assert_ptr_nonnull(lesson);
    gsl_set_error_handler_off();
    for (; *pairs != NULL; pairs += 2)
        overrides[count++] = (struct nng_override){pairs[0], pairs[1]};
    ck_assert_int_eq(nng_host_new(NULL, 0, &lesson->host, &error), NNG_OK);
    enum nng_status status = file != NULL ? nng_model_read(lesson->host, file, overrides, count, &lesson->model, &error)
                                          : nng_model_lecture(lesson->host, overrides, count, &lesson->model, &error);
    ck_assert_msg(status == NNG_OK, "%s: %s", error.file, error.text);
    ck_assert_msg(nng_training_new(lesson->model, &lesson->training, &error) == NNG_OK, "%s", error.text);
    lesson->options =
        (struct nng_train_options){.threads = 1, .context = lesson, .epoch = lesson_row, .step = lesson_step};
    return lesson;
}

static inline void lesson_free(struct lesson *lesson)
{
    nng_training_free(lesson->training);
    nng_model_free(lesson->model);
    nng_host_free(lesson->host);
    free(lesson);
}

static inline void lesson_go_on(struct lesson *lesson)
{
    struct nng_error error = {0};
    enum nng_status status = nng_train(lesson->training, &lesson->options, &lesson->outcome, &error);
    ck_assert_msg(status == NNG_OK, "%s", error.text);
}

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* struct lesson *lesson = TAUGHT("blobs.cfg", "train.epochs", "2"); an even number of settings, at least one pair */
#define LESSON(file, ...) lesson_new(MODEL(file), SETTINGS(__VA_ARGS__))

static inline struct lesson *lesson_taught(struct lesson *lesson)
{
    lesson_go_on(lesson);
    return lesson;
}
#define TAUGHT(file, ...) lesson_taught(LESSON(file, __VA_ARGS__))

#endif
