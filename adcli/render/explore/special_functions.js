// Special functions that JavaScript does not have, to about 1e-14.

const isPole = x => x <= 0 && Number.isInteger(x);

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients).
const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7];

function gamma(x) {
  if (isPole(x)) return NaN;
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  if (Number.isInteger(x) && x < 172) {
    let product = 1;
    for (let k = 2; k < x; k++) product *= k;
    return product;
  }
  const t = x + 6.5;
  // the power in two halves, as it overflows before the result does
  const half = Math.pow(t, (x - 0.5) / 2);
  return Math.sqrt(2 * Math.PI) * half * Math.exp(-t) * half * lanczosSum(x);
}

function lanczosSum(x) {
  let sum = LANCZOS[0];
  for (let k = 1; k < 9; k++) sum += LANCZOS[k] / (x - 1 + k);
  return sum;
}

function lgamma(x) {
  if (isPole(x)) return NaN;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  if (x < 20) return Math.log(Math.abs(gamma(x)));
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

// Bernoulli numbers B2, B4, ...
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

function digamma(x) {
  if (isPole(x)) return NaN;
  if (x < 0.5) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  let found = 0;
  for (; x < 12; x++) found -= 1 / x;
  let power = 1;
  found += Math.log(x) - 0.5 / x;
  BERNOULLI.forEach((b, k) => { power /= x * x; found -= b / (2 * k + 2) * power; });
  return found;
}

// Abramowitz & Stegun 6.4.11, after a recurrence to large arguments.
function polygamma(n, x) {
  if (isPole(x)) return NaN;
  if (n === 0) return digamma(x);
  let factorial = 1, found = 0;
  for (let k = 2; k <= n; k++) factorial *= k;
  for (; x < 14 + n; x++) found += factorial * Math.pow(x, -n - 1);
  found += factorial / n * Math.pow(x, -n) + factorial / 2 * Math.pow(x, -n - 1);
  BERNOULLI.forEach((b, k) => {
    const m = 2 * k + 2;
    let ratio = 1;  // (m + n - 1)!/m!
    for (let j = 1; j < n; j++) ratio *= m + j;
    found += b * ratio * Math.pow(x, -n - m);
  });
  return n % 2 ? found : -found;
}

// The series where it converges fast, else the continued fraction (Abramowitz & Stegun 7.1.6, 7.1.14).
function erf(x) {
  if (Math.abs(x) > 2.5) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  let term = x, sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= 2 * x * x / (2 * n + 1);
    sum += term;
  }
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

function erfc(x) {
  if (x < 0.5) return 1 - erf(x);
  if (x > 27) return 0;
  let fraction = 0;
  const depth = x < 2 ? 400 : 120;
  for (let n = depth; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

function remainder(x, y) {
  const quotient = x / y, below = Math.floor(quotient), part = quotient - below;
  const up = part > 0.5 || (part === 0.5 && below % 2 !== 0);
  return x - (up ? below + 1 : below) * y;
}

function copySign(x, y) {
  return (y < 0 || Object.is(y, -0)) === (x < 0 || Object.is(x, -0)) ? x : -x;
}
