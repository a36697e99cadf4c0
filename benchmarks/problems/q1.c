/* The potential energy of n bodies, softened; its gradient by positions is minus the forces. */
#include <math.h>

double q1_value(const double *x, const double *y, const double *z, const double *m, int n) {
    double total = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            total -= m[i] * m[j] / sqrt(dx * dx + dy * dy + dz * dz + 1e-4);
        }
    return total;
}

double q1_gradient(const double *restrict x, const double *restrict y, const double *restrict z,
                   const double *restrict m, int n, double *restrict out) {
    double *restrict gx = out, *restrict gy = out + n, *restrict gz = out + 2 * n, total = 0;
    for (int i = 0; i < 3 * n; i++) out[i] = 0;
    for (int i = 0; i < n; i++) {
        double fx = 0, fy = 0, fz = 0;
        for (int j = 0; j < i; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            double inverse = 1 / (dx * dx + dy * dy + dz * dz + 1e-4);
            double part = m[i] * m[j] * sqrt(inverse), force = part * inverse;
            total -= part;
            fx += force * dx;
            fy += force * dy;
            fz += force * dz;
            gx[j] -= force * dx;
            gy[j] -= force * dy;
            gz[j] -= force * dz;
        }
        gx[i] += fx;
        gy[i] += fy;
        gz[i] += fz;
    }
    return total;
}
