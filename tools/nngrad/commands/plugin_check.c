/* plugin_check.c - `nngrad plugin check NAME|FILE.so`: each test of a plugin in a process of its own, so that nothing
 * that it does there reaches this one. Opening it is the first test: constructors run then. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "child.h"
#include "command.h"
#include "output.h"
#include "plugin/host.h"
#include "plugin/search.h"
#include "plugin_actions.h"
#include "render/plugin_check.h"

/* What child and parent share. */
struct shared {
    enum nng_status status; /* of the test itself, not of what it found */
    struct nng_error error;
    struct nng_behaviour behaviour;
    struct nng_guards guards;
    char name[NNG_PLUGIN_NAME_SIZE];
    uint32_t kind;
    bool opened;
    bool fell_to_null; /* a fault near address 0 */
};

struct check {
    struct nng_host *host;
    const char *file;
    const struct nng_behaviour_test *test; /* NULL: open the plugin, and no more */
    struct shared *shared;
    uint64_t digest; /* what the first test that has one says */
    size_t printed;
    char first[sizeof((struct child *)0)->first];
    struct plugin_finding *findings;
    size_t count;
};

/* ---- in the child -------------------------------------------------------------------------------------------- */

static bool on_fault(void *context, const void *address)
{
    const struct check *check = context;
    check->shared->fell_to_null = (uintptr_t)address < 4096;
    return nng_guards_fault(&check->shared->guards, address);
}

static void work(void *context)
{
    struct check *check = context;
    struct shared *shared = check->shared;
    struct nng_method method;
    shared->status = nng_method_open(check->host, check->file, &method, &shared->error);
    if (shared->status != NNG_OK)
        return;
    shared->opened = true;
    shared->kind = method.plugin->kind;
    snprintf(shared->name, sizeof shared->name, "%s", method.plugin->name);
    if (check->test != NULL)
        shared->status =
            nng_behaviour_run(check->test, check->host, &method, &shared->guards, &shared->behaviour, &shared->error);
}

/* ---- in the parent ------------------------------------------------------------------------------------------- */

static struct plugin_finding *add_finding(struct check *check, const char *test, enum nng_behaviour_verdict verdict)
{
    struct plugin_finding *finding = &check->findings[check->count++];
    finding->test = test;
    finding->verdict = verdict;
    finding->message[0] = '\0';
    return finding;
}

/* How the child ended, when its work did not come back. */
static void tell_end(const struct child *child, const struct shared *shared, char *message, size_t size)
{
    const struct nng_guards *guards = &shared->guards;
    if (child->end == CHILD_LATE)
        snprintf(message, size, "it does not come back: no result in %d seconds", child->number);
    else if (child->end == CHILD_EXITED)
        snprintf(message, size, "it ends the process, with status %d", child->number);
    else if (child->number == SIGABRT)
        snprintf(message, size, "it aborts the process%s%s", child->first[0] != '\0' ? ": " : "", child->first);
    else if (guards->problem[0] != '\0')
        snprintf(message, size, "%.150s: %.150s", guards->caller, guards->problem);
    else if (child->number == SIGSEGV || child->number == SIGBUS)
        snprintf(message, size, "it crashes: %s%s", strsignal(child->number),
                 shared->fell_to_null ? ", at a pointer that is NULL" : "");
    else
        snprintf(message, size, "it crashes: %s", strsignal(child->number));
}

/* The results of tests that must be the same in every process. */
static void compare_digests(struct check *check, struct nng_behaviour *behaviour)
{
    if (behaviour->digest == 0 || behaviour->verdict != NNG_BEHAVES)
        return;
    if (check->digest == 0)
        check->digest = behaviour->digest;
    if (check->digest == behaviour->digest)
        return;
    behaviour->verdict = NNG_MISBEHAVES;
    snprintf(behaviour->message, sizeof behaviour->message,
             "the same arguments give other results after other calls, or in another process");
}

/* Runs one test; *returned: the plugin came back from it. */
static enum nng_status run_test(struct check *check, const struct nng_behaviour_test *test, bool *returned,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct shared *shared = check->shared;
    struct child child = {.work = work, .fault = on_fault, .context = check};
    memset(shared, 0, sizeof *shared);
    nng_guards_begin(&shared->guards);
    check->test = test;
    NNG_TRY(child_run(&child, error));
    *returned = child.end == CHILD_RETURNED;
    if (*returned && check->printed == 0)
        memcpy(check->first, child.first, sizeof check->first);
    check->printed += *returned ? child.printed : 0; /* otherwise it may be the system that complains of a crash */
    struct plugin_finding *finding = add_finding(check, test != NULL ? test->name : "descriptor", NNG_MISBEHAVES);
    shared->error.text[sizeof shared->error.text - 1] = '\0'; /* whatever was written over it */
    shared->behaviour.message[sizeof shared->behaviour.message - 1] = '\0';
    if (!*returned) {
        tell_end(&child, shared, finding->message, sizeof finding->message);
    } else if (shared->status != NNG_OK && !(test == NULL && shared->status == NNG_INPUT)) {
        return nng_fail(error, shared->status, "%s", shared->error.text);
    } else if (!shared->opened) {
        snprintf(finding->message, sizeof finding->message, "%.500s", shared->error.text);
    } else if (test == NULL) {
        finding->verdict = NNG_BEHAVES;
        snprintf(finding->message, sizeof finding->message, "it keeps the rules of plugin.h");
    } else {
        compare_digests(check, &shared->behaviour);
        finding->verdict = shared->behaviour.verdict;
        memcpy(finding->message, shared->behaviour.message, sizeof finding->message);
    }
fail:
    return status;
}

