/* test_plugin_validate.c - every rule of plugin.h refuses a descriptor that breaks it, and says which. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plugin/validate.h"

/* A correct plugin of a kind, in memory: each case spoils one thing of it. */
struct parts {
    struct nng_plugin plugin;
    struct nng_parameter parameters[65];
    struct nng_loss loss;
    struct nng_activation activation;
    struct nng_optimizer optimizer;
    const char *choices[70], *slots[20];
};

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)parameters, (void)rows, (void)cols, (void)yhat, (void)y, (void)values, (void)grad, (void)diagnostic;
    ck_abort_msg("a function was called");
    return NNG_PLUGIN_ERROR;
}

static enum nng_plugin_status complex_value(const double *parameters, size_t rows, size_t cols, const double *re,
                                            const double *im, const double *y, double *values_re, double *values_im,
                                            struct nng_diagnostic *diagnostic)
{
    (void)im, (void)values_im;
    return value(parameters, rows, cols, re, y, values_re, NULL, diagnostic);
}

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    return value(parameters, rows, cols, a, NULL, h, NULL, diagnostic);
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)dh;
    return value(parameters, rows, cols, a, h, da, NULL, diagnostic);
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *now, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)now, (void)slots;
    return value(parameters, 0, 0, g, g, w, NULL, diagnostic);
}

static enum nng_plugin_status look(const double *parameters, const struct nng_step *now, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    return step(parameters, now, w, w, slots, diagnostic);
}

static enum nng_plugin_status start(const double *parameters, const struct nng_problem *problem, const double *theta,
                                    void **state, struct nng_diagnostic *diagnostic)
{
    (void)problem, (void)state;
    return value(parameters, 0, 0, theta, theta, NULL, NULL, diagnostic);
}

static enum nng_plugin_status iterate(void *state, double *theta, double *loss, struct nng_diagnostic *diagnostic)
{
    (void)state;
    return value(NULL, 0, 0, theta, theta, loss, NULL, diagnostic);
}

static void finish(void *state)
{
    (void)state;
}

static void make(struct parts *p, enum nng_plugin_kind kind)
{
    *p = (struct parts){
        .plugin = {.magic = NNG_PLUGIN_MAGIC,
                   .abi_major = NNG_ABI_MAJOR,
                   .abi_minor = NNG_ABI_MINOR,
                   .size = sizeof(struct nng_plugin),
                   .real_size = sizeof(double),
                   .parameter_size = sizeof(struct nng_parameter),
                   .kind = kind,
                   .name = "fine",
                   .version = "1",
                   .licence = "MIT",
                   .summary = "ŷ and so on",
                   .formula = "\\hat y",
                   .parameter_count = 4,
                   .parameters = p->parameters,
                   .loss = kind == NNG_LOSS ? &p->loss : NULL,
                   .activation = kind == NNG_ACTIVATION ? &p->activation : NULL,
                   .optimizer = kind == NNG_OPTIMIZER ? &p->optimizer : NULL},
        .parameters = {{"rate", "r", NNG_REAL, NNG_OPEN_MIN, 0, 1, 0.5, NULL},
                       {"steps", "s", NNG_INT, 0, 1, 1e308, 3, NULL},
                       {"nesterov", "n", NNG_BOOL, 0, 0, 1, 0, NULL},
                       {"form", "f", NNG_CHOICE, 0, 0, 0, 1, p->choices}},
        .loss = {.size = sizeof(struct nng_loss), .yhat_min = 0, .yhat_max = 1, .ulps = 4, .value = value},
        .activation = {.size = sizeof(struct nng_activation),
                       .flags = NNG_ACTIVATION_ELEMENTWISE,
                       .ulps = 2,
                       .h_min = -(double)INFINITY,
                       .h_max = (double)INFINITY,
                       .forward = forward,
                       .backward = backward},
        .optimizer = {.size = sizeof(struct nng_optimizer), .slots = p->slots, .step = step, .look = look},
        .choices = {"exact", "tanh"},
        .slots = {"m", "v"}};
}

static void make_whole(struct parts *p)
{
    make(p, NNG_OPTIMIZER);
    p->optimizer = (struct nng_optimizer){.size = sizeof(struct nng_optimizer),
                                          .flags = NNG_OPTIMIZER_WHOLE_PROBLEM,
                                          .open = start,
                                          .iterate = iterate,
                                          .close = finish};
}

