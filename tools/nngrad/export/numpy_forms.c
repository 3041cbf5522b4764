/* numpy_forms.c - activations and losses as one writes them in NumPy, with their derivatives.
 *
 * The formulas are the plugins' own (plugins/), in the form that a teacher writes; where a function has a kink, the
 * same slope is taken there.  A comparison inside np.where keeps 0 log 0 at 0.
 */
#include "export/form.h"

const struct form numpy_activations[] = {
    {.plugin = "identity", .forward = "$a", .backward = "$dh"},
    {.plugin = "sigmoid",
     .forward = "sigmoid($a)",
     .backward = "$dh * sigmoid_prime($a)",
     .definition = "def sigmoid(a):\n"
                   "    return 1 / (1 + np.exp(-a))\n",
     .derivative = "def sigmoid_prime(a):\n"
                   "    h = sigmoid(a)\n"
                   "    return h * (1 - h)\n"},
    {.plugin = "tanh",
     .forward = "np.tanh($a)",
     .backward = "$dh * tanh_prime($a)",
     .derivative = "def tanh_prime(a):\n"
                   "    return 1 - np.tanh(a) ** 2\n"},
    {.plugin = "relu",
     .forward = "relu($a)",
     .backward = "$dh * relu_prime($a)",
     .definition = "def relu(a):\n"
                   "    return np.maximum(0, a)\n",
     .derivative = "def relu_prime(a):\n"
                   "    return np.where(a > 0, 1, 0)\n"},
    {.plugin = "leaky_relu",
     .parameters = "slope",
     .forward = "leaky_relu($a, slope=$slope)",
     .backward = "$dh * leaky_relu_prime($a, slope=$slope)",
     .definition = "def leaky_relu(a, slope):\n"
                   "    return np.where(a > 0, a, slope * a)\n",
     .derivative = "def leaky_relu_prime(a, slope):\n"
                   "    return np.where(a > 0, 1, slope)\n"},
    {.plugin = "elu",
     .parameters = "alpha",
     .forward = "elu($a, alpha=$alpha)",
     .backward = "$dh * elu_prime($a, alpha=$alpha)",
     .definition = "def elu(a, alpha):\n"
                   "    return np.where(a > 0, a, alpha * np.expm1(np.minimum(a, 0)))\n",
     .derivative = "def elu_prime(a, alpha):\n"
                   "    return np.where(a > 0, 1, alpha * np.exp(np.minimum(a, 0)))\n"},
    {.plugin = "softplus",
     .forward = "softplus($a)",
     .backward = "$dh * softplus_prime($a)",
     .definition = "def softplus(a):\n"
                   "    return np.logaddexp(0, a)  # log(1 + exp(a)), which does not overflow\n",
     .derivative = "def softplus_prime(a):\n"
                   "    return 1 / (1 + np.exp(-a))\n"},
    {.plugin = "silu",
     .forward = "silu($a)",
     .backward = "$dh * silu_prime($a)",
     .definition = "def silu(a):\n"
                   "    return a / (1 + np.exp(-a))\n",
     .derivative = "def silu_prime(a):\n"
                   "    s = 1 / (1 + np.exp(-a))\n"
                   "    return s * (1 + a * (1 - s))\n"},
    {.plugin = "gelu",
     .parameters = "form",
     .choice = "exact",
     .forward = "gelu($a)",
     .backward = "$dh * gelu_prime($a)",
     .definition = "def normal_distribution(a):\n"
                   "    return np.vectorize(math.erfc)(-a / math.sqrt(2)) / 2\n"
                   "\n\n"
                   "def gelu(a):\n"
                   "    return a * normal_distribution(a)\n",
     .derivative = "def gelu_prime(a):\n"
                   "    return normal_distribution(a) + a * np.exp(-a ** 2 / 2) / math.sqrt(2 * math.pi)\n"},
    {.plugin = "gelu",
     .parameters = "form",
     .choice = "tanh",
     .forward = "gelu_by_tanh($a)",
     .backward = "$dh * gelu_by_tanh_prime($a)",
     .definition = "def gelu_by_tanh(a):\n"
                   "    v = 2 * math.sqrt(2 / math.pi) * (a + 0.044715 * a ** 3)\n"
                   "    return a / (1 + np.exp(-v))  # = a (1 + tanh(v / 2)) / 2\n",
     .derivative = "def gelu_by_tanh_prime(a):\n"
                   "    v = 2 * math.sqrt(2 / math.pi) * (a + 0.044715 * a ** 3)\n"
                   "    dv = 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * a ** 2)\n"
                   "    s = 1 / (1 + np.exp(-v))\n"
                   "    return s + a * s * (1 - s) * dv\n"},
    {.plugin = "step",
     .forward = "step($a)",
     .backward = "$dh * step_prime($a)",
     .definition = "def step(a):\n"
                   "    return np.where(a >= 0, 1.0, 0.0)\n",
     .derivative = "def step_prime(a):\n"
                   "    return 0 * a  # wherever it has a derivative\n"},
    {.plugin = "softmax",
     .parameters = "temperature",
     .standard = true,
     .forward = "softmax($a)",
     .backward = "softmax_backward($h, $dh)",
     .definition = "def softmax(a):\n"
                   "    e = np.exp(a - a.max(axis=$axis, keepdims=True))\n"
                   "    return e / e.sum(axis=$axis, keepdims=True)\n",
     .derivative = "def softmax_backward(h, dh):\n"
                   "    # dh_i/da_j = h_i ((i == j) - h_j): each unit depends on every a of its sample\n"
                   "    return h * (dh - (h * dh).sum(axis=$axis, keepdims=True))\n"},
    {.plugin = "softmax",
     .parameters = "temperature",
     .forward = "tempered_softmax($a, temperature=$temperature)",
     .backward = "tempered_softmax_backward($h, $dh, temperature=$temperature)",
     .definition = "def tempered_softmax(a, temperature):\n"
                   "    e = np.exp((a - a.max(axis=$axis, keepdims=True)) / temperature)\n"
                   "    return e / e.sum(axis=$axis, keepdims=True)\n",
     .derivative = "def tempered_softmax_backward(h, dh, temperature):\n"
                   "    # dh_i/da_j = h_i ((i == j) - h_j) / T: each unit depends on every a of its sample\n"
                   "    return h * (dh - (h * dh).sum(axis=$axis, keepdims=True)) / temperature\n"},
    {0},
};