static void tell_printing(struct check *check)
{
    struct plugin_finding *finding = add_finding(check, "prints", check->printed > 0 ? NNG_MISBEHAVES : NNG_BEHAVES);
    if (check->printed > 0)
        snprintf(finding->message, sizeof finding->message, "it prints: '%s'%s", check->first,
                 check->printed >= sizeof check->first ? " and more" : "");
    else
        snprintf(finding->message, sizeof finding->message, "nothing");
}

/* Why there is no use in more tests; NULL if there is. */
static const char *why_stop(const struct check *check, bool returned)
{
    const struct plugin_finding *last = &check->findings[check->count - 1];
    if (!check->test->basic || last->verdict != NNG_MISBEHAVES)
        return NULL;
    if (strcmp(last->test, "runs") != 0)
        return "not tried: its results are not the same again";
    if (!returned)
        return "not tried: it cannot even be called";
    return check->shared->behaviour.refused ? "not tried: it refuses to be called" : NULL;
}

/* All tests for its kind, as long as they can tell something. */
static enum nng_status run_tests(struct check *check, char name[NNG_PLUGIN_NAME_SIZE], uint32_t *kind,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool returned = false;
    const char *stopped = NULL;
    NNG_TRY(run_test(check, NULL, &returned, error));
    if (!returned || !check->shared->opened)
        return NNG_OK;
    *kind = check->shared->kind;
    memcpy(name, check->shared->name, NNG_PLUGIN_NAME_SIZE - 1);
    for (size_t i = 0; i < nng_behaviour_count; i++) {
        const struct nng_behaviour_test *test = &nng_behaviour_tests[i];
        if ((test->kinds & 1u << *kind) == 0)
            continue;
        if (stopped != NULL) {
            struct plugin_finding *finding = add_finding(check, test->name, NNG_UNTESTED);
            snprintf(finding->message, sizeof finding->message, "%s", stopped);
            continue;
        }
        NNG_TRY(run_test(check, test, &returned, error));
        stopped = why_stop(check, returned);
    }
    if (stopped == NULL || returned)
        tell_printing(check);
fail:
    return status;
}

/* A path, or the file that a name stands for. */
static enum nng_status find_file(const struct options *options, struct nng_host *host, const char *argument,
                                 const char **file, struct nng_error *error)
{
    bool exists;
    size_t length = strlen(argument);
    const char *kind = option_text(options, OPTION_KIND);
    *file = argument;
    if (strchr(argument, '/') == NULL && !(length > 3 && strcmp(argument + length - 3, ".so") == 0))
        return nng_host_locate(host, kind != NULL ? nng_kind_of(kind) : 0, argument, file, error);
    const char *problem = nng_path_problem(argument, &exists);
    if (problem != NULL)
        return nng_fail_at(error, NNG_INPUT, argument, 0, 0, NULL, "cannot be loaded: %s", problem);
    return NNG_OK;
}

/* The file's name without directory and ending: what one that was refused is called. */
static void base_name(const char *file, char name[NNG_PLUGIN_NAME_SIZE])
{
    const char *slash = strrchr(file, '/'), *base = slash != NULL ? slash + 1 : file, *dot = strrchr(base, '.');
    nng_copy_text(name, NNG_PLUGIN_NAME_SIZE, base, dot != NULL ? (size_t)(dot - base) : strlen(base));
}

enum nng_status plugin_check(const struct options *options, struct nng_host *host, struct nng_text *out,
                             int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct style style = output_style(options);
    struct check check = {.host = host, .shared = child_share(sizeof *check.shared)};
    char name[NNG_PLUGIN_NAME_SIZE] = "";
    uint32_t kind = 0;
    check.findings = nng_arena_take(options->memory, nng_behaviour_count + 2, sizeof *check.findings);
    NNG_TRY(check.shared == NULL || check.findings == NULL ? nng_fail_memory(error) : NNG_OK);
    NNG_TRY(options->argument_count < 2
                ? nng_fail(error, NNG_INPUT, "'plugin check' needs the name of a plugin, or a shared object FILE.so")
                : NNG_OK);
    NNG_TRY(find_file(options, host, options->arguments[1], &check.file, error));
    base_name(check.file, name);
    NNG_TRY(run_tests(&check, name, &kind, error));
    struct plugin_findings findings = {
        .name = name,
        .file = check.file,
        .kind = kind != 0 ? nng_kind_name((enum nng_plugin_kind)kind) : NULL,
        .list = check.findings,
        .count = check.count,
        .named = check.file != options->arguments[1],
        .options = options,
    };
    for (size_t i = 0; i < check.count; i++)
        findings.failed = findings.failed || check.findings[i].verdict == NNG_MISBEHAVES;
    *exit_status = findings.failed;
    if (option_format(options) == FORMAT_JSON)
        plugin_check_json(&findings, out);
    else if (option_format(options) == FORMAT_MARKDOWN)
        plugin_check_markdown(&findings, out);
    else
        plugin_check_text(&findings, &style, out);
fail:
    child_unshare(check.shared, sizeof *check.shared);
    return status;
}
