import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
} from "govuk-frontend"

// ARIA knows no expanded radio button, though the library says so of one that opens further questions.
class RevealingRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input)
    input.removeAttribute("aria-expanded")
  }
}

// A form with data-live answers while somebody types: the element that it names shows what the whole page would have.
function answerWhileTyping(form) {
  const { live } = form.dataset
  let waiting
  let asked

  async function ask() {
    asked?.abort()
    asked = new AbortController()
    const query = new URLSearchParams(new FormData(form))
    const response = await fetch(`${form.action}?${query}`, { signal: asked.signal })
    // Signed out meanwhile, or refused: whoever presses the button is told so.
    if (!response.ok || response.redirected) return
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    document.getElementById(live).replaceChildren(...page.getElementById(live).childNodes)
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting)
    // An answer that does not come, or comes too late, leaves the button as it was before there was a script.
    waiting = setTimeout(() => ask().catch(() => {}), 250)
  })
}

const components = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  RevealingRadios,
  ServiceNavigation,
  SkipLink,
]

// The style sheet hides questions that no answer has opened yet only where this says that a script will open them.
document.body.classList.add("govuk-frontend-supported")
for (const component of components) createAll(component)
document.querySelectorAll("form[data-live]").forEach(answerWhileTyping)
