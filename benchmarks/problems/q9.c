/* The loss of k-means: only the nearest centre of a point has a part in its gradient. */
#include <string.h>

static inline int nearest(const double *p, const double *c, int count, int d, double *least) {
    int best = 0;
    *least = 1e300;
    for (int k = 0; k < count; k++, c += d) {
        double far = 0;
        for (int j = 0; j < d; j++) far += (p[j] - c[j]) * (p[j] - c[j]);
        if (far < *least) *least = far, best = k;
    }
    return best;
}

double q9_value(const double *c, const double *points, int count, int d, int n) {
    double total = 0, least;
    for (int i = 0; i < n; i++) {
        nearest(points + i * d, c, count, d, &least);
        total += least;
    }
    return total;
}

double q9_gradient(const double *restrict c, const double *restrict points, int count, int d,
                   int n, double *restrict out) {
    double total = 0, least;
    memset(out, 0, (size_t)count * d * sizeof *out);
    for (int i = 0; i < n; i++) {
        const double *p = points + i * d;
        int k = nearest(p, c, count, d, &least);
        total += least;
        for (int j = 0; j < d; j++) out[k * d + j] += 2 * (c[k * d + j] - p[j]);
    }
    return total;
}
