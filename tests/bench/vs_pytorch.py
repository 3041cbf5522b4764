#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nngrad beside PyTorch, on this machine, in one run: the check of a gradient, the gradient itself, and training.

    tests/bench/vs_pytorch.py [--quick] [--build DIR]

Both sides get the same numbers: a network of random weights and data is written out as model.cfg, data.csv and
parameters.safetensors, and `nngrad check` judges the gradient that autograd computed for it.  nngrad runs two threads,
gradcheck two or one, whichever is faster here.  It takes three minutes; --quick runs it on a part of the parameters and
says what all of them would take.  Needs PyTorch; without it there is nothing to compare, which is said.
"""
import argparse
import json
import os
import re
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("vs_pytorch.py: this python3 has no torch (Debian: python3-torch); nothing is measured")

THREADS = 2
INPUTS, HIDDEN, OUTPUTS, SAMPLES = 784, 128, 10, 64
LARGE, LARGE_BATCH = (1024, 1024, 1024, 1024, 10), 256
HERE = os.path.dirname(os.path.abspath(__file__))


def note(text):
    print(text, file=sys.stderr, flush=True)


# ---- one network for both ----------------------------------------------------------------------------------


def random_network():
    """784-128-10, tanh, softmax and cross-entropy; dense Gaussian inputs, weights ~ normal(0, 1 / sqrt(inputs))."""
    random = torch.Generator().manual_seed(1)

    def normal(*shape, scale=1.0):
        return scale * torch.randn(*shape, generator=random)

    parameters = {
        "W1": normal(HIDDEN, INPUTS, scale=INPUTS**-0.5),
        "W2": normal(OUTPUTS, HIDDEN, scale=HIDDEN**-0.5),
        "b1": normal(HIDDEN, scale=0.1),
        "b2": normal(OUTPUTS, scale=0.1),
    }
    for w in parameters.values():
        w.requires_grad_()
    classes = torch.randint(OUTPUTS, (SAMPLES,), generator=random)
    return parameters, normal(SAMPLES, INPUTS), classes


def loss_of(W1, W2, b1, b2, x, classes):
    return F.cross_entropy(torch.tanh(x @ W1.T + b1) @ W2.T + b2, classes)


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, values in tensors.items():
        values = values.detach().contiguous()
        begin = len(data)
        data += values.numpy().tobytes()
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def write_model(folder, parameters, x, classes):
    names = [f"x{j + 1}" for j in range(INPUTS)]
    with open(os.path.join(folder, "data.csv"), "w") as file:
        print(*names, "label", sep=",", file=file)
        for row, label in zip(x.tolist(), classes.tolist()):
            print(*map(repr, row), label, sep=",", file=file)
    write_safetensors(os.path.join(folder, "parameters.safetensors"), parameters)
    columns = ", ".join(f'"{name}"' for name in names)
    with open(os.path.join(folder, "model.cfg"), "w") as file:
        file.write(
            f"""network = {{
  inputs = {INPUTS};
  layers = ( {{ units = {HIDDEN}; activation = "tanh"; }}, {{ units = {OUTPUTS}; activation = "softmax"; }} );
  parameters = "parameters.safetensors";
}};
loss = "cross_entropy";
data = {{ file = "data.csv"; header = true; inputs = ({columns}); target = "label"; classes = {OUTPUTS}; }};
"""
        )


# ---- the check ---------------------------------------------------------------------------------------------


def processor_time(who=resource.RUSAGE_CHILDREN):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def time_nngrad_check(nngrad, folder, runs):
    """(Seconds, processor seconds) of each process, reading the files included, and the reports."""
    command = [nngrad, "check", "model.cfg", "--against", "gradient.safetensors"]
    command += ["--threads", str(THREADS), "--format", "json"]
    times, reports = [], []
    for _ in range(runs):
        start, used = time.perf_counter(), processor_time()
        run = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=False)
        times.append((time.perf_counter() - start, processor_time() - used))
        if run.returncode not in (0, 1):
            sys.exit("vs_pytorch.py: nngrad check failed")
        reports.append(json.loads(run.stdout))
    return times, reports


def peak_memory(nngrad, folder):
    """Megabytes of one check.  What this process starts would count this one's memory: hence a small one between."""
    counter = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    command = [sys.executable, "-S", "-c", counter, nngrad, "check", "model.cfg", "--threads", str(THREADS)]
    return int(subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True).stdout) / 1024


