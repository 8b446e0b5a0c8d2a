// Answers while somebody types, below each box that looks customers up. The forms work as they are without this.
import { whileTyping } from "./typing.js"

const NO_ANSWER = "Could not look up just now. Press Look up."

function answer(form) {
  const box = form.elements.q
  const answers = document.getElementById(form.dataset.lookUp)
  // Where the page is there to look somebody up, going back to it finds the words again: its place in the browser's history keeps
  // them, and no address. Elsewhere the answers lie over the page, until one goes on.
  const overlaid = form.contains(answers)

  function unfold() {
    answers.hidden = overlaid && !(answers.textContent.trim() && form.contains(document.activeElement))
  }

  const stop = whileTyping(form, {
    pause: 250, // milliseconds after the last key
    ask(signal) {
      if (!overlaid) history.replaceState({ ...history.state, q: box.value }, "")
      const body = new URLSearchParams(new FormData(form))
      body.set("fragment", "1")
      return fetch(form.action, { method: "POST", body, signal })
    },
    show(html) {
      answers.innerHTML = html.replace(" autofocus", "")
      unfold()
      const count = answers.querySelector("[role=status]")
      count?.removeAttribute("role")
      return count?.textContent
    },
    failed() {
      const said = document.createElement("p")
      said.className = "govuk-body"
      said.textContent = NO_ANSWER
      answers.replaceChildren(said)
      unfold()
      return NO_ANSWER
    },
  })

  const before = overlaid ? undefined : history.state?.q
  if (before !== undefined && before !== box.value) {
    box.value = before
    box.dispatchEvent(new Event("input", { bubbles: true }))
  }

  if (overlaid) {
    form.addEventListener("focusin", unfold)
    form.addEventListener("focusout", (event) => (answers.hidden ||= !form.contains(event.relatedTarget)))
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || answers.hidden) return
      event.preventDefault()
      stop()
      box.focus()
      answers.hidden = true
    })
  }

  // The arrows go from the box through the answers, and back.
  document.addEventListener("keydown", (event) => {
    const places = [box, ...answers.querySelectorAll(".app-results__name")]
    const at = places.indexOf(document.activeElement)
    const to = at < 0 ? null : places[at + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? NaN)]
    if (!to) return
    event.preventDefault()
    unfold()
    to.focus()
  })
}

// Customers to choose from, below a field of a form that takes one. What is chosen is put into it as if it had been typed.
function offer(field) {
  const choices = document.createElement("div")
  choices.className = "app-choices"
  choices.hidden = true
  field.after(choices)
  const around = field.parentElement
  const notes = document.getElementById("customer-notes")
  let answered

  function choose(choice, known = "") {
    field.value = choice
    field.dispatchEvent(new Event("input", { bubbles: true }))
    stop()
    choices.hidden = true
    showNotes(known)
  }

  // What is known of whom somebody chose stands above the form for as long as they stay chosen.
  function showNotes(known) {
    if (!notes) return
    notes.textContent = known
    notes.hidden = !known
  }

  // Somebody new is added in the same form: what was typed goes there, as a name or as what they are known by.
  function add(typed) {
    const { new_name: name, new_detail: detail } = field.form.elements
    const [holds, asked] = /[\d@]/.test(typed) ? [detail, name] : [name, detail]
    choose("")
    name.closest("details").open = true
    holds.value = typed
    holds.dispatchEvent(new Event("input", { bubbles: true }))
    asked.focus()
  }

  const stop = whileTyping(field.form, {
    typed: field,
    pause: 250,
    ask(signal) {
      const token = field.form.elements.csrfmiddlewaretoken.value
      const body = new URLSearchParams({ csrfmiddlewaretoken: token, q: field.value, fragment: "choices" })
      return fetch(field.dataset.choices, { method: "POST", body, signal })
    },
    show(html) {
      choices.innerHTML = html
      answered = field.value
      const add = choices.querySelector("[data-add]")
      if (add) add.hidden = !field.form.elements.new_name
      choices.hidden = !(choices.textContent.trim() && around.contains(document.activeElement))
      return choices.querySelector("[data-count]")?.textContent
    },
    failed() {
      choices.hidden = true
    },
  })

  // Browsers bring back what stood in other fields, and not in one without their own suggestions.
  const before = history.state?.[field.name]
  if (before !== undefined && !field.value) field.value = before
  field.addEventListener("input", () => history.replaceState({ ...history.state, [field.name]: field.value }, ""))
  field.addEventListener("input", () => showNotes(""))

  choices.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-choice], [data-add]")
    if (!chosen) return
    if ("add" in chosen.dataset) return add(chosen.dataset.add)
    choose(chosen.dataset.choice, chosen.dataset.notes)
    field.focus()
  })

  around.addEventListener("focusout", (event) => (choices.hidden ||= !around.contains(event.relatedTarget)))
  around.addEventListener("keydown", (event) => {
    if (choices.hidden) return
    // Whoever goes on with one customer found means them; a name that was typed on meanwhile is not answered yet.
    const only = choices.querySelector("[data-only]")
    if (event.key === "Tab" && !event.shiftKey && event.target === field && only && field.value === answered) {
      choose(only.dataset.choice, only.dataset.notes)
    }
    const places = [field, ...choices.querySelectorAll("[data-choice], [data-add]:not([hidden])")]
    const at = places.indexOf(document.activeElement)
    // Enter in the field would send a form that is not filled in yet.
    const steps = { ArrowDown: 1, ArrowUp: -1, Enter: at === 0 ? 1 : NaN }
    const to = places[at + (steps[event.key] ?? NaN)]
    if (event.key === "Escape") choices.hidden = true
    if (to || event.key === "Escape") event.preventDefault()
    if (event.key === "Escape") field.focus()
    to?.focus()
  })
}

document.querySelectorAll("[data-look-up]").forEach(answer)
document.querySelectorAll("[data-choices]").forEach(offer)
