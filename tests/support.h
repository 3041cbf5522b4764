/* support.h - what every test file needs: one suite, one main. */
#ifndef NNG_TESTS_SUPPORT_H
#define NNG_TESTS_SUPPORT_H

#include <check.h>
#include <stdlib.h>

/* Ends a test file: RUN_SUITE("name", test_a, test_b, ...) lists its START_TESTs. */
#define RUN_SUITE(name, ...) RUN_SUITE_BETWEEN(name, NULL, NULL, __VA_ARGS__)

/* The same with a function that runs before each test, and one after it. */
#define RUN_SUITE_BETWEEN(name, set_up, tear_down, ...)                                                                \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *tests[] = {__VA_ARGS__};                                                                          \
        Suite *suite = suite_create(name);                                                                             \
        TCase *tcase = tcase_create(name);                                                                             \
        tcase_set_timeout(tcase, 120);                                                                                 \
        tcase_add_checked_fixture(tcase, set_up, tear_down);                                                           \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                                    \
            tcase_add_test(tcase, tests[i]);                                                                           \
        suite_add_tcase(suite, tcase);                                                                                 \
        SRunner *runner = srunner_create(suite);                                                                       \
        srunner_run_all(runner, CK_ENV);                                                                               \
        int failed = srunner_ntests_failed(runner);                                                                    \
        srunner_free(runner);                                                                                          \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;                                                              \
    }

#endif
