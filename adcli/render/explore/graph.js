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
