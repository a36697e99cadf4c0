/* The Helmholtz energy of a mixture with RT = 1 (Griewank, "On automatic differentiation", 1989,
 * and ADOL-C's examples), its gradient in x.  That of x.A.x is A x + x A, both in one go through A,
 * eight entries of a row at once. */
#include <math.h>
#include <stddef.h>

static const double UP = 1 + 1.4142135623730951, DOWN = 1 - 1.4142135623730951;
static const double ROOT = 2.8284271247461903; /* of 8 */

double p3_value(const double *x, const double *a, const double *b, int n) {
    double bx = 0, mixing = 0, xax = 0;
    for (int i = 0; i < n; i++) bx += b[i] * x[i];
    for (int i = 0; i < n; i++) {
        double row = 0;
        for (int j = 0; j < n; j++) row += a[(size_t)i * n + j] * x[j];
        xax += x[i] * row;
        mixing += x[i] * log(x[i] / (1 - bx));
    }
    return mixing - xax / (ROOT * bx) * log((1 + UP * bx) / (1 + DOWN * bx));
}

double p3_gradient(const double *restrict x, const double *restrict a, const double *restrict b,
                   int n, double *restrict out) {
    double bx = 0, sum = 0, mixing = 0, xax = 0;
    for (int i = 0; i < n; i++) {
        bx += b[i] * x[i];
        sum += x[i];
        out[i] = 0;
    }
    for (int i = 0; i < n; i++) {
        const double *ai = a + (size_t)i * n;
        double part[8] = {0}, row = 0;
        int j = 0;
        for (; j + 8 <= n; j += 8)
            for (int l = 0; l < 8; l++) {
                part[l] += ai[j + l] * x[j + l];
                out[j + l] += ai[j + l] * x[i];
            }
        for (; j < n; j++) {
            row += ai[j] * x[j];
            out[j] += ai[j] * x[i];
        }
        for (int l = 0; l < 8; l++) row += part[l];
        out[i] += row;
        xax += x[i] * row;
    }
    double inverse = 1 / (1 - bx);
    double ratio = log((1 + UP * bx) / (1 + DOWN * bx)), scale = 1 / (ROOT * bx);
    double slope = UP / (1 + UP * bx) - DOWN / (1 + DOWN * bx);
    double db = sum * inverse - xax * scale * (slope - ratio / bx);
    for (int i = 0; i < n; i++) {
        double l = log(x[i] * inverse);
        mixing += x[i] * l;
        out[i] = l + 1 + db * b[i] - scale * ratio * out[i];
    }
    return mixing - xax * scale * ratio;
}
