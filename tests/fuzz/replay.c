/* replay.c - runs a fuzz target without a fuzzer: on every file of a corpus, and on mutants of each.
 *
 *     fuzz_NAME CORPUS_DIR [MUTANTS]
 *
 * The mutants of a file are: a cut at up to 64 places, then MUTANTS copies (256 unless told) in which one to eight
 * bytes were flipped, replaced by a byte that parsers care for, deleted, or doubled. They are the same in every run.
 * The input is handed over in a block of exactly its size, so that sanitizers and valgrind see the first byte read
 * beyond it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    uint8_t *data;
    size_t size;
};

/* The numbers of xorshift64*: Vigna 2016. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

static size_t random_below(uint64_t *state, size_t bound)
{
    return (size_t)((next_random(state) >> 11) % bound);
}

static void *take(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (!memory) {
        perror("replay");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = take(size);
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_cuts(struct input input)
{
    size_t stride = input.size / 64 + 1;
    for (size_t size = 0; size < input.size; size += stride)
        run(input.data, size);
}

/* Changes one place; data has room for one byte more. Returns the new size. */
static size_t mutate(uint8_t *data, size_t size, uint64_t *state)
{
    static const char telling[] = "\0\n\r\"#(){}[]<>|,;:=.+-*/^'@\\0123456789eEnaif\xff\xc3\xef\xbb\xbf";
    size_t at = random_below(state, size);
    switch (random_below(state, 4)) {
    case 0:
        data[at] = (uint8_t)(data[at] ^ (1u << random_below(state, 8)));
        return size;
    case 1:
        data[at] = (uint8_t)telling[random_below(state, sizeof telling - 1)];
        return size;
    case 2:
        memmove(data + at, data + at + 1, size - at - 1);
        return size - 1;
    default:
        memmove(data + at + 1, data + at, size - at);
        return size + 1;
    }
}

static void run_mutants(struct input input, int mutants)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    uint8_t *data = take(input.size + 8);
    for (int i = 0; i < mutants; i++) {
        memcpy(data, input.data, input.size);
        size_t size = input.size;
        for (size_t changes = 1 + random_below(&state, 8); changes > 0 && size > 0; changes--)
            size = mutate(data, size, &state);
        run(data, size);
    }
    free(data);
}

static struct input read_input(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    long end = ftell(file);
    rewind(file);
    struct input input = {.size = end > 0 ? (size_t)end : 0};
    input.data = take(input.size);
    input.size = fread(input.data, 1, input.size, file);
    fclose(file);
    return input;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORPUS_DIR [MUTANTS]\n", argv[0]);
        return 2;
    }
    int mutants = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 256;
    DIR *folder = opendir(argv[1]);
    if (!folder) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    int files = 0;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        struct input input = read_input(path);
        run(input.data, input.size);
        run_cuts(input);
        if (input.size > 0)
            run_mutants(input, mutants);
        free(input.data);
        files++;
    }
    closedir(folder);
    printf("%d files\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
