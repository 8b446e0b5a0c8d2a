// Looks a letter over while somebody writes it. Saving shows the same without this.
import { whileTyping } from "./typing.js"

const shown = document.getElementById("letter-check")
const form = document.getElementById("id_body").form

whileTyping(form, {
  pause: 700, // milliseconds after the last key
  ask: (signal) => fetch(shown.dataset.url, { method: "POST", body: new FormData(form), signal }),
  show(html) {
    shown.innerHTML = html
    return shown.querySelector("h2")?.textContent
  },
  failed: () => "The letter could not be looked over just now. Save it to see what is found.",
})
