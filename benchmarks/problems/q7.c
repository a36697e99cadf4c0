/* Calls by Black and Scholes (see q7.py), with the Greeks delta, rho and vega. */
#include <math.h>

static double normal(double x) { return 0.5 * (1 + erf(x / sqrt(2.0))); }

double q7_value(double s, double r, const double *v, const double *strikes, const double *times,
                const double *q, int rows, int n) {
    double total = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < n; j++) {
            double t = times[i], k = strikes[j], w = v[i * n + j] * sqrt(t);
            double d = (log(s / k) + (r + 0.5 * v[i * n + j] * v[i * n + j]) * t) / w;
            double gap = s * normal(d) - k * exp(-r * t) * normal(d - w) - q[i * n + j];
            total += gap * gap;
        }
    return total;
}

double q7_gradient(double s, double r, const double *restrict v, const double *restrict strikes,
                   const double *restrict times, const double *restrict q, int rows, int n,
                   double *restrict out) {
    double total = 0, ds = 0, dr = 0, *dv = out + 2;
    for (int i = 0; i < rows; i++) {
        double t = times[i], root = sqrt(t), discount = exp(-r * t);
        for (int j = 0; j < n; j++) {
            double k = strikes[j], sigma = v[i * n + j], w = sigma * root;
            double d = (log(s / k) + (r + 0.5 * sigma * sigma) * t) / w;
            double delta = normal(d), other = k * discount * normal(d - w);
            double gap = s * delta - other - q[i * n + j];
            total += gap * gap;
            ds += 2 * gap * delta;
            dr += 2 * gap * t * other;
            dv[i * n + j] = 2 * gap * s * root * exp(-0.5 * d * d) * 0.3989422804014327;
        }
    }
    out[0] = ds;
    out[1] = dr;
    return total;
}
