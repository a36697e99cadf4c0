/* Kepler's equation E - e sin(E) = M by Newton's iteration to 1e-12, for m values of M.
 *
 * The iteration itself is differentiated, forwards: of the new E, E - F/F', the tangent of E in the
 * first term and in F cancel, which leaves (sin(E) e' + M' + (F/F') (F')') / F'. */
#include <math.h>

double p8_value(double e, double shift, int m) {
    double total = 0;
    for (int k = 0; k < m; k++) {
        double mean = shift + k * (6.0 / m), x = mean, change = 1;
        while (fabs(change) > 1e-12) {
            change = (x - e * sin(x) - mean) / (1 - e * cos(x));
            x -= change;
        }
        total += x;
    }
    return total;
}

double p8_gradient(double e, double shift, int m, double *out) {
    double total = 0, de = 0, ds = 0;
    for (int k = 0; k < m; k++) {
        double mean = shift + k * (6.0 / m), x = mean, change = 1, xe = 0, xs = 1;
        while (fabs(change) > 1e-12) {
            double s = sin(x), c = cos(x), inverse = 1 / (1 - e * c);
            change = (x - e * s - mean) * inverse;
            xe = (s + change * (e * s * xe - c)) * inverse;
            xs = (1 + change * (e * s * xs)) * inverse;
            x -= change;
        }
        total += x;
        de += xe;
        ds += xs;
    }
    out[0] = de;
    out[1] = ds;
    return total;
}
