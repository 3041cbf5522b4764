/* program.c - a program as somebody outside writes it: the lecture's network, its loss, its first derivative. */
#include <stdio.h>
#include <stdlib.h>

#include <nngrad/nngrad.h>

int main(int argc, char **argv)
{
    const char *const search[] = {argc > 1 ? argv[1] : ""};
    struct nng_error error = {0};
    struct nng_host *host = NULL;
    struct nng_model *model = NULL;
    struct nng_pass *pass = NULL;
    double *gradient = NULL, loss = 0;

    if (nng_host_new(search, 1, &host, &error) || nng_model_lecture(host, NULL, 0, &model, &error) ||
        nng_pass_new(model, model->data.samples, &pass, &error))
        goto fail;
    gradient = malloc(model->parameter_count * sizeof *gradient);
    if (!gradient ||
        nng_loss(model, model->theta, model->data.x, model->data.y, model->data.samples, pass, &loss, gradient, &error))
        goto fail;
    char name[NNG_NAME_SIZE];
    nng_parameter_name(model, 0, name);
    printf("L = %.6g, dL/d%s = %.6g\n", loss, name, gradient[0]);
fail:
    if (error.status)
        fprintf(stderr, "%s\n", error.text);
    free(gradient);
    nng_pass_free(pass);
    nng_model_free(model);
    nng_host_free(host);
    return error.status ? EXIT_FAILURE : EXIT_SUCCESS;
}
