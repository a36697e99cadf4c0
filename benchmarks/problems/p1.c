/* The logistic map, x <- r x (1 - x), n steps: the derivatives in x and r by a reverse sweep. */
#include <stdlib.h>

double p1_value(double x, double r, int n) {
    for (int i = 0; i < n; i++) x = r * x * (1 - x);
    return x;
}

double p1_gradient(double x, double r, int n, double *out) {
    double *tape = malloc((n + 1) * sizeof *tape), dx = 1, dr = 0;
    for (int i = 0; i < n; i++) {
        tape[i] = x;
        x = r * x * (1 - x);
    }
    for (int i = n - 1; i >= 0; i--) {
        double v = tape[i];
        dr += dx * (v * (1 - v));
        dx *= r * (1 - 2 * v);
    }
    free(tape);
    out[0] = dx;
    out[1] = dr;
    return x;
}
