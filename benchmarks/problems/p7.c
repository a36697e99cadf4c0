/* The expression of Baydin et al. ("Automatic differentiation in machine learning: a survey", 2018,
 * Table 2), log(a) + a b - sin(b), summed over points. */
#include <math.h>

double p7_value(const double *a, const double *b, int n) {
    double total = 0;
    for (int i = 0; i < n; i++) total += log(a[i]) + a[i] * b[i] - sin(b[i]);
    return total;
}

double p7_gradient(const double *restrict a, const double *restrict b, int n,
                   double *restrict out) {
    double total = 0, *restrict da = out, *restrict db = out + n;
    for (int i = 0; i < n; i++) {
        double s = sin(b[i]), c = cos(b[i]);
        total += log(a[i]) + a[i] * b[i] - s;
        da[i] = 1 / a[i] + b[i];
        db[i] = a[i] - c;
    }
    return total;
}
