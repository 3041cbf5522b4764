/* test_config.c - model.cfg: every setting is read, and every wrong one has its diagnostic. */
#include "config_support.h"

#include <math.h>

/* ---- models of the course ------------------------------------------------------------------------------------ */

START_TEST(light_math_network)
{
    struct nng_model *m = read_good(light_math);
    ck_assert_str_eq(m->name, "light-math-example");
    ck_assert_str_eq(m->file, "m.cfg");
    ck_assert_int_eq(m->notation, NNG_OUT_IN);
    ck_assert_uint_eq(m->inputs, 4);
    ck_assert_uint_eq(m->outputs, 2);
    ck_assert_uint_eq(m->layer_count, 2);
    ck_assert_uint_eq(m->parameter_count, 30);
    expect_values(m->theta, light_math_theta, 30);
    ck_assert_uint_eq(m->layers[0].weights, 0);
    ck_assert_uint_eq(m->layers[1].weights, 16);
    ck_assert_uint_eq(m->layers[0].biases, 24);
    ck_assert_uint_eq(m->layers[1].biases, 28);
    ck_assert_uint_eq(m->layers[1].inputs, 4);
    ck_assert_str_eq(m->layers[0].activation.plugin->name, "sigmoid");
    ck_assert_str_eq(m->layers[1].activation.plugin->name, "softmax");
    ck_assert_str_eq(m->loss.plugin->name, "squared_error");
    ck_assert_int_eq(m->reduction, NNG_MEAN);
    ck_assert(!m->fused);
    ck_assert_uint_eq(m->data.samples, 1);
    expect_values(m->data.x, (double[]){2, 5, 3, 3}, 4);
    expect_values(m->data.y, (double[]){1, 0}, 2);
    ck_assert_str_eq(m->data.source, "inline");
    ck_assert_ptr_null(m->data.classes);
    ck_assert_uint_eq(m->validation.samples, 0);
    ck_assert_str_eq(m->optimizer.plugin->name, "gd");
    ck_assert_double_eq(m->optimizer.values[0], 1.0);
    ck_assert_uint_eq(m->train.epochs, 1000);
    ck_assert_double_eq(m->train.loss_below, 1e-3);
    ck_assert_double_eq(m->tolerance, 1e-6);
    nng_model_free(m);
}
END_TEST

/* Columns are neurons: theta holds the transposed matrices. */
START_TEST(full_math_network)
{
    struct nng_model *m =
        read_good("notation = \"in_out\";\n"
                  "network = { inputs = 3; layers = (\n"
                  "  { units = 3; activation = \"tanh\"; weights = ((.1,.3,.8), (-.3,-.2,.5), (-.3,.1,.4)); },\n"
                  "  { units = 3; activation = \"tanh\"; weights = ((.4,.5,-.3), (-.1,-.4,-.5), (.8,.2,.9)); },\n"
                  "  { units = 2; activation = \"softmax\"; weights = ((.3,-.5), (.1,.2), (-.1,-.4)); }); };\n"
                  "loss = \"cross_entropy\";\n"
                  "data = { inputs = ((2, 5, 3)); targets = ((1, 0)); };\n");
    static const double theta[32] = {.1, -.3, -.3, .3,  -.2, .1, .8, .5, .4,  .4,  -.1, .8,
                                     .5, -.4, .2,  -.3, -.5, .9, .3, .1, -.1, -.5, .2,  -.4};
    ck_assert_int_eq(m->notation, NNG_IN_OUT);
    ck_assert_uint_eq(m->parameter_count, 32);
    expect_values(m->theta, theta, 32);
    ck_assert(m->fused);
    nng_model_free(m);
}
END_TEST

START_TEST(mazur_network)
{
    struct nng_model *m =
        read_good("network = { inputs = 2; layers = (\n"
                  "  { units = 2; activation = \"sigmoid\"; weights = ((.15, .20), (.25, .30)); biases = (.35, .35);\n"
                  "    train_biases = false; },\n"
                  "  { units = 2; activation = \"sigmoid\"; weights = ((.40, .45), (.50, .55)); biases = (.60, .60);\n"
                  "    train_biases = false; }); };\n"
                  "loss = { plugin = \"squared_error\"; scale = 0.5; reduction = \"sum\"; };\n"
                  "regularization = { l1 = 0.25; l2 = 2; biases = true; };\n"
                  "data = { inputs = ((.05, .10)); targets = ((.01, .99)); };\n"
                  "optimizer = { plugin = \"gd\"; learning_rate = 0.5; };\n");
    expect_values(m->theta, (double[]){.15, .20, .25, .30, .40, .45, .50, .55, .35, .35, .60, .60}, 12);
    ck_assert(!m->layers[0].train_biases && !m->layers[1].train_biases);
    ck_assert_int_eq(m->reduction, NNG_SUM);
    ck_assert_double_eq(m->loss.values[0], 0.5);
    ck_assert_double_eq(m->l1, 0.25);
    ck_assert_double_eq(m->l2, 2);
    ck_assert(m->penalize_biases);
    nng_model_free(m);
}
END_TEST

