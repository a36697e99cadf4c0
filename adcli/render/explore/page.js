"use strict";
(() => {
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
const body = byId("rows"), cells = new Map();
program.rows.forEach(row => {
  if (row.gap) {
    body.append(make("tr", { class: "gap" }, make("td", { colspan: 7 }, `… ${row.gap.toLocaleString("en")} rows left out …`)));
    return;
  }
  const [value, formula, number, name] = ["td", "td", "td", "td"].map(tag => make(tag));
  value.className = number.className = "value";
  name.className = formula.className = "math";
  const line = make("tr", { onclick: () => choose(row.slot) },
    make("td", {}, row.line ? String(row.line) : ""),
    make("td", { class: "math" }, row.symbol),
    make("td", { class: "math" }, row.formula ? `= ${row.formula}` : ""), value, name, formula, number);
  body.append(line);
  cells.set(row.slot, { line, value, name, formula, number });
});

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
    cell.formula.textContent = state.mode === "dual" ? "" : `= ${derivedFormula(row)}`;
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

// -- the graph: all of it as it was laid out, or of a long run what is around a row --------------
const WIDE = 92, HIGH = 58, ACROSS = 158, DOWN = 74;
const svg = byId("graph");
let drawnFor = null, vertices = new Map(), edges = [];

function visibleSlots() {
  const row = state.chosen === null ? rowAt(state.step) : rowOf.get(state.chosen);
  const found = new Set([row.slot]);
  const below = slot => (slot >= inputs ? program.code[slot - inputs].slice(1).filter(a => a >= 0 && rowOf.has(a)) : []);
  below(row.slot).forEach(a => { found.add(a); below(a).forEach(b => found.add(b)); });
  successors.get(row.slot).slice(0, 8).forEach(k => { if (rowOf.has(inputs + k)) { found.add(inputs + k); below(inputs + k).forEach(b => found.add(b)); } });
  return [...found].sort((a, b) => a - b).slice(0, 40);
}

function layout(chosen) {
  const layer = new Map(), inside = new Set(chosen), parts = [], lists = [];
  chosen.forEach(slot => {
    const args = slot < inputs ? [] : [...new Set(program.code[slot - inputs].slice(1))].filter(a => inside.has(a));
    layer.set(slot, args.length ? 1 + Math.max(...args.map(a => layer.get(a))) : 0);
    args.forEach(a => parts.push({ from: a, to: slot }));
  });
  // inputs stand beside their first use
  chosen.filter(s => s < inputs).forEach(s => {
    const uses = parts.filter(p => p.from === s).map(p => layer.get(p.to));
    if (uses.length) layer.set(s, Math.min(...uses) - 1);
  });
  const put = item => { (lists[item.layer] ??= []).push(item); return item; };
  const items = new Map(chosen.map(slot => [slot, put({ slot, layer: layer.get(slot), near: [] })]));
  const links = parts.map(({ from, to }) => {
    const path = [items.get(from)];
    for (let l = layer.get(from) + 1; l < layer.get(to); l++) path.push(put({ slot: null, layer: l, near: [] }));
    path.push(items.get(to));
    path.slice(1).forEach((item, i) => { item.near.push(path[i]); path[i].near.push(item); });
    return { from, to, path };
  });
  for (let l = 0; l < lists.length; l++) lists[l] ??= [];
  lists.forEach(list => list.forEach((item, i) => { item.place = i; }));
  for (let sweep = 0; sweep < 8; sweep++) {
    const order = sweep % 2 ? [...lists].reverse() : lists;
    order.forEach(list => {
      list.forEach(item => {
        const near = item.near.filter(n => (sweep % 2 ? n.layer > item.layer : n.layer < item.layer));
        item.key = near.length ? near.reduce((sum, n) => sum + n.place, 0) / near.length : item.place;
      });
      list.sort((a, b) => a.key - b.key).forEach((item, i) => { item.place = i; });
    });
  }
  // heights: each item as near to its neighbours as the one above it lets it
  lists.forEach(list => list.forEach((item, i) => { item.y = i * DOWN; }));
  for (let sweep = 0; sweep < 6; sweep++) {
    lists.forEach(list => {
      const wanted = list.map(item => item.near.length ? item.near.reduce((s, n) => s + n.y, 0) / item.near.length : item.y);
      let least = -Infinity;
      list.forEach((item, i) => { item.y = Math.max(wanted[i], least); least = item.y + (item.slot === null ? DOWN / 2 : DOWN); });
      const shift = list.reduce((s, item, i) => s + item.y - wanted[i], 0) / (list.length || 1);
      list.forEach(item => { item.y -= shift; });
    });
  }
  const all = lists.flat(), top = Math.min(0, ...all.map(i => i.y));
  all.forEach(item => { item.y += HIGH / 2 + 12 - top; item.x = item.layer * ACROSS + WIDE / 2 + 8; });
  return { items, links, width: lists.length * ACROSS - ACROSS + WIDE + 16, height: Math.max(...all.map(i => i.y)) + HIGH / 2 + 12 };
}

function curve(path) {
  const points = path.map((item, i) => [item.x + (i === 0 ? WIDE / 2 : i === path.length - 1 ? -WIDE / 2 : 0), item.y]);
  let d = `M${points[0][0]},${points[0][1]}`;
  points.slice(1).forEach(([x, y], i) => {
    const [px, py] = points[i], middle = (px + x) / 2;
    d += `C${middle},${py} ${middle},${y} ${x},${y}`;
  });
  return d;
}

// The whole graph, laid out with the page.
function wholeLayout() {
  const { width, height, nodes, edges: links } = program.layout, pad = 6;
  return {
    width: width + 2 * pad, height: height + 2 * pad, shift: `translate(${pad} ${pad})`,
    places: new Map(nodes.map(([x, y], slot) => [slot, { x, y }])),
    links: links.map(({ from, to, d, at: [x, y] }) => ({ from, to, d, x, y, anchor: "start" })),
  };
}

// What is around a row of a long run, from left to right.
function nearLayout(chosen) {
  const { items, links, width, height } = layout(chosen);
  return {
    width, height, shift: "", places: items,
    links: links.map(({ from, to, path: [a, b, ...rest] }) => {
      const end = b.slot === null ? 0 : WIDE / 2;
      return { from, to, d: curve([a, b, ...rest]), x: (a.x + WIDE / 2 + b.x - end) / 2, y: (a.y + b.y) / 2 - 4, anchor: "middle" };
    }),
  };
}

function buildGraph() {
  const slotsShown = program.layout ? rows.map(r => r.slot) : visibleSlots(), key = slotsShown.join();
  if (drawnFor === key) return;
  drawnFor = key;
  const { places, links, width, height, shift } = program.layout ? wholeLayout() : nearLayout(slotsShown);
  const inside = make("g", { transform: shift || null });
  svg.replaceChildren(inside);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  vertices = new Map();
  edges = links.map(({ from, to, d, x, y, anchor }) => {
    const line = make("path", { class: "edge", d }), said = make("title");
    line.append(said);
    inside.append(line);
    return { from, to, line, said, flow: make("text", { class: "flow", x, y, "text-anchor": anchor }) };
  });
  slotsShown.forEach(slot => {
    const { x, y } = places.get(slot), row = rowOf.get(slot);
    const name = make("text", { x, y: y - 12 }, row.symbol);
    const value = make("text", { class: "small", x, y: y + 5 }), slope = make("text", { class: "small", x, y: y + 21 });
    const group = make("g", {
      class: "vertex", role: "button", tabindex: 0, onclick: () => choose(slot),
      onkeydown: event => { if (event.key === "Enter" || event.key === " ") { choose(slot); event.preventDefault(); } },
    }, make("rect", { x: x - WIDE / 2, y: y - HIGH / 2, width: WIDE, height: HIGH, rx: 8 }), name, value, slope);
    inside.append(group);
    vertices.set(slot, { group, value, slope, row });
  });
  inside.append(...edges.map(edge => edge.flow));
}

function drawGraph(current) {
  buildGraph();
  const flows = edges.map(({ from, to }) => {
    const found = partials(values, to - inputs).filter(p => p.slot === from).reduce((s, p) => s + p.value, 0);
    return { partial: found, flow: found * derived[state.mode === "reverse" ? to : from] };
  });
  const most = Math.max(1e-300, ...flows.map(f => Math.abs(f.flow)).filter(Number.isFinite));
  edges.forEach((edge, i) => {
    const { partial, flow } = flows[i], end = rowOf.get(state.mode === "reverse" ? edge.from : edge.to);
    const [, reached] = shown(indexOf.get(end.slot));
    const isChosen = state.chosen === edge.from || state.chosen === edge.to;
    edge.line.setAttribute("class", `edge${reached && flow > 0 ? " plus" : reached && flow < 0 ? " minus" : ""}${isChosen ? " chosen" : ""}`);
    edge.line.setAttribute("stroke-width", reached ? 1.2 + 6 * Math.sqrt(Math.abs(flow) / most || 0) : 1.2);
    edge.said.textContent = `∂${symbolOf(edge.to)}/∂${symbolOf(edge.from)} = ${text(partial)}${isAsked(end) ? "" : `, flow ${text(flow)}`}`;
    edge.flow.textContent = isChosen || edges.length <= 24 ? text(partial, 3) : "";
  });
  vertices.forEach(({ group, value, slope, row }, slot) => {
    const [hasValue, hasDerived] = shown(indexOf.get(slot)), isHere = row === current;
    const hidden = isAsked(row), number = hidden ? "?" : text(derived[slot], 3);
    value.textContent = hasValue ? text(values[slot], 4) : "";
    slope.textContent = hasDerived ? `${derivedSymbol(slot)} = ${number}` : "";
    if (slope.textContent.length > 15) slope.textContent = number;
    group.setAttribute("class", `vertex${isHere ? " here" : ""}${state.chosen === slot ? " chosen" : ""}`);
    group.setAttribute("aria-pressed", state.chosen === slot);
    group.setAttribute("aria-description", `${row.symbol}${row.formula ? " = " + row.formula : ""}${hasValue ? " = " + text(values[slot]) : ""}${hasDerived && !hidden ? ", " + derivedSymbol(slot) + " = " + text(derived[slot]) : ""}`);
  });
  const here = vertices.get(current.slot);
  if (here) into(here.group);
}
const indexOf = new Map(rows.map((row, i) => [row.slot, i]));

// -- the chosen node ----------------------------------------------------------------------------
function drawNode() {
  const place = byId("node");
  if (state.chosen === null) return;
  const slot = state.chosen, row = rowOf.get(slot), parts = [];
  parts.push(make("p", { class: "math" }, `${row.symbol}${row.formula ? " = " + row.formula : ""} = ${text(values[slot])}`));
  if (slot >= inputs) {
    const list = make("ul");
    partials(values, slot - inputs).forEach(p => {
      const words = row.partials[p.place];
      list.append(make("li", { class: "math" }, `∂${row.symbol}/∂${symbolOf(p.slot)}${words && words !== text(p.value) ? " = " + words : ""} = ${text(p.value)}`));
    });
    parts.push(make("p", {}, "Local partial derivatives:"), list);
  }
  parts.push(...(state.mode === "reverse" ? adjointSum(row) : tangentSum(row)));
  place.replaceChildren(...parts);
}

const total = row => (isAsked(row) ? "?" : text(derived[row.slot]));

function adjointSum(row) {
  const next = successors.get(row.slot), bar = derivedSymbol(row.slot), seeds = isSeeded(row) ? [["seed", "1"]] : [];
  const terms = [...seeds, ...next.slice(0, 12).map(k => {
    const partial = partials(values, k).filter(p => p.slot === row.slot).reduce((s, p) => s + p.value, 0);
    return [`${derivedSymbol(inputs + k)} · ∂${symbolOf(inputs + k)}/∂${row.symbol}`, `${signed(derived[inputs + k])} · ${signed(partial)}`];
  })];
  if (next.length > 12) terms.push([`… ${next.length - 12} more`, "…"]);
  const count = next.length === 1 ? "1 successor" : `${next.length} successors`;
  return [make("p", {}, `Adjoint, a sum over ${count}:`),
    make("p", { class: "math" }, `${bar} = ${terms.map(t => t[0]).join(" + ") || "0"}`),
    make("p", { class: "math" }, `= ${terms.map(t => t[1]).join(" + ") || "0"} = ${total(row)}`)];
}

function tangentSum(row) {
  const dot = derivedSymbol(row.slot);
  if (row.slot < inputs) return [make("p", { class: "math" }, `${dot} = ${total(row)}, the seed`)];
  const found = partials(values, row.slot - inputs);
  return [make("p", {}, "Tangent, a sum over the arguments:"),
    make("p", { class: "math" }, `${dot} = ${found.map(p => `∂${row.symbol}/∂${symbolOf(p.slot)} · ${derivedSymbol(p.slot)}`).join(" + ") || "0"}`),
    make("p", { class: "math" }, `= ${found.map(p => `${signed(p.value)} · ${signed(derived[p.slot])}`).join(" + ") || "0"} = ${total(row)}`)];
}

function choose(slot) {
  const before = state.chosen;
  state.chosen = slot;
  if (before !== null && cells.has(before)) cells.get(before).line.classList.remove("chosen");
  cells.get(slot).line.classList.add("chosen");
  into(cells.get(slot).line);
  drawNode();
  drawGraph(rowAt(state.step));
}

// -- steps --------------------------------------------------------------------------------------
let drawnStep = null, litRow = null;
function draw(everything = true) {
  const current = rowAt(state.step);
  const before = drawnStep === null ? null : rowAt(Math.min(drawnStep, steps() - 1));
  if (everything) rows.forEach((row, index) => drawRow(row, index));
  else {
    const [low, high] = [Math.min(drawnStep, state.step), Math.max(drawnStep, state.step)];
    const touched = new Set();
    for (let s = low; s <= high; s++) touched.add(rowAt(s));
    touched.forEach(row => drawRow(row, indexOf.get(row.slot)));
  }
  if (litRow !== null) { litRow.classList.remove("here"); litRow.removeAttribute("aria-current"); }
  const { line } = cells.get(current.slot);
  line.classList.add("here");
  litRow = line;
  line.setAttribute("aria-current", "step");
  if (before !== current || everything) into(line);
  lightSource(current);
  drawGraph(current);
  drawNode();
  drawOutcome();
  say(current);
  drawnStep = state.step;
  const slider = byId("step");
  slider.max = steps() - 1;
  slider.value = state.step;
  slider.setAttribute("aria-valuetext", `step ${state.step + 1} of ${steps()}`);
  byId("count").textContent = `${state.step + 1} / ${steps()}`;
  byId("first").disabled = byId("back").disabled = state.step === 0;
  byId("last").disabled = byId("on").disabled = state.step === steps() - 1;
  byId("derived-title").textContent = { forward: "tangent", reverse: "adjoint", dual: "" }[state.mode];
  askQuestion(current);
}

function say(row) {
  const hidden = isAsked(row), [, hasDerived] = shown(indexOf.get(row.slot));
  const value = `${row.symbol}${row.formula ? " = " + row.formula : ""} = ${text(values[row.slot])}`;
  const slope = `${derivedSymbol(row.slot)} = ${derivedFormula(row)} = ${text(derived[row.slot])}`;
  byId("said").textContent = isBackward(state.step) ? (hidden ? `${derivedSymbol(row.slot)} = ?` : slope)
    : state.mode === "reverse" || hidden || !hasDerived ? value
    : state.mode === "dual" ? `${row.symbol} = ${text(values[row.slot])} ${derived[row.slot] < 0 ? MINUS : "+"} ${text(Math.abs(derived[row.slot]))}ε` : `${value},  ${slope}`;
}

function go(step) {
  const target = Math.max(0, Math.min(steps() - 1, step));
  if (target === state.step) return;
  state.step = target;
  state.revealed = false;
  byId("judged").textContent = "";
  byId("answer").value = "";
  draw(false);
}

// -- practice -----------------------------------------------------------------------------------
function askQuestion(row) {
  const asks = state.practise && (state.mode !== "reverse" || isBackward(state.step));
  byId("quiz").hidden = !state.practise;
  byId("question").textContent = asks ? `What is ${derivedSymbol(row.slot)}?` : "Step on to the adjoints.";
  byId("answer").disabled = !asks;
}

function judge(event) {
  event.preventDefault();
  const row = rowAt(state.step), right = derived[row.slot];
  const given = Number(byId("answer").value.trim().replace(MINUS, "-").replace(",", "."));
  if (byId("answer").value.trim() === "" || byId("answer").disabled) return;
  const isRight = Math.abs(given - right) <= 1e-3 * Math.abs(right) + (right === 0 ? 1e-9 : 0);
  if (!state.revealed) { state.score[1] += 1; state.score[0] += isRight ? 1 : 0; }
  const judged = byId("judged");
  judged.className = isRight ? "right" : "wrong";
  judged.textContent = `${isRight ? "Right" : "Not yet"}: ${state.score[0]} of ${state.score[1]}`;
  if (isRight) { state.revealed = true; draw(); judged.textContent = `Right: ${state.score[0]} of ${state.score[1]}`; }
}

function showAnswer() {
  const row = rowAt(state.step);
  if (byId("answer").disabled) return;
  state.revealed = true;
  draw();
  choose(row.slot);
  byId("judged").className = "";
  byId("judged").textContent = `${derivedSymbol(row.slot)} = ${text(derived[row.slot])}`;
}

// -- inputs, results, descent -------------------------------------------------------------------
const FIELDS = 24;
const fields = program.inputs.slice(0, FIELDS).map((input, i) => {
  const width = Math.abs(input.value) || 1;
  const number = make("input", { type: "number", step: "any", id: `input-${i}`, value: input.value });
  const range = make("input", { type: "range", min: input.value - 2 * width, max: input.value + 2 * width, step: "any", value: input.value, "aria-label": `${input.name}, slider` });
  const seed = make("input", { type: "number", step: "any", value: state.seeds[i], "aria-label": `seed of ${input.name}` });
  number.addEventListener("input", () => { if (number.value !== "" && Number.isFinite(Number(number.value))) setInput(i, Number(number.value)); });
  range.addEventListener("input", () => setInput(i, Number(range.value)));
  seed.addEventListener("input", () => { if (seed.value !== "") { state.seeds[i] = Number(seed.value); update(); } });
  const seedLabel = make("span", { class: "seed" }, make("span", { class: "math", "aria-hidden": "true" }, `${input.dot} =`), seed);
  byId("inputs").append(make("div", { class: "input" }, make("label", { for: `input-${i}`, class: "math" }, input.symbol), number, range, seedLabel));
  return { number, range, seed, seedLabel };
});
if (program.inputs.length > FIELDS) byId("inputs").append(make("p", { class: "notes" }, `… ${program.inputs.length - FIELDS} more inputs keep their values.`));

function setInput(i, value) {
  state.point[i] = value;
  update();
}
function update() {
  compute();
  fields.forEach(({ number, range, seedLabel }, i) => {
    if (Number(number.value) !== state.point[i] || number.value === "") number.value = state.point[i];
    if (Number(range.value) !== state.point[i]) range.value = state.point[i];
    seedLabel.hidden = state.mode === "reverse";
  });
  draw();
}

const gradient = () => (state.mode === "reverse" ? derived : adjoints(values, state.result)).slice(0, inputs);

function drawOutcome() {
  const result = program.results[state.result], slot = result.slot;
  const value = slot >= 0 ? values[slot] : result.value;
  const parts = [make("p", { class: "math", id: "value", "data-value": value }, `${result.symbol} = ${text(value, 8)}`)];
  if (state.mode === "reverse") {
    if (shown(0)[1] && !isAsked(rows[0])) parts.push(make("p", { class: "math" }, program.inputs.slice(0, 6).map((input, i) => `${input.bar} = ${text(derived[i])}`).join(",  ")));
  } else if (slot >= 0 && shown(indexOf.get(slot) ?? rows.length - 1)[1] && !isAsked(rowAt(state.step))) {
    parts.push(make("p", { class: "math" }, `${result.dot} = ${text(derived[slot], 8)}`));
  }
  byId("results").replaceChildren(...parts);
}

function descend() {
  const slopes = gradient(), rate = Number(byId("rate").value), result = program.results[state.result];
  if (!slopes.every(Number.isFinite) || !Number.isFinite(rate)) { byId("said").textContent = "There is no gradient here, so there is no step."; return; }
  if (!state.descent.length) state.descent.push(values[result.slot]);
  state.point = state.point.map((x, i) => x - rate * slopes[i]);
  update();
  state.descent.push(values[result.slot]);
  drawHistory();
}

function drawHistory() {
  const seen = state.descent.filter(Number.isFinite), picture = byId("history");
  picture.toggleAttribute("hidden", seen.length < 2);
  if (seen.length < 2) return;
  const [low, high] = [Math.min(...seen), Math.max(...seen)], height = high - low || 1;
  const points = seen.map((y, i) => `${(4 + 192 * i / (seen.length - 1)).toFixed(1)},${(36 - 32 * (y - low) / height).toFixed(1)}`);
  picture.replaceChildren(make("polyline", { points: points.join(" ") }));
  picture.setAttribute("aria-label", `${seen.length - 1} descent steps: from ${text(seen[0])} to ${text(seen[seen.length - 1])}`);
}

// -- controls -----------------------------------------------------------------------------------
byId("first").addEventListener("click", () => go(0));
byId("back").addEventListener("click", () => go(state.step - 1));
byId("on").addEventListener("click", () => go(state.step + 1));
byId("last").addEventListener("click", () => go(steps() - 1));
byId("step").addEventListener("input", event => go(Number(event.target.value)));
document.querySelectorAll("input[name=mode]").forEach(radio => radio.addEventListener("change", () => {
  state.mode = radio.value;
  state.step = 0;
  drawnStep = null;
  state.revealed = false;
  update();
}));
byId("practise").addEventListener("change", event => { state.practise = event.target.checked; state.revealed = false; draw(); });
byId("quiz").addEventListener("submit", judge);
byId("show").addEventListener("click", showAnswer);
byId("descend").addEventListener("click", descend);
byId("reset").addEventListener("click", () => { state.point = [...start]; state.descent = []; drawHistory(); update(); });
document.addEventListener("keydown", event => {
  if (event.target.closest("input, select, summary") || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = { ArrowRight: state.step + 1, ArrowLeft: state.step - 1, Home: 0, End: steps() - 1 }[event.key];
  if (target !== undefined) { go(target); event.preventDefault(); }
});
if (program.notes.length) { byId("notes").hidden = false; byId("notes").textContent = program.notes.join(" "); }
if (program.results.length > 1) {
  const choice = make("select", { "aria-label": "Result" }, ...program.results.map((r, i) => make("option", { value: i }, r.symbol)));
  choice.addEventListener("change", () => { state.result = Number(choice.value); update(); });
  byId("results").before(choice);
}
document.querySelector("input[name=mode][value=forward]").checked = true;
compute();
draw();
})();
