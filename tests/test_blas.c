/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test_blas.c - which library cblas_dgemm really comes from. Both OpenBLAS and gslcblas have it; the order of linking
 * decides, in silence, and the wrong one is eight times slower.
 */
#define _GNU_SOURCE /* dladdr */
#include "support.h"

#include <dlfcn.h>
#include <gsl/gsl_blas.h>
#include <string.h>

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

RUN_SUITE("blas", products_are_products, dgemm_comes_from_openblas)