static void judge(const struct parts *p, const char *reason)
{
    struct nng_error error = {0};
    enum nng_status status = nng_plugin_validate(&p->plugin, "fine", &error);
    const char prefix[] = "not a usable plugin: ";
    ck_assert_int_eq(status, reason == NULL ? NNG_OK : NNG_INPUT);
    if (reason == NULL) {
        ck_assert_str_eq(error.text, "");
        return;
    }
    ck_assert_msg(strncmp(error.text, prefix, sizeof prefix - 1) == 0, "%s", error.text);
    ck_assert_str_eq(error.text + sizeof prefix - 1, reason);
}

/* Spoils a correct plugin of that kind by the statement; the reason is NULL where that is no fault. */
#define JUDGE(kind, statement, reason)                                                                                 \
    do {                                                                                                               \
        struct parts p;                                                                                                \
        make(&p, kind);                                                                                                \
        statement;                                                                                                     \
        judge(&p, reason);                                                                                             \
    } while (0)

#define JUDGE_WHOLE(statement, reason)                                                                                 \
    do {                                                                                                               \
        struct parts p;                                                                                                \
        make_whole(&p);                                                                                                \
        statement;                                                                                                     \
        judge(&p, reason);                                                                                             \
    } while (0)

#define REBUILD ": rebuild it with this nngrad's plugin.h"

START_TEST(the_right_ones_pass)
{
    JUDGE(NNG_LOSS, , NULL);
    JUDGE(NNG_ACTIVATION, , NULL);
    JUDGE(NNG_OPTIMIZER, , NULL);
    JUDGE_WHOLE(, NULL);
}
END_TEST

START_TEST(heads)
{
    JUDGE(NNG_LOSS, p.plugin.magic = 0, "its 'nng_plugin' does not begin with the magic number of a descriptor");
    JUDGE(NNG_LOSS, p.plugin.abi_major = 0, "it has ABI 0, this nngrad takes ABI 1" REBUILD);
    JUDGE(NNG_LOSS, p.plugin.size = 103, "its descriptor is 103 bytes long, where ABI 1.0 has 104" REBUILD);
    JUDGE(NNG_LOSS, p.plugin.size = 105, "its descriptor is 105 bytes long, where ABI 1.0 has 104" REBUILD);
    JUDGE(NNG_LOSS, (p.plugin.size = 112, p.plugin.abi_minor = 1, p.loss.size = 200), NULL);
    JUDGE(NNG_LOSS, (p.plugin.size = 96, p.plugin.abi_minor = 1),
          "its descriptor is 96 bytes long, where ABI 1.0 has 104" REBUILD);
    JUDGE(NNG_LOSS, p.plugin.real_size = 4, "its reals are 4 bytes long, not 8");
    JUDGE(NNG_LOSS, p.plugin.parameter_size = 64, "its parameters are 64 bytes long each, not 56");
    JUDGE(NNG_LOSS, p.plugin.kind = 0, "its kind is 0, which is no loss, activation or optimizer");
    JUDGE(NNG_LOSS, p.plugin.kind = 4, "its kind is 4, which is no loss, activation or optimizer");
    JUDGE(NNG_LOSS, p.plugin.kind = UINT32_MAX, "its kind is 4294967295, which is no loss, activation or optimizer");
}
END_TEST

