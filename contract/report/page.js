// Shows the clauses and cases of a report, which are in the element #data. What is
// from elsewhere becomes text, by textContent, and never anything else. The address
// says what is shown, so that it can be shared:
//
//   #clauses?stand=violated&q=limit    #clause/ID
//   #cases?outcome=fail&status=200     #case/ID
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const STEP = 100; // rows that are made at once

  // shown writes out what cannot be seen, or turns the direction of writing.
  const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;
  const shown = (text) => String(text).replace(/\r\n/g, "\n").replace(unseen, (c) =>
    c === "\n" || c === "\t" ? c : "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));

  // el makes an element with attributes, texts and elements.
  function el(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
    for (const child of children) {
      if (child === null || child === undefined || child === "") continue;
      e.append(typeof child === "object" ? child : document.createTextNode(shown(child)));
    }
    return e;
  }
  const link = (kind, id) => el("a", { class: "id", href: "#" + kind + "/" + encodeURIComponent(id) }, id);
  const facts = (pairs) => {
    const list = el("dl", { class: "facts" });
    for (const [name, value] of pairs) if (value) list.append(el("dt", null, name), el("dd", null, value));
    return list;
  };
  const plural = (n, what) => n + " " + what + (n === 1 ? "" : "s");

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

  function tools(anchor, name) {
    anchor.className = "";
    anchor.textContent = name;
    return el("div", { class: "tools" }, anchor);
  }

  function copyButton(text) {
    const button = el("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      const done = await copy(text, button);
      button.textContent = done ? "Copied" : "Select it and copy";
      document.getElementById("said").textContent = done ? "The command was copied" : "It could not be copied";
    });
    return button;
  }

  // copy asks the browser, and where that is not allowed, as on a page without TLS,
  // copies what is selected.
  async function copy(text, near) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = el("textarea", { "aria-hidden": "true", class: "hidden" });
      area.value = text;
      near.after(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      near.focus();
      return done;
    }
  }

  function setup(v) {
    if (!v.setup || !v.setup.length) return null;
    const list = el("ol"), out = el("div", null, el("h4", null, v.setup.every((s) => s.after) ? "After it" : v.setup.some((s) => s.after) ? "Before it, and after it" : "Before it"), list);
    for (const s of v.setup) list.append(el("li", null, el("span", { class: "id" }, s.method + " " + s.url), " → " + (s.status || "no answer") + " ", el("span", { class: "dim" }, s.did)));
    return out;
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
    const replay = shown(x.curl || x.replay || "");
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

  // A list makes a hundred rows at a time of what the filters let through, and what a
  // row shows when it is opened.

  function row(kind, item, id, chip, what, side, detail) {
    const e = el("details", { class: "row", "data-id": id }, el("summary", null,
      el("span", null, el("span", { class: "chip " + chip }, chip)), el("span", { class: "id" }, id), el("span", { class: "dim" }, side), what ? el("span", { class: "what" }, what) : null));
    e.addEventListener("toggle", () => { if (e.open && e.children.length === 1) e.append(detail(item)); });
    return e;
  }

  function makeList(kind, items, { id, fields, text, makeRow }) {
    const section = document.getElementById(kind), form = section.querySelector("form");
    const root = section.querySelector(".list"), output = form.querySelector("output");
    const names = ["q", ...Object.keys(fields)];
    let found = [], made = 0, timer = 0;
    const texts = new Map();
    const textOf = (item) => { let t = texts.get(item); if (t === undefined) texts.set(item, t = text(item).toLowerCase()); return t; };
    const more = el("button", { type: "button", class: "show" });
    more.addEventListener("click", () => { const at = made; extend(); const next = root.children[at]; if (next) next.firstChild.focus(); });

    function extend() {
      const part = found.slice(made, made + STEP).map(makeRow);
      root.append(...part);
      made += part.length;
      more.hidden = made >= found.length;
      more.textContent = "Show " + Math.min(STEP, found.length - made) + " more of " + (found.length - made);
    }
    function render() {
      const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = Object.entries(fields).map(([name, get]) => [get, form.elements[name].value]).filter(([, value]) => value);
      found = items.filter((item) => wanted.every(([get, value]) => get(item) === value) && words.every((w) => textOf(item).includes(w)));
      root.replaceChildren();
      made = 0;
      extend();
      output.textContent = found.length === items.length ? plural(items.length, kind.slice(0, -1)) : found.length + " of " + items.length;
    }
    function address() {
      const parts = names.filter((n) => form.elements[n].value).map((n) => n + "=" + encodeURIComponent(form.elements[n].value));
      return "#" + kind + (parts.length ? "?" + parts.join("&") : "");
    }
    function changed() {
      render();
      if (location.hash === address()) return;
      own = address();
      try { history.replaceState(null, "", own); } catch { location.replace(own); }
    }
    function set(values) {
      for (const n of names) {
        const field = form.elements[n], value = values.get(n) || "";
        if (field.tagName === "SELECT" && value && ![...field.options].some((o) => o.value === value)) field.append(el("option", null, value));
        field.value = value;
      }
      render();
    }
    // open shows one item, whatever the filters say.
    function open(wanted) {
      let at = found.findIndex((item) => id(item) === wanted);
      if (at < 0) {
        set(new URLSearchParams());
        at = found.findIndex((item) => id(item) === wanted);
      }
      if (at < 0) return null;
      if (at >= made + STEP * 5) { // far down: the item alone
        set(new URLSearchParams({ q: wanted }));
        at = found.findIndex((item) => id(item) === wanted);
      }
      while (made <= at) extend();
      const e = root.children[at];
      e.open = true;
      return e;
    }
    for (const [name, get] of Object.entries(fields)) {
      const field = form.elements[name];
      if (field.options.length === 1) for (const value of [...new Set(items.map(get))].sort()) field.append(el("option", { value }, value));
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(changed, items.length > 2000 ? 150 : 0); });
    form.addEventListener("reset", () => setTimeout(changed, 0));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    root.after(more);
    render();
    return { set, open };
  }

  let own = ""; // the address that a filter has set
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

  // follow shows what the address says.
  function follow() {
    if (location.hash === own) return;
    own = "";
    const one = /^#(clause|case)\/(.*)$/s.exec(location.hash), some = /^#(clauses|cases)(?:\?(.*))?$/s.exec(location.hash);
    document.querySelectorAll(".meant").forEach((e) => e.classList.remove("meant"));
    try {
      if (one) {
        const e = lists[one[1] + "s"].open(decodeURIComponent(one[2]));
        if (!e) return;
        e.classList.add("meant");
        e.scrollIntoView({ block: "start", behavior: "instant" });
        e.firstChild.focus({ preventScroll: true });
      } else if (some && some[2] !== undefined) {
        lists[some[1]].set(new URLSearchParams(some[2]));
        document.getElementById(some[1]).scrollIntoView({ block: "start", behavior: "instant" });
      }
    } catch (error) {
      if (!(error instanceof URIError)) throw error; // an address that somebody mistyped
    }
  }
  addEventListener("hashchange", follow);

  // The theme is that of the system, until somebody chooses.
  const themes = ["system", "light", "dark"], button = document.getElementById("theme");
  function theme(name) {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    button.textContent = "Theme: " + name;
    try { localStorage.setItem("clause-theme", name); } catch { /* not from a file, in some browsers */ }
  }
  button.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || "system";
    theme(themes[(themes.indexOf(now) + 1) % themes.length]);
  });
  button.hidden = false;
  let kept = null;
  try { kept = localStorage.getItem("clause-theme"); } catch { /* as above */ }
  if (themes.includes(kept)) theme(kept);

  follow();
})();
