/* inspect.c - `nngrad inspect`: the full matrix of derivatives, analytic beside numeric. */
#include "base/error.h"
#include "command.h"
#include "inspection.h"
#include "output.h"
#include "render/activity.h"

static void write_symbols(enum format format, const struct inspection *in, const struct style *style,
                          struct nng_text *out)
{
    switch (format) {
    case FORMAT_TEXT:
        symbols_text(in, style, out);
        break;
    case FORMAT_CSV:
        symbols_csv(in, out);
        break;
    case FORMAT_JSON:
        report_json(in, true, out);
        break;
    case FORMAT_MARKDOWN:
        symbols_markdown(in, out);
        break;
    case FORMAT_LATEX:
        inspect_latex(in, style, true, out);
        break;
    }
}

static void write_numbers(enum format format, const struct inspection *in, const struct style *style,
                          struct nng_text *out)
{
    switch (format) {
    case FORMAT_TEXT:
        inspect_text(in, style, out);
        break;
    case FORMAT_CSV:
        if (in->hessian != NULL)
            hessian_csv(in, out);
        else if (in->spread != NULL)
            spread_csv(in, out);
        else if (in->activities != NULL)
            activity_csv(in, out);
        else
            report_csv(in, out);
        break;
    case FORMAT_JSON:
        report_json(in, false, out);
        break;
    case FORMAT_MARKDOWN:
        inspect_markdown(in, style, out);
        break;
    case FORMAT_LATEX:
        inspect_latex(in, style, false, out);
        break;
    }
}

/* --symbols, --hessian, --per-sample and --units each take the matrix's place; only the first has a slide of its own.
 */
static enum nng_status refuse_mixtures(const struct options *options, struct nng_error *error)
{
    static const enum option_id views[] = {OPTION_SYMBOLS, OPTION_HESSIAN, OPTION_PER_SAMPLE, OPTION_UNITS};
    const char *taken = NULL;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        const char *name = option_table[views[i]].name;
        if (!option_given(options, views[i]))
            continue;
        if (taken != NULL)
            return nng_fail(error, NNG_INPUT, "option '--%s' does not go with --%s", name, taken);
        if (i > 0 && option_format(options) == FORMAT_LATEX)
            return nng_fail(error, NNG_INPUT, "option '--%s' does not go with --format latex", name);
        taken = name;
    }
    return NNG_OK;
}

enum nng_status inspect_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    struct inspection in = {0};
    struct nng_text out = {0};
    struct style style = output_style(options);
    enum format format = option_format(options);
    bool symbols = option_given(options, OPTION_SYMBOLS);
    enum nng_status status = NNG_OK;
    NNG_TRY(refuse_mixtures(options, error));
    NNG_TRY(inspection_read(options, &in, error));
    if (!symbols || format == FORMAT_JSON) { /* for programs the symbols are one field more */
        NNG_TRY(inspection_compute(options, &in, error));
        *exit_status = inspection_exit_status(&in, option_given(options, OPTION_STRICT));
    }
    if (symbols)
        write_symbols(format, &in, &style, &out);
    else
        write_numbers(format, &in, &style, &out);
    NNG_TRY(output_write(options, &out, error));
fail:
    inspection_free(&in);
    return status;
}
