/* A network 2-16-16-1 with tanh and the mean of its squared errors; the gradient by backpropagation
 * (Rumelhart, Hinton and Williams, 1986), sample by sample.  The second layer's weights are turned
 * once, so that both directions run along rows, and four rows are added up at a time. */
#include <math.h>
#include <string.h>

enum { N = 16 };

/* The hidden layers y and z of one sample, and the network's result. */
static inline double network(const double *w1, const double *b1, double turned[N][N],
                             const double *b2, const double *w3, double b3, const double *x,
                             double *restrict y, double *restrict z) {
    for (int i = 0; i < N; i++) y[i] = tanh(b1[i] + w1[2 * i] * x[0] + w1[2 * i + 1] * x[1]);
    double t[N];
    for (int i = 0; i < N; i++) t[i] = b2[i];
    for (int j = 0; j < N; j += 4)
        for (int i = 0; i < N; i++)
            t[i] += (turned[j][i] * y[j] + turned[j + 1][i] * y[j + 1]) +
                    (turned[j + 2][i] * y[j + 2] + turned[j + 3][i] * y[j + 3]);
    for (int i = 0; i < N; i++) {
        z[i] = tanh(t[i]);
        b3 += w3[i] * z[i];
    }
    return b3;
}

static inline void turn(const double *w, double turned[N][N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) turned[j][i] = w[N * i + j];
}

double p5_value(const double *w1, const double *b1, const double *w2, const double *b2,
                const double *w3, double b3, const double *points, const double *labels, int n) {
    double turned[N][N], y[N], z[N], total = 0;
    turn(w2, turned);
    for (int k = 0; k < n; k++) {
        double r = network(w1, b1, turned, b2, w3, b3, points + 2 * k, y, z) - labels[k];
        total += r * r;
    }
    return total / n;
}

double p5_gradient(const double *w1, const double *b1, const double *w2, const double *b2,
                   const double *w3, double b3, const double *points, const double *labels, int n,
                   double *out) {
    double turned[N][N], y[N], z[N], total = 0, e3 = 0;
    double d1[2][N] = {0}, e1[N] = {0}, d2[N][N] = {0}, e2[N] = {0}, d3[N] = {0};
    turn(w2, turned);
    for (int k = 0; k < n; k++) {
        const double *x = points + 2 * k;
        double r = network(w1, b1, turned, b2, w3, b3, x, y, z) - labels[k], ds = 2 * r / n;
        total += r * r;
        e3 += ds;
        double dz[N], dy[N] = {0};
        for (int i = 0; i < N; i++) {
            d3[i] += ds * z[i];
            dz[i] = ds * w3[i] * (1 - z[i] * z[i]);
            e2[i] += dz[i];
        }
        for (int i = 0; i < N; i += 4)
            for (int j = 0; j < N; j++) {
                const double *w = w2 + N * i + j;
                for (int l = 0; l < 4; l++) d2[i + l][j] += dz[i + l] * y[j];
                dy[j] += (dz[i] * w[0] + dz[i + 1] * w[N]) +
                         (dz[i + 2] * w[2 * N] + dz[i + 3] * w[3 * N]);
            }
        for (int i = 0; i < N; i++) {
            double t = dy[i] * (1 - y[i] * y[i]);
            e1[i] += t;
            d1[0][i] += t * x[0];
            d1[1][i] += t * x[1];
        }
    }
    for (int i = 0; i < N; i++) {
        *out++ = d1[0][i];
        *out++ = d1[1][i];
    }
    memcpy(out, e1, sizeof e1);
    memcpy(out + N, d2, sizeof d2);
    memcpy(out + N + N * N, e2, sizeof e2);
    memcpy(out + 2 * N + N * N, d3, sizeof d3);
    out[3 * N + N * N] = e3;
    return total / n;
}
