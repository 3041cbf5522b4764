/* product.h - matrix products over GSL's BLAS interface. */
#ifndef NNG_CALCULUS_PRODUCT_H
#define NNG_CALCULUS_PRODUCT_H

#include <stddef.h>

/* A matrix inside somebody's array: rows x cols, row-major, `stride` entries from a row to the next. */
struct nng_matrix {
    const double *data;
    size_t rows, cols, stride;
};

static inline struct nng_matrix nng_matrix(const double *data, size_t rows, size_t cols)
{
    return (struct nng_matrix){data, rows, cols, cols};
}

/* C (m x n, contiguous) = A B + keep C, where keep is 0 or 1.  _nt: A is m x k, B is n x k, used transposed;
 * _nn: B is k x n; _tn: A is k x m, used transposed. Big products are cut into tiles of rows of C by their shape alone,
 * one thread a tile, so the bits are the same for any number of threads. */
void nng_product_nt(struct nng_matrix A, struct nng_matrix B, double keep, double *C);
void nng_product_nn(struct nng_matrix A, struct nng_matrix B, double keep, double *C);
void nng_product_tn(struct nng_matrix A, struct nng_matrix B, double keep, double *C);

/* Asks the library that cblas_dgemm comes from for one thread. Without OpenBLAS it does nothing. */
void nng_product_single_thread(void);

/* Products from now on are computed by so many threads, 0 for as many as before; returns how many those were. */
int nng_product_threads(int threads);

#endif
