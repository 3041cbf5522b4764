/* gnuplot.c - speaking to gnuplot: its string literals; running it, by argv, never through a shell.
 *
 * When it runs, its three standard streams are temporary files, not pipes: nobody ever waits for somebody to read.
 */
#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

extern char **environ; /* POSIX has no header that declares it */

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

/* 0, or errno; *wait_status as waitpid has it */
static int spawn(FILE *const streams[STREAMS], char *const *arguments, int *wait_status)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int number = posix_spawn_file_actions_init(&actions);
    if (number != 0)
        return number;
    for (int i = 0; i < STREAMS && number == 0; i++)
        number = posix_spawn_file_actions_adddup2(&actions, fileno(streams[i]), i);
    if (number == 0)
        number = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (number != 0)
        return number;
    while (waitpid(child, wait_status, 0) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
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

/* The lines that are not empty as one, without the spaces around them. */
static void join_lines(const char *lines, char line[GNUPLOT_SAID])
{
    size_t used = 0;
    line[0] = '\0';
    while (*(lines += strspn(lines, " \t\n")) != '\0' && used < GNUPLOT_SAID) {
        int length = (int)strcspn(lines, "\n");
        used += (size_t)snprintf(line + used, GNUPLOT_SAID - used, "%s%.*s", used > 0 ? "; " : "", length, lines);
        lines += length;
    }
}

static enum nng_status judge(int wait_status, const struct nng_text *drawn, const char *said, struct nng_error *error)
{
    const char *colon = said[0] != '\0' ? ": " : "";
    if (WIFSIGNALED(wait_status))
        return nng_fail(error, NNG_ENVIRONMENT, "gnuplot was killed by signal %d%s%s", WTERMSIG(wait_status), colon,
                        said);
    if (WEXITSTATUS(wait_status) != 0)
        return nng_fail(error, NNG_ENVIRONMENT, "gnuplot failed with status %d%s%s", WEXITSTATUS(wait_status), colon,
                        said);
    if (drawn->length == 0)
        return nng_fail(error, NNG_ENVIRONMENT, "gnuplot drew nothing%s%s", colon, said);
    return NNG_OK;
}

enum nng_status gnuplot_run(const char *file, const struct nng_text *script, struct nng_text *drawn,
                            char said[GNUPLOT_SAID], struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text lines = {0};
    FILE *streams[STREAMS] = {NULL};
    /* posix_spawnp's argv is not const, for C's sake: nobody writes to it */
    char *const with_file[] = {(char *)"gnuplot", (char *)"-d", (char *)"-c", (char *)file, (char *)"-", NULL};
    char *const with_input[] = {(char *)"gnuplot", (char *)"-d", (char *)"-", NULL};
    int wait_status = 0;
    NNG_TRY(open_streams(streams, file == NULL ? script : NULL, error));
    int number = spawn(streams, file != NULL ? with_file : with_input, &wait_status);
    if (number != 0) {
        status = number == ENOENT ? nng_fail(error, NNG_ENVIRONMENT,
                                             "there is no gnuplot (to install it: gnuplot-nox on Debian and "
                                             "Ubuntu, gnuplot on Fedora and Homebrew)")
                                  : nng_fail(error, NNG_ENVIRONMENT, "cannot run gnuplot: %s", strerror(number));
        goto fail;
    }
    NNG_TRY(read_stream(streams[OUT], drawn, error));
    NNG_TRY(read_stream(streams[ERR], &lines, error));
    join_lines(lines.data != NULL ? lines.data : "", said);
    NNG_TRY(judge(wait_status, drawn, said, error));
fail:
    for (int i = 0; i < STREAMS; i++)
        if (streams[i] != NULL)
            fclose(streams[i]);
    nng_text_free(&lines);
    return status;
}
