/* A cell of long short-term memory (see q4.py), by backpropagation through time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a step keeps for each unit: gates, the candidate, c, tanh(c), h. */
enum { KEEP, ADD, SHOW, NEW, CELL, BENT, STATE, KINDS };

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double run(const double *w, const double *b, const double *x, int units, int width,
                  int steps, double *tape) {
    int all = width + units, size = KINDS * units;
    double s[4 * units], total = 0;
    memset(tape, 0, size * sizeof *tape);
    for (int t = 0; t < steps; t++, x += width, tape += size) {
        const double *h = tape + STATE * units, *c = tape + CELL * units;
        double *now = tape + size;
        for (int k = 0; k < 4 * units; k++) {
            const double *row = w + k * all;
            s[k] = b[k];
            for (int j = 0; j < width; j++) s[k] += row[j] * x[j];
            for (int j = 0; j < units; j++) s[k] += row[width + j] * h[j];
        }
        for (int k = 0; k < units; k++) {
            double f = sigmoid(s[k]), i = sigmoid(s[units + k]), o = sigmoid(s[2 * units + k]);
            double g = tanh(s[3 * units + k]), cell = f * c[k] + i * g, bent = tanh(cell);
            now[KEEP * units + k] = f;
            now[ADD * units + k] = i;
            now[SHOW * units + k] = o;
            now[NEW * units + k] = g;
            now[CELL * units + k] = cell;
            now[BENT * units + k] = bent;
            now[STATE * units + k] = o * bent;
        }
    }
    for (int k = 0; k < units; k++) total += tape[STATE * units + k] * tape[STATE * units + k];
    return total;
}

double q4_value(const double *w, const double *b, const double *x, int four, int width,
                int steps) {
    double *tape = malloc((size_t)(steps + 1) * KINDS * (four / 4) * sizeof *tape);
    double total = run(w, b, x, four / 4, width, steps, tape);
    free(tape);
    return total;
}

double q4_gradient(const double *restrict w, const double *restrict b, const double *restrict x,
                   int four, int width, int steps, double *restrict out) {
    int units = four / 4, all = width + units, size = KINDS * units;
    double *tape = malloc((size_t)(steps + 1) * size * sizeof *tape);
    double total = run(w, b, x, units, width, steps, tape);
    double dh[units], dc[units], ds[four], *dw = out, *db = out + (size_t)four * all;
    memset(out, 0, ((size_t)four * all + four) * sizeof *out);
    for (int k = 0; k < units; k++) {
        dh[k] = 2 * tape[(size_t)steps * size + STATE * units + k];
        dc[k] = 0;
    }
    for (int t = steps; t > 0; t--) {
        const double *now = tape + (size_t)t * size, *before = now - size;
        const double *in = x + (size_t)(t - 1) * width, *h = before + STATE * units;
        for (int k = 0; k < units; k++) {
            double f = now[KEEP * units + k], i = now[ADD * units + k];
            double o = now[SHOW * units + k], g = now[NEW * units + k];
            double bent = now[BENT * units + k];
            dc[k] += dh[k] * o * (1 - bent * bent);
            ds[k] = dc[k] * before[CELL * units + k] * f * (1 - f);
            ds[units + k] = dc[k] * g * i * (1 - i);
            ds[2 * units + k] = dh[k] * bent * o * (1 - o);
            ds[3 * units + k] = dc[k] * i * (1 - g * g);
            dc[k] *= f;
            dh[k] = 0;
        }
        for (int k = 0; k < four; k++) {
            const double *row = w + k * all;
            double *drow = dw + k * all;
            db[k] += ds[k];
            for (int j = 0; j < width; j++) drow[j] += ds[k] * in[j];
            for (int j = 0; j < units; j++) {
                drow[width + j] += ds[k] * h[j];
                dh[j] += ds[k] * row[width + j];
            }
        }
    }
    free(tape);
    return total;
}
