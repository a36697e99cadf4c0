/* Lotka and Volterra's predators and prey, x' = a x - b x y and y' = c x y - d y, by n steps of the
 * classical method of Runge and Kutta (1901).  The states are kept, the stages computed again. */
#include <stdlib.h>

static const double H = 1e-3;

typedef struct {
    double x, y;
} Pair;

typedef struct {
    double a, b, c, d;
} Rates;

static inline Pair slope(Pair s, Rates p) {
    return (Pair){s.x * (p.a - p.b * s.y), s.y * (p.c * s.x - p.d)};
}

/* s + h k */
static inline Pair along(Pair s, double h, Pair k) {
    return (Pair){s.x + h * k.x, s.y + h * k.y};
}

/* The adjoint of a state from that of its slope; the rates' own is added to g. */
static inline Pair back(Pair s, Rates p, Pair k, Rates *g) {
    double both = s.x * s.y;
    g->a += k.x * s.x;
    g->b -= k.x * both;
    g->c += k.y * both;
    g->d -= k.y * s.y;
    return (Pair){k.x * (p.a - p.b * s.y) + k.y * (p.c * s.y),
                  k.y * (p.c * s.x - p.d) - k.x * (p.b * s.x)};
}

static inline Pair step(Pair s, Rates p) {
    Pair k1 = slope(s, p), k2 = slope(along(s, H / 2, k1), p);
    Pair k3 = slope(along(s, H / 2, k2), p), k4 = slope(along(s, H, k3), p);
    return (Pair){s.x + H / 6 * (k1.x + 2 * (k2.x + k3.x) + k4.x),
                  s.y + H / 6 * (k1.y + 2 * (k2.y + k3.y) + k4.y)};
}

double p4_value(double x, double y, double a, double b, double c, double d, int n) {
    Pair s = {x, y};
    for (int i = 0; i < n; i++) s = step(s, (Rates){a, b, c, d});
    return s.x + s.y;
}

double p4_gradient(double x, double y, double a, double b, double c, double d, int n,
                   double *out) {
    Pair *tape = malloc((n + 1) * sizeof *tape), s = {x, y}, ds = {1, 1};
    Rates p = {a, b, c, d}, g = {0, 0, 0, 0};
    for (int i = 0; i < n; i++) {
        tape[i] = s;
        s = step(s, p);
    }
    double value = s.x + s.y;
    for (int i = n - 1; i >= 0; i--) {
        Pair s1 = tape[i], s2 = along(s1, H / 2, slope(s1, p));
        Pair s3 = along(s1, H / 2, slope(s2, p)), s4 = along(s1, H, slope(s3, p));
        Pair once = {H / 6 * ds.x, H / 6 * ds.y}, twice = {H / 3 * ds.x, H / 3 * ds.y};
        Pair d4 = back(s4, p, once, &g);
        Pair d3 = back(s3, p, along(twice, H, d4), &g);
        Pair d2 = back(s2, p, along(twice, H / 2, d3), &g);
        Pair d1 = back(s1, p, along(once, H / 2, d2), &g);
        ds.x = d1.x + (d2.x + (d3.x + (d4.x + ds.x)));
        ds.y = d1.y + (d2.y + (d3.y + (d4.y + ds.y)));
    }
    free(tape);
    out[0] = ds.x;
    out[1] = ds.y;
    out[2] = g.a;
    out[3] = g.b;
    out[4] = g.c;
    out[5] = g.d;
    return value;
}
