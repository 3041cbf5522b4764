/* behaviour.h - does a plugin do what its descriptor says? Tests of one subject each, made of nothing but calls of its
 * functions.
 *
 * A plugin that is wrong may crash, hang, end the process, or write where it should not: whoever asks these questions
 * of a plugin that is not trusted asks each in a process of its own (tools/nngrad/commands/plugin_check.c does). */
#ifndef NNG_VERDICT_BEHAVIOUR_H
#define NNG_VERDICT_BEHAVIOUR_H

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "plugin/validate.h"
#include "verdict/guard.h"

/* ---- the tests ----------------------------------------------------------------------------------------------- */

enum nng_behaviour_verdict { NNG_BEHAVES, NNG_MISBEHAVES, NNG_UNTESTED };

/* What one test found. */
struct nng_behaviour {
    enum nng_behaviour_verdict verdict;
    bool refused;      /* a function says no to what it should take: other tests can tell nothing more */
    uint64_t digest;   /* of results for fixed arguments: the same in every process and after other calls; 0: none */
    char message[512]; /* what was wrong; why it was not tested; or what was looked at */
};

struct nng_subject;

struct nng_behaviour_test {
    const char *name; /* one word or two: "gradient", "zero-rows" */
    unsigned kinds;   /* bits 1u << enum nng_plugin_kind: which plugins it is for */
    bool basic;       /* without it, the tests behind it would only tell of the same fault again */
    enum nng_status (*run)(struct nng_subject *subject, struct nng_error *error);
};

extern const struct nng_behaviour_test nng_behaviour_tests[];
extern const size_t nng_behaviour_count;

/* Runs one test of those that are for the method's kind. The host finds the activation that a fused loss names; guards
 * (begun) are where the test keeps its guarded arrays. An error is ours, never the plugin's: out of memory. */
NNG_MUST_USE enum nng_status nng_behaviour_run(const struct nng_behaviour_test *test, struct nng_host *host,
                                               const struct nng_method *method, struct nng_guards *guards,
                                               struct nng_behaviour *behaviour, struct nng_error *error);

/* ---- what the tests share ------------------------------------------------------------------------------------ */

/* A plugin under test. */
struct nng_subject {
    const struct nng_plugin *plugin;
    const char *file;                /* the shared object */
    double *values;                  /* the setting in force */
    char setting[128];               /* " at slope = 0.5"; "" for the defaults */
    const struct nng_method *output; /* the activation that a fused loss names; NULL where it is not found */
    char missing[256];               /* why it was not */
    struct nng_arena *arena;
    struct nng_guards *guards;
    struct nng_behaviour *found;
};

/* The k-th setting of its parameters: 0 the defaults; then each parameter in turn at the least and the greatest value
 * of its range (or near it, where that end is open or as good as infinite), a choice at each. False after the last. */
bool nng_subject_set(struct nng_subject *subject, size_t k);

/* The finding becomes that; the first fault stays. */
void nng_misbehaves(struct nng_subject *subject, const char *format, ...) NNG_PRINTF(2, 3);
void nng_untested(struct nng_subject *subject, const char *format, ...) NNG_PRINTF(2, 3);

/* What a passing test looked at. NNG_COUNTED: "%zu function%s". */
#define NNG_COUNTED(count) (count), (count) == 1 ? "" : "s"
void nng_behaves(struct nng_subject *subject, const char *format, ...) NNG_PRINTF(2, 3);

static inline bool nng_found_fault(const struct nng_subject *subject)
{
    return subject->found->verdict == NNG_MISBEHAVES;
}

/* ---- forms: the functions of a plugin, seen alike ------------------------------------------------------------ */

/* An argument that is an array. */
struct nng_array {
    const char *name;   /* as plugin.h calls it */
    bool written, kept; /* by the plugin; kept: it also reads what stood there */
    bool per_row;       /* rows of them; otherwise rows x cols */
    bool codes;         /* int32_t; otherwise double */
};

enum { NNG_ARRAYS_MOST = 2 + NNG_SLOTS_MOST, NNG_FORMS_MOST = 8 };

struct nng_sheet;

