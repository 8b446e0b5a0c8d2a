// Asks the server again while somebody types, and reads out what has changed.

// `ask(signal)` sends the request, `show(html)` shows its answer and returns what is read out, `failed(error)` is for a broken line.
export function whileTyping(form, { typed = form, pause, ask, show, failed }) {
  let waiting
  let request

  // A live region is read out only when it was there before its words, and only when they change.
  const live = document.createElement("p")
  live.className = "govuk-visually-hidden"
  live.setAttribute("role", "status")
  form.after(live)

  async function answer() {
    request?.abort()
    request = new AbortController()
    try {
      const response = await ask(request.signal)
      // Signed out meanwhile: sending the form leads to where one signs in.
      if (!response.ok || response.redirected) return
      live.textContent = show(await response.text()) ?? ""
    } catch (error) {
      if (error.name !== "AbortError") failed(error)
    }
  }

  typed.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(answer, pause)
  })
}
