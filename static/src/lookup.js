// Answers while somebody types. The form works as it is without this.
const form = document.querySelector("[data-look-up]")
const results = document.getElementById("look-up-results")
const typed = form.elements.q
const PAUSE = 250 // milliseconds after the last key

let waiting
let request

async function answer() {
  request?.abort()
  request = new AbortController()
  const query = new URLSearchParams({ q: typed.value.trim() })
  history.replaceState(null, "", `?${query}`)
  query.set("fragment", "1")
  try {
    const response = await fetch(`?${query}`, { signal: request.signal })
    // Signed out meanwhile: the form itself leads to where one signs in.
    if (!response.ok || response.redirected) return
    results.innerHTML = (await response.text()).replace(" autofocus", "")
    announce()
  } catch (error) {
    if (error.name !== "AbortError") return form.requestSubmit()
  }
}

// A live region is read out only when it was there before its words.
function announce() {
  const count = results.querySelector("[role=status]")
  count?.removeAttribute("role")
  live.textContent = count?.textContent ?? ""
}

const live = document.createElement("p")
live.className = "govuk-visually-hidden"
live.setAttribute("role", "status")
form.after(live)

typed.addEventListener("input", () => {
  clearTimeout(waiting)
  waiting = setTimeout(answer, PAUSE)
})