/* One function, and how it is called. */
struct nng_form {
    const char *name; /* "value", "value without grad" */
    struct nng_array arrays[NNG_ARRAYS_MOST];
    size_t array_count;
    bool stacked; /* rows are independent samples; false: an optimizer's tensor */
    void (*fill)(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed);
    enum nng_plugin_status (*call)(const struct nng_subject *subject, const struct nng_sheet *sheet,
                                   struct nng_diagnostic *diagnostic);
};

/* The forms that the plugin has; returns how many. */
size_t nng_forms(const struct nng_subject *subject, struct nng_form forms[NNG_FORMS_MOST]);

/* NULL when it has no such form. */
const struct nng_form *nng_form_named(const struct nng_form *forms, size_t count, const char *name);

/* ---- sheets: the arguments of one call ----------------------------------------------------------------------- */

struct nng_sheet {
    const struct nng_form *form;
    size_t rows, cols;
    uint64_t t;                  /* an optimizer's step */
    double *at[NNG_ARRAYS_MOST]; /* codes stand there as int32_t */
};

/* Room for it, with room around each array, so that a small overrun does no harm (nng_guards_take finds those). */
NNG_MUST_USE enum nng_status nng_sheet_new(const struct nng_subject *subject, const struct nng_form *form, size_t rows,
                                           size_t cols, struct nng_sheet *sheet, struct nng_error *error);

/* Legal arguments: the same for the same seed. Outputs are NNG_UNWRITTEN, which no function writes by chance. */
#define NNG_UNWRITTEN (-6.02214076e23)
void nng_sheet_fill(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t seed);

void nng_sheet_copy(const struct nng_sheet *from, struct nng_sheet *to);
size_t nng_sheet_length(const struct nng_sheet *sheet, size_t array);

/* Calls the function. False after a refusal, which is the finding where legal arguments were refused. */
bool nng_sheet_call(struct nng_subject *subject, const struct nng_sheet *sheet);
enum nng_plugin_status nng_sheet_try(const struct nng_subject *subject, const struct nng_sheet *sheet,
                                     struct nng_diagnostic *diagnostic);

/* Is everything that is written the same, bit for bit (tolerance 0), or to that part of the largest number in its row?
 * If not, `where` says what differs: "grad of sample 1, output 2: 0.5, then 0.25". A NaN is like any other. */
enum { NNG_WHERE_SIZE = 160 };
bool nng_sheet_same(const struct nng_sheet *p, const struct nng_sheet *q, double tolerance, char where[NNG_WHERE_SIZE]);

/* "sample 2, unit 1": where entry i of an array stands. */
void nng_sheet_place(const struct nng_sheet *sheet, size_t array, size_t i, char place[NNG_WHERE_SIZE]);

/* A hash of all that is written. */
uint64_t nng_sheet_digest(const struct nng_sheet *sheet, uint64_t so_far);

/* Numbers spread evenly over [low, high), and 64 random bits (splitmix64). */
double nng_draw(uint64_t *seed, double low, double high);

/* The bytes that are allocated now; false where the system does not tell (behaviour_memory.c). */
bool nng_memory_in_use(size_t *bytes);

/* The part of a closed range that is near 0, for arguments of ordinary size: at most [-size, size]. */
void nng_ordinary_range(double min, double max, double size, double *low, double *high);

/* ---- the tests, by file -------------------------------------------------------------------------------------- */

typedef enum nng_status nng_behaviour_function(struct nng_subject *subject, struct nng_error *error);

/* behaviour_calls.c: one function, called in many ways */
nng_behaviour_function nng_test_exports, nng_test_runs, nng_test_extremes, nng_test_determinism, nng_test_hidden_state,
    nng_test_batch, nng_test_zero_rows, nng_test_null_grad, nng_test_nan;
/* behaviour_memory.c: what it touches, and what it keeps */
nng_behaviour_function nng_test_memory, nng_test_leaks;
/* behaviour_slopes.c: derivatives by the decision rule */
nng_behaviour_function nng_test_gradient;
/* behaviour_agree.c: two functions that must agree */
nng_behaviour_function nng_test_complex, nng_test_fused, nng_test_magnitude, nng_test_rounding, nng_test_elementwise;
/* behaviour_kinks.c: kinks are where `branch` says */
nng_behaviour_function nng_test_branch;
/* behaviour_optimizer.c: what an optimizer does over several steps */
nng_behaviour_function nng_test_descent, nng_test_resume, nng_test_whole_problem;

#endif
