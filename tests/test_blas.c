/* test_blas.c - which library cblas_dgemm really comes from. Both OpenBLAS and gslcblas have it; the order of linking
 * decides, in silence, and the wrong one is eight times slower.
 */
#define _GNU_SOURCE /* dladdr */
#include "support.h"

#include <dlfcn.h>
#include <gsl/gsl_blas.h>
#include <string.h>

#include "calculus/product.h"

/* C = A B for A = [1 2; 3 4], B = [5 6; 7 8]. */
static void multiply(double c[4])
{
    double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    gsl_matrix_view A = gsl_matrix_view_array(a, 2, 2), B = gsl_matrix_view_array(b, 2, 2);
    gsl_matrix_view C = gsl_matrix_view_array(c, 2, 2);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &A.matrix, &B.matrix, 0, &C.matrix);
}

START_TEST(products_are_products)
{
    double c[4] = {0};
    multiply(c);
    ck_assert(c[0] == 19 && c[1] == 22 && c[2] == 43 && c[3] == 50);
}
END_TEST

START_TEST(dgemm_comes_from_openblas)
{
    void *dgemm = dlsym(RTLD_DEFAULT, "cblas_dgemm");
    ck_assert_ptr_nonnull(dgemm);
    Dl_info where;
    ck_assert_int_ne(dladdr(dgemm, &where), 0);
#ifdef NNGRAD_HAVE_OPENBLAS
    ck_assert_msg(strstr(where.dli_fname, "openblas") != NULL, "cblas_dgemm comes from %s", where.dli_fname);
#else
    ck_assert_msg(strstr(where.dli_fname, "cblas") != NULL, "cblas_dgemm comes from %s", where.dli_fname);
#endif
}
END_TEST

/* Many products of many shapes in several threads at once, each against plain sums: one build of OpenBLAS, without
 * threads of its own, mixes them up. */
START_TEST(products_in_threads_are_products)
{
    enum { M = 200, K = 7, N = 6 };
    int wrong = 0;
#pragma omp parallel for num_threads(4) reduction(+ : wrong)
    for (int trial = 0; trial < 20000; trial++) {
        size_t m = 100 + (size_t)trial % (M - 100), k = 3 + (size_t)trial % (K - 3), n = 2 + (size_t)trial % (N - 2);
        double a[M * K], b[N * K], c[M * N];
        for (size_t i = 0; i < m * k; i++)
            a[i] = (double)((i * 7 + (size_t)trial) % 11);
        for (size_t i = 0; i < n * k; i++)
            b[i] = (double)((i * 5 + (size_t)trial) % 13);
        nng_product_nt(nng_matrix(a, m, k), nng_matrix(b, n, k), 0, c);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++) {
                double sum = 0; /* of whole numbers: exact in any order */
                for (size_t l = 0; l < k; l++)
                    sum += a[i * k + l] * b[j * k + l];
                wrong += c[i * n + j] != sum;
            }
    }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

RUN_SUITE("blas", products_are_products, dgemm_comes_from_openblas, products_in_threads_are_products)
