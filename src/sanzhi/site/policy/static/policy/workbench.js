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

  // What a button of a card asks for, with what was typed beside it. A score above 0 without
  // evidence takes what is selected.
  const asked = (button) => {
    const { form } = button;
    const score = button.dataset.score;
    const adds = button.matches("[data-selection]")
      || (score && score !== "0" && !form.querySelector(".evidence"));
    const change = { card: button.closest("[data-code]").dataset.code, name: button.name, value: button.value,
      typed: { add: adds ? picked : "", quote: form.elements.quote.value, memo: form.elements.memo.value } };
    if (change.typed.add) { picked = ""; getSelection().removeAllRanges(); }
    return change;
  };

  // One change is saved after the other. What is asked for meanwhile waits: the card it stands on
  // may be replaced, and a change is numbered after the one before.
  let saving = false;
  let going = false;
  const waiting = [];

  // The memo saves itself a moment after the last key; what leaves the sheet has it saved first.
  const memo = document.querySelector("#memo");
  let noted = memo?.defaultValue;
  let sent = noted;
  memo?.form.addEventListener("htmx:beforeSend", () => { sent = memo.value; });
  memo?.form.addEventListener("saved", () => { noted = sent; });

  const go = () => {
    if (saving || !waiting.length) return;
    if (waiting[0].leaves && memo?.value !== noted) {
      waiting[0].leaves = false;
      waiting.unshift({ button: memo.form.querySelector("button") });
    }
    const change = waiting.shift();
    const form = change.card && document.querySelector(`#c-${change.card} form`);
    const button = form ? [...form.querySelectorAll("button:not([data-selection])")].find(
      (one) => one.name === change.name && one.value === change.value) : change.button;
    if (form) for (const [name, text] of Object.entries(change.typed)) form.elements[name].value = text;
    going = true;
    button?.click();
    going = false;
    go();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".bench form button");
    if (!button || going) return;
    const change = button.closest("[data-code]") ? asked(button) : { button, leaves: !button.form.hasAttribute("hx-post") };
    if (saving || waiting.length || (change.leaves && memo?.value !== noted)) {
      event.preventDefault();
      event.stopPropagation();
      waiting.push(change);
      go();
    } else if (change.card) button.form.elements.add.value = change.typed.add;
  }, true);
  const saves = (event) => event.detail.requestConfig.verb === "post";
  document.addEventListener("htmx:beforeRequest", (event) => {
    saving ||= saves(event);
    if (saves(event)) document.querySelector("#stale")?.replaceChildren(); // of the save before
  });
  // after the answer htmx still has its own queue to go on with
  document.addEventListener("htmx:afterRequest", (event) => { if (saves(event)) { saving = false; setTimeout(go); } });

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
  const move = (by) => {
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
    if (event.key === "n") move(1);
    else if (event.key === "p") move(-1);
    else if (card && /^[0-9]$/.test(event.key)) card.querySelector(`[data-score="${event.key}"]`)?.click();
    else if (card && event.key === "e") card.querySelector("[data-selection]:enabled")?.click();
    else return;
    event.preventDefault();
  });
})();
