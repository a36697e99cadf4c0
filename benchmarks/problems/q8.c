/* The energy of spins on a square (see q8.py); each feels its four neighbours and the field. */
#include <math.h>
#include <stdlib.h>

double q8_value(const double *angle, double coupling, double field, int n) {
    double *s = malloc((size_t)n * n * sizeof *s), pairs = 0, sum = 0;
    for (int i = 0; i < n * n; i++) s[i] = tanh(angle[i]);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            pairs += s[i * n + j] * (s[(i + 1) % n * n + j] + s[i * n + (j + 1) % n]);
            sum += s[i * n + j];
        }
    free(s);
    return -coupling * pairs - field * sum;
}

double q8_gradient(const double *angle, double coupling, double field, int n,
                   double *restrict out) {
    double *s = malloc((size_t)n * n * sizeof *s), pairs = 0, sum = 0;
    for (int i = 0; i < n * n; i++) s[i] = tanh(angle[i]);
    for (int i = 0; i < n; i++) {
        const double *row = s + i * n, *next = s + (i + 1) % n * n, *last = s + (i + n - 1) % n * n;
        for (int j = 0; j < n; j++) {
            double ahead = next[j] + row[j + 1 < n ? j + 1 : 0];
            double behind = last[j] + row[j ? j - 1 : n - 1];
            pairs += row[j] * ahead;
            sum += row[j];
            out[i * n + j] = -(coupling * (ahead + behind) + field) * (1 - row[j] * row[j]);
        }
    }
    free(s);
    out[n * n] = -pairs;
    out[n * n + 1] = -sum;
    return -coupling * pairs - field * sum;
}