def measure_gradcheck(threads, quick):
    """gradcheck of all parameters, by its defaults; with `quick` of all but W1."""
    torch.set_num_threads(threads)
    parameters, x, classes = random_network()
    checked = [name for name in parameters if not quick or name != "W1"]
    calls, shown = 0, time.monotonic()
    entries = sum(parameters[name].numel() for name in checked)

    def counted_loss(*values):
        nonlocal calls, shown
        calls += 1
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            note(f"gradcheck: {100 * calls / (2 * entries):.0f}%")
        return loss_of(**{**parameters, **dict(zip(checked, values))}, x=x, classes=classes)

    start, used = time.perf_counter(), processor_time(resource.RUSAGE_SELF)
    passed = torch.autograd.gradcheck(counted_loss, tuple(parameters[name] for name in checked), raise_exception=False)
    return {
        "seconds": time.perf_counter() - start,
        "processor": processor_time(resource.RUSAGE_SELF) - used,
        "entries": entries,
        "passed": passed,
    }


def measure_loss(threads, _quick):
    """Milliseconds of one forward pass, which gradcheck is made of."""
    torch.set_num_threads(threads)
    parameters, x, classes = random_network()
    return 1e3 * median_time(lambda: loss_of(**parameters, x=x, classes=classes), 15, 20)


def compare_checks(nngrad, quick):
    parameters, x, classes = random_network()
    loss_of(**parameters, x=x, classes=classes).backward()
    total = sum(w.numel() for w in parameters.values())
    print(f"check of {INPUTS}-{HIDDEN}-{OUTPUTS}, batch {SAMPLES}, {total} parameters")
    passes = {threads: in_process("loss", threads, quick) for threads in (1, THREADS)}
    threads = min(passes, key=passes.get)
    with tempfile.TemporaryDirectory() as folder:
        write_model(folder, parameters, x, classes)
        write_safetensors(os.path.join(folder, "gradient.safetensors"), {n: w.grad for n, w in parameters.items()})
        times, reports = time_nngrad_check(nngrad, folder, 3)
        peak = peak_memory(nngrad, folder)
        theirs = in_process("gradcheck", threads, quick)
        times_after, reports_after = time_nngrad_check(nngrad, folder, 3)
    ours, used = (statistics.median(column) for column in zip(*times, *times_after))
    alone = statistics.median(report["seconds"] for report in reports + reports_after)
    scale = total / theirs["entries"]
    seconds, processor = theirs["seconds"] * scale, theirs["processor"] * scale
    counts = ", ".join(f"{count} {word}" for word, count in reports[-1]["counts"].items())
    how = f"{theirs['seconds']:.1f} s for {theirs['entries']} of them, times {scale:.1f}" if quick else "run in full"
    print(f"    nngrad     {alone:8.3f} s; its process {ours:.3f} s, {used:.3f} s of processor time: medians of 6")
    print(f"               {THREADS} threads, peak {peak:.0f} MB; {counts}")
    print(f"    gradcheck  {seconds:8.1f} s, {processor:.1f} s of processor time: {how}")
    print(f"               threads {threads}, a forward pass takes {passes[threads]:.2f} ms; "
          f"{'passes' if theirs['passed'] else 'fails'}")
    print(f"    ratio      {seconds / alone:8.0f}; of the process {seconds / ours:.0f}, "
          f"of processor time {processor / used:.0f}")


# ---- the gradient ------------------------------------------------------------------------------------------


def layers_of(sizes):
    random = torch.Generator().manual_seed(1)
    weights = [(torch.randn(m, n, generator=random) / n**0.5).requires_grad_() for n, m in zip(sizes, sizes[1:])]
    biases = [torch.zeros(m, requires_grad=True) for m in sizes[1:]]
    return weights, biases, random


def autograd_gradient(weights, biases, x, activation, loss):
    h = x
    for l, (W, b) in enumerate(zip(weights, biases), 1):
        a = h @ W.T + b
        h = activation(a) if l < len(weights) else a
    return torch.autograd.grad(loss(h), weights + biases)


def median_time(call, rounds, repeat):
    times = []
    call()
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(repeat):
            call()
        times.append((time.perf_counter() - start) / repeat)
    return statistics.median(times)


def measure_gradient(threads, _quick):
    """GFLOP/s of the large network's gradient, microseconds of the small one's."""
    torch.set_num_threads(threads)
    weights, biases, random = layers_of(LARGE)
    x = torch.randn(LARGE_BATCH, LARGE[0], generator=random)
    y = torch.randint(LARGE[-1], (LARGE_BATCH,), generator=random)
    large = median_time(
        lambda: autograd_gradient(weights, biases, x, torch.tanh,
                                  lambda a: F.cross_entropy(a, y)), 7, 1)
    weights3, biases3, _ = layers_of((3, 3, 3, 1))
    x3 = torch.randn(4, 3, generator=random)
    y3 = torch.ones(4, 1)
    small = median_time(
        lambda: autograd_gradient(weights3, biases3, x3, torch.sigmoid,
                                  lambda a: F.binary_cross_entropy_with_logits(a, y3)), 15, 200)
    operations = sum((3 if l > 0 else 2) * 2 * LARGE_BATCH * n * m for l, (n, m) in enumerate(zip(LARGE, LARGE[1:])))
    return {"large": operations / large * 1e-9, "small": small * 1e6}


