// Asks the server again while somebody types, and reads out what has changed.

// `ask(signal)` sends the request, `show(html)` shows its answer, `failed()` says that there is none: each returns what is read out.
// What is returned stops asking until somebody types on.
export function whileTyping(form, { typed = form, pause, ask, show, failed }) {
  let waiting
  let request

  // A live region is read out only when it was there before its words, and only when they change.
  const live = document.createElement("p")
  live.className = "govuk-visually-hidden"
  live.setAttribute("role", "status")
  form.after(live)

  function stop() {
    clearTimeout(waiting)
    request?.abort()
  }

  async function answer() {
    const asked = (request = new AbortController())
    let said
    try {
      const response = await ask(asked.signal)
      // Signed out meanwhile, or an error: what would be shown is another page.
      const html = response.ok && !response.redirected && (await response.text())
      said = () => (html === false ? failed() : show(html))
    } catch {
      said = failed
    }
    // Leaving the page breaks the line as well.
    if (!asked.signal.aborted) live.textContent = said() ?? ""
  }

  typed.addEventListener("input", () => {
    stop()
    waiting = setTimeout(answer, pause)
  })
  form.addEventListener("submit", stop)
  return stop
}
