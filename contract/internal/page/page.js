// What the pages of this project have in common: how texts become elements, lists with
// filters, and the theme. What is from elsewhere becomes text, by textContent, and never
// anything else. The data of a page are in its element #data. The address says what is
// shown, so that it can be shared:
//
//   #cases?outcome=fail&q=limit    #case/ID
//
// The script of the page comes after this, in one function with it, and ends with start().
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

// follow shows in the lists what the address says.
function follow(lists) {
  if (location.hash === own) return;
  own = "";
  const one = /^#([a-z]+)\/(.*)$/s.exec(location.hash), some = /^#([a-z]+)\?(.*)$/s.exec(location.hash);
  document.querySelectorAll(".meant").forEach((e) => e.classList.remove("meant"));
  try {
    if (one && lists[one[1] + "s"]) {
      const e = lists[one[1] + "s"].open(decodeURIComponent(one[2]));
      if (!e) return;
      e.classList.add("meant");
      e.scrollIntoView({ block: "start", behavior: "instant" });
      e.firstChild.focus({ preventScroll: true });
    } else if (some && lists[some[1]]) {
      lists[some[1]].set(new URLSearchParams(some[2]));
      document.getElementById(some[1]).scrollIntoView({ block: "start", behavior: "instant" });
    }
  } catch (error) {
    if (!(error instanceof URIError)) throw error; // an address that somebody mistyped
  }
}
// start shows what the address says, now and whenever it changes.
function start(lists) {
  addEventListener("hashchange", () => follow(lists));
  follow(lists);
}

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
