/* product.c - C = A B + C by gsl_blas_dgemm, small ones by plain loops, big ones in tiles. */
#include "calculus/product.h"

#include <gsl/gsl_blas.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* Below this many multiplications the call into BLAS costs more than the work. */
enum { SMALL = 512 };

/* From this many on, a product is cut into tiles of TILE rows of C. */
enum { BIG = 1 << 20, TILE = 128 };

/* Distributions build OpenBLAS for threads and without (openblas-serial); the latter computes wrong products when two
 * threads call it at once. Which one was loaded, if any, is known when the program runs. */
#if defined(__GNUC__) && defined(__ELF__)
int openblas_get_parallel(void) __attribute__((weak));
void openblas_set_num_threads(int count) __attribute__((weak));
#define ONE_AT_A_TIME (openblas_get_parallel != NULL && openblas_get_parallel() == 0)
#define HAS_OPENBLAS (openblas_set_num_threads != NULL)
#else
#define ONE_AT_A_TIME 0
#define HAS_OPENBLAS 0
#define openblas_set_num_threads(count) ((void)(count))
#endif

void nng_product_single_thread(void)
{
    if (HAS_OPENBLAS)
        openblas_set_num_threads(1);
}

int nng_product_threads(int threads)
{
#ifdef _OPENMP
    int before = omp_get_max_threads();
    if (threads > 0)
        omp_set_num_threads(threads);
    return before;
#else
    return threads;
#endif
}

static void multiply(CBLAS_TRANSPOSE_t ta, struct nng_matrix A, CBLAS_TRANSPOSE_t tb, struct nng_matrix B, double keep,
                     double *C, size_t m, size_t n)
{
    gsl_matrix_const_view a = gsl_matrix_const_view_array_with_tda(A.data, A.rows, A.cols, A.stride);
    gsl_matrix_const_view b = gsl_matrix_const_view_array_with_tda(B.data, B.rows, B.cols, B.stride);
    gsl_matrix_view c = gsl_matrix_view_array(C, m, n);
    if (ONE_AT_A_TIME) {
#pragma omp critical(nng_blas)
        gsl_blas_dgemm(ta, tb, 1.0, &a.matrix, &b.matrix, keep, &c.matrix);
    } else
        gsl_blas_dgemm(ta, tb, 1.0, &a.matrix, &b.matrix, keep, &c.matrix);
}

/* The rows [from, from + count) of A, or its columns when it is used transposed. */
static struct nng_matrix slice(CBLAS_TRANSPOSE_t ta, struct nng_matrix A, size_t from, size_t count)
{
    if (ta == CblasTrans)
        return (struct nng_matrix){A.data + from, A.rows, count, A.stride};
    return (struct nng_matrix){A.data + from * A.stride, count, A.cols, A.stride};
}

static void tiled(CBLAS_TRANSPOSE_t ta, struct nng_matrix A, CBLAS_TRANSPOSE_t tb, struct nng_matrix B, double keep,
                  double *C, size_t m, size_t n, size_t k)
{
    if (m * n * k < BIG || m <= TILE) {
        multiply(ta, A, tb, B, keep, C, m, n);
        return;
    }
    long tiles = (long)((m + TILE - 1) / TILE);
#pragma omp parallel for schedule(static)
    for (long t = 0; t < tiles; t++) {
        size_t from = (size_t)t * TILE, count = m - from < TILE ? m - from : TILE;
        multiply(ta, slice(ta, A, from, count), tb, B, keep, C + from * n, count, n);
    }
}

/* c_ij = sum_k a(i, k) b(k, j) + keep c_ij, the strides saying how A and B lie. */
static void loops(size_t m, size_t n, size_t k, const double *A, size_t a_row, size_t a_col, const double *B,
                  size_t b_row, size_t b_col, double keep, double *C)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = keep != 0.0 ? C[i * n + j] : 0.0;
            for (size_t l = 0; l < k; l++)
                sum += A[i * a_row + l * a_col] * B[l * b_row + j * b_col];
            C[i * n + j] = sum;
        }
}

void nng_product_nt(struct nng_matrix A, struct nng_matrix B, double keep, double *C)
{
    if (A.rows * B.rows * A.cols < SMALL)
        loops(A.rows, B.rows, A.cols, A.data, A.stride, 1, B.data, 1, B.stride, keep, C);
    else
        tiled(CblasNoTrans, A, CblasTrans, B, keep, C, A.rows, B.rows, A.cols);
}

void nng_product_nn(struct nng_matrix A, struct nng_matrix B, double keep, double *C)
{
    if (A.rows * B.cols * A.cols < SMALL)
        loops(A.rows, B.cols, A.cols, A.data, A.stride, 1, B.data, B.stride, 1, keep, C);
    else
        tiled(CblasNoTrans, A, CblasNoTrans, B, keep, C, A.rows, B.cols, A.cols);
}

void nng_product_tn(struct nng_matrix A, struct nng_matrix B, double keep, double *C)
{
    if (A.cols * B.cols * A.rows < SMALL)
        loops(A.cols, B.cols, A.rows, A.data, 1, A.stride, B.data, B.stride, 1, keep, C);
    else
        tiled(CblasTrans, A, CblasNoTrans, B, keep, C, A.cols, B.cols, A.rows);
}
