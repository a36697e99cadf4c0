// -- the program: slots 0, 1, ... are inputs, then operations in order --------------------------
const program = JSON.parse(document.getElementById("program").textContent);
// numbers that are not finite came as text
program.constants = program.constants.map(Number);
[...program.inputs, ...program.results].forEach(each => { each.value = Number(each.value); });
const inputs = program.inputs.length, slots = inputs + program.code.length;
const rows = program.rows.filter(r => !r.gap);
const rowOf = new Map(rows.map(row => [row.slot, row]));
const MINUS = "\u2212";

function argument(values, index) { return index >= 0 ? values[index] : program.constants[-1 - index]; }

function evaluate(point) {
  const values = new Float64Array(slots);
  values.set(point);
  program.code.forEach((code, k) => {
    const [kind, a, b, c] = code;
    values[inputs + k] = OPERATIONS[kind].value(
      argument(values, a ?? 0), argument(values, b ?? 0), argument(values, c ?? 0));
  });
  return values;
}

// The partial derivatives of operation k by its arguments, those of constants left out.
function partials(values, k) {
  const [kind, ...args] = program.code[k];
  const numbers = args.map(index => argument(values, index));
  return args.map((slot, i) => ({ slot, i })).filter(({ slot, i }) => slot >= 0 && OPERATIONS[kind].partials[i])
    .map(({ slot, i }) => ({ slot, place: i, value: OPERATIONS[kind].partials[i](values[inputs + k], ...numbers) }));
}

function tangents(values, seeds) {
  const found = new Float64Array(slots);
  found.set(seeds);
  for (let k = 0; k < program.code.length; k++) {
    let sum = 0;
    for (const p of partials(values, k)) if (found[p.slot] !== 0) sum += p.value * found[p.slot];
    found[inputs + k] = sum;
  }
  return found;
}

function adjoints(values, result) {
  const found = new Float64Array(slots);
  if (program.results[result].slot >= 0) found[program.results[result].slot] = 1;
  for (let k = program.code.length - 1; k >= 0; k--) {
    const adjoint = found[inputs + k];
    if (adjoint !== 0) for (const p of partials(values, k)) found[p.slot] += adjoint * p.value;
  }
  return found;
}

// The successors of shown slots: operations that take them as an argument.
const successors = new Map(rows.map(r => [r.slot, []]));
program.code.forEach(([, ...args], k) => {
  new Set(args).forEach(slot => { if (successors.has(slot)) successors.get(slot).push(k); });
});
