/* A natural cubic spline (see q5.py); the adjoint of its tridiagonal system is that system. */
#include <stdlib.h>

static void solve(const double *c, double *m, int n) {
    for (int i = 1; i < n - 1; i++) m[i] = (m[i] - m[i - 1]) * c[i];
    for (int i = n - 2; i > 0; i--) m[i] -= c[i] * m[i + 1];
}

static double *moments(const double *y, int n) {
    double *m = calloc(3 * n, sizeof *m), *c = m + n;
    for (int i = 1; i < n - 1; i++) {
        c[i] = 1 / (4 - c[i - 1]);
        m[i] = 6 * (y[i + 1] - 2 * y[i] + y[i - 1]);
    }
    solve(c, m, n);
    return m;
}

double q5_value(const double *y, const double *t, const double *data, int n, int count) {
    double *m = moments(y, n), total = 0;
    for (int p = 0; p < count; p++) {
        int k = (int)t[p];
        double u = t[p] - k, v = 1 - u, a = (v * v * v - v) / 6, b = (u * u * u - u) / 6;
        double gap = v * y[k] + u * y[k + 1] + a * m[k] + b * m[k + 1] - data[p];
        total += gap * gap;
    }
    free(m);
    return total;
}

double q5_gradient(const double *restrict y, const double *restrict t, const double *restrict data,
                   int n, int count, double *restrict out) {
    double *m = moments(y, n), *g = m + 2 * n, total = 0;
    for (int i = 0; i < n; i++) out[i] = 0;
    for (int p = 0; p < count; p++) {
        int k = (int)t[p];
        double u = t[p] - k, v = 1 - u, a = (v * v * v - v) / 6, b = (u * u * u - u) / 6;
        double gap = v * y[k] + u * y[k + 1] + a * m[k] + b * m[k + 1] - data[p];
        total += gap * gap;
        gap *= 2;
        out[k] += gap * v;
        out[k + 1] += gap * u;
        g[k] += gap * a;
        g[k + 1] += gap * b;
    }
    g[0] = g[n - 1] = 0;
    solve(m + n, g, n);
    for (int i = 1; i < n - 1; i++) {
        out[i - 1] += 6 * g[i];
        out[i] -= 12 * g[i];
        out[i + 1] += 6 * g[i];
    }
    free(m);
    return total;
}
