/* output.c - results to standard output, or to a file that is written whole or not at all. */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/save.h"

enum {
    STANDARD_WIDTH = 80,
    LEAST_WIDTH = 40,
    MOST_WIDTH = 10000,
    STANDARD_HEIGHT = 24,
    LEAST_HEIGHT = 12,
    STANDARD_DIGITS = 6,
    SLIDE_DIGITS = 4
};

/* COLUMNS, then the terminal's own word, then 80. */
static size_t terminal_width(void)
{
    const char *columns = getenv("COLUMNS");
    long width = columns != NULL ? strtol(columns, NULL, 10) : 0;
    struct winsize size;
    if (width <= 0 && isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        width = STANDARD_WIDTH;
    return (size_t)(width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : width);
}

size_t output_height(void)
{
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        return size.ws_row < LEAST_HEIGHT ? LEAST_HEIGHT : size.ws_row;
    return STANDARD_HEIGHT;
}

/* no-color.org: any NO_COLOR that is not empty means none, unless the command line says otherwise. */
static bool wants_colour(const struct options *options, int descriptor)
{
    const struct option_value *color = &options->values[OPTION_COLOR];
    if (color->given && color->choice != COLOR_AUTO)
        return color->choice == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    return isatty(descriptor) && (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

struct style output_style(const struct options *options)
{
    bool to_file = option_given(options, OPTION_OUTPUT);
    bool insisted = option_given(options, OPTION_COLOR) && options->values[OPTION_COLOR].choice == COLOR_ALWAYS;
    int digits = option_format(options) == FORMAT_LATEX ? SLIDE_DIGITS : STANDARD_DIGITS;
    if (option_given(options, OPTION_DIGITS))
        digits = (int)options->values[OPTION_DIGITS].whole;
    return (struct style){.width = terminal_width(),
                          .colour = to_file ? insisted : wants_colour(options, STDOUT_FILENO),
                          .quiet = option_given(options, OPTION_QUIET),
                          .digits = digits};
}

struct style output_error_style(const struct options *options)
{
    return (struct style){.width = STANDARD_WIDTH, .colour = wants_colour(options, STDERR_FILENO)};
}

bool output_is_reproducible(void)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    return epoch != NULL && epoch[0] != '\0';
}

enum nng_status output_write_standard(const struct nng_text *text, struct nng_error *error)
{
    for (size_t done = 0; done < text->length;) {
        ssize_t written = write(STDOUT_FILENO, text->data + done, text->length - done);
        if (written < 0 && errno != EINTR)
            return nng_fail(error, NNG_ENVIRONMENT, "cannot write to standard output: %s", strerror(errno));
        done += written > 0 ? (size_t)written : 0;
    }
    return NNG_OK;
}

enum nng_status output_write(const struct options *options, struct nng_text *text, struct nng_error *error)
{
    const char *file = option_text(options, OPTION_OUTPUT);
    enum nng_status status = NNG_OK;
    if (text->failed)
        status = nng_fail_memory(error);
    else if (text->length == 0)
        status = NNG_OK;
    else if (file != NULL && strcmp(file, "-") != 0)
        status = nng_file_write(file, text->data, text->length, error);
    else
        status = output_write_standard(text, error);
    nng_text_free(text);
    return status;
}
