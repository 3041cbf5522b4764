/* pytorch_forms.c - activations and losses as one writes them in PyTorch: its own functions where it has them, so that
 * its derivatives, too, are its own.  A row is a sample; autograd takes the same slope at a kink, or is made to.
 *
 * masked_fill keeps 0 log 0 at 0, with a derivative of 0.
 */
#include "export/form.h"

const struct form pytorch_activations[] = {
    {.plugin = "identity", .forward = "$a"},
    {.plugin = "sigmoid", .forward = "torch.sigmoid($a)"},
    {.plugin = "tanh", .forward = "torch.tanh($a)"},
    {.plugin = "relu", .forward = "torch.relu($a)"},
    {.plugin = "leaky_relu", .parameters = "slope", .forward = "F.leaky_relu($a, $slope)"},
    {.plugin = "elu", .parameters = "alpha", .forward = "F.elu($a, alpha=$alpha)"},
    {.plugin = "softplus", .forward = "F.softplus($a, threshold=40)"},
    {.plugin = "silu", .forward = "F.silu($a)"},
    {.plugin = "gelu", .parameters = "form", .choice = "exact", .forward = "F.gelu($a)"},
    {.plugin = "gelu", .parameters = "form", .choice = "tanh", .forward = "F.gelu($a, approximate=\"tanh\")"},
    {.plugin = "step",
     .forward = "step($a)",
     .definition = "def step(a):\n"
                   "    return torch.where(a >= 0, 1.0, 0.0) + 0 * a  # 0 * a: its derivative, wherever it has one\n"},
    {.plugin = "softmax", .parameters = "temperature", .standard = true, .forward = "torch.softmax($a, dim=1)"},
    {.plugin = "softmax", .parameters = "temperature", .forward = "torch.softmax($a / $temperature, dim=1)"},
    {0},
};

const struct form pytorch_losses[] = {
    {.plugin = "squared_error", .parameters = "scale", .standard = true, .forward = "(($yhat - $y) ** 2).sum(dim=1)"},
    {.plugin = "squared_error", .parameters = "scale", .forward = "$scale * (($yhat - $y) ** 2).sum(dim=1)"},
    {.plugin = "mean_squared_error", .forward = "(($yhat - $y) ** 2).mean(dim=1)"},
    {.plugin = "absolute_error", .forward = "($yhat - $y).abs().sum(dim=1)"},
    {.plugin = "huber",
     .parameters = "delta",
     .forward = "F.huber_loss($yhat, $y, delta=$delta, reduction=\"none\").sum(dim=1)"},
    {.plugin = "log_cosh",
     .forward = "log_cosh($yhat - $y).sum(dim=1)",
     .definition = "def log_cosh(r):\n"
                   "    return torch.logaddexp(r, -r) - math.log(2)  # log((exp(r) + exp(-r)) / 2)\n"},
    {.plugin = "hinge", .forward = "torch.relu(1 - $y * $yhat).sum(dim=1)"},
    {.plugin = "squared_hinge", .forward = "(torch.relu(1 - $y * $yhat) ** 2).sum(dim=1)"},
    {.plugin = "perceptron",
     .forward = "perceptron($yhat, $y).sum(dim=1)",
     .definition = "def perceptron(yhat, y):\n"
                   "    wrong = (1 - 2 * y) * yhat\n"
                   "    return torch.where(wrong >= 0, wrong, 0 * wrong)  # its slope at 0 is the wrong side's\n"},
    {.plugin = "binary_cross_entropy",
     .forward = "binary_cross_entropy($yhat, $y).sum(dim=1)",
     .definition = "def binary_cross_entropy(yhat, y):  # F.binary_cross_entropy clips the logarithms\n"
                   "    yes = y * torch.log(yhat.masked_fill(y == 0, 1))\n"
                   "    no = (1 - y) * torch.log1p(-yhat.masked_fill(y == 1, 0))\n"
                   "    return -(yes + no)\n"},
    {.plugin = "binary_cross_entropy",
     .fused = true,
     .forward = "F.binary_cross_entropy_with_logits($a, $y, reduction=\"none\").sum(dim=1)"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .standard = true,
     .forward = "-($y * torch.log($yhat.masked_fill($y == 0, 1))).sum(dim=1)"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .standard = true,
     .fused = true,
     .forward = "F.cross_entropy($a, $y, reduction=\"none\")"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .forward = "cross_entropy($yhat, (1 - $label_smoothing) * $y + $label_smoothing / $y.shape[1])",
     .definition = "def cross_entropy(yhat, t):\n"
                   "    return -(t * torch.log(yhat.masked_fill(t == 0, 1))).sum(dim=1)\n"},
    {.plugin = "cross_entropy",
     .parameters = "label_smoothing",
     .fused = true,
     .forward = "F.cross_entropy($a, $y, label_smoothing=$label_smoothing, reduction=\"none\")"},
    {.plugin = "kl_divergence",
     .forward = "(torch.xlogy($y, $y) - $y * torch.log($yhat.masked_fill($y == 0, 1))).sum(dim=1)"},
    {0},
};
