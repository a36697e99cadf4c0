/* The same for whoever knows that A is symmetric, as it is in a mixture: A x serves the value and
 * the gradient, and only the lower triangle is read. */
#include <math.h>
#include <stddef.h>

static const double UP = 1 + 1.4142135623730951, DOWN = 1 - 1.4142135623730951;
static const double ROOT = 2.8284271247461903; /* of 8 */

/* A x into row, and x.A.x */
static double product(const double *restrict a, const double *restrict x, int n,
                      double *restrict row) {
    double total = 0;
    for (int i = 0; i < n; i++) {
        const double *ai = a + (size_t)i * n;
        double part[8] = {0}, below = 0;
        int j = 0;
        for (; j + 8 <= i; j += 8)
            for (int l = 0; l < 8; l++) {
                part[l] += ai[j + l] * x[j + l];
                row[j + l] += ai[j + l] * x[i];
            }
        for (; j < i; j++) {
            below += ai[j] * x[j];
            row[j] += ai[j] * x[i];
        }
        for (int l = 0; l < 8; l++) below += part[l];
        row[i] = below + ai[i] * x[i];
        total += x[i] * (2 * below + ai[i] * x[i]);
    }
    return total;
}

double p3_value(const double *x, const double *a, const double *b, int n) {
    double bx = 0, mixing = 0, xax = 0;
    for (int i = 0; i < n; i++) bx += b[i] * x[i];
    for (int i = 0; i < n; i++) {
        const double *ai = a + (size_t)i * n;
        double part[8] = {0}, below = 0;
        int j = 0;
        for (; j + 8 <= i; j += 8)
            for (int l = 0; l < 8; l++) part[l] += ai[j + l] * x[j + l];
        for (; j < i; j++) below += ai[j] * x[j];
        for (int l = 0; l < 8; l++) below += part[l];
        xax += x[i] * (2 * below + ai[i] * x[i]);
        mixing += x[i] * log(x[i] / (1 - bx));
    }
    return mixing - xax / (ROOT * bx) * log((1 + UP * bx) / (1 + DOWN * bx));
}

double p3_gradient(const double *x, const double *a, const double *b, int n, double *out) {
    double bx = 0, sum = 0, mixing = 0;
    for (int i = 0; i < n; i++) {
        bx += b[i] * x[i];
        sum += x[i];
    }
    double xax = product(a, x, n, out), inverse = 1 / (1 - bx);
    double ratio = log((1 + UP * bx) / (1 + DOWN * bx)), scale = 1 / (ROOT * bx);
    double slope = UP / (1 + UP * bx) - DOWN / (1 + DOWN * bx);
    double db = sum * inverse - xax * scale * (slope - ratio / bx);
    for (int i = 0; i < n; i++) {
        double l = log(x[i] * inverse);
        mixing += x[i] * l;
        out[i] = l + 1 + db * b[i] - 2 * scale * ratio * out[i];
    }
    return mixing - xax * scale * ratio;
}
