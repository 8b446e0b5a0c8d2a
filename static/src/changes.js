// Shows what a form would change for a customer while somebody fills it in. Its button shows the same without this.
import { whileTyping } from "./typing.js"

const shown = document.getElementById("what-changes")
const button = document.getElementById("show-first")
const line = document.getElementById("changes-line")
const { form } = button

function ask(signal) {
  const body = new FormData(form)
  body.set(button.name, "part")
  return fetch(form.action, { method: "POST", body, signal })
}

button.remove()
const stop = whileTyping(form, {
  pause: 500, // milliseconds after the last key
  ask,
  show(html) {
    if (shown.innerHTML === html) return undefined
    shown.innerHTML = html
    if (line) line.textContent = document.getElementById("new-changes-line").content.textContent.trim()
    return shown.textContent.replace(/\s+/g, " ")
  },
  failed: () => undefined,
})

// What was typed before may be back in the form, after an error or by the browser's Back.
addEventListener("pageshow", () => {
  stop()
  form.dispatchEvent(new Event("input"))
})
