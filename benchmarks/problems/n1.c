/* A chain of five elementwise operations, and a sum.  The functions of the C library are declared to
 * have vector forms, and the sum has parts, so that the loops become vector code. */

__attribute__((simd("notinbranch"))) double exp(double);
__attribute__((simd("notinbranch"))) double sin(double);
__attribute__((simd("notinbranch"))) double cos(double);

enum { LANES = 32 };

double n1_value(const double *x, int n) {
    double part[LANES] = {0}, total = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++) part[l] += exp(-0.5 * x[i + l] * x[i + l]) * sin(x[i + l]);
    for (; i < n; i++) total += exp(-0.5 * x[i] * x[i]) * sin(x[i]);
    for (int l = 0; l < LANES; l++) total += part[l];
    return total;
}

/* A block at a time: of a sine and a cosine of one number in one loop GCC makes a call that has no
 * vector form. */
static inline void block(const double *x, int n, double *restrict g, double *restrict value) {
    double bell[LANES], slope[LANES];
    for (int l = 0; l < n; l++) bell[l] = exp(-0.5 * x[l] * x[l]);
    for (int l = 0; l < n; l++) slope[l] = bell[l] * cos(x[l]);
    for (int l = 0; l < n; l++) {
        double v = bell[l] * sin(x[l]);
        g[l] = slope[l] - x[l] * v;
        value[l] += v;
    }
}

double n1_gradient(const double *restrict x, int n, double *restrict out) {
    double part[LANES] = {0}, total = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES) block(x + i, LANES, out + i, part);
    block(x + i, n - i, out + i, part);
    for (int l = 0; l < LANES; l++) total += part[l];
    return total;
}
