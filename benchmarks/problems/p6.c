/* ADBench's mixture of normal distributions (see p6.py), the gradient in alphas, means and icf.
 *
 * With weights w (the softmax of a point's terms), centred points c and a component's factor Q, all
 * that the gradient needs of the points are the sums of w, w c and w c c', the last as a triangle:
 * the mean's gradient is Q'Q (sum w c) and that of Q is -Q (sum w c c').  Points are taken in
 * blocks, coordinate by coordinate, so that the inner loops are vector code. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 32 };
typedef double Lanes[LANES];

/* The constant of the prior of one component. */
static double constant(double gamma, int m, int d) {
    int degrees = d + m + 1;
    double logs = 0.25 * d * (d - 1) * log(M_PI);
    for (int j = 0; j < d; j++) logs += lgamma(0.5 * degrees - 0.5 * j);
    return degrees * d * (log(gamma) - 0.5 * log(2.0)) - logs;
}

static double log_sum_exp(const double *x, int n) {
    double top = x[0], total = 0;
    for (int i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
    for (int i = 0; i < n; i++) total += exp(x[i] - top);
    return top + log(total);
}

/* Q as a full lower triangle by rows, from one component's icf; the sum of its logarithms. */
static double unpack(const double *icf, int d, double *q) {
    double logs = 0;
    for (int i = 0, place = d; i < d; i++) {
        logs += icf[i];
        q[i * d + i] = exp(icf[i]);
        for (int j = i + 1; j < d; j++) q[j * d + i] = icf[place++];
    }
    return logs;
}

/* The points in blocks of lanes; the last one is filled up with zeros. */
static Lanes *blocks(const double *points, int n, int d) {
    int count = (n + LANES - 1) / LANES;
    Lanes *x = calloc((size_t)count * d, sizeof *x);
    for (int p = 0; p < n; p++)
        for (int i = 0; i < d; i++) x[p / LANES * d + i][p % LANES] = points[(size_t)p * d + i];
    return x;
}

/* base - |Q c|^2 / 2 for all points */
static void terms(const Lanes *x, int count, int d, const double *mean, const double *q,
                  double base, double *restrict out) {
    Lanes c[d];
    for (int b = 0; b < count; b++, x += d, out += LANES) {
        Lanes total = {0};
        for (int i = 0; i < d; i++) {
            Lanes row = {0};
            for (int l = 0; l < LANES; l++) c[i][l] = x[i][l] - mean[i];
            for (int j = 0; j <= i; j++)
                for (int l = 0; l < LANES; l++) row[l] += q[i * d + j] * c[j][l];
            for (int l = 0; l < LANES; l++) total[l] += row[l] * row[l];
        }
        for (int l = 0; l < LANES; l++) out[l] = base - 0.5 * total[l];
    }
}

/* The sum of all points' log-sum-exp; the terms of component k, at t + k * size, become weights. */
static double soften(double *t, int components, int size, int n) {
    double total = 0;
    for (int p = 0; p < size; p += LANES) {
        Lanes top, sum = {0};
        memcpy(top, t + p, sizeof top);
        for (int k = 1; k < components; k++)
            for (int l = 0; l < LANES; l++) {
                double v = t[(size_t)k * size + p + l];
                top[l] = v > top[l] ? v : top[l];
            }
        for (int k = 0; k < components; k++)
            for (int l = 0; l < LANES; l++) {
                double *v = t + (size_t)k * size + p + l;
                sum[l] += *v = exp(*v - top[l]);
            }
        for (int l = 0; l < LANES; l++) {
            int real = p + l < n; /* the zeros of the last block count for nothing */
            if (real) total += top[l] + log(sum[l]);
            sum[l] = real ? 1 / sum[l] : 0;
        }
        for (int k = 0; k < components; k++)
            for (int l = 0; l < LANES; l++) t[(size_t)k * size + p + l] *= sum[l];
    }
    return total;
}

static double sum(const double *lanes) {
    double total = 0;
    for (int l = 0; l < LANES; l++) total += lanes[l];
    return total;
}

/* The sums of w, of w c (first) and of w c c' (second, a full symmetric matrix). */
static double moments(const Lanes *x, int count, int d, const double *mean, const double *w,
                      double *first, double *second) {
    Lanes c[d], ones = {0}, f[d], s[d * (d + 1) / 2];
    memset(f, 0, sizeof f);
    memset(s, 0, sizeof s);
    for (int b = 0; b < count; b++, x += d, w += LANES) {
        Lanes *place = s;
        for (int l = 0; l < LANES; l++) ones[l] += w[l];
        for (int i = 0; i < d; i++) {
            Lanes wc;
            for (int l = 0; l < LANES; l++) {
                c[i][l] = x[i][l] - mean[i];
                wc[l] = w[l] * c[i][l];
                f[i][l] += wc[l];
            }
            for (int j = 0; j <= i; j++, place++)
                for (int l = 0; l < LANES; l++) (*place)[l] += wc[l] * c[j][l];
        }
    }
    for (int i = 0, place = 0; i < d; i++) {
        first[i] = sum(f[i]);
        for (int j = 0; j <= i; j++) second[i * d + j] = second[j * d + i] = sum(s[place++]);
    }
    return sum(ones);
}

double p6_value(const double *alphas, const double *means, const double *icf, const double *points,
                double gamma, int m, int components, int d, int n) {
    int packed = d * (d + 1) / 2, count = (n + LANES - 1) / LANES, size = count * LANES;
    Lanes *x = blocks(points, n, d);
    double *t = malloc((size_t)components * size * sizeof *t), q[d * d];
    double value = -components * constant(gamma, m, d), g2 = gamma * gamma;
    for (int k = 0; k < components; k++) {
        const double *given = icf + (size_t)k * packed;
        double logs = unpack(given, d, q), squares = 0;
        for (int i = 0; i < d; i++)
            for (int j = 0; j <= i; j++) squares += q[i * d + j] * q[i * d + j];
        value += 0.5 * g2 * squares - m * logs;
        terms(x, count, d, means + k * d, q, alphas[k] + logs, t + (size_t)k * size);
    }
    value += soften(t, components, size, n);
    free(x);
    free(t);
    return value - 0.5 * n * d * log(2 * M_PI) - n * log_sum_exp(alphas, components);
}

double p6_gradient(const double *alphas, const double *means, const double *icf,
                   const double *points, double gamma, int m, int components, int d, int n,
                   double *out) {
    int packed = d * (d + 1) / 2, count = (n + LANES - 1) / LANES, size = count * LANES;
    Lanes *x = blocks(points, n, d);
    double *t = malloc((size_t)components * size * sizeof *t), q[d * d], first[d], second[d * d];
    double value = -components * constant(gamma, m, d), g2 = gamma * gamma;
    double share = log_sum_exp(alphas, components);
    for (int k = 0; k < components; k++) {
        double logs = unpack(icf + (size_t)k * packed, d, q), squares = 0;
        for (int i = 0; i < d; i++)
            for (int j = 0; j <= i; j++) squares += q[i * d + j] * q[i * d + j];
        value += 0.5 * g2 * squares - m * logs;
        terms(x, count, d, means + k * d, q, alphas[k] + logs, t + (size_t)k * size);
    }
    value += soften(t, components, size, n);
    for (int k = 0; k < components; k++) {
        const double *given = icf + (size_t)k * packed, *mean = means + k * d;
        double *dmean = out + components + k * d;
        double *dicf = out + components + components * d + (size_t)k * packed;
        unpack(given, d, q);
        double w = moments(x, count, d, mean, t + (size_t)k * size, first, second);
        out[k] = w - n * exp(alphas[k] - share);
        memset(dmean, 0, d * sizeof *dmean);
        for (int i = 0; i < d; i++) {
            double row = 0;
            for (int j = 0; j <= i; j++) row += q[i * d + j] * first[j];
            for (int j = 0; j <= i; j++) dmean[j] += q[i * d + j] * row;
        }
        for (int i = 0, place = d; i < d; i++)
            for (int j = i; j < d; j++) {
                double dq = g2 * q[j * d + i];
                for (int l = 0; l <= j; l++) dq -= q[j * d + l] * second[l * d + i];
                if (i == j) dicf[i] = dq * q[i * d + i] + w - m;
                else dicf[place++] = dq;
            }
    }
    free(x);
    free(t);
    return value - 0.5 * n * d * log(2 * M_PI) - n * share;
}
