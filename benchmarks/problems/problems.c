/* The problems' gradients as somebody writes them by hand: each returns the value and writes the
 * gradient, entries in the order of the inputs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

double p1(double x, double r, long n, double *g) {
    double *kept = malloc(n * sizeof *kept), dx = 1, dr = 0;
    for (long i = 0; i < n; i++) {
        kept[i] = x;
        x = r * x * (1 - x);
    }
    for (long i = n - 1; i >= 0; i--) {
        double v = kept[i];
        dr += dx * v * (1 - v);
        dx *= r * (1 - 2 * v);
    }
    free(kept);
    g[0] = dx;
    g[1] = dr;
    return x;
}

double p2(const double *x, long n, double *g) {
    double total = 0;
    for (long i = 0; i + 1 < n; i++) {
        double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
        total += 100 * a * a + b * b;
    }
    g[0] = -400 * (x[1] - x[0] * x[0]) * x[0] - 2 * (1 - x[0]);
    for (long i = 1; i + 1 < n; i++)
        g[i] = 200 * (x[i] - x[i - 1] * x[i - 1]) - 400 * (x[i + 1] - x[i] * x[i]) * x[i] -
               2 * (1 - x[i]);
    g[n - 1] = 200 * (x[n - 1] - x[n - 2] * x[n - 2]);
    return total;
}

double p3(const double *x, const double *a, const double *b, long n, double *g) {
    const double up = 1 + sqrt(2.0), down = 1 - sqrt(2.0), root = sqrt(8.0);
    double bx = 0, mixing = 0, xax = 0, share = 0;
    for (long i = 0; i < n; i++) bx += b[i] * x[i];
    for (long i = 0; i < n; i++) {
        double l = log(x[i] / (1 - bx));
        mixing += x[i] * l;
        g[i] = l + 1;
        share += x[i];
    }
    double p = log((1 + up * bx) / (1 + down * bx));
    double dp = up / (1 + up * bx) - down / (1 + down * bx);
    for (long i = 0; i < n; i++) {
        double row = 0;
        for (long j = 0; j < n; j++) row += a[i * n + j] * x[j];
        xax += x[i] * row;
        g[i] -= 2 * row * p / (root * bx);
    }
    double db = share / (1 - bx) + xax * p / (root * bx * bx) - xax / (root * bx) * dp;
    for (long i = 0; i < n; i++) g[i] += db * b[i];
    return mixing - xax / (root * bx) * p;
}

double p4(double x, double y, double a, double b, double c, double d, long n, double *g) {
    const double h = 0.001;
    double *kept = malloc(2 * n * sizeof *kept);
    for (long i = 0; i < n; i++) {
        kept[2 * i] = x;
        kept[2 * i + 1] = y;
        double k1 = a * x - b * x * y, l1 = c * x * y - d * y;
        double u2 = x + 0.5 * h * k1, v2 = y + 0.5 * h * l1;
        double k2 = a * u2 - b * u2 * v2, l2 = c * u2 * v2 - d * v2;
        double u3 = x + 0.5 * h * k2, v3 = y + 0.5 * h * l2;
        double k3 = a * u3 - b * u3 * v3, l3 = c * u3 * v3 - d * v3;
        double u4 = x + h * k3, v4 = y + h * l3;
        double k4 = a * u4 - b * u4 * v4, l4 = c * u4 * v4 - d * v4;
        x += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        y += h / 6 * (l1 + 2 * l2 + 2 * l3 + l4);
    }
    double value = x + y, dx = 1, dy = 1, da = 0, db = 0, dc = 0, dd = 0;
    for (long i = n - 1; i >= 0; i--) {
        x = kept[2 * i];
        y = kept[2 * i + 1];
        double k1 = a * x - b * x * y, l1 = c * x * y - d * y;
        double u2 = x + 0.5 * h * k1, v2 = y + 0.5 * h * l1;
        double k2 = a * u2 - b * u2 * v2, l2 = c * u2 * v2 - d * v2;
        double u3 = x + 0.5 * h * k2, v3 = y + 0.5 * h * l2;
        double k3 = a * u3 - b * u3 * v3, l3 = c * u3 * v3 - d * v3;
        double u4 = x + h * k3, v4 = y + h * l3;
        double gk, gl, gu, gv, sk = h / 6 * dx, sl = h / 6 * dy, tx = dx, ty = dy;
        gk = sk;
        gl = sl;
        gu = gk * (a - b * v4) + gl * c * v4;
        gv = -gk * b * u4 + gl * (c * u4 - d);
        da += gk * u4;
        db -= gk * u4 * v4;
        dc += gl * u4 * v4;
        dd -= gl * v4;
        tx += gu;
        ty += gv;
        gk = 2 * sk + h * gu;
        gl = 2 * sl + h * gv;
        gu = gk * (a - b * v3) + gl * c * v3;
        gv = -gk * b * u3 + gl * (c * u3 - d);
        da += gk * u3;
        db -= gk * u3 * v3;
        dc += gl * u3 * v3;
        dd -= gl * v3;
        tx += gu;
        ty += gv;
        gk = 2 * sk + 0.5 * h * gu;
        gl = 2 * sl + 0.5 * h * gv;
        gu = gk * (a - b * v2) + gl * c * v2;
        gv = -gk * b * u2 + gl * (c * u2 - d);
        da += gk * u2;
        db -= gk * u2 * v2;
        dc += gl * u2 * v2;
        dd -= gl * v2;
        tx += gu;
        ty += gv;
        gk = sk + 0.5 * h * gu;
        gl = sl + 0.5 * h * gv;
        da += gk * x;
        db -= gk * x * y;
        dc += gl * x * y;
        dd -= gl * y;
        dx = tx + gk * (a - b * y) + gl * c * y;
        dy = ty - gk * b * x + gl * (c * x - d);
    }
    free(kept);
    g[0] = dx;
    g[1] = dy;
    g[2] = da;
    g[3] = db;
    g[4] = dc;
    g[5] = dd;
    return value;
}

/* 2-16-16-1; the weights in the order w1, b1, w2, b2, w3, b3 */
double p5(const double *w, const double *points, const double *labels, long n, double *g) {
    enum { H = 16 };
    const double *w1 = w, *b1 = w1 + 2 * H, *w2 = b1 + H, *b2 = w2 + H * H, *w3 = b2 + H;
    double b3 = w3[H], total = 0;
    double *d1 = g, *e1 = d1 + 2 * H, *d2 = e1 + H, *e2 = d2 + H * H, *d3 = e2 + H, *e3 = d3 + H;
    memset(g, 0, (2 * H + H + H * H + H + H + 1) * sizeof *g);
    for (long k = 0; k < n; k++) {
        double y[H], z[H], dz[H], dy[H] = {0}, s = b3;
        const double *x = points + 2 * k;
        for (int i = 0; i < H; i++) y[i] = tanh(b1[i] + w1[2 * i] * x[0] + w1[2 * i + 1] * x[1]);
        for (int i = 0; i < H; i++) {
            double t = b2[i];
            for (int j = 0; j < H; j++) t += w2[H * i + j] * y[j];
            z[i] = tanh(t);
        }
        for (int j = 0; j < H; j++) s += w3[j] * z[j];
        double r = s - labels[k], ds = 2 * r / n;
        total += r * r;
        *e3 += ds;
        for (int j = 0; j < H; j++) {
            d3[j] += ds * z[j];
            dz[j] = ds * w3[j] * (1 - z[j] * z[j]);
            e2[j] += dz[j];
        }
        for (int i = 0; i < H; i++)
            for (int j = 0; j < H; j++) {
                d2[H * i + j] += dz[i] * y[j];
                dy[j] += dz[i] * w2[H * i + j];
            }
        for (int i = 0; i < H; i++) {
            double t = dy[i] * (1 - y[i] * y[i]);
            e1[i] += t;
            d1[2 * i] += t * x[0];
            d1[2 * i + 1] += t * x[1];
        }
    }
    return total / n;
}

double p7(const double *a, const double *b, long n, double *g) {
    double total = 0;
    for (long i = 0; i < n; i++) {
        total += log(a[i]) + a[i] * b[i] - sin(b[i]);
        g[i] = 1 / a[i] + b[i];
        g[n + i] = a[i] - cos(b[i]);
    }
    return total;
}

double p8(double e, double shift, long m, double *g) {
    double total = 0, de = 0, ds = 0;
    for (long k = 0; k < m; k++) {
        double mean = shift + k * (6.0 / m), x = mean, change = 1, xe = 0, xs = 1;
        while (fabs(change) > 1e-12) {
            double s = sin(x), c = cos(x), top = x - e * s - mean, below = 1 - e * c;
            change = top / below;
            double te = xe * (1 - e * c) - s, ts = xs * (1 - e * c) - 1;
            double we = e * s * xe - c, ws = e * s * xs;
            xe -= (te - change * we) / below;
            xs -= (ts - change * ws) / below;
            x -= change;
        }
        total += x;
        de += xe;
        ds += xs;
    }
    g[0] = de;
    g[1] = ds;
    return total;
}
