"use strict";
// The page is complete without this: here it remembers the language, finds, sorts and obeys the keyboard.
const tongues = { en: document.getElementById("en"), zh: document.getElementById("zh") };
const spoken = () => (tongues.zh.checked ? "zh" : "en");
const keep = (value) => { try { if (value) localStorage.setItem("forewarn-tongue", value); return localStorage.getItem("forewarn-tongue"); } catch { return null; } };
const speak = () => { document.documentElement.lang = spoken(); };
const first = keep() || (navigator.language.startsWith("zh") ? "zh" : "en");
if (tongues[first]) tongues[first].checked = true;
speak();
for (const tongue of Object.values(tongues)) tongue.addEventListener("change", () => { keep(spoken()); speak(); });

const week = document.getElementById("week");
const rows = week ? Array.from(week.tBodies[0].rows) : [];
const link = (row) => row.querySelector("a.open");
const visible = () => Array.from(week ? week.tBodies[0].rows : []).filter((row) => !row.hidden);
const find = document.getElementById("find");
const filters = Array.from(document.querySelectorAll("[data-filter]"));
const show = () => {
  const words = find.value.trim().toLocaleLowerCase();
  let left = 0;
  for (const row of rows) {
    const fits = filters.every((one) => !one.value || row.dataset[one.dataset.filter] === one.value) && row.textContent.toLocaleLowerCase().includes(words);
    row.hidden = !fits;
    left += fits;
  }
  document.getElementById("shown").textContent = left;
};
const sort = (head) => {
  const again = head.hasAttribute("aria-sort");
  const rising = again ? head.getAttribute("aria-sort") !== "ascending" : head.dataset.sorts === "1";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const key = (row) => { const value = row.cells[head.cellIndex].dataset.sort; return value === "" ? Infinity : Number(value) * (rising ? 1 : -1); };
  week.tBodies[0].append(...[...rows].sort((a, b) => key(a) - key(b)));
};
if (week) {
  for (const head of week.tHead.rows[0].cells) {
    if (!head.dataset.sorts) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  week.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
  find.addEventListener("input", show);
  for (const one of filters) one.addEventListener("change", show);
  document.getElementById("controls").hidden = false;
  show();
}

// A customer's page is the target of the address; the way back leads to where one came from.
const home = document.title;
const opened = () => { const place = document.getElementById(location.hash.slice(1)); return place && place.matches("article.one") ? place : null; };
let last = "", scrolled = 0;
const arrive = () => {
  const one = opened();
  if (one) {
    last = one.id;
    document.title = one.querySelector("h1").textContent + " · " + home;
    one.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  } else {
    document.title = home;
    const row = rows.find((row) => link(row).hash === "#" + last);
    if (last && row && !row.hidden) {
      scrollTo(0, scrolled);
      link(row).focus({ preventScroll: true });
      link(row).scrollIntoView({ block: "nearest" });
    }
    last = "";
  }
};
addEventListener("hashchange", arrive);
document.addEventListener("click", (event) => {
  const to = event.target.closest("a[href^='#c-']");
  if (to && !opened()) scrolled = scrollY;
  if (event.target.closest("a.skip") && opened()) { event.preventDefault(); opened().querySelector("h1").focus(); }
});
if (opened()) arrive();

const dots = Array.from(document.querySelectorAll("a.dot"));
const rove = (from, to) => { from.tabIndex = -1; to.tabIndex = 0; to.focus(); };
const pointed = (dot, key) => {
  const at = (one) => { const box = one.firstElementChild.nextElementSibling.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const [x, y] = at(dot);
  const along = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  let best = null, least = Infinity;
  for (const other of dots) {
    const [u, v] = at(other), ahead = (u - x) * along[0] + (v - y) * along[1], aside = Math.abs((u - x) * along[1]) + Math.abs((v - y) * along[0]);
    if (other !== dot && ahead > 0 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = other; }
  }
  return best;
};
const move = (step) => {
  const there = visible(), one = opened();
  if (!there.length) return;
  const now = there.findIndex((row) => (one ? link(row).hash === "#" + one.id : row.contains(document.activeElement)));
  const next = there[now < 0 ? 0 : Math.min(Math.max(now + step, 0), there.length - 1)];
  if (one) { location.hash = link(next).hash; } else { link(next).focus(); }
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest("input:not([type=radio]), select, textarea");
  if (event.key === "Escape") {
    if (typing === find && find.value) { find.value = ""; show(); } else if (typing) { typing.blur(); } else if (opened()) { location.hash = "#list"; } else { return; }
    event.preventDefault();
    return;
  }
  if (typing === find && event.key === "Enter") { const there = visible(); if (there.length) link(there[0]).focus(); event.preventDefault(); return; }
  if (typing || event.target.matches("input")) return;
  const dot = event.target.closest("a.dot");
  if (dot && event.key.startsWith("Arrow")) { const next = pointed(dot, event.key); if (next) rove(dot, next); event.preventDefault(); return; }
  const inList = week && week.contains(event.target);
  if (event.key === "j" || (event.key === "ArrowDown" && inList)) { move(1); event.preventDefault(); }
  else if (event.key === "k" || (event.key === "ArrowUp" && inList)) { move(-1); event.preventDefault(); }
  else if (event.key === "/" && find && !opened()) { find.focus(); event.preventDefault(); }
});
