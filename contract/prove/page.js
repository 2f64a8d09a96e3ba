// Shows the clauses and faults of a proof. What it calls and does not define is of the
// script that comes before it.
const weights = data.outcomes.map((o) => o.name);
const worst = (a, b) => weights.indexOf(a.outcome) - weights.indexOf(b.outcome);
const chips = Object.fromEntries(data.outcomes.map((o) => [o.name, o.class]));
const faults = data.faults.sort(worst);
const clauses = data.clauses.sort(worst);
const of = new Map();
for (const f of faults) {
  if (!of.has(f.clause)) of.set(f.clause, []);
  of.get(f.clause).push(f);
}

// marked makes a row whose mark is an outcome, in its colour.
function marked(kind, item, id, what, side, detail) {
  const e = row(kind, item, id, item.outcome, what, side, detail);
  e.querySelector(".chip").className = "chip " + chips[item.outcome];
  return e;
}

function faultDetail(f) {
  const by = el("p", { class: "ids" }, "Noticed by: ");
  for (const id of f.by || []) by.append(el("span", { class: "id" }, id), " ");
  if (f.more) by.append("and " + f.more + " more");
  return el("div", { class: "more" },
    facts([["What is wrong", f.description], ["Class", f.class], ["Level", f.level], ["Excluded", f.excluded], ["Techniques", (f.techniques || []).join(", ")]]),
    el("p", { class: "ids" }, "Breaks: ", link("clause", f.clause)),
    f.outcome === "otherwise" ? el("p", null, "No case names the clause: it is another that is charged.") : null,
    f.by && f.by.length ? by : null,
    tools(link("fault", f.name), "Link to this fault"));
}

function clauseDetail(c) {
  const list = el("ul");
  for (const f of of.get(c.id) || []) {
    list.append(el("li", null, el("span", { class: "chip " + chips[f.outcome] }, f.outcome), " ", link("fault", f.name), " ", el("span", { class: "dim" }, f.excluded || f.description)));
  }
  return el("div", { class: "more" }, list, tools(link("clause", c.id), "Link to this clause"));
}

start({
  clauses: makeList("clauses", clauses, {
    id: (c) => c.id,
    fields: { outcome: (c) => c.outcome, level: (c) => c.level, op: (c) => c.operation },
    text: (c) => [c.id, ...(of.get(c.id) || []).map((f) => f.description)].join(" "),
    makeRow: (c) => marked("clause", c, c.id, c.counts, c.level, clauseDetail),
  }),
  faults: makeList("faults", faults, {
    id: (f) => f.name,
    fields: { outcome: (f) => f.outcome, level: (f) => f.level, class: (f) => f.class, op: (f) => f.operation },
    text: (f) => [f.name, f.clause, f.description, f.excluded, ...(f.by || [])].join(" "),
    makeRow: (f) => marked("fault", f, f.name, f.excluded || f.description, f.level, faultDetail),
  }),
});
