// Answers while somebody types. The form works as it is without this.
import { whileTyping } from "./typing.js"

const form = document.querySelector("[data-look-up]")
const results = document.getElementById("look-up-results")

whileTyping(form, {
  typed: form.elements.q,
  pause: 250, // milliseconds after the last key
  ask(signal) {
    const query = new URLSearchParams({ q: form.elements.q.value.trim() })
    history.replaceState(null, "", `?${query}`)
    query.set("fragment", "1")
    return fetch(`?${query}`, { signal })
  },
  show(html) {
    results.innerHTML = html.replace(" autofocus", "")
    const count = results.querySelector("[role=status]")
    count?.removeAttribute("role")
    return count?.textContent
  },
  failed: () => form.requestSubmit(),
})

// The arrows go from the box through the answers, and back.
document.querySelector("main").addEventListener("keydown", (event) => {
  const places = [form.elements.q, ...results.querySelectorAll(".app-results__name")]
  const at = places.indexOf(document.activeElement)
  const to = at < 0 ? null : places[at + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? NaN)]
  if (!to) return
  event.preventDefault()
  to.focus()
})
