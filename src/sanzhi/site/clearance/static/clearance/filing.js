// The declaration form: choosing a commodity code, and findings beside their fields.
"use strict";
(() => {
  const form = document.getElementById("declaration");

  // A line of the look-up is chosen: its code goes into the field, which saves and checks itself.
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-code]");
    if (!line) return;
    const field = document.getElementById(line.dataset.into);
    if (!field) return;
    field.value = line.dataset.code;
    line.closest(".codes").replaceChildren();
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const clear = (field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    const list = document.getElementById(`${field.id}_error`);
    list?.replaceChildren();
    list?.setAttribute("hidden", "");
  };

  // Errors of the check stand beside their fields too.
  const mark = () => {
    form?.querySelectorAll("[aria-invalid]").forEach(clear);
    for (const link of document.querySelectorAll('#live .findings .error a[href^="#f-"]')) {
      const field = document.getElementById(link.hash.slice(1));
      const list = field && document.getElementById(`${field.id}_error`);
      if (!list || !field.value && !form.dataset.all) continue;
      const entry = document.createElement("li");
      entry.textContent = link.textContent;
      list.append(entry);
      list.removeAttribute("hidden");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", list.id);
    }
  };
  document.addEventListener("htmx:afterSettle", mark);
  mark();

  // A finding whose field is not in sight leads to it and puts the cursor there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.findings a[href^="#f-"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) { event.preventDefault(); field.scrollIntoView({ block: "center" }); field.focus({ preventScroll: true }); }
  });
})();
