"use strict";
// The table is complete without this; here it learns to sort by a heading and to show some rows only.
const table = document.getElementById("customers");
const controls = document.getElementById("controls");
if (table && controls) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const find = document.getElementById("find");
  const tier = document.getElementById("tier");
  const shown = document.getElementById("shown");
  const show = () => {
    const words = find.value.trim().toLocaleLowerCase();
    let left = 0;
    for (const row of rows) {
      const fits = (!tier.value || row.dataset.tier === tier.value) && row.textContent.toLocaleLowerCase().includes(words);
      row.hidden = !fits;
      left += fits;
    }
    shown.textContent = left + " of " + rows.length + " shown";
  };
  const sort = (head) => {
    const falling = head.getAttribute("aria-sort") !== "descending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const key = (row) => Number(row.cells[head.cellIndex].dataset.sort);
    body.append(...[...rows].sort((a, b) => (falling ? key(b) - key(a) : key(a) - key(b))));
  };
  for (const head of table.tHead.rows[0].cells) {
    if (!head.dataset.sorts) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  find.addEventListener("input", show);
  tier.addEventListener("change", show);
  controls.hidden = false;
  show();
}
// A link of the contents opens the part that it leads to.
const unfold = () => {
  const place = document.getElementById(location.hash.slice(1));
  const fold = place && place.querySelector(":scope > details:has(> summary > h2)");
  if (fold) fold.open = true;
};
addEventListener("hashchange", unfold);
unfold();
