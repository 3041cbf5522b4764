/* names.h - names of files that a chapter writes down: they must stay within its folder. */
#ifndef NNGRAD_BOOK_NAMES_H
#define NNGRAD_BOOK_NAMES_H

#include <stdbool.h>

/* Is it a relative path, without "..", "." or empty parts? */
bool name_is_inside(const char *path);

/* Has the word of a command line a part that leads out of the folder: /tmp/x, ../x, --set=data.file=../x ? */
bool word_leads_out(const char *word);

/* Does the name end like that: ".svg" ? */
bool name_ends(const char *name, const char *ending);

#endif