START_TEST(texts)
{
    static char endless[NNG_PLUGIN_TEXT_SIZE];
    memset(endless, 'x', sizeof endless);
    JUDGE(NNG_LOSS, p.plugin.name = NULL, "its name is NULL");
    JUDGE(NNG_LOSS, p.plugin.name = "", "its name is empty");
    JUDGE(NNG_LOSS, p.plugin.name = "Fine", "its name 'Fine' is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, p.plugin.name = "1st", "its name '1st' is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, p.plugin.name = "a/b", "its name 'a/b' is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, p.plugin.name = "fines", "its name is 'fines', its file is 'fine.so': they must be the same");
    JUDGE(NNG_LOSS, p.plugin.name = endless, "its name has no end within 4096 bytes");
    JUDGE(NNG_LOSS, p.plugin.version = NULL, "its version is NULL");
    JUDGE(NNG_LOSS, p.plugin.licence = "", "its licence is empty");
    JUDGE(NNG_LOSS, p.plugin.summary = "a\nb", "its summary has a control character at byte 2");
    JUDGE(NNG_LOSS, p.plugin.summary = "\x1b[31m", "its summary has a control character at byte 1");
    JUDGE(NNG_LOSS, p.plugin.formula = "x\xff", "its formula is not UTF-8 at byte 2");
    JUDGE(NNG_LOSS, p.plugin.formula = "$x$", "its formula has a dollar sign");
}
END_TEST

START_TEST(names)
{
    ck_assert(nng_plugin_name_valid("a") && nng_plugin_name_valid("leaky_relu2"));
    ck_assert(!nng_plugin_name_valid("") && !nng_plugin_name_valid("_a") && !nng_plugin_name_valid("..") &&
              !nng_plugin_name_valid("a.b") && !nng_plugin_name_valid("a b") && !nng_plugin_name_valid("\xc3\xa4"));
    char name[NNG_PLUGIN_NAME_SIZE + 1] = {0};
    memset(name, 'a', NNG_PLUGIN_NAME_SIZE - 1);
    ck_assert(nng_plugin_name_valid(name));
    name[NNG_PLUGIN_NAME_SIZE - 1] = 'a';
    ck_assert(!nng_plugin_name_valid(name));
}
END_TEST

START_TEST(parameter_names)
{
    JUDGE(NNG_LOSS, (p.plugin.parameter_count = 0, p.plugin.parameters = NULL), NULL);
    JUDGE(NNG_LOSS, p.plugin.parameter_count = 65, "it has 65 parameters, more than 64");
    JUDGE(NNG_LOSS, p.plugin.parameter_count = UINT32_MAX, "it has 4294967295 parameters, more than 64");
    JUDGE(NNG_LOSS, p.plugin.parameters = NULL, "it has 4 parameters, but their table is NULL");
    JUDGE(NNG_LOSS, p.parameters[1].name = NULL, "the name of its parameter 2 is NULL");
    JUDGE(NNG_LOSS, p.parameters[1].name = "Steps", "the name of its parameter 2 is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, p.parameters[3].name = "rate", "it has two parameters 'rate'");
    JUDGE(NNG_LOSS, p.parameters[0].name = "plugin",
          "its parameter may not be called 'plugin', which has a meaning in model.cfg");
    JUDGE(NNG_LOSS, p.parameters[0].name = "reduction",
          "its parameter may not be called 'reduction', which has a meaning in model.cfg");
    JUDGE(NNG_LOSS, p.parameters[0].summary = NULL, "the summary of parameter 'rate' is NULL");
    JUDGE(NNG_LOSS, p.parameters[0].kind = 0, "parameter 'rate' has the unknown kind 0");
    JUDGE(NNG_LOSS, p.parameters[0].kind = 5, "parameter 'rate' has the unknown kind 5");
    JUDGE(NNG_LOSS, p.parameters[0].flags = 4, "parameter 'rate' has the unknown flags 0x4");
}
END_TEST

START_TEST(parameter_ranges)
{
    JUDGE(NNG_LOSS, p.parameters[0].standard = 3, "parameter 'rate' has its default 3 outside (0, 1]");
    JUDGE(NNG_LOSS, p.parameters[0].standard = 0, "parameter 'rate' has its default 0 outside (0, 1]");
    JUDGE(NNG_LOSS, p.parameters[0].standard = 1, NULL);
    JUDGE(NNG_LOSS, (p.parameters[0].flags = NNG_OPEN_MAX, p.parameters[0].standard = 1),
          "parameter 'rate' has its default 1 outside [0, 1)");
    JUDGE(NNG_LOSS, (p.parameters[0].min = -1e308, p.parameters[0].standard = -0.1), NULL);
    JUDGE(NNG_LOSS, (p.parameters[0].min = -1e308, p.parameters[0].standard = -1.5e308), NULL);
    JUDGE(NNG_LOSS, (p.parameters[0].min = -1e308, p.parameters[0].standard = 1.5),
          "parameter 'rate' has its default 1.5 outside (-inf, 1]");
    JUDGE(NNG_LOSS, p.parameters[0].min = 2, "parameter 'rate' has the empty range (2, 1]");
    JUDGE(NNG_LOSS, p.parameters[0].min = 1, "parameter 'rate' has the empty range (1, 1]");
    JUDGE(NNG_LOSS, p.parameters[0].max = (double)INFINITY,
          "parameter 'rate' has a range or a default that is not finite");
    JUDGE(NNG_LOSS, p.parameters[0].standard = (double)NAN,
          "parameter 'rate' has a range or a default that is not finite");
    JUDGE(NNG_LOSS, p.parameters[1].standard = 1.5,
          "parameter 'steps' is a whole number, but its range [1, inf) or its default 1.5 is not");
    JUDGE(NNG_LOSS, p.parameters[1].min = 0.5,
          "parameter 'steps' is a whole number, but its range [0.5, inf) or its default 3 is not");
    JUDGE(NNG_LOSS, p.parameters[2].standard = 2, "parameter 'nesterov' is a bool, but its default is 2");
}
END_TEST

START_TEST(parameter_choices)
{
    JUDGE(NNG_LOSS, p.parameters[3].choices = NULL, "parameter 'form' is a choice among none");
    JUDGE(NNG_LOSS, p.choices[0] = NULL, "parameter 'form' is a choice among none");
    JUDGE(NNG_LOSS, p.choices[1] = "", "choice 2 of parameter 'form' is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, p.choices[1] = "exact", "parameter 'form' has two choices 'exact'");
    JUDGE(NNG_LOSS, p.parameters[3].standard = 2, "parameter 'form' has its default 2 outside its 2 choices");
    JUDGE(NNG_LOSS, p.parameters[3].standard = -1, "parameter 'form' has its default -1 outside its 2 choices");
    JUDGE(NNG_LOSS, p.parameters[3].standard = 0.5, "parameter 'form' has its default 0.5 outside its 2 choices");
    JUDGE(NNG_LOSS, p.parameters[0].choices = p.choices, "parameter 'rate' has choices, but is not one");
    static char many[70][8];
    struct parts p;
    make(&p, NNG_LOSS);
    for (size_t i = 0; i < 69; i++) {
        snprintf(many[i], sizeof many[i], "c%zu", i);
        p.choices[i] = many[i];
    }
    judge(&p, "parameter 'form' has more than 64 choices");
}
END_TEST

START_TEST(losses)
{
    JUDGE(NNG_LOSS, p.plugin.loss = NULL, "it is a loss, but its 'loss' is NULL");
    JUDGE(NNG_LOSS, p.plugin.activation = &p.activation, "it is a loss, but its 'activation' is not NULL");
    JUDGE(NNG_LOSS, p.plugin.optimizer = &p.optimizer, "it is a loss, but its 'optimizer' is not NULL");
    JUDGE(NNG_LOSS, p.loss.size = 88, "its struct nng_loss is 88 bytes long, where ABI 1.0 has 96" REBUILD);
    JUDGE(NNG_LOSS, p.loss.value = NULL, "its function 'value' is NULL");
    JUDGE(NNG_LOSS, p.loss.fused_with = "softmax", "its function 'fused' is NULL");
    JUDGE(NNG_LOSS, p.loss.fused = value, "its 'fused' is given, but 'fused_with' is NULL");
    JUDGE(NNG_LOSS, (p.loss.fused = value, p.loss.fused_with = "../x"),
          "its 'fused_with' is not of the form [a-z][a-z0-9_]*");
    JUDGE(NNG_LOSS, (p.loss.fused = value, p.loss.fused_with = "softmax", p.loss.complex_fused = complex_value), NULL);
    JUDGE(NNG_LOSS, p.loss.complex_fused = complex_value, "its function 'complex_fused' must be NULL here");
    JUDGE(NNG_LOSS, p.loss.target = 6, "its target domain 6 is unknown");
    JUDGE(NNG_LOSS, p.loss.target = NNG_TARGET_DISTRIBUTION, NULL);
    JUDGE(NNG_LOSS, p.loss.reserved = 1, "its reserved field is 1, not 0");
    JUDGE(NNG_LOSS, p.loss.flags = 2, "its flags 0x2 have bits that ABI 1.0 does not know");
    JUDGE(NNG_LOSS, p.loss.yhat_min = 2, "its yhat_min 2 is not at most its yhat_max 1");
    JUDGE(NNG_LOSS, p.loss.yhat_max = (double)NAN, "its yhat_min 0 is not at most its yhat_max nan");
    JUDGE(NNG_LOSS, p.loss.ulps = -1, "its ulps -1 are not a number from 0 on");
    JUDGE(NNG_LOSS, p.loss.ulps = (double)INFINITY, "its ulps inf are not a number from 0 on");
}
END_TEST

START_TEST(activations)
{
    JUDGE(NNG_ACTIVATION, p.plugin.activation = NULL, "it is an activation, but its 'activation' is NULL");
    JUDGE(NNG_ACTIVATION, p.activation.size = 0,
          "its struct nng_activation is 0 bytes long, where ABI 1.0 has 64" REBUILD);
    JUDGE(NNG_ACTIVATION, p.activation.forward = NULL, "its function 'forward' is NULL");
    JUDGE(NNG_ACTIVATION, p.activation.backward = NULL, "its function 'backward' is NULL");
    JUDGE(NNG_ACTIVATION, p.activation.flags = 4, "its flags 0x4 have bits that ABI 1.0 does not know");
    JUDGE(NNG_ACTIVATION, (p.activation.h_min = 1, p.activation.h_max = 0), "its h_min 1 is not at most its h_max 0");
    JUDGE(NNG_ACTIVATION, p.activation.ulps = 0, NULL); /* the identity is exact */
    JUDGE(NNG_ACTIVATION, p.activation.ulps = (double)NAN, "its ulps nan are not a number from 0 on");
}
END_TEST

START_TEST(optimizers)
{
    JUDGE(NNG_OPTIMIZER, p.plugin.optimizer = NULL, "it is an optimizer, but its 'optimizer' is NULL");
    JUDGE(NNG_OPTIMIZER, p.optimizer.size = 48,
          "its struct nng_optimizer is 48 bytes long, where ABI 1.0 has 56" REBUILD);
    JUDGE(NNG_OPTIMIZER, p.optimizer.flags = 2, "its flags 0x2 have bits that ABI 1.0 does not know");
    JUDGE(NNG_OPTIMIZER, p.optimizer.step = NULL, "its function 'step' is NULL");
    JUDGE(NNG_OPTIMIZER, p.optimizer.open = start, "its function 'open' must be NULL here");
    JUDGE(NNG_OPTIMIZER, p.optimizer.iterate = iterate, "its function 'iterate' must be NULL here");
    JUDGE(NNG_OPTIMIZER, p.optimizer.close = finish, "its function 'close' must be NULL here");
    JUDGE(NNG_OPTIMIZER, p.optimizer.slots = NULL, NULL);
    JUDGE(NNG_OPTIMIZER, p.slots[1] = "m", "it has two slots 'm'");
    JUDGE(NNG_OPTIMIZER, p.slots[1] = "V", "the name of its slot 2 is not of the form [a-z][a-z0-9_]*");
    JUDGE_WHOLE(p.optimizer.open = NULL, "its function 'open' is NULL");
    JUDGE_WHOLE(p.optimizer.iterate = NULL, "its function 'iterate' is NULL");
    JUDGE_WHOLE(p.optimizer.close = NULL, "its function 'close' is NULL");
    JUDGE_WHOLE(p.optimizer.step = step, "its function 'step' must be NULL here");
    JUDGE_WHOLE(p.optimizer.look = look, "its function 'look' must be NULL here");
    JUDGE_WHOLE(p.optimizer.slots = p.slots,
                "it takes the whole problem, and so keeps its own state: its slots must be NULL");
    static const char *const many[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                       "j", "k", "l", "m", "n", "o", "p", "q", NULL};
    JUDGE(NNG_OPTIMIZER, p.optimizer.slots = many, "it has more than 16 slots");
}
END_TEST

START_TEST(kinds)
{
    ck_assert_str_eq(nng_kind_name(NNG_LOSS), "loss");
    ck_assert_str_eq(nng_kind_name(NNG_OPTIMIZER), "optimizer");
    ck_assert_ptr_null(nng_kind_name((enum nng_plugin_kind)0));
    ck_assert_ptr_null(nng_kind_name((enum nng_plugin_kind)4));
    ck_assert_int_eq(nng_kind_of("activation"), NNG_ACTIVATION);
    ck_assert_int_eq(nng_kind_of("Loss"), 0);
    ck_assert_int_eq(nng_kind_of(""), 0);
}
END_TEST

RUN_SUITE("plugin_validate", the_right_ones_pass, heads, texts, names, parameter_names, parameter_ranges,
          parameter_choices, losses, activations, optimizers, kinds)
