/* check.c - `nngrad check`: is every derivative right? Ours, or somebody else's. */
#include "base/error.h"
#include "command.h"
#include "inspection.h"
#include "output.h"

/* --save-gradient, --save-parameters */
static enum nng_status save(const struct options *options, const struct inspection *in, struct nng_error *error)
{
    const char *gradient = option_text(options, OPTION_SAVE_GRADIENT);
    const char *parameters = option_text(options, OPTION_SAVE_PARAMETERS);
    enum nng_status status = NNG_OK;
    if (gradient != NULL)
        status = nng_values_write(in->model, gradient, in->backpropagated, "gradient", error);
    if (status == NNG_OK && parameters != NULL)
        status = nng_values_write(in->model, parameters, in->theta, "value", error);
    return status;
}

static void write_report(enum format format, const struct inspection *in, const struct style *style,
                         struct nng_text *out)
{
    if (format == FORMAT_CSV)
        report_csv(in, out);
    else if (format == FORMAT_JSON)
        report_json(in, false, out);
    else if (format == FORMAT_MARKDOWN)
        check_markdown(in, style, out);
    else
        check_text(in, style, out);
}

enum nng_status check_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    struct inspection in;
    struct nng_text out = {0};
    struct style style = output_style(options);
    enum nng_status status = NNG_OK;
    NNG_TRY(inspection_read(options, &in, error));
    NNG_TRY(inspection_compute(options, &in, error));
    NNG_TRY(save(options, &in, error));
    write_report(option_format(options), &in, &style, &out);
    *exit_status = inspection_exit_status(&in, option_given(options, OPTION_STRICT));
    NNG_TRY(output_write(options, &out, error));
fail:
    inspection_free(&in);
    return status;
}
