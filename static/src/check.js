// Looks a letter over while somebody writes it. Saving shows the same without this.
import { whileTyping } from "./typing.js"

const shown = document.getElementById("letter-check")
const body = document.getElementById("id_body")
const form = body.form

// Marks are hard to type on a phone: a button puts one at the beginning of the line, or around the words that are chosen.
const marks = document.getElementById("letter-marks")
body.before(marks)
marks.hidden = false
marks.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-mark]")?.dataset.mark
  if (!mark) return
  const { selectionStart: start, selectionEnd: end, value } = body
  const line = value.lastIndexOf("\n", start - 1) + 1
  body.focus()
  if (mark.endsWith(" ")) body.setRangeText(mark, line, line)
  else body.setRangeText(mark + value.slice(start, end) + mark, start, end, "end")
  if (!mark.endsWith(" ") && start === end) body.setSelectionRange(end + mark.length, end + mark.length)
  body.dispatchEvent(new Event("input", { bubbles: true }))
})

whileTyping(form, {
  pause: 700, // milliseconds after the last key
  ask: (signal) => fetch(shown.dataset.url, { method: "POST", body: new FormData(form), signal }),
  show(html) {
    shown.innerHTML = html
    return shown.querySelector("h2")?.textContent
  },
  failed: () => "The letter could not be looked over just now. Save it to see what is found.",
})