START_TEST(lecture_network)
{
    struct nng_model *m = NULL;
    ck_assert_int_eq(nng_model_lecture(host, NULL, 0, &m, NULL), NNG_OK);
    ck_assert_str_eq(m->name, "lecture");
    ck_assert_str_eq(m->file, "");
    ck_assert_uint_eq(m->inputs, 3);
    ck_assert_uint_eq(m->layer_count, 3);
    ck_assert_uint_eq(m->parameter_count, 28);
    ck_assert_uint_eq(m->layers[2].units, 1);
    ck_assert_uint_eq(m->seed, 1);
    ck_assert(m->fused);
    for (size_t i = 0; i < 18; i++) /* Glorot and Bengio: |w| <= sqrt(6 / (3 + 3)) = 1 */
        ck_assert(m->theta[i] != 0 && fabs(m->theta[i]) <= 1);
    for (size_t i = 21; i < 28; i++)
        ck_assert(m->theta[i] == 0);
    ck_assert_uint_eq(m->data.samples, 8);
    for (size_t n = 0; n < 8; n++) {
        const double *x = m->data.x + 3 * n;
        ck_assert(x[0] == (double)(n >> 2 & 1) && x[1] == (double)(n >> 1 & 1) && x[2] == (double)(n & 1));
        ck_assert(m->data.y[n] == (x[0] + x[1] + x[2] >= 2));
    }
    ck_assert_str_eq(m->optimizer.plugin->name, "gd");
    ck_assert_double_eq(m->optimizer.values[0], 0.5);
    ck_assert_uint_eq(m->train.batch, 1);
    ck_assert_uint_eq(m->train.epochs, 1000);
    ck_assert_double_eq(m->train.loss_below, 0.01);
    nng_model_free(m);

    struct nng_override wrong = {"layers.1.units", "2.5"};
    struct nng_error error = {0};
    enum nng_status status = nng_model_lecture(host, &wrong, 1, &m, &error);
    expect(
        status, m, &error,
        "--set layers.1.units=2.5: layer 1: units is the real 2.5, expected a whole number between 1 and 1000000000");
    wrong = (struct nng_override){"network.inputs", "4"};
    status = nng_model_lecture(host, &wrong, 1, &m, &error);
    expect(status, m, &error, "the lecture's model:11:13: the data has 3 inputs a sample, but network.inputs is 4");
    ck_assert_str_eq(error.source,
                     "  inputs  = ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), "
                     "(1, 1, 1));");
}
END_TEST

START_TEST(defaults)
{
    struct nng_model *m = read_good(NETWORK LOSS DATA);
    ck_assert_str_eq(m->name, "m");
    ck_assert_int_eq(m->notation, NNG_OUT_IN);
    ck_assert_uint_eq(m->seed, 1);
    ck_assert_int_eq(m->layers[0].init.scheme, NNG_XAVIER_UNIFORM);
    ck_assert(!m->layers[0].init.biases);
    ck_assert(m->layers[0].train_biases);
    ck_assert_int_eq(m->reduction, NNG_MEAN);
    ck_assert(m->l1 == 0 && m->l2 == 0 && !m->penalize_biases);
    ck_assert_ptr_null(m->optimizer.plugin);
    ck_assert_uint_eq(m->train.epochs, 100);
    ck_assert(m->train.loss_below == -1e308);
    ck_assert(m->train.batch == 0 && m->train.shuffle && m->train.seed == 1);
    ck_assert_int_eq(m->train.schedule, NNG_SCHEDULE_CONSTANT);
    ck_assert(m->train.warmup == 0 && m->train.clip == 0 && m->train.patience == 0);
    ck_assert(m->tolerance == 1e-6 && m->method == NNG_LADDER);
    nng_model_free(m);
}
END_TEST