def compare_gradients(bench):
    """bench_gradient's lines, with autograd's figures beside them."""
    text = subprocess.run([bench], stdout=subprocess.PIPE, check=True).stdout.decode()
    theirs = {threads: in_process("gradient", threads) for threads in (1, 2)}
    print(f"gradient of {'-'.join(map(str, LARGE))}, batch {LARGE_BATCH}, medians")
    for threads, ours, dgemm in re.findall(r"(\d) threads? *: median *([\d.]+) GFLOP/s, dgemm *([\d.]+)", text):
        torchs = theirs[int(threads)]["large"]
        print(f"    threads {threads}: nngrad {float(ours):6.1f} GFLOP/s, autograd {torchs:6.1f}, "
              f"ratio {float(ours) / torchs:.2f}; dgemm alone {float(dgemm):6.1f}")
    ours = float(re.search(r"gradient ([\d.]+) microseconds", text).group(1))
    small = min(theirs[1]["small"], theirs[2]["small"])
    print("gradient of 3-3-3-1, 4 samples, medians")
    print(f"    nngrad {ours:.2f} microseconds, autograd {small:.0f}, ratio {small / ours:.0f}")


# ---- training ----------------------------------------------------------------------------------------------


def measure_training(threads, _quick):
    """Samples a second of stochastic gradient descent as bench_train does it: 20 epochs of batches out of shuffled samples,
    and without or with a row of history before the first and after each: loss and accuracy of all the samples."""
    torch.set_num_threads(threads)
    epochs, samples = 20, 6400
    weights, biases, random = layers_of((INPUTS, HIDDEN, OUTPUTS))
    x = torch.randn(samples, INPUTS, generator=random)
    y = torch.randint(OUTPUTS, (samples,), generator=random)
    optimizer = torch.optim.SGD(weights + biases, lr=0.1)

    def outputs(x):
        return F.linear(torch.tanh(F.linear(x, weights[0], biases[0])), weights[1], biases[1])

    def train_epoch():
        for batch in torch.randperm(samples, generator=random).split(SAMPLES):
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(outputs(x[batch]), y[batch]).backward()
            optimizer.step()

    @torch.no_grad()
    def evaluate():
        a = outputs(x)
        return F.cross_entropy(a, y).item(), (a.argmax(1) == y).double().mean().item()

    def least_time(call):
        times = []
        for _ in range(8):
            start = time.process_time() if threads == 1 else time.perf_counter()
            call()
            times.append((time.process_time() if threads == 1 else time.perf_counter()) - start)
        return min(times)

    epoch, row = least_time(train_epoch), least_time(evaluate)
    return {"updates": samples / epoch, "rows": epochs * samples / (epochs * epoch + (epochs + 1) * row)}


def compare_training(bench):
    """bench_train's figures, by its own processor time, beside PyTorch's by its."""
    text = subprocess.run([bench], stdout=subprocess.PIPE, check=True).stdout.decode()
    theirs = in_process("training", 1)
    rows, updates = re.search(r"(\d+) samples/s by one thread \((\d+) without", text).groups()
    print(f"training of {INPUTS}-{HIDDEN}-{OUTPUTS}, batches of {SAMPLES}, one thread, samples a second")
    for what, ours, torchs in (("updates alone", updates, theirs["updates"]),
                               ("and a row of history an epoch", rows, theirs["rows"])):
        print(f"    {what}: nngrad {ours}, PyTorch {torchs:.0f}, ratio {float(ours) / torchs:.2f}")


# ---- PyTorch in processes of its own, since OpenBLAS reads its number of threads once ----------------------------

MEASUREMENTS = {
    "loss": measure_loss,
    "gradcheck": measure_gradcheck,
    "gradient": measure_gradient,
    "training": measure_training,
}


def in_process(what, threads, quick=False):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    command = [sys.executable, os.path.abspath(__file__), "--measure", what, str(threads)] + ["--quick"] * quick
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="gradcheck of 1.4%% of the parameters, extrapolated")
    parser.add_argument("--build", default=os.path.join(HERE, "../../build/release"), help="where nngrad was built")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)  # this script's own processes
    options = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    if options.measure:
        what, threads = options.measure
        print(json.dumps(MEASUREMENTS[what](int(threads), options.quick)))
        return
    names = ("bin/nngrad", "tests/bench_gradient", "tests/bench_train")
    nngrad, gradient, train = programs = [os.path.join(options.build, name) for name in names]
    for program in programs:
        if not os.access(program, os.X_OK):
            sys.exit(f"vs_pytorch.py: no {program}: build the target {os.path.basename(program)}, or name --build")
    print(f"PyTorch {torch.__version__}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, double precision")
    compare_checks(nngrad, options.quick)
    compare_gradients(gradient)
    compare_training(train)


if __name__ == "__main__":
    main()
