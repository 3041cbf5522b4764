/* pictures.h - looking at what was drawn: a script beside the stored one, and the pixels of a PNG. */
#ifndef NNG_TESTS_PICTURES_H
#define NNG_TESTS_PICTURES_H

#include "run.h"
#include "scratch.h"

#define STORED SOURCE_DIR "/tests/plots/"

/* SCRATCH/NAME.gp is tests/plots/NAME.gp. With NNGRAD_RECORD set, it is recorded anew. */
static inline void check_script(const char *name)
{
    char file[128], stored[512];
    snprintf(file, sizeof file, "%s.gp", name);
    snprintf(stored, sizeof stored, STORED "%s", file);
    char *script = read_whole(in_scratch(file));
    if (getenv("NNGRAD_RECORD") != NULL)
        write_file(stored, script, strlen(script));
    char *expected = read_whole(stored);
    ck_assert_msg(strcmp(script, expected) == 0, "%s differs from %s:\n%.3000s", file, stored, script);
    free(script);
    free(expected);
}

/* gnuplot itself reads the PNG back: every fourth pixel of every fourth line, "x y colour", with six bits a channel.
 * white: the least share of the background. */
static inline void check_pixels(const char *png, double least_white)
{
    enum { WHITE = 262143 };
    char script[1024];
    snprintf(script, sizeof script,
             "set table '%s'; plot '%s' binary filetype=png every 4:4 using "
             "(floor($1/4)*4096+floor($2/4)*64+floor($3/4)) with image",
             in_scratch("pixels"), png);
    struct run run = run_program((struct run_setting){.program = "gnuplot"},
                                 (const char *const[]){"gnuplot", "-d", "-e", script, NULL});
    ck_assert_status(run, 0);
    run_free(&run);
    char *pixels = read_whole(in_scratch("pixels"));
    size_t total = 0, white = 0, colours = 0;
    double seen[3] = {WHITE, WHITE, WHITE}, x, y, colour;
    for (char *line = strtok(pixels, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (sscanf(line, "%lf %lf %lf", &x, &y, &colour) != 3)
            continue;
        total++;
        white += colour == WHITE;
        if (colours < 3 && colour != WHITE && colour != seen[0] && colour != seen[1])
            seen[colours++] = colour;
    }
    free(pixels);
    ck_assert_uint_gt(total, 10000);
    ck_assert_msg(white < total - total / 200, "%s: %zu of %zu pixels are white", png, white, total);
    ck_assert_msg((double)white > least_white * (double)total, "%s: %zu of %zu pixels are white", png, white, total);
    ck_assert_uint_eq(colours, 3);
}

#endif