const struct form numpy_losses[] = {
    {.plugin = "squared_error",
     .parameters = "scale",
     .standard = true,
     .forward = "squared_error($yhat, $y)",
     .backward = "squared_error_prime($yhat, $y)",
     .definition = "def squared_error(yhat, y):\n"
                   "    return ((yhat - y) ** 2).sum(axis=$axis)\n",
     .derivative = "def squared_error_prime(yhat, y):\n"
                   "    return 2 * (yhat - y)\n"},
    {.plugin = "squared_error",
     .parameters = "scale",
     .forward = "squared_error($yhat, $y, scale=$scale)",
     .backward = "squared_error_prime($yhat, $y, scale=$scale)",
     .definition = "def squared_error(yhat, y, scale):\n"
                   "    return scale * ((yhat - y) ** 2).sum(axis=$axis)\n",
     .derivative = "def squared_error_prime(yhat, y, scale):\n"
                   "    return scale * 2 * (yhat - y)\n"},
    {.plugin = "mean_squared_error",
     .forward = "mean_squared_error($yhat, $y)",
     .backward = "mean_squared_error_prime($yhat, $y)",
     .definition = "def mean_squared_error(yhat, y):\n"
                   "    return ((yhat - y) ** 2).mean(axis=$axis)  # over the outputs of a sample\n",
     .derivative = "def mean_squared_error_prime(yhat, y):\n"
                   "    return 2 * (yhat - y) / yhat.shape[$axis]\n"},
    {.plugin = "absolute_error",
     .forward = "absolute_error($yhat, $y)",
     .backward = "absolute_error_prime($yhat, $y)",
     .definition = "def absolute_error(yhat, y):\n"
                   "    return np.abs(yhat - y).sum(axis=$axis)\n",
     .derivative = "def absolute_error_prime(yhat, y):\n"
                   "    return np.sign(yhat - y)\n"},
    {.plugin = "huber",
     .parameters = "delta",
     .forward = "huber($yhat, $y, threshold=$delta)",
     .backward = "huber_prime($yhat, $y, threshold=$delta)",
     .definition = "def huber(yhat, y, threshold):\n"
                   "    r = np.abs(yhat - y)\n"
                   "    c = np.minimum(r, threshold)  # r^2 / 2 up to the threshold, linear beyond it\n"
                   "    return (c * (r - c / 2)).sum(axis=$axis)\n",
     .derivative = "def huber_prime(yhat, y, threshold):\n"
                   "    return np.clip(yhat - y, -threshold, threshold)\n"},
    {.plugin = "log_cosh",
     .forward = "log_cosh($yhat, $y)",
     .backward = "log_cosh_prime($yhat, $y)",
     .definition = "def log_cosh(yhat, y):\n"
                   "    r = yhat - y\n"
                   "    return (np.logaddexp(r, -r) - math.log(2)).sum(axis=$axis)  # log((exp(r) + exp(-r)) / 2)\n",
     .derivative = "def log_cosh_prime(yhat, y):\n"
                   "    return np.tanh(yhat - y)\n"},
    {.plugin = "hinge",
     .forward = "hinge($yhat, $y)",
     .backward = "hinge_prime($yhat, $y)",
     .definition = "def hinge(yhat, y):\n"
                   "    return np.maximum(0, 1 - y * yhat).sum(axis=$axis)  # y is -1 or +1\n",
     .derivative = "def hinge_prime(yhat, y):\n"
                   "    return np.where(y * yhat < 1, -y, 0)\n"},
    {.plugin = "squared_hinge",
     .forward = "squared_hinge($yhat, $y)",
     .backward = "squared_hinge_prime($yhat, $y)",
     .definition = "def squared_hinge(yhat, y):\n"
                   "    return (np.maximum(0, 1 - y * yhat) ** 2).sum(axis=$axis)  # y is -1 or +1\n",
     .derivative = "def squared_hinge_prime(yhat, y):\n"
                   "    return -2 * y * np.maximum(0, 1 - y * yhat)\n"},
    {.plugin = "perceptron",
     .forward = "perceptron($yhat, $y)",
     .backward = "perceptron_prime($yhat, $y)",
     .definition = "def perceptron(yhat, y):\n"
                   "    return np.maximum(0, (1 - 2 * y) * yhat).sum(axis=$axis)  # y is 0 or 1\n",
     .derivative = "def perceptron_prime(yhat, y):\n"
                   "    return np.where((1 - 2 * y) * yhat >= 0, 1 - 2 * y, 0)\n"},
    {.plugin = "binary_cross_entropy",
     .forward = "binary_cross_entropy($yhat, $y)",
     .backward = "binary_cross_entropy_prime($yhat, $y)",
     .definition = "def binary_cross_entropy(yhat, y):\n"
                   "    yes = y * np.log(np.where(y == 0, 1, yhat))\n"
                   "    no = (1 - y) * np.log1p(-np.where(y == 1, 0, yhat))\n"
                   "    return -(yes + no).sum(axis=$axis)\n",
     .derivative = "def binary_cross_entropy_prime(yhat, y):\n"
                   "    return (1 - y) / np.where(y == 1, 1, 1 - yhat) - y / np.where(y == 0, 1, yhat)\n"},
    {.plugin = "binary_cross_entropy",
     .fused = true,
     .forward = "binary_cross_entropy_of_sigmoid($a, $y)",
     .backward = "$h - $y",
     .definition = "def binary_cross_entropy_of_sigmoid(a, y):\n"
                   "    # -log sigmoid(a) = log(1 + exp(-a)), and -log(1 - sigmoid(a)) = log(1 + exp(a))\n"
                   "    return (y * np.logaddexp(0, -a) + (1 - y) * np.logaddexp(0, a)).sum(axis=$axis)\n"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .standard = true,
     .forward = "cross_entropy($yhat, $y)",
     .backward = "cross_entropy_prime($yhat, $y)",
     .definition = "def cross_entropy(yhat, y):\n"
                   "    return -(y * np.log(np.where(y == 0, 1, yhat))).sum(axis=$axis)\n",
     .derivative = "def cross_entropy_prime(yhat, y):\n"
                   "    return -y / np.where(y == 0, 1, yhat)\n"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .standard = true,
     .fused = true,
     .forward = "cross_entropy_of_softmax($a, $y)",
     .backward = "$h - $y",
     .definition = "def cross_entropy_of_softmax(a, y):\n"
                   "    shifted = a - a.max(axis=$axis, keepdims=True)\n"
                   "    log_yhat = shifted - np.log(np.exp(shifted).sum(axis=$axis, keepdims=True))\n"
                   "    return -(y * log_yhat).sum(axis=$axis)\n"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .forward = "cross_entropy($yhat, smooth($y, $label_smoothing))",
     .backward = "cross_entropy_prime($yhat, smooth($y, $label_smoothing))",
     .definition = "def smooth(y, share):\n"
                   "    return (1 - share) * y + share / y.shape[$axis]\n"
                   "\n\n"
                   "def cross_entropy(yhat, t):\n"
                   "    return -(t * np.log(np.where(t == 0, 1, yhat))).sum(axis=$axis)\n",
     .derivative = "def cross_entropy_prime(yhat, t):\n"
                   "    return -t / np.where(t == 0, 1, yhat)\n"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .fused = true,
     .forward = "cross_entropy_of_softmax($a, smooth($y, $label_smoothing))",
     .backward = "$h - smooth($y, $label_smoothing)",
     .definition = "def smooth(y, share):\n"
                   "    return (1 - share) * y + share / y.shape[$axis]\n"
                   "\n\n"
                   "def cross_entropy_of_softmax(a, t):\n"
                   "    shifted = a - a.max(axis=$axis, keepdims=True)\n"
                   "    log_yhat = shifted - np.log(np.exp(shifted).sum(axis=$axis, keepdims=True))\n"
                   "    return -(t * log_yhat).sum(axis=$axis)\n"},
    {.plugin = "kl_divergence",
     .forward = "kl_divergence($yhat, $y)",
     .backward = "kl_divergence_prime($yhat, $y)",
     .definition =
         "def kl_divergence(yhat, y):\n"
         "    return (y * (np.log(np.where(y == 0, 1, y)) - np.log(np.where(y == 0, 1, yhat)))).sum(axis=$axis)\n"
         "\n\n"
         "def kl_divergence_prime(yhat, y):\n"
         "    return -y / np.where(y == 0, 1, yhat)\n"},
    {0},
};
