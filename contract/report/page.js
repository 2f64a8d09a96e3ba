// Shows the clauses and cases of a report. What it calls and does not define is of the
// script that comes before it.
// What is wrong comes first, and otherwise the order is that of the contract and of
// the plan.
const weights = ["violated", "fail", "fixed", "error", "known", "warned", "warn", "untested", "undecided"];
const weight = (word) => (weights.indexOf(word) + weights.length + 1) % (weights.length + 1);
const clauses = data.clauses.sort((a, b) => weight(a.stand) - weight(b.stand));
const cases = data.cases.sort((a, b) => weight(a.outcome) - weight(b.outcome));
const clauseOf = new Map(clauses.map((c) => [c.id, c]));
const caseOf = new Map(cases.map((v) => [v.case.id, v]));
const brokenBy = new Map(), triedBy = new Map();
const put = (map, key, v) => { const list = map.get(key); if (!list) map.set(key, [v]); else if (list[list.length - 1] !== v) list.push(v); };
for (const v of cases) {
  put(triedBy, v.case.clause, v);
  for (const f of v.findings || []) put(brokenBy, f.clause, v);
}
const statusOf = (v) => !v.exchange ? "not sent" : v.exchange.status ? String(v.exchange.status).padStart(3, "0") : "no answer";

// What opening a row shows.

function caseLinks(title, list) {
  if (!list || !list.length) return null;
  const most = 20, p = el("p", { class: "ids" }, title + ": ");
  for (const v of list.slice(0, most)) p.append(link("case", v.case.id), " ");
  if (list.length > most) p.append("and " + (list.length - most) + " more");
  return p;
}

function clauseDetail(c) {
  return el("div", { class: "more" },
    facts([["Statement", c.statement], ["Level", c.level], ["Document", c.from], ["Inferred", c.inferred], ["Contract", c.place],
      ["Untested", c.reason], ["Operation", c.operation]]),
    caseLinks("Broken by", brokenBy.get(c.id)), caseLinks("Tried by", triedBy.get(c.id)),
    tools(link("clause", c.id), "Link to this clause"));
}

const lines = (headers) => (headers || []).map((h) => h.name + ": " + h.value).join("\n");
const message = (first, headers, body) => el("pre", { tabindex: "0" }, [first, lines(headers)].filter(Boolean).join("\n") + (body ? "\n\n" + body : ""));

// finding says what is wrong. Of the case's own clause the exchange says what was
// expected and got.
function finding(f, v) {
  const told = f.clause === v.case.clause && v.exchange;
  return el("div", { class: "finding " + f.level },
    el("p", null, f.message), el("p", null, link("clause", f.clause), " ", el("span", { class: "chip" }, f.level)),
    told ? null : facts([["Expected", f.expected], ["Got", f.actual]]));
}

function setup(v) {
  if (!v.setup || !v.setup.length) return null;
  const after = v.setup.filter((s) => s.after).length, list = el("ol");
  const title = after === v.setup.length ? "After it" : after ? "Before it, and after it" : "Before it";
  for (const s of v.setup) list.append(el("li", null, el("span", { class: "id" }, s.method + " " + s.url), " → " + (s.status || "no answer") + " ", el("span", { class: "dim" }, s.did)));
  return el("div", null, el("h4", null, title), list);
}

function answer(x) {
  if (!x.status) return x.problem || "no answer";
  return (x.problem ? x.problem + "\n" : "") + String(x.status).padStart(3, "0") + " " + (data.statuses[x.status] || "");
}

function exchange(v) {
  const x = v.exchange, out = el("div");
  if (!x) {
    const r = v.case.request;
    if (r) out.append(el("h4", null, "It would have sent"), message(r.method + " " + r.path, [], (r.parameters || []).map((p) => p.in + " " + p.name + ": " + JSON.stringify(p.value)).join("\n")));
    return out;
  }
  if (!x.method) {
    out.append(v.like
      ? el("p", null, "Answered with " + answer(x) + ", like ", link("case", v.like), ", which is shown in full.")
      : el("p", null, "Answered with " + answer(x) + ". What was sent and received is left out, to keep this page short."));
    return out;
  }
  out.append(facts([["Wanted", v.wanted], ["Got", answer(x) + " in " + (x.elapsedSeconds < 0.1 ? Math.floor(x.elapsedSeconds * 1000) + " ms" : x.elapsedSeconds.toFixed(1) + " s")]]),
    el("div", { class: "two" },
      el("div", null, el("h4", null, "Request"), message(x.method + " " + x.url, x.requestHeaders, x.requestBody)),
      el("div", null, el("h4", null, "Answer"), message(answer(x), x.responseHeaders, x.responseBody))));
  const replay = shown(x.curl || "");
  if (replay) out.append(el("div", { class: "tools" }, el("h4", null, "Send it again"), copyButton(replay)), el("pre", { tabindex: "0" }, replay));
  return out;
}

function caseDetail(v) {
  const out = el("div", { class: "more" });
  for (const f of v.findings || []) out.append(finding(f, v));
  out.append(facts([["Why", v.case.why], [v.outcome === "skip" ? "Not sent" : "Reason", v.reason], ["Technique", v.case.technique]]));
  if (!(v.findings || []).some((f) => f.clause === v.case.clause)) out.append(el("p", { class: "ids" }, "Clause: ", link("clause", v.case.clause)));
  const before = setup(v);
  if (before) out.append(before);
  out.append(exchange(v));
  for (const note of v.notes || []) out.append(el("p", { class: "dim" }, "Note: " + note));
  out.append(tools(link("case", v.case.id), "Link to this case"));
  return out;
}

const lists = {
  clauses: makeList("clauses", clauses, {
    id: (c) => c.id,
    fields: { stand: (c) => c.stand, level: (c) => c.level, section: (c) => c.section, op: (c) => c.operation },
    text: (c) => [c.id, c.statement, c.from, c.place, c.reason].join(" "),
    makeRow: (c) => {
      const n = (brokenBy.get(c.id) || []).length;
      return row("clause", c, c.id, c.stand, c.reason || c.statement, c.level + (n ? ", broken by " + plural(n, "case") : c.cases ? ", " + plural(c.cases, "case") : ""), clauseDetail);
    },
  }),
  cases: makeList("cases", cases, {
    id: (v) => v.case.id,
    fields: { outcome: (v) => v.outcome, status: statusOf, technique: (v) => v.case.technique, op: (v) => v.case.operation },
    text: (v) => [v.case.id, v.case.why, v.reason, v.exchange && v.exchange.url, ...(v.findings || []).map((f) => f.clause + " " + f.message)].join(" "),
    makeRow: (v) => row("case", v, v.case.id, v.outcome, (v.findings || []).map((f) => f.message).slice(0, 2).join("; ") || v.reason, statusOf(v), caseDetail),
  }),
};

// What is an example of a cause is shown when it is opened, that of the first at once.
document.querySelectorAll(".cause details").forEach((e, i) => {
  const v = caseOf.get(e.dataset.case);
  if (!v) return;
  e.addEventListener("toggle", () => { if (e.open && e.children.length === 1) e.append(caseDetail(v)); });
  e.open = i === 0;
});

start(lists);
