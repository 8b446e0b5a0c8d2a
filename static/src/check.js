// Looks a letter over while somebody writes it. Saving shows the same without this.
const shown = document.getElementById("letter-check")
const form = document.getElementById("id_body").form
const PAUSE = 700 // milliseconds after the last key

let waiting
let request

async function look() {
  request?.abort()
  request = new AbortController()
  try {
    const body = new FormData(form)
    const response = await fetch(shown.dataset.url, { method: "POST", body, signal: request.signal })
    // Signed out meanwhile: saving leads to where one signs in.
    if (!response.ok || response.redirected) return
    shown.innerHTML = await response.text()
    live.textContent = shown.querySelector("h2")?.textContent ?? ""
  } catch (error) {
    if (error.name !== "AbortError") throw error
  }
}

// A live region is read out only when it was there before its words, and only when they change.
const live = document.createElement("p")
live.className = "govuk-visually-hidden"
live.setAttribute("role", "status")
form.after(live)

form.addEventListener("input", () => {
  clearTimeout(waiting)
  waiting = setTimeout(look, PAUSE)
})
