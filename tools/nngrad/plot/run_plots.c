/* run_plots.c - the plots that `nngrad train` leaves in the run's directory. */
#include "plot/run_plots.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "diagnostic.h"
#include "plot/boundary.h"
#include "plot/curves.h"
#include "plot/trained.h"

/* What they are drawn from. */
struct source {
    const struct nng_training *training;
    const char *name; /* of the run */
    struct course course;
};

static enum nng_status add_loss(struct figure *figure, const struct source *source, struct nng_error *error)
{
    (void)error;
    draw_losses(figure, &source->course, 1);
    return NNG_OK;
}

static enum nng_status add_gradients(struct figure *figure, const struct source *source, struct nng_error *error)
{
    (void)error;
    draw_norms(figure, &source->course, 1);
    return NNG_OK;
}

static enum nng_status add_ratios(struct figure *figure, const struct source *source, struct nng_error *error)
{
    (void)error;
    draw_ratios(figure, &source->course, 1);
    return NNG_OK;
}

static enum nng_status add_boundary(struct figure *figure, const struct source *source, struct nng_error *error)
{
    return draw_boundary(figure, source->training->model, source->training->theta, source->name, error);
}

static const struct {
    const char *name;
    enum nng_status (*add)(struct figure *figure, const struct source *source, struct nng_error *error);
} plots[] = {{"loss", add_loss}, {"gradients", add_gradients}, {"ratios", add_ratios}, {"boundary", add_boundary}};
enum { PLOTS = sizeof plots / sizeof plots[0], BOUNDARY = PLOTS - 1 };

static enum nng_status draw(const struct options *options, const struct source *source, const char *directory, size_t k,
                            struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct figure figure = {0};
    struct nng_text file = {0};
    nng_text_print(&file, "%s/%s.svg", directory, plots[k].name);
    if (file.failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(figure_open(&figure, options, file.data, error));
    NNG_TRY(plots[k].add(&figure, source, error));
    NNG_TRY(figure_close(&figure, error));
fail:
    figure_free(&figure);
    nng_text_free(&file);
    return status;
}

enum nng_status run_plots_draw(const struct options *options, const struct nng_training *training,
                               const char *directory, const char *history, struct nng_text *drawn,
                               struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct source source = {.training = training, .name = path_name(options->memory, directory)};
    struct nng_error first = {.status = NNG_OK};
    bool plane = training->model->inputs == 2 && training->model->data.samples > 1;
    size_t count = plane ? PLOTS : BOUNDARY;
    if (source.name == NULL)
        return nng_fail_memory(error);
    NNG_TRY(course_read_text(&source.course, source.name, history, error));
    for (size_t k = 0; k < count; k++) {
        struct nng_error problem;
        status = draw(options, &source, directory, k, &problem);
        bool failed_to_draw = status == NNG_INPUT || (status == NNG_ENVIRONMENT && problem.file[0] == '\0');
        if (status == NNG_OK)
            nng_text_print(drawn, ", %s.svg", plots[k].name);
        else if (failed_to_draw && first.status == NNG_OK)
            first = problem;
        else if (!failed_to_draw)
            *error = problem;
        NNG_TRY(failed_to_draw ? NNG_OK : status);
    }
    if (first.status != NNG_OK)
        diagnostic_note(options, "no plots: %s%s", first.text,
                        first.status == NNG_ENVIRONMENT ? "; the others likewise" : "");
fail:
    columns_free(&source.course.table);
    return status;
}

enum nng_status run_plots_remove(const char *directory, struct nng_error *error)
{
    static const char *const endings[] = {"svg", "gp"};
    for (size_t i = 0; i < 2 * PLOTS; i++) {
        struct nng_text file = {0};
        nng_text_print(&file, "%s/%s.%s", directory, plots[i / 2].name, endings[i % 2]);
        enum nng_status status = file.failed ? nng_fail_memory(error) : NNG_OK;
        if (status == NNG_OK && unlink(file.data) != 0 && errno != ENOENT)
            status = nng_fail_at(error, NNG_ENVIRONMENT, file.data, 0, 0, NULL, "cannot remove: %s", strerror(errno));
        nng_text_free(&file);
        if (status != NNG_OK)
            return status;
    }
    return NNG_OK;
}
