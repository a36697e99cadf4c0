/* A Kalman filter for position and velocity (see q3.py) with its sensitivities to q and r. */
#include <math.h>

double q3_value(double q, double r, const double *z, int n) {
    double x = 0, v = 0, a = 10, b = 0, c = 10, total = 0;
    for (int t = 0; t < n; t++) {
        x += 0.1 * v;
        a += 0.2 * b + 0.01 * c + 0.001 * q;
        b += 0.1 * c + 0.01 * q;
        c += 0.1 * q;
        double s = a + r, gap = z[t] - x, k = a / s, l = b / s;
        total -= 0.5 * (log(s) + gap * gap / s);
        x += k * gap;
        v += l * gap;
        c -= l * b;
        b -= l * a;
        a -= k * a;
    }
    return total;
}

double q3_gradient(double q, double r, const double *z, int n, double *out) {
    double x = 0, v = 0, a = 10, b = 0, c = 10, total = 0;
    double dx[2] = {0}, dv[2] = {0}, da[2] = {0}, db[2] = {0}, dc[2] = {0}, d[2] = {0};
    const double dq[2] = {1, 0}, dr[2] = {0, 1};
    for (int t = 0; t < n; t++) {
        x += 0.1 * v;
        a += 0.2 * b + 0.01 * c + 0.001 * q;
        b += 0.1 * c + 0.01 * q;
        c += 0.1 * q;
        double s = a + r, inverse = 1 / s, gap = z[t] - x, k = a * inverse, l = b * inverse;
        double share = gap * inverse;
        total -= 0.5 * (log(s) + gap * share);
        for (int i = 0; i < 2; i++) {
            dx[i] += 0.1 * dv[i];
            da[i] += 0.2 * db[i] + 0.01 * dc[i] + 0.001 * dq[i];
            db[i] += 0.1 * dc[i] + 0.01 * dq[i];
            dc[i] += 0.1 * dq[i];
            double ds = da[i] + dr[i], dgap = -dx[i];
            double dk = (da[i] - k * ds) * inverse, dl = (db[i] - l * ds) * inverse;
            d[i] -= 0.5 * (ds * inverse + 2 * share * dgap - share * share * ds);
            dx[i] += dk * gap + k * dgap;
            dv[i] += dl * gap + l * dgap;
            dc[i] -= dl * b + l * db[i];
            db[i] -= dl * a + l * da[i];
            da[i] -= dk * a + k * da[i];
        }
        x += k * gap;
        v += l * gap;
        c -= l * b;
        b -= l * a;
        a -= k * a;
    }
    out[0] = d[0];
    out[1] = d[1];
    return total;
}