START_TEST(every_setting)
{
    struct nng_model *m = read_good(
        "notation: \"out_in\",\n" /* libconfig takes ':' and ',' too */
        "network = { inputs = 2; layers = (\n"
        "  { units = 3; activation = { plugin = \"leaky_relu\"; slope = 1; }; init = \"he_normal\"; },\n"
        "  { units = 2; activation = \"tanh\"; init = { scheme = \"uniform\"; low = -2; high = 0.5; biases = false; }; "
        "},\n"
        "  { units = 1; activation = \"sigmoid\"; }); };\n"
        "init = { scheme = \"constant\"; value = 0.125; seed = 5000000000L; biases = TRUE; };\n"
        "loss = \"binary_cross_entropy\";\n"
        "data = { generator = \"moons\"; samples = 40; noise = 0; seed = 0x10; validation = 0.25; standardize = true; "
        "};\n"
        "train = { epochs = 7; loss_below = -1; batch = 8; shuffle = false; seed = 9; schedule = \"cosine\";\n"
        "          warmup = 2; clip = 5; patience = 3; };\n"
        "check = { tolerance = 0.001; method = \"complex\"; };\n");
    ck_assert_uint_eq(m->seed, 5000000000u);
    ck_assert_double_eq(m->layers[0].activation.values[0], 1.0);
    ck_assert_int_eq(m->layers[0].init.scheme, NNG_HE_NORMAL);
    ck_assert(m->layers[0].init.biases);
    ck_assert(m->theta[m->layers[0].biases] != 0);
    ck_assert_int_eq(m->layers[1].init.scheme, NNG_UNIFORM);
    ck_assert(m->layers[1].init.low == -2 && m->layers[1].init.high == 0.5);
    for (size_t i = 0; i < 6; i++)
        ck_assert(m->theta[m->layers[1].weights + i] >= -2 && m->theta[m->layers[1].weights + i] < 0.5);
    ck_assert(m->theta[m->layers[1].biases] == 0);
    expect_values(m->theta + m->layers[2].weights, (double[]){0.125, 0.125}, 2);
    expect_values(m->theta + m->layers[2].biases, (double[]){0.125}, 1);
    ck_assert_uint_eq(m->data.samples, 30);
    ck_assert_uint_eq(m->validation.samples, 10);
    double sum = 0;
    for (size_t n = 0; n < 30; n++)
        sum += m->data.x[2 * n];
    ck_assert(fabs(sum) < 1e-12); /* standardised by the training data */
    ck_assert(m->train.epochs == 7 && m->train.loss_below == -1 && m->train.batch == 8 && !m->train.shuffle);
    ck_assert(m->train.seed == 9 && m->train.schedule == NNG_SCHEDULE_COSINE && m->train.warmup == 2);
    ck_assert(m->train.clip == 5 && m->train.patience == 3);
    ck_assert(m->tolerance == 0.001 && m->method == NNG_COMPLEX);
    nng_model_free(m);
}
END_TEST

/* A file of parameters, beside the model that names it, wins over explicit weights. */
START_TEST(parameters_of_a_file)
{
    write_text("p.json", "{ \"W1\": [[0.5, -2]], \"b1\": [3] }");
    struct nng_model *m =
        read_good("network = { inputs = 2; parameters = \"p.json\";\n"
                  "layers = ({ units = 1; activation = \"tanh\"; weights = ((1, 1)); }); };\n" LOSS DATA);
    expect_values(m->theta, (double[]){0.5, -2, 3}, 3);
    nng_model_free(m);
    static const struct bad cases[] = {
        {"network = { inputs = 2; layers = ({ units = 1; activation = \"tanh\"; });\nparameters = \"q.json\"; };\n" LOSS
             DATA,
         "m.cfg:2:14: q.json: cannot read: no such file"},
        {"network = { inputs = 2; layers = ({ units = 2; activation = \"tanh\"; });\nparameters = \"p.json\"; };\n" LOSS
             DATA,
         "m.cfg:2:14: p.json: W1 is 1 x 2, but notation 'out_in' makes it 2 x 2 (neurons x inputs)"},
    };
    expect_all_bad(cases, LENGTH(cases));
}
END_TEST

/* Fused: an exact rewriting, for the activation's default parameters alone. */
START_TEST(fused_losses)
{
    static const struct {
        const char *activation, *loss;
        bool fused;
    } cases[] = {{"\"softmax\"", "cross_entropy", true},
                 {"\"sigmoid\"", "cross_entropy", false},
                 {"\"softmax\"", "squared_error", false},
                 {"{ plugin = \"softmax\"; temperature = 1; }", "cross_entropy", true},
                 {"{ plugin = \"softmax\"; temperature = 2; }", "cross_entropy", false},
                 {"\"sigmoid\"", "binary_cross_entropy", true}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "network = { inputs = 1; layers = ({ units = 2; activation = %s; }); }; loss = \"%s\"; "
                 "data = { inputs = ((1)); targets = ((1, 0)); };",
                 cases[i].activation, cases[i].loss);
        struct nng_model *m = read_good(text);
        ck_assert_int_eq(m->fused, cases[i].fused);
        nng_model_free(m);
    }
}
END_TEST

/* ---- groups -------------------------------------------------------------------------------------------------- */

