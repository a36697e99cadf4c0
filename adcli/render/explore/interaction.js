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
  const dual = state.mode === "dual";
  byId("derived-title").textContent = state.mode === "reverse" ? "adjoint" : "tangent";
  byId("derived-title").hidden = dual;
  byId("primal-title").textContent = dual ? "dual numbers" : "primal";
  byId("primal-title").colSpan = dual ? 6 : 3;
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
  drawNotes();
  draw();
}

function drawNotes() {
  const isElsewhere = state.point.some((x, i) => x !== start[i]);
  const notes = [...program.notes, ...(isElsewhere && program.elsewhere ? [program.elsewhere] : [])];
  byId("notes").hidden = !notes.length;
  byId("notes").textContent = notes.join(" ");
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
if (program.results.length > 1) {
  const choice = make("select", { "aria-label": "Result" }, ...program.results.map((r, i) => make("option", { value: i }, r.symbol)));
  choice.addEventListener("change", () => { state.result = Number(choice.value); update(); });
  byId("results").before(choice);
}
document.querySelector("input[name=mode][value=forward]").checked = true;
compute();
drawNotes();
draw();
