/* gnuplot.c - speaking to gnuplot: its string literals; running it, by its words, never through a shell.
 *
 * When it runs, its three standard streams are temporary files, not pipes: nobody ever waits for somebody to read.
 */
#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "program.h"

enum { IN, OUT, ERR, STREAMS };

/* Within single quotes gnuplot knows no escapes and no backquotes. It documents that a quote is doubled there, but
 * reads two of them in a row, or one that comes first, as the end of the string, and goes on with commands: a quote
 * stands apart, in double quotes. */
void gnuplot_quote(struct nng_text *out, const char *text, const char *marked)
{
    nng_text_add(out, "'");
    for (; *text != '\0'; text++) {
        nng_text_add(out, strchr(marked, *text) != NULL ? "\\" : "");
        if (*text == '\'')
            nng_text_add(out, "'.\"'\".'");
        else
            nng_text_add_n(out, text, 1);
    }
    nng_text_add(out, "'");
}

static enum nng_status open_streams(FILE *streams[STREAMS], const struct nng_text *script, struct nng_error *error)
{
    for (int i = 0; i < STREAMS; i++)
        if ((streams[i] = tmpfile()) == NULL || fcntl(fileno(streams[i]), F_SETFD, FD_CLOEXEC) != 0)
            return nng_fail(error, NNG_ENVIRONMENT, "cannot open a temporary file: %s", strerror(errno));
    if (script != NULL && fwrite(script->data, 1, script->length, streams[IN]) != script->length)
        return nng_fail(error, NNG_ENVIRONMENT, "cannot write a temporary file: %s", strerror(errno));
    if (fflush(streams[IN]) != 0 || fseek(streams[IN], 0, SEEK_SET) != 0)
        return nng_fail(error, NNG_ENVIRONMENT, "cannot write a temporary file: %s", strerror(errno));
    return NNG_OK;
}

static enum nng_status run(FILE *const streams[STREAMS], const char *const *words, int *ended, struct nng_error *error)
{
    const int descriptors[STREAMS] = {fileno(streams[IN]), fileno(streams[OUT]), fileno(streams[ERR])};
    struct nng_error reason = {0};
    unsetenv("GNUTERM"); /* of a terminal that it does not have gnuplot complains before it reads the script */
    enum nng_status status = program_run(words, descriptors, ended, &reason);
    if (status == NNG_ENVIRONMENT)
        return nng_fail(error, status,
                        "%s (to install it: gnuplot-nox on Debian and Ubuntu, gnuplot on Fedora and Homebrew)",
                        reason.text);
    return status == NNG_OK ? status : nng_fail_memory(error);
}

static enum nng_status read_stream(FILE *stream, struct nng_text *text, struct nng_error *error)
{
    char part[4096];
    rewind(stream);
    for (size_t length; (length = fread(part, 1, sizeof part, stream)) > 0;)
        nng_text_add_n(text, part, length);
    if (ferror(stream))
        return nng_fail(error, NNG_ENVIRONMENT, "cannot read a temporary file: %s", strerror(errno));
    return text->failed ? nng_fail_memory(error) : NNG_OK;
}

/* Where the locale is C, gnuplot warns that it cannot write the degree sign there; no picture of ours has one. */
static bool is_idle(const char *line, int length)
{
    static const char idle[] = "warning: iconv failed to convert degree sign";
    int tail = length - (int)strlen(idle);
    return tail >= 0 && strncmp(line + tail, idle, strlen(idle)) == 0;
}

/* The lines that are not empty, nor idle, as one, without the spaces around them. */
static void join_lines(const char *lines, char line[GNUPLOT_SAID])
{
    size_t used = 0;
    line[0] = '\0';
    while (*(lines += strspn(lines, " \t\n")) != '\0' && used < GNUPLOT_SAID) {
        int length = (int)strcspn(lines, "\n");
        if (!is_idle(lines, length))
            used += (size_t)snprintf(line + used, GNUPLOT_SAID - used, "%s%.*s", used > 0 ? "; " : "", length, lines);
        lines += length;
    }
}

enum nng_status gnuplot_run(const char *file, const struct nng_text *script, struct nng_text *drawn,
                            char said[GNUPLOT_SAID], struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    FILE *streams[STREAMS] = {NULL};
    const char *const with_file[] = {"gnuplot", "-d", "-c", file, "-", NULL};
    const char *const with_input[] = {"gnuplot", "-d", "-", NULL};
    struct nng_text lines = {0};
    int ended = 0;
    NNG_TRY(open_streams(streams, file == NULL ? script : NULL, error));
    NNG_TRY(run(streams, file != NULL ? with_file : with_input, &ended, error));
    NNG_TRY(read_stream(streams[OUT], drawn, error));
    NNG_TRY(read_stream(streams[ERR], &lines, error));
    join_lines(lines.data != NULL ? lines.data : "", said);
    const char *colon = said[0] != '\0' ? ": " : "";
    if (ended != 0)
        status = nng_fail(error, NNG_ENVIRONMENT, "gnuplot failed with status %d%s%s", ended, colon, said);
    else if (drawn->length == 0)
        status = nng_fail(error, NNG_ENVIRONMENT, "gnuplot drew nothing%s%s", colon, said);
fail:
    for (int i = 0; i < STREAMS; i++)
        if (streams[i] != NULL)
            fclose(streams[i]);
    nng_text_free(&lines);
    return status;
}