START_TEST(whole_model)
{
    static const struct bad cases[] = {
        {LOSS DATA, "m.cfg:1: 'network' is missing: a model needs network, data and loss"},
        {NETWORK DATA, "m.cfg:1: 'loss' is missing: a model needs network, data and loss"},
        {NETWORK LOSS, "m.cfg:1: 'data' is missing: a model needs network, data and loss"},
        {NETWORK LOSS DATA "optimzer = \"gd\";",
         "m.cfg:4:12: unknown setting 'optimzer' in the model (did you mean 'optimizer'?)"},
        {NETWORK LOSS DATA "x = 1;", "m.cfg:4:5: unknown setting 'x' in the model (there are name, notation, network, "
                                     "init, loss, regularization, data, "
                                     "optimizer, train, check)"},
        {NETWORK LOSS DATA "epochs = 5;", "m.cfg:4:10: unknown setting 'epochs' in the model (it belongs in train)"},
        {NETWORK LOSS DATA "train = { learning_rate = 1; };",
         "m.cfg:4:27: unknown setting 'learning_rate' in train (it belongs in optimizer)"},
        {NETWORK LOSS DATA "train = { optimizer = \"gd\"; };",
         "m.cfg:4:23: unknown setting 'optimizer' in train (it belongs in the model itself, beside network)"},
        {NETWORK LOSS DATA "regularization = { activation = \"relu\"; };",
         "m.cfg:4:33: unknown setting 'activation' in regularization (it belongs in a layer of network.layers)"},
        {NETWORK LOSS DATA "name = \"a b\";", "m.cfg:4:8: name is the text 'a b', expected letters, digits, '.', '_' "
                                              "and '-', at most 100, beginning with none "
                                              "of '.-'"},
        {NETWORK LOSS DATA "name = \"..\";", "m.cfg:4:8: name is the text '..', expected letters, digits, '.', '_' and "
                                             "'-', at most 100, beginning with none "
                                             "of '.-'"},
        {NETWORK LOSS DATA "name = 3;", "m.cfg:4:8: name is 3, expected a text in quotes"},
        {NETWORK LOSS DATA "notation = \"inout\";", "m.cfg:4:12: notation: unknown 'inout' (did you mean 'in_out'?)"},
        {NETWORK LOSS DATA "notation = \"columns\";",
         "m.cfg:4:12: notation: unknown 'columns' (there are out_in, in_out)"},
        {NETWORK LOSS DATA "train = 5;", "m.cfg:4:9: train is 5, expected a group { ... }"},
        {NETWORK LOSS DATA "train = { epochs = 0.5; };",
         "m.cfg:4:20: train.epochs is the real 0.5, expected a whole number between 0 and 1000000000"},
        {NETWORK LOSS DATA "train = { epochs = -1; };",
         "m.cfg:4:20: train.epochs is -1, expected a whole number between 0 and 1000000000"},
        {NETWORK LOSS DATA "train = { epochs = \"many\"; };",
         "m.cfg:4:20: train.epochs is the text 'many', expected a whole number between 0 and 1000000000"},
        {NETWORK LOSS DATA "train = { seed = -1; };",
         "m.cfg:4:18: train.seed is -1, expected a whole number, at least 0"},
        {NETWORK LOSS DATA "train = { shuffle = 1; };", "m.cfg:4:21: train.shuffle is 1, expected true or false"},
        {NETWORK LOSS DATA "train = { clip = -0.5; };",
         "m.cfg:4:18: train.clip is the real -0.5, expected a number, at least 0"},
        {NETWORK LOSS DATA "train = { loss_below = true; };",
         "m.cfg:4:24: train.loss_below is true, expected a number"},
        {NETWORK LOSS DATA "train = { loss_below = (); };",
         "m.cfg:4:24: train.loss_below is an empty list, expected a number"},
        {NETWORK LOSS DATA "train = { epoch = 3; };",
         "m.cfg:4:19: unknown setting 'epoch' in train (did you mean 'epochs'?)"},
        {NETWORK LOSS DATA "train = { schedule = \"cosin\"; };",
         "m.cfg:4:22: train.schedule: unknown 'cosin' (did you mean 'cosine'?)"},
        {NETWORK LOSS DATA "train = { batch = 3; };",
         "m.cfg:4:19: train.batch is 3, but there are only 2 samples to train on"},
        {NETWORK LOSS DATA "train = {\n patience = 2; };",
         "m.cfg:5:13: train.patience waits for the validation loss, but there is no data.validation"},
        {NETWORK LOSS DATA "check = { tolerance = 0; };",
         "m.cfg:4:23: check.tolerance is 0, expected a number between 2.22044604925031e-16 and 1"},
        {NETWORK LOSS DATA "check = { method = \"newton\"; };",
         "m.cfg:4:20: check.method: unknown 'newton' (there are ladder, central, forward, gsl, complex)"},
        {NETWORK LOSS DATA "regularization = { l2 = -1; };",
         "m.cfg:4:25: regularization.l2 is -1, expected a number, at least 0"},
        {NETWORK LOSS DATA "regularization = { l3 = 1; };",
         "m.cfg:4:25: unknown setting 'l3' in regularization (did you mean 'l1'?)"},
        {NETWORK LOSS DATA "optimizer = { learning_rate = 1; };",
         "m.cfg:4:13: optimizer names no plugin: plugin = \"...\""},
        {NETWORK LOSS DATA "optimizer = { plugin = \"gd\"; learning_rat = 1; };",
         "m.cfg:4:45: unknown parameter 'learning_rat' (did you mean 'learning_rate'?): optimizer 'gd' has "
         "'learning_rate'"},
        {NETWORK LOSS DATA "optimizer = { plugin = \"gd\"; learning_rate = \"big\"; };",
         "m.cfg:4:46: learning_rate = 'big' is not a number"},
        {NETWORK LOSS DATA "optimizer = { plugin = \"gd\"; learning_rate = true; };",
         "m.cfg:4:46: optimizer.learning_rate is true, expected a number"},
        {NETWORK LOSS DATA "optimizer = { plugin = \"gd\"; learning_rate = -1; };",
         "m.cfg:4:46: learning_rate = -1 is outside [0, inf)"},
        {NETWORK LOSS DATA "optimizer = 3;",
         "m.cfg:4:13: optimizer is 3, expected a name in quotes, or a group { plugin = \"...\"; }"},
        {NETWORK DATA "loss = { plugin = \"squared_error\"; reduction = \"max\"; };",
         "m.cfg:3:48: loss.reduction: unknown 'max' (there are mean, sum)"},
        {NETWORK DATA "loss = { plugin = 3; };", "m.cfg:3:19: loss.plugin is 3, expected a text in quotes"},
        {NETWORK DATA "loss = \"./evil\";",
         "m.cfg:3:8: './evil': a config file may name plugins, never paths of shared objects"},
        {NETWORK DATA "loss = \"evil.so\";",
         "m.cfg:3:8: 'evil.so': a config file may name plugins, never paths of shared objects"},
        {NETWORK LOSS DATA "optimizer = { plugin = \"/tmp/x\"; };",
         "m.cfg:4:24: '/tmp/x': a config file may name plugins, never paths of shared objects"},
    };
    expect_all_bad(cases, LENGTH(cases));
}
END_TEST

