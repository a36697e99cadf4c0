// -- the state ----------------------------------------------------------------------------------
const start = program.inputs.map(i => i.value);
const state = {
  mode: "forward", step: 0, chosen: null, point: [...start],
  seeds: start.map((_, i) => (i === 0 ? 1 : 0)), result: 0, practise: false,
  revealed: false, score: [0, 0], descent: [],
};
let values, derived;

function compute() {
  values = evaluate(state.point);
  derived = state.mode === "reverse" ? adjoints(values, state.result) : tangents(values, state.seeds);
}

const steps = () => (state.mode === "reverse" ? 2 * rows.length : rows.length);
const isBackward = step => state.mode === "reverse" && step >= rows.length;
const rowAt = step => (isBackward(step) ? rows[2 * rows.length - 1 - step] : rows[step]);
function shown(index) {  // whether the value and the derivative of a row were reached
  if (state.mode !== "reverse") return [index <= state.step, index <= state.step];
  return [index <= state.step, 2 * rows.length - 1 - index <= state.step];
}

// -- text ---------------------------------------------------------------------------------------
function text(x, digits = 6) {
  if (Number.isNaN(x)) return "no value";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : MINUS + "∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const found = size >= 1e-3 && size < 1e9 ? String(Number(x.toPrecision(digits))) : x.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  return found.replace(/-/g, MINUS);
}
const signed = x => (x < 0 ? `(${text(x)})` : text(x));
const symbolOf = slot => (rowOf.has(slot) ? rowOf.get(slot).symbol : `#${slot - inputs + 1}`);
const derivedSymbol = slot => (rowOf.has(slot) ? rowOf.get(slot)[state.mode === "reverse" ? "bar" : "dot"] : `d#${slot - inputs + 1}`);
const byId = id => document.getElementById(id);
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "g", "rect", "path", "text", "polyline", "title", "line"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(c => c !== null));
  return element;
}

// Whether the adjoint of a row begins with the seed: whether it is the result that was chosen.
const isSeeded = row => program.results[state.result].slot === row.slot;

// What stands behind the derivative of a row: its formula by the chain rule.
function derivedFormula(row) {
  if (row.kind === "input" && state.mode !== "reverse") return "seed";
  if (state.mode !== "reverse") return row.tangent;
  const next = successors.get(row.slot);
  if (isSeeded(row) && !next.length) return "seed";
  if (next.length > 3) return `sum over ${next.length} successors`;
  const terms = next.map(k => `${derivedSymbol(inputs + k)} ∂${symbolOf(inputs + k)}/∂${row.symbol}`);
  return [...(isSeeded(row) ? ["seed"] : []), ...terms].join(" + ") || "0";
}

// -- the trace ----------------------------------------------------------------------------------
const body = byId("rows"), cells = new Map(), MANY = 400;
if (rows.length > MANY) {
  const table = body.parentElement;
  table.classList.add("long");
  // what is not laid out as a table says itself that it is one
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", "thead tr": "row", th: "columnheader" };
  for (const [tags, role] of Object.entries(roles)) table.parentElement.querySelectorAll(tags).forEach(e => e.setAttribute("role", role));
}
const ROLES = rows.length > MANY ? [{ role: "row" }, { role: "cell" }] : [{}, {}];
program.rows.forEach(row => {
  if (row.gap) {
    body.append(make("tr", { class: "gap", ...ROLES[0] }, make("td", { colspan: 7, ...ROLES[1] }, `… ${row.gap.toLocaleString("en")} rows left out …`)));
    return;
  }
  const cell = (attributes, ...text) => make("td", { ...attributes, ...ROLES[1] }, ...text);
  const [value, formula, number, name] = [0, 1, 2, 3].map(() => cell());
  value.className = number.className = "value";
  name.className = formula.className = "math";
  const line = make("tr", { onclick: () => choose(row.slot), ...ROLES[0] },
    cell({}, row.line ? String(row.line) : ""),
    cell({ class: "math" }, row.symbol),
    cell({ class: "math" }, row.formula ? `= ${row.formula}` : ""), value, name, formula, number);
  body.append(line);
  cells.set(row.slot, { line, value, name, formula, number });
});

// A sum as its terms, which are broken only where a whole line is too short for one.
const terms = sum => sum.split(/(?<= \+) /).flatMap(term => [make("span", { class: "term" }, term), " "]);

function drawRow(row, index) {
  const cell = cells.get(row.slot), [hasValue, hasDerived] = shown(index), asked = isAsked(row);
  const x = values[row.slot], d = derived[row.slot];
  cell.value.textContent = hasValue ? `= ${text(x)}` + (state.mode === "dual" && hasDerived && !asked ? ` ${d < 0 ? MINUS : "+"} ${text(Math.abs(d))}ε` : "") : "";
  cell.value.dataset.value = hasValue ? x : "";
  cell.value.title = hasValue ? String(x) : "";
  const side = hasDerived && !asked && state.mode !== "dual";
  if (cell.mode !== state.mode || cell.result !== state.result) {
    cell.mode = state.mode;
    cell.result = state.result;
    cell.name.textContent = state.mode === "dual" ? "" : derivedSymbol(row.slot);
    cell.formula.replaceChildren(...(state.mode === "dual" ? [] : terms(`= ${derivedFormula(row)}`)));
  }
  cell.number.textContent = side ? `= ${text(d)}` : asked ? "= ?" : "";
  cell.number.dataset.value = hasDerived ? d : "";
  cell.number.title = side ? String(d) : "";
}
// Whether the derivative of a row is the answer to the question of practice mode, and so is hidden.
const isAsked = row => state.practise && !state.revealed && row === rowAt(state.step)
  && (state.mode !== "reverse" || isBackward(state.step));

// -- the source ---------------------------------------------------------------------------------
const sourceLines = program.source.map((line, i) => {
  const element = make("span", { class: "line" }, make("span", { class: "number", "aria-hidden": "true" }, String(i + 1)), line || " ");
  byId("source").append(element);
  return element;
});
let litLine = null;
function lightSource(row) {
  if (litLine !== null) {
    sourceLines[litLine].className = "line";
    sourceLines[litLine].lastChild.remove();
    while (sourceLines[litLine].childNodes.length > 1) sourceLines[litLine].lastChild.remove();
    sourceLines[litLine].append(program.source[litLine] || " ");
    litLine = null;
  }
  if (!row.line || row.line > sourceLines.length) return;
  litLine = row.line - 1;
  const element = sourceLines[litLine], line = program.source[litLine];
  element.className = "line here";
  element.lastChild.remove();
  const end = row.endColumn > row.column ? row.endColumn - 1 : line.length;
  element.append(line.slice(0, row.column - 1), make("mark", {}, line.slice(row.column - 1, end)), line.slice(end) || "");
  into(element);
}

// Scroll a region so that an element is seen; the page itself stays.
function into(element) {
  const region = element.closest(".scroll"), box = region.getBoundingClientRect(), at = element.getBoundingClientRect();
  if (at.top < box.top + 30) region.scrollTop += at.top - box.top - 60;
  else if (at.bottom > box.bottom) region.scrollTop += at.bottom - box.bottom + 60;
  if (at.left < box.left) region.scrollLeft += at.left - box.left - 40;
  else if (at.right > box.right && at.width < box.width) region.scrollLeft += at.right - box.right + 40;
}
