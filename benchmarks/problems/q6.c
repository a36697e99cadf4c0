/* The logarithm of a determinant, by elimination; its gradient is the inverse, transposed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double eliminate(double *u, int n) {
    double total = 0;
    for (int k = 0; k < n; k++) {
        const double *restrict pivot = u + k * n;
        total += log(fabs(pivot[k]));
        for (int i = k + 1; i < n; i++) {
            double *restrict row = u + i * n, f = row[k] /= pivot[k];
            for (int j = k + 1; j < n; j++) row[j] -= f * pivot[j];
        }
    }
    return total;
}

double q6_value(const double *a, int n) {
    double *u = malloc((size_t)n * n * sizeof *u);
    memcpy(u, a, (size_t)n * n * sizeof *u);
    double total = eliminate(u, n);
    free(u);
    return total;
}

/* X = inverse(transpose(L U)): transpose(U) Y = I, transpose(L) X = Y, row by row. */
double q6_gradient(const double *a, int n, double *restrict x) {
    double *u = malloc((size_t)n * n * sizeof *u);
    memcpy(u, a, (size_t)n * n * sizeof *u);
    double total = eliminate(u, n);
    memset(x, 0, (size_t)n * n * sizeof *x);
    for (int i = 0; i < n; i++) {
        double *restrict row = x + i * n;
        row[i] = 1;
        for (int k = 0; k < i; k++)
            for (int j = 0; j <= k; j++) row[j] -= u[k * n + i] * x[k * n + j];
        double inverse = 1 / u[i * n + i];
        for (int j = 0; j <= i; j++) row[j] *= inverse;
    }
    for (int i = n - 1; i >= 0; i--) {
        double *restrict row = x + i * n;
        for (int k = i + 1; k < n; k++)
            for (int j = 0; j < n; j++) row[j] -= u[k * n + i] * x[k * n + j];
    }
    free(u);
    return total;
}