/* A plugin that is not there: what was tried follows, and depends on the machine. */
START_TEST(unknown_plugins)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    char message[2048];
    static const char expected[] = "m.cfg:2:26: unknown activation 'sigmiod' (did you mean 'sigmoid'?)";
    write_text(
        "m.cfg",
        "network = { inputs = 2; layers = ({ units = 1;\n            activation = \"sigmiod\"; }); };\n" LOSS DATA);
    ck_assert_int_eq(nng_model_read(host, "m.cfg", NULL, 0, &model, &error), NNG_INPUT);
    shown(&error, message);
    message[sizeof expected - 1] = '\0';
    ck_assert_str_eq(message, expected);
    ck_assert_str_eq(error.source, "            activation = \"sigmiod\"; }); };");
}
END_TEST

#define LAYERS(text)                                                                                                   \
    "network = { inputs = 3; layers = (\n" text "\n); };\n" LOSS "data = { inputs = ((1, 2, 3)); targets = ((1, 0)); " \
    "};"
#define SMALL "{ units = 2; activation = \"sigmoid\"; "

START_TEST(networks)
{
    static const struct bad cases[] = {
        {"network = 3;" LOSS DATA, "m.cfg:1:11: network is 3, expected a group { ... }"},
        {"network = {};" LOSS DATA, "m.cfg:1:11: network: 'inputs' is missing"},
        {"network = { inputs = 2; };" LOSS DATA, "m.cfg:1:11: network: 'layers' is missing"},
        {"network = { inputs = 0; layers = (); };" LOSS DATA,
         "m.cfg:1:22: network.inputs is 0, expected a whole number between 1 and 1000000000"},
        {"network = { inputs = 2; layers = (); };" LOSS DATA,
         "m.cfg:1:34: network.layers is an empty list, expected a list of layers: ( { units = 4; activation = "
         "\"tanh\"; } )"},
        {"network = { inputs = 2; layers = { units = 1; }; };" LOSS DATA,
         "m.cfg:1:34: network.layers is a group, expected a list of layers: ( { units = 4; activation = \"tanh\"; } )"},
        {LAYERS("{ units = 2; activation = \"sigmoid\"; }, 4"), "m.cfg:2:41: layer 2 is 4, expected a group { ... }"},
        {LAYERS("{ activation = \"sigmoid\"; }"), "m.cfg:2:1: layer 1: 'units' is missing"},
        {LAYERS("{ units = 2; }"), "m.cfg:2:1: layer 1: 'activation' is missing"},
        {LAYERS("{ units = 2; activation = 1; }"),
         "m.cfg:2:27: layer 1: activation is 1, expected a name in quotes, or a group { plugin = \"...\"; }"},
        {LAYERS("{ units = 0; activation = \"sigmoid\"; }"),
         "m.cfg:2:11: layer 1: units is 0, expected a whole number between 1 and 1000000000"},
        {LAYERS("{ unit = 2; activation = \"sigmoid\"; }"),
         "m.cfg:2:10: unknown setting 'unit' in layer 1 (did you mean 'units'?)"},
        {LAYERS(SMALL "},\n{ units = 1000000000; activation = \"sigmoid\"; }"),
         "m.cfg:3:11: layer 2: the network would have 3000000008 parameters so far; the limit is 100000000"},
        {LAYERS(
             "{ units = 1000000000; activation = \"sigmoid\"; },\n{ units = 1000000000; activation = \"sigmoid\"; }"),
         "m.cfg:2:11: layer 1: the network would have 4000000000 parameters so far; the limit is 100000000"},
        {LAYERS("{ units = 1000000001; activation = \"sigmoid\"; }"),
         "m.cfg:2:11: layer 1: units is 1000000001, expected a whole number between 1 and 1000000000"},
        {LAYERS(SMALL "weights = ((1, 2, 3)); }"),
         "m.cfg:2:48: layer 1: weights is 1 x 3, expected 2 x 3 (units x inputs)"},
        {LAYERS(SMALL "weights = ((1, 2), (3, 4), (5, 6)); }"),
         "m.cfg:2:48: layer 1: weights is 3 x 2, expected 2 x 3 (units x inputs)"},
        {"notation = \"in_out\"; " LAYERS(SMALL "weights = ((1, 2, 3), (4, 5, 6)); }"),
         "m.cfg:2:48: layer 1: weights is 2 x 3, expected 3 x 2 (inputs x units)"},
        {LAYERS(SMALL "weights = ((1, 2, 3),\n (4, 5)); }"),
         "m.cfg:3:2: layer 1: weights: row 2 has 2 values, but row 1 has 3"},
        {LAYERS(SMALL "weights = ((1, 2, 3),\n (4, 5, (6))); }"),
         "m.cfg:3:9: layer 1: weights.2.3 is a list, expected a number"},
        {LAYERS(SMALL "weights = ((1, 2, 3),\n (4, 5, true)); }"),
         "m.cfg:3:9: layer 1: weights.2.3 is true, expected a number"},
        {LAYERS(SMALL "weights = ((1, 2, 3),\n (4, 5,\n \"6\"\n)\n); }"),
         "m.cfg:4:2: layer 1: weights.2.3 is the text '6', expected a number"},
        {LAYERS(SMALL "weights = (1, 2, 3, 4, 5, 6); }"),
         "m.cfg:2:49: layer 1: weights.1 is 1, expected a row of numbers in brackets"},
        {LAYERS(SMALL "weights = (); }"),
         "m.cfg:2:48: layer 1: weights is an empty list, expected a list of rows: ((1, 2), (3, 4))"},
        {LAYERS(SMALL "weights = ((), ()); }"),
         "m.cfg:2:49: layer 1: weights.1 is an empty list, expected a row of numbers"},
        {LAYERS(SMALL "weights = \"w\"; }"),
         "m.cfg:2:48: layer 1: weights is the text 'w', expected a list of rows: ((1, 2), (3, 4))"},
        {LAYERS(SMALL "biases = (1, 2, 3); }"), "m.cfg:2:47: layer 1: biases has 3 values, expected 2 (one a unit)"},
        {LAYERS(SMALL "biases = ((1), (2)); }"), "m.cfg:2:48: layer 1: biases.1 is a list, expected a number"},
        {LAYERS(SMALL "biases = 0; }"), "m.cfg:2:47: layer 1: biases is 0, expected a list of numbers"},
        {LAYERS(SMALL "train_biases = \"no\"; }"),
         "m.cfg:2:53: layer 1: train_biases is the text 'no', expected true or false"},
        {LAYERS(SMALL "init = \"xavier\"; }"),
         "m.cfg:2:45: layer 1: init: unknown 'xavier' (there are zeros, constant, uniform, "
         "normal, xavier_uniform, xavier_normal, he_uniform, he_normal)"},
        {LAYERS(SMALL "init = { seed = 2; }; }"),
         "m.cfg:2:54: unknown setting 'seed' in layer 1: init (there are scheme, biases, low, high, mean, std, value)"},
        {LAYERS(SMALL "init = { scheme = \"he_normal\"; std = 2; }; }"),
         "m.cfg:2:75: layer 1: init.std belongs to the scheme 'normal', but this one is 'he_normal'"},
        {LAYERS(SMALL "}") "init = \"constant\"; x = 1;", "m.cfg:5:77: unknown setting 'x' in the model (there are "
                                                          "name, notation, network, init, loss, regularization, data, "
                                                          "optimizer, train, check)"},
        {NETWORK LOSS DATA "init = { scheme = \"constant\"; };",
         "m.cfg:4:8: the scheme 'constant' needs a value: value = 0.1"},
        {NETWORK LOSS DATA "init = \"constant\";", "m.cfg:4:8: the scheme 'constant' needs a value: value = 0.1"},
        {NETWORK LOSS DATA "init = { scheme = \"uniform\"; low = 2; };", "m.cfg:4:8: low is 2, but high is 1"},
        {NETWORK LOSS DATA "init = { scheme = \"normal\"; std = -1; };",
         "m.cfg:4:35: init.std is -1, expected a number, at least 0"},
        {"network = { inputs = 2; layers = ({ units = 50; activation = \"tanh\"; }); };\n" LOSS DATA
         "init = { scheme = \"normal\"; mean = 1.7e308; std = 1e308; };",
         "m.cfg:4:8: layer 1: init scheme 'normal' gives a value that is not finite"},
    };
    expect_all_bad(cases, LENGTH(cases));
}
END_TEST

