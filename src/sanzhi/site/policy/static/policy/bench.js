// The workbench: positions of the selection in code points, keys for scores, saves in order.
"use strict";
(() => {
  const reading = () => document.querySelector("[data-reading]");
  const points = (text) => { let count = 0; for (const _ of text) count += 1; return count; };
  let picked = "";

  // Where a place in the page lies in the text, counted in Unicode code points
  const offset = (node, at) => {
    const range = document.createRange();
    range.setStart(reading(), 0);
    range.setEnd(node, at);
    return points(range.toString());
  };

  const pick = () => {
    const selection = getSelection();
    const root = reading();
    if (!root || !selection.rangeCount || selection.isCollapsed) return picked;
    const range = selection.getRangeAt(0);
    if (!root.contains(range.startContainer) || !root.contains(range.endContainer)) return picked;
    const words = range.toString();
    const start = offset(range.startContainer, range.startOffset) + points(words) - points(words.trimStart());
    const end = start + points(words.trim());
    return start < end ? `${start}-${end}` : "";
  };

  const show = () => {
    for (const button of document.querySelectorAll("[data-selection]")) button.disabled = !picked;
  };

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (selection.isCollapsed && reading()?.contains(selection.anchorNode)) picked = "";
    else picked = pick();
    show();
  });

  // A score above 0 without evidence takes what is selected
  document.addEventListener("click", (event) => {
    const form = event.target.closest("form");
    const add = form?.querySelector("[data-add]");
    if (!add) return;
    const value = event.target.closest("[data-score]")?.dataset.score;
    const bare = !form.querySelector(".evidence");
    const adds = event.target.closest("[data-selection]") || (value && value !== "0" && bare);
    add.value = adds ? picked : "";
    if (add.value) { picked = ""; getSelection().removeAllRanges(); }
  }, true);

  // Each change is numbered after the one before; the page follows what was saved
  document.addEventListener("htmx:configRequest", (event) => {
    const now = document.querySelector("#state")?.dataset.now;
    if (now && "sequence" in event.detail.parameters) event.detail.parameters.sequence = now;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const now = document.querySelector("#state")?.dataset.now;
    for (const field of document.querySelectorAll("[data-sequence]")) field.value = now;
    show();
    const card = event.detail.elt?.closest?.("[data-code]");
    if (card && active === card.dataset.code) card.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:sendError", () => {
    const box = document.querySelector("#stale");
    if (box) box.textContent = box.dataset.offline;
  });

  // Keys: n and p go from code to code, 0 to 9 score the code, e adds the selection
  let active = "";
  const cards = () => [...document.querySelectorAll("[data-code]")];
  const go = (by) => {
    const all = cards();
    const at = all.findIndex((card) => card.dataset.code === active);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    active = next?.dataset.code ?? "";
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-code]");
    if (card) active = card.dataset.code;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const card = document.getElementById(`c-${active}`);
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
    else if (card && /^[0-9]$/.test(event.key)) card.querySelector(`[data-score="${event.key}"]`)?.click();
    else if (card && event.key === "e") card.querySelector("[data-selection]:enabled")?.click();
    else return;
    event.preventDefault();
  });
})();
