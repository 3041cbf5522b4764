/* verdicts.h - verdicts in words and marks: what inspect and check say alike. */
#ifndef NNGRAD_VERDICTS_H
#define NNGRAD_VERDICTS_H

#include "inspection.h"

/* "" for a pass: what agrees needs no mark. */
const char *verdict_mark(enum nng_verdict verdict);
enum ink verdict_ink(enum nng_verdict verdict);

/* A value of a passing entry as people are shown it: 0 when rounding cannot tell it from zero. Its digits would be
 * noise, and other digits on another processor. */
double settled(const struct nng_entry *entry, double value);

/* "28 of 28 derivatives agree", and what else the counts say. */
void verdict_sentence(const struct inspection *inspection, struct nng_text *out);

/* Does inspect print the whole matrix, or a line a tensor as check does? More than 200 parameters would be a flood. */
bool shows_matrix(const struct inspection *inspection);
bool shows_tensors(const struct inspection *inspection);

/* Each verdict word that was used, and what it means: word k, NULL after the last. */
const char *verdict_gloss(const struct inspection *inspection, size_t k, const char **word);

/* The command that one would want next, and why. */
void next_command(const struct inspection *inspection, struct nng_text *command, struct nng_text *reason);

/* The last part of inspect's and check's text: verdict, diagnosis, glosses, next. */
void verdict_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);

/* A heading and the rest of its line. */
void heading_text(struct nng_text *out, const struct style *style, const char *title, const char *rest);

/* A word, and beside it its meaning, wrapped under itself. */
void definition_text(struct nng_text *out, const struct style *style, enum ink ink, const char *word,
                     const char *meaning);

#endif