#define DATA_OF(text) NETWORK LOSS "data = {\n" text " };"

START_TEST(inline_data)
{
    static const struct bad cases[] = {
        {NETWORK LOSS "data = \"xor\";", "m.cfg:3:8: data is the text 'xor', expected a group { ... }"},
        {DATA_OF(""), "m.cfg:3:8: data is empty: it needs inputs and targets, a file, or a generator"},
        {DATA_OF("inputs = ((1, 2));"), "m.cfg:3:8: data: 'targets' is missing"},
        {DATA_OF("targets = ((1));"), "m.cfg:3:8: data: 'inputs' is missing"},
        {DATA_OF("inputs = (); targets = ();"),
         "m.cfg:4:10: data.inputs is an empty list, expected a list of rows: ((1, 2), (3, 4))"},
        {DATA_OF("inputs = (1, 2); targets = ((1));"),
         "m.cfg:4:11: data.inputs.1 is 1, expected a row of numbers in brackets"},
        {DATA_OF("inputs = ((1, 2), (3, 4)); targets = ((1));"),
         "m.cfg:4:38: data.targets has 1 row, but data.inputs has 2"},
        {DATA_OF("inputs = ((1, 2, 3)); targets = ((1));"),
         "m.cfg:4:10: the data has 3 inputs a sample, but network.inputs is 2"},
        {DATA_OF("inputs = ((1, 2)); targets = ((1, 0));"),
         "m.cfg:4:30: the data has 2 targets a sample, but the output layer's units are 1"},
        {DATA_OF("inputs = ((1, 2),\n(3, \"x\")); targets = ((1), (0));"),
         "m.cfg:5:5: data.inputs.2.2 is the text 'x', expected a number"},
        {DATA_OF("inputs = ((1, 2)); target = ((1));"), "m.cfg:4:29: data.target needs a file: file = \"...\""},
        {DATA_OF("inputs = ((1, 2)); targts = ((1));"),
         "m.cfg:4:29: unknown setting 'targts' in data (did you mean 'targets'?)"},
        {DATA_OF("inputs = ((1, 2)); targets = ((1)); samples = 4;"),
         "m.cfg:4:47: data.samples needs a generator: generator = \"...\""},
        {DATA_OF("inputs = ((1, 2)); targets = ((1)); validation = 0.5;"),
         "m.cfg:4:50: 1 sample cannot be split into training and validation"},
        {DATA_OF("inputs = ((1, 2), (2, 3)); targets = ((1), (2)); validation = 1;"),
         "m.cfg:4:63: the fraction for validation must be in (0, 1), not 1"},
        {DATA_OF("inputs = ((1, 2)); targets = ((1)); validation = \"v.csv\";"),
         "m.cfg:4:50: data.validation is the text 'v.csv', expected a fraction, or a group { ... }"},
        {DATA_OF("inputs = ((1, 2)); targets = ((1)); validation = { inputs = ((1)); targets = ((1)); };"),
         "m.cfg:4:61: the data has 1 input a sample, but network.inputs is 2"},
        {DATA_OF("inputs = ((1, 2)); targets = ((1)); validation = { standardize = true; };"),
         "m.cfg:4:66: unknown setting 'standardize' in data.validation (it belongs in data)"},
        {DATA_OF("file = \"x.csv\"; generator = \"xor\";"), "m.cfg:4:29: either a file or a generator, not both"},
        {DATA_OF("generator = \"xro\";"), "m.cfg:4:13: unknown generator 'xro' (did you mean 'xor'?)"},
        {DATA_OF("generator = \"xor\"; samples = 0;"),
         "m.cfg:4:30: data.samples is 0, expected a whole number between 1 and 10000000"},
        {DATA_OF("generator = \"majority\";"), "m.cfg:4:13: the data has 3 inputs a sample, but network.inputs is 2"},
        {DATA_OF("generator = \"xor\"; noise = -1;"),
         "m.cfg:4:28: data.noise is -1, expected a number between 0 and 1e+100"},
        {"network = { inputs = 2; layers = ({ units = 1000; activation = \"tanh\"; }, { units = 1; activation = "
         "\"tanh\"; }); };\n" LOSS "data = { generator = \"xor\"; samples = 1000000; };",
         "m.cfg:3:22: 1000000 samples x 1003 inputs and units make 1e+09 values; the limit is 1000000000"},
    };
    expect_all_bad(cases, LENGTH(cases));
}
END_TEST

