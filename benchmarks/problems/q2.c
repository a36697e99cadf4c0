/* A wave on a string (see q2.py): all states are kept, and the adjoint wave runs backwards. */
#include <math.h>
#include <stdlib.h>

static double forward(const double *c, const double *data, int n, int steps, double *u) {
    double total = 0;
    for (int i = 0; i < n; i++) {
        double far = i - n / 4.0;
        u[i] = u[n + i] = exp(-0.05 * far * far);
    }
    for (int t = 0; t < steps; t++, u += n) {
        const double *old = u, *now = u + n;
        double *restrict new = u + 2 * n;
        new[0] = new[n - 1] = 0;
        for (int i = 1; i < n - 1; i++)
            new[i] = 2 * now[i] - old[i] + c[i] * (now[i + 1] - 2 * now[i] + now[i - 1]);
        double gap = new[3 * n / 4] - data[t];
        total += gap * gap;
    }
    return total;
}

double q2_value(const double *c, const double *data, int n, int steps) {
    double *u = malloc((size_t)(steps + 2) * n * sizeof *u);
    double total = forward(c, data, n, steps, u);
    free(u);
    return total;
}

double q2_gradient(const double *restrict c, const double *restrict data, int n, int steps,
                   double *restrict out) {
    double *u = malloc((size_t)(steps + 2) * n * sizeof *u);
    double total = forward(c, data, n, steps, u);
    double *a = calloc(3 * n, sizeof *a), *b = a + n, *d = b + n;
    for (int i = 0; i < n; i++) out[i] = 0;
    for (int t = steps - 1; t >= 0; t--) {
        const double *now = u + (size_t)(t + 1) * n;
        double *restrict g = a, *restrict g1 = b, *restrict g2 = d; /* of new, now, old */
        g[3 * n / 4] += 2 * (now[n + 3 * n / 4] - data[t]);
        for (int i = 1; i < n - 1; i++) {
            out[i] += g[i] * (now[i + 1] - 2 * now[i] + now[i - 1]);
            g2[i] = -g[i];
        }
        g[0] = g[n - 1] = 0;
        for (int i = 1; i < n - 1; i++)
            g1[i] += 2 * g[i] * (1 - c[i]) + c[i - 1] * g[i - 1] + c[i + 1] * g[i + 1];
        a = g1, b = g2, d = g;
    }
    free(u);
    free(a < b ? (a < d ? a : d) : (b < d ? b : d));
    return total;
}
