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

// Counts as the server does: an emoji is one character, and so is the end of a line. What it strips is not counted.
class Count extends CharacterCount {
  updateCount() {
    this.count = [...this.$textarea.value.trim()].length
  }
}

const components = [
  Button,
  Count,
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

// Going back fetches a form anew: what was typed is there, under another number, and sent again it would be a second
// record. The number that a form first had is kept with its place in the browser's history.
const submission = document.querySelector("input[name=submission]")
if (submission) {
  submission.value = history.state?.submission ?? submission.value
  history.replaceState({ ...history.state, submission: submission.value }, "")
}

// Nobody is signed in: what a page left for the next one (session.js) is for nobody.
if (!document.getElementById("session")) sessionStorage.removeItem("unsent")

// What is known already goes into the field it is for, below what was typed there.
for (const button of document.querySelectorAll("[data-insert]")) {
  button.hidden = false
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.insert)
    field.value = [field.value.trimEnd(), button.dataset.text].filter(Boolean).join("\n")
    field.focus()
  })
}