/* Targets outside of what the loss is defined for: the sample is named, its row is blamed. */
START_TEST(target_domains)
{
#define TARGETS(activation, loss, targets)                                                                             \
    "network = { inputs = 1; layers = ({ units = 2; activation = \"" activation "\"; }); };\nloss = \"" loss           \
    "\";\ndata = { inputs = ((1), (2), (3)); targets = (\n" targets "); };"
    static const struct bad cases[] = {
        {TARGETS("softmax", "cross_entropy", "(1, 0),\n(0.5, 0.5),\n(0.4, 0.5)"),
         "m.cfg:6:1: sample 3: targets sum to 0.9, but loss 'cross_entropy' needs a distribution (nonnegative, sum 1)"},
        {TARGETS("softmax", "cross_entropy", "(1, 0), (1.5, -0.5), (1, 0)"),
         "m.cfg:4:9: sample 2: target 2 is -0.5, but loss 'cross_entropy' needs a distribution (nonnegative, sum 1)"},
        {TARGETS("sigmoid", "binary_cross_entropy", "(1, 0), (1, 1), (1, 2)"),
         "m.cfg:4:17: sample 3: target 2 is 2, but loss 'binary_cross_entropy' needs targets in [0, 1]"},
    };
    expect_all_bad(cases, LENGTH(cases));
#undef TARGETS
}
END_TEST

