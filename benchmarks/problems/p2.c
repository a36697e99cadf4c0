/* Rosenbrock's function of n variables (the chained form of More, Garbow and Hillstrom, "Testing
 * unconstrained optimization software", 1981).  Each entry of the gradient is gathered from its two
 * terms; the sum has parts, so that the loops become vector code in strict arithmetic. */

enum { LANES = 32 };

static inline double term(const double *x) {
    double a = x[1] - x[0] * x[0], b = 1 - x[0];
    return 100 * a * a + b * b;
}

double p2_value(const double *x, int n) {
    double part[LANES] = {0}, total = 0;
    int i = 0;
    for (; i + LANES < n; i += LANES)
        for (int l = 0; l < LANES; l++) part[l] += term(x + i + l);
    for (; i + 1 < n; i++) total += term(x + i);
    for (int l = 0; l < LANES; l++) total += part[l];
    return total;
}

static inline double inner(const double *x, double *g) {
    double a = x[1] - x[0] * x[0], b = 1 - x[0];
    *g = 200 * (x[0] - x[-1] * x[-1]) - 400 * a * x[0] - 2 * b;
    return 100 * a * a + b * b;
}

double p2_gradient(const double *restrict x, int n, double *restrict out) {
    double part[LANES] = {0}, total = 0;
    if (n < 2) {
        if (n == 1) out[0] = 0;
        return 0;
    }
    out[0] = -400 * (x[1] - x[0] * x[0]) * x[0] - 2 * (1 - x[0]);
    total = term(x);
    int i = 1;
    for (; i + LANES < n; i += LANES)
        for (int l = 0; l < LANES; l++) part[l] += inner(x + i + l, out + i + l);
    for (; i + 1 < n; i++) total += inner(x + i, out + i);
    out[n - 1] = 200 * (x[n - 1] - x[n - 2] * x[n - 2]);
    for (int l = 0; l < LANES; l++) total += part[l];
    return total;
}
