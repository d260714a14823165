"use strict";
// The page is complete without this; here its tables learn to sort by a heading and to show some rows only.
const controls = document.getElementById("controls");
const tables = Array.from(document.querySelectorAll("table.features"));
if (controls && tables.length) {
  const find = document.getElementById("find");
  const named = document.getElementById("named-as");
  const shown = document.getElementById("shown");
  const rows = tables.flatMap((table) => Array.from(table.tBodies[0].rows));
  const show = () => {
    const words = find.value.trim().toLocaleLowerCase();
    let left = 0;
    for (const row of rows) {
      const fits = (!named.value || row.dataset.names.split(" ").includes(named.value)) && row.textContent.toLocaleLowerCase().includes(words);
      row.hidden = !fits;
      left += fits;
    }
    for (const table of tables) {
      table.closest("section").hidden = !Array.from(table.tBodies[0].rows).some((row) => !row.hidden);
    }
    shown.textContent = left + " of " + rows.length + " shown";
  };
  const sort = (head) => {
    const table = head.closest("table");
    const body = table.tBodies[0];
    const falling = head.getAttribute("aria-sort") !== "descending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const key = (row) => Number(row.cells[head.cellIndex].dataset.sort);
    body.append(...Array.from(body.rows).sort((a, b) => (falling ? key(b) - key(a) : key(a) - key(b))));
  };
  for (const table of tables) {
    for (const head of table.tHead.rows[0].cells) {
      if (!head.dataset.sorts) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(head));
      head.append(button);
    }
  }
  find.addEventListener("input", show);
  named.addEventListener("change", show);
  controls.hidden = false;
  show();
}
