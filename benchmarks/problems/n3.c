/* The cross entropy of a network with one hidden layer of at most 256 units and at most 32 classes;
 * products go row by row, so that the compiler makes vector code of their inner loops. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double forward(const double *w1, const double *b1, const double *w2, const double *b2,
                      const double *image, const double *label, int in, int units, int classes,
                      double *hidden, double *share) {
    double scores[32], most, sum = 0, loss = 0;
    memcpy(hidden, b1, units * sizeof(double));
    for (int i = 0; i < in; i++)
        for (int j = 0; j < units; j++) hidden[j] += image[i] * w1[i * units + j];
    memcpy(scores, b2, classes * sizeof(double));
    for (int j = 0; j < units; j++) {
        hidden[j] = tanh(hidden[j]);
        for (int k = 0; k < classes; k++) scores[k] += hidden[j] * w2[j * classes + k];
    }
    most = scores[0];
    for (int k = 1; k < classes; k++) most = scores[k] > most ? scores[k] : most;
    for (int k = 0; k < classes; k++) sum += exp(scores[k] - most);
    for (int k = 0; k < classes; k++) {
        share[k] = exp(scores[k] - most) / sum;
        loss -= label[k] * (scores[k] - most - log(sum));
    }
    return loss;
}

double n3_value(const double *w1, const double *b1, const double *w2, const double *b2,
                const double *images, const double *labels, int in, int units, int classes, int n) {
    double hidden[256], share[32], total = 0;
    for (int s = 0; s < n; s++)
        total += forward(w1, b1, w2, b2, images + s * in, labels + s * classes, in, units, classes,
                         hidden, share);
    return total / n;
}

double n3_gradient(const double *w1, const double *b1, const double *w2, const double *b2,
                   const double *images, const double *labels, int in, int units, int classes,
                   int n, double *restrict out) {
    double hidden[256], back[256], share[32], total = 0;
    double *o1 = out, *ob1 = o1 + in * units, *o2 = ob1 + units, *ob2 = o2 + units * classes;
    memset(out, 0, ((in + 1) * units + (units + 1) * classes) * sizeof(double));
    for (int s = 0; s < n; s++) {
        const double *image = images + s * in, *label = labels + s * classes;
        double mass = 0;
        total += forward(w1, b1, w2, b2, image, label, in, units, classes, hidden, share);
        for (int k = 0; k < classes; k++) mass += label[k];
        for (int k = 0; k < classes; k++) {
            share[k] = (mass * share[k] - label[k]) / n;
            ob2[k] += share[k];
        }
        for (int j = 0; j < units; j++) {
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                o2[j * classes + k] += hidden[j] * share[k];
                sum += w2[j * classes + k] * share[k];
            }
            back[j] = sum * (1 - hidden[j] * hidden[j]);
            ob1[j] += back[j];
        }
        for (int i = 0; i < in; i++)
            for (int j = 0; j < units; j++) o1[i * units + j] += image[i] * back[j];
    }
    return total / n;
}
