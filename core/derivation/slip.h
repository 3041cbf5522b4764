/* slip.h - slips of a pen. */
#ifndef NNG_DERIVATION_SLIP_H
#define NNG_DERIVATION_SLIP_H

#include <stdbool.h>

/* Does a formula differ from the right one in a name that is like its own: W1 for W2, a1 for h1, y for yhat? Both are
 * printed alike. Where it says y - y it is none: nobody writes that. */
bool nng_is_slip(const char *right, const char *edited);

#endif
