/* A curve of uniform cubic B-splines (see q10.py). */
static inline void weights(double t, int *k, double *w) {
    *k = (int)t;
    double u = t - *k, v = 1 - u;
    w[0] = v * v * v / 6;
    w[1] = (3 * u * u * u - 6 * u * u + 4) / 6;
    w[2] = (3 * v * v * v - 6 * v * v + 4) / 6;
    w[3] = u * u * u / 6;
}

static inline double at(const double *x, const double *w) {
    return w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3];
}

double q10_value(const double *x, const double *y, const double *t, const double *px,
                 const double *py, int n, int count) {
    double total = 0, w[4];
    for (int p = 0, k; p < count; p++) {
        weights(t[p], &k, w);
        double gx = at(x + k, w) - px[p], gy = at(y + k, w) - py[p];
        total += gx * gx + gy * gy;
    }
    return total;
}

double q10_gradient(const double *restrict x, const double *restrict y, const double *restrict t,
                    const double *restrict px, const double *restrict py, int n, int count,
                    double *restrict out) {
    double total = 0, w[4];
    for (int i = 0; i < 2 * n; i++) out[i] = 0;
    for (int p = 0, k; p < count; p++) {
        weights(t[p], &k, w);
        double gx = at(x + k, w) - px[p], gy = at(y + k, w) - py[p];
        total += gx * gx + gy * gy;
        for (int i = 0; i < 4; i++) {
            out[k + i] += 2 * gx * w[i];
            out[n + k + i] += 2 * gy * w[i];
        }
    }
    return total;
}
