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
