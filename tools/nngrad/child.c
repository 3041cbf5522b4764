/* child.c - a forked process with a time limit, whose output is caught.
 *
 * Its standard output and standard error are one pipe, which the parent reads till it is closed: by then the process
 * has ended, or it is ended. It leads a process group, so that what it starts ends with it. */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "crash.h"
#include "progress.h"

/* Of its own processor time, and of everybody's: a busy machine is no fault of the child's. */
enum { BUSY_SECONDS = 3, WALL_SECONDS = 12 };

void *child_share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void child_unshare(void *memory, size_t size)
{
    if (memory != NULL)
        munmap(memory, size);
}

/* ---- in the child -------------------------------------------------------------------------------------------- */

/* A signal handler is told of nothing else: this process does one work. */
static const struct child *at_work;

static void on_fault(int number, siginfo_t *info, void *machine)
{
    (void)machine;
    if (at_work->fault(at_work->context, info->si_addr))
        return;
    signal(number, SIG_DFL); /* the same instruction will end the process */
}

static void catch_faults(void)
{
    static char stack[65536]; /* that of the work may be what has overflowed */
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaltstack(&other, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

static rlim_t lesser(rlim_t limit, rlim_t most)
{
    return limit == RLIM_INFINITY || limit > most ? most : limit;
}

/* After so much of the processor a signal; a little later, for who does not listen, the end. No core is left. */
static void limit_work(void)
{
    struct rlimit none = {0, 0}, busy;
    setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_CPU, &busy) != 0)
        return;
    busy.rlim_cur = lesser(busy.rlim_cur, BUSY_SECONDS);
    busy.rlim_max = lesser(busy.rlim_max, BUSY_SECONDS + 2);
    setrlimit(RLIMIT_CPU, &busy);
}

/* Never returns. `done` is shared: it tells a work that came back from one that called exit(0). */
static void be_child(const struct child *child, int out, volatile sig_atomic_t *done)
{
    int nothing = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    dup2(nothing, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    close(out);
    signal(SIGINT, SIG_DFL);
    crash_be_silent();
    limit_work();
    at_work = child;
    catch_faults();
    child->work(child->context);
    fflush(NULL);
    *done = 1;
    _exit(0);
}

/* ---- in the parent ------------------------------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Line ends become spaces. */
static void keep_first(struct child *child, const char *bytes, size_t length)
{
    size_t has = strlen(child->first), room = sizeof child->first - 1 - has;
    char line[sizeof child->first];
    child->printed += length;
    length = length < room ? length : room;
    for (size_t i = 0; i < length; i++)
        line[i] = (char)(bytes[i] == '\n' ? ' ' : bytes[i]);
    nng_copy_text(child->first + has, room + 1, line, length);
}

/* Reads what it prints till it has ended, or the time is up, or Ctrl-C. A pipe that was closed tells nothing more: then
 * the process is asked now and then. */
static bool attend(struct child *child, pid_t process, int in)
{
    double end = seconds_now() + WALL_SECONDS;
    bool closed = false;
    while (!progress_was_interrupted() && seconds_now() < end) {
        char bytes[4096];
        struct pollfd ready = {.fd = closed ? -1 : in, .events = POLLIN};
        siginfo_t info = {0};
        if (closed && waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == process)
            return true;
        if (poll(&ready, 1, closed ? 2 : 200) <= 0 || closed)
            continue;
        ssize_t n = read(in, bytes, sizeof bytes);
        closed = n == 0;
        if (n > 0)
            keep_first(child, bytes, (size_t)n);
    }
    return false;
}

static void tell_end(struct child *child, int status, bool in_time, bool done)
{
    bool busy = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
    child->end = !in_time || busy      ? CHILD_LATE
                 : WIFSIGNALED(status) ? CHILD_KILLED
                 : done                ? CHILD_RETURNED
                                       : CHILD_EXITED;
    child->number = busy                  ? BUSY_SECONDS
                    : !in_time            ? WALL_SECONDS
                    : WIFSIGNALED(status) ? WTERMSIG(status)
                                          : WEXITSTATUS(status);
}

static enum nng_status wait_for(struct child *child, pid_t process, int in, const volatile sig_atomic_t *done,
                                struct nng_error *error)
{
    int status = 0;
    bool in_time = attend(child, process, in);
    kill(-process,
         SIGKILL); /* it, or what it left behind; itself it is not reaped yet, so the number is still its own */
    if (!in_time)
        kill(process, SIGKILL); /* it may not lead its group yet */
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return nng_fail(error, NNG_ENVIRONMENT, "cannot wait for a process: %s", strerror(errno));
    if (progress_was_interrupted())
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    tell_end(child, status, in_time, *done != 0);
    for (size_t end = strlen(child->first); end > 0 && child->first[end - 1] == ' '; end--)
        child->first[end - 1] = '\0';
    return NNG_OK;
}

enum nng_status child_run(struct child *child, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    int ends[2];
    volatile sig_atomic_t *done = child_share(sizeof *done);
    child->first[0] = '\0';
    child->printed = 0;
    if (done == NULL)
        return nng_fail_memory(error);
    if (pipe(ends) != 0) {
        child_unshare((void *)done, sizeof *done);
        return nng_fail(error, NNG_ENVIRONMENT, "cannot make a pipe: %s", strerror(errno));
    }
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        be_child(child, ends[1], done);
    }
    close(ends[1]);
    status = process > 0 ? wait_for(child, process, ends[0], done, error)
                         : nng_fail(error, NNG_ENVIRONMENT, "cannot start a process: %s", strerror(errno));
    close(ends[0]);
    child_unshare((void *)done, sizeof *done);
    return status;
}
