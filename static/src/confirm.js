// data-confirm="Delete this source?" on a form, a submit button or an htmx element asks before it acts.
// data-confirm-detail says what will be lost, data-confirm-label names the act on the button.
// Without scripts the form simply posts; what must never happen by mistake gets a page of its own on the server.

const agreed = new WeakSet(); // forms whose next submit was agreed to

function ask(element) {
  const dialog = document.getElementById("confirm");
  const { confirm, confirmDetail, confirmLabel } = element.dataset;
  dialog.querySelector("[data-question]").textContent = confirm;
  dialog.querySelector("[data-detail]").textContent = confirmDetail ?? "";
  dialog.querySelector("[value=yes]").textContent = confirmLabel ?? "Yes, go on";
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }),
  );
}

// In the capture phase on the document: before htmx, which listens on the form itself.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const asker = [event.submitter, form].find((element) => element?.dataset.confirm);
    if (!asker || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(asker))) return;
    agreed.add(form);
    form.requestSubmit(event.submitter);
  },
  true,
);

// Elements that act through htmx without a form.
document.addEventListener("htmx:confirm", async (event) => {
  const { elt, issueRequest } = event.detail;
  if (!elt.dataset.confirm || elt.localName === "form" || elt.form) return;
  event.preventDefault();
  if (await ask(elt)) issueRequest(true);
});
