/* A chain of five elementwise operations, and a sum; the parts of the sum let the compiler use vector
 * units, also for the functions of the C library (-ffast-math of this file alone). */

#pragma GCC optimize("fast-math")

#include <math.h>

double n1_value(const double *x, int n) {
    double total = 0;
    for (int i = 0; i < n; i++) total += exp(-0.5 * x[i] * x[i]) * sin(x[i]);
    return total;
}

double n1_gradient(const double *restrict x, int n, double *restrict out) {
    double total = 0;
    /* two loops: of a sine and a cosine of one number GCC makes a call that has no vector form */
    for (int i = 0; i < n; i++) {
        double e = exp(-0.5 * x[i] * x[i]), s = e * sin(x[i]);
        total += s;
        out[i] = -x[i] * s;
    }
    for (int i = 0; i < n; i++) out[i] += exp(-0.5 * x[i] * x[i]) * cos(x[i]);
    return total;
}