START_TEST(csv_data)
{
    write_text("t.csv", "x1,x2,label,y\n1,2,0,0.5\n3,4,1,1.5\n5,6,1,2.5\n");
    struct nng_model *m = read_good(DATA_OF("file = \"t.csv\"; inputs = (\"x1\", \"x2\"); target = \"label\";"));
    ck_assert_uint_eq(m->data.samples, 3);
    expect_values(m->data.x, (double[]){1, 2, 3, 4, 5, 6}, 6);
    expect_values(m->data.y, (double[]){0, 1, 1}, 3);
    ck_assert_str_eq(m->data.source, "t.csv");
    nng_model_free(m);

    write_text("plain.csv", "1,2,0.5\n3,4,1.5\n"); /* columns by number: no header */
    m = read_good(DATA_OF("file = \"plain.csv\"; targets = (\"3\"); validation = { file = \"t.csv\"; header = true;\n"
                          "inputs = (\"x1\", \"x2\"); targets = (\"y\"); };"));
    expect_values(m->data.y, (double[]){0.5, 1.5}, 2);
    ck_assert_uint_eq(m->validation.samples, 3);
    expect_values(m->validation.y, (double[]){0.5, 1.5, 2.5}, 3);
    nng_model_free(m);

    m = read_good(
        DATA_OF("file = \"t.csv\"; inputs = (\"x2\", \"x1\"); targets = (\"y\"); validation = { file = \"t.csv\"; };"));
    expect_values(m->validation.x, (double[]){2, 1, 4, 3, 6, 5}, 6); /* the columns are data's own */
    nng_model_free(m);

    write_text("bad.csv", "x1,x2,y\n1,2,0\n3,four,1\n");
    write_text("semicolons.csv", "x1;x2;label\n1;2;0\n");
    static const struct bad cases[] = {
        {DATA_OF("file = \"absent.csv\"; target = \"y\";"), "m.cfg:4:8: absent.csv: cannot read: no such file"},
        {DATA_OF("file = \"t.csv\";"), "m.cfg:4:8: which columns are the targets? target = \"a column of labels\", or "
                                       "targets = (\"columns of numbers\")"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; targets = (\"y\");"),
         "m.cfg:4:45: either 'target' (a column of labels) or 'targets' (columns of numbers), not both"},
        {DATA_OF("file = \"t.csv\"; target = \"lable\";"),
         "m.cfg:4:26: no column 'lable' in 't.csv' (did you mean 'label'?)"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; inputs = (\"x1\",\n\"z2\"\n);"),
         "m.cfg:5:1: no column 'z2' in 't.csv' "
         "(did you mean 'x2'?)"},
        {DATA_OF("file = \"bad.csv\"; target = \"class\";"),
         "m.cfg:4:28: no column 'class' in 'bad.csv' (there are x1, x2, y)"},
        {DATA_OF("file = \"semicolons.csv\"; target = \"label\";"),
         "m.cfg:4:35: no column 'label' in 'semicolons.csv': its fields are not separated by commas"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; inputs = \"x1\";"),
         "m.cfg:4:44: data.inputs is the text 'x1', expected a list of texts: (\"...\", \"...\")"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; inputs = (1, 2);"),
         "m.cfg:4:45: data.inputs.1 is 1, expected a text in quotes"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; inputs = (\"x1\");"),
         "m.cfg:4:44: the data has 1 input a sample, but network.inputs is 2"},
        {DATA_OF("file = \"t.csv\"; target = \"label\";"),
         "m.cfg:4:8: the data has 3 inputs a sample, but network.inputs is 2"},
        {DATA_OF("file = \"t.csv\"; targets = (\"label\", \"y\");"),
         "m.cfg:4:8: 2 target columns, but the network has 1 output"},
        {DATA_OF("file = 3;"), "m.cfg:4:8: data.file is 3, expected a text in quotes"},
        {DATA_OF("file = \"\"; target = \"y\";"), "m.cfg:4:8: data.file is the text '', expected the name of a file"},
        {DATA_OF("file = \"t.csv\"; target = \"label\"; noise = 1;"),
         "m.cfg:4:43: data.noise needs a generator: generator = "
         "\"...\""},
    };
    expect_all_bad(cases, LENGTH(cases));

    struct nng_error error = {0};
    write_text("m.cfg", DATA_OF("file = \"bad.csv\"; target = \"y\";"));
    ck_assert_int_eq(nng_model_read(host, "m.cfg", NULL, 0, &m, &error), NNG_INPUT);
    ck_assert_str_eq(error.file, "bad.csv");
    ck_assert_int_eq(error.line, 3);
    write_text(
        "m.cfg", NETWORK
        "loss = \"binary_cross_entropy\"; data = { file = \"t.csv\"; inputs = (\"x1\", \"x2\"); targets = (\"y\"); };");
    ck_assert_int_eq(nng_model_read(host, "m.cfg", NULL, 0, &m, &error), NNG_INPUT);
    expect(NNG_INPUT, m, &error,
           "t.csv:3: sample 2: target 1 is 1.5, but loss 'binary_cross_entropy' needs targets in [0, 1]");
}
END_TEST

RUN_SUITE_BETWEEN("config", set_up, tear_down, light_math_network, full_math_network, mazur_network, lecture_network,
                  defaults, every_setting, parameters_of_a_file, fused_losses, whole_model, unknown_plugins, networks,
                  inline_data, target_domains, csv_data)
