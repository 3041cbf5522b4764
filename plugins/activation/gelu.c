/* gelu.c - the Gaussian error linear unit h = a Phi(a), Phi the normal distribution (Hendrycks and Gimpel 2016).
 *
 *     exact:  Phi(a) = erfc(-a / sqrt(2)) / 2
 *     tanh:   h = a (1 + tanh(v / 2)) / 2 = a sigmoid(v),  v = 2 sqrt(2 / pi) (a + 0.044715 a^3)
 *
 * Far below 0 both are an exponential of a large number, whose rounding error would be magnified: the argument is
 * therefore carried in two doubles, the second one the error of the first, which fma gives exactly. */
#include <nngrad/elementwise.h>

enum { FORM };
enum { EXACT, TANH };

static const char *const forms[] = {"exact", "tanh", NULL};
static const struct nng_parameter parameters_table[] = {
    {.name = "form", .summary = "exact, or the approximation by tanh", .kind = NNG_CHOICE, .max = 1, .choices = forms}};

#define ROOT_HALF 0.70710678118654757 /* sqrt(1/2) = ROOT_HALF + ROOT_HALF_END */
#define ROOT_HALF_END (-4.833646656726457e-17)
#define TWO_OVER_ROOT_PI 1.1283791670955126  /* 2 / sqrt(pi) */
#define ONE_OVER_ROOT_2PI 0.3989422804014327 /* 1 / sqrt(2 pi) */
#define SCALE 1.5957691216057308             /* 2 sqrt(2 / pi) = SCALE + SCALE_END */
#define SCALE_END (-9.96930880911092e-17)
#define CUBIC 0.044715
#define CUBIC_END (2.1960211427085595e-18)

struct two {
    double sum, rest; /* a number is sum + rest */
};

static inline struct two product(double a, double b)
{
    double sum = a * b;
    return (struct two){sum, fma(a, b, -sum)};
}

/* ---- exact ------------------------------------------------------------------------------------------------- */

/* exp(x) for x <= 0 to four digits: enough for a term that is 1e-16 of the whole, or 1e-13 far out. */
static inline double nearly_exp(double x)
{
    struct nng_reduced t = nng_reduce(x);
    double p = ((0.0416 * t.r + 0.16667) * t.r + 0.5) * t.r + 1;
    double power = nng_power_of_two(t.shifted, 0);
    return x < -700 ? 0 : power * (p * t.r + 1);
}

/* erfc(x + d) = erfc(x) - d 2 / sqrt(pi) exp(-x^2) for a tiny d */
static inline double phi_distribution(double a)
{
    struct two x = product(-a, ROOT_HALF);
    double d = x.rest - a * ROOT_HALF_END;
    return 0.5 * (erfc(x.sum) - d * TWO_OVER_ROOT_PI * nearly_exp(-x.sum * x.sum));
}

static inline double exact(const double *parameters, double a)
{
    (void)parameters;
    return a * phi_distribution(a);
}

static inline double exact_slope(const double *parameters, double a)
{
    (void)parameters;
    return phi_distribution(a) + a * ONE_OVER_ROOT_2PI * nng_exp_below(-0.5 * a * a);
}

/* Phi(-z) for Re z >= 0: near 0 the series 1/2 - phi(z) (z + z^3/3 + z^5/(3 5) + ...), beyond it the continued
 * fraction phi(z) / (z + 1/(z + 2/(z + 3/...))), where phi(z) = exp(-z^2/2) / sqrt(2 pi) (Abramowitz and Stegun,
 * 26.2.11 and 26.2.14). */
static double complex upper_tail(double complex z)
{
    double complex density = ONE_OVER_ROOT_2PI * cexp(-0.5 * z * z);
    if (creal(z) < 2.5) {
        double complex power = z, sum = z;
        for (int k = 3; k < 90; k += 2) {
            power *= z * z / k;
            sum += power;
        }
        return 0.5 - density * sum;
    }
    double complex fraction = z;
    for (int k = 100; k >= 1; k--)
        fraction = z + k / fraction;
    return density / fraction;
}

/* ---- tanh -------------------------------------------------------------------------------------------------- */

/* Beyond 40 the sigmoid of v is 0 or 1 in any case. */
static inline double clamped(double a)
{
    return a > 40 ? 40 : a < -40 ? -40 : a;
}

/* v = SCALE a (1 + CUBIC a^2) */
static inline struct two tanh_argument(double a)
{
    struct two square = product(a, a);
    struct two term = product(CUBIC, square.sum);
    double factor = 1 + term.sum, one = factor - term.sum;
    double factor_rest =
        (1 - one) + (term.sum - (factor - one)) + (term.rest + CUBIC * square.rest + CUBIC_END * square.sum);
    struct two u = product(a, factor);
    struct two v = product(SCALE, u.sum);
    v.rest += SCALE * (u.rest + a * factor_rest) + SCALE_END * u.sum;
    return v;
}

static inline double by_tanh(const double *parameters, double a)
{
    (void)parameters;
    struct two v = tanh_argument(clamped(a));
    double e = nng_exp_below(-fabs(v.sum));
    e -= e * (a < 0 ? -v.rest : v.rest);
    return a * (a < 0 ? e : 1) / (1 + e);
}

static inline double by_tanh_slope(const double *parameters, double a)
{
    (void)parameters;
    double b = clamped(a);
    double e = nng_exp_below(-fabs(SCALE * b * (1 + CUBIC * b * b)));
    double dv = SCALE * (1 + 3 * CUBIC * b * b); /* dv/da */
    return ((a < 0 ? e : 1) + b * dv * e / (1 + e)) / (1 + e);
}

/* ---- both -------------------------------------------------------------------------------------------------- */

static inline double complex continuation(const double *parameters, double complex a)
{
    if (parameters[FORM] == EXACT)
        return creal(a) < 0 ? a * upper_tail(-a) : a * (1 - upper_tail(a));
    double complex e = cexp((creal(a) < 0 ? SCALE : -SCALE) * (a + CUBIC * a * a * a));
    return a * (creal(a) < 0 ? e : 1) / (1 + e);
}

NNG_FORWARD(forward_exact, exact)
NNG_BACKWARD(backward_exact, exact_slope)
NNG_FORWARD(forward_tanh, by_tanh)
NNG_BACKWARD(backward_tanh, by_tanh_slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    return (parameters[FORM] == EXACT ? forward_exact : forward_tanh)(parameters, rows, cols, a, h, diagnostic);
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    return (parameters[FORM] == EXACT ? backward_exact : backward_tanh)(parameters, rows, cols, a, h, dh, da,
                                                                        diagnostic);
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -0.1701, /* near a = -0.752 */
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "gelu", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the pre-activation, weighted by the normal distribution", .formula = "h = a\\,\\Phi(a)",
           NNG_PARAMETERS(parameters_table), .activation = &activation);
