// Says before a session ends that it will, keeps what is typed, and leaves nothing private on the screen once it has ended.
const WARNING = 120_000 // milliseconds before the end
const BETWEEN = 60_000 // at least, from one sign of somebody typing to the next
const KEEP_PAUSE = 1_000 // of somebody typing, in which it is kept
const KEEP_EVERY = 5_000 // while they type on
const AGAIN = 5_000 // when the server could not be reached
const A_MOMENT = 100 // in which another window hears
const MOST_WAIT = 2_000 // of somebody who signs out, or follows a link

const dialog = document.getElementById("session")
const { state: stateUrl, drafts: draftsUrl, signOut: signOutUrl } = dialog.dataset
const person = Number(dialog.dataset.person)
const page = location.pathname + location.search
const title = document.title

let end = Date.now() + dialog.dataset.left * 1000
let canStay = true
let left = false // this page, for the one to sign in on
let answered = false // the warning that the day is over
let timer

const tokens = () => document.querySelectorAll("[name=csrfmiddlewaretoken]")

// Whether the server has answered. What it says goes: another window may have put the end off, or somebody else signed in there.
async function learn(method) {
  const headers = method === "POST" ? { "X-CSRFToken": tokens()[0].value } : {}
  let state
  try {
    const response = await fetch(stateUrl, { method, headers })
    if (!response.ok) return false
    state = await response.json()
  } catch {
    return false
  }
  if (state.person !== person) {
    await leave(state.person)
    return true
  }
  end = Date.now() + state.left * 1000
  canStay = state.can_stay
  // Signing in again elsewhere gives new ones: with theirs, the forms that were open before can still be sent.
  for (const token of tokens()) token.value = state.token
  return true
}

async function leave(other) {
  left = true
  document.body.hidden = true
  if (other === null) await keep()
  // Nobody is signed in: the page leads to signing in by itself, and says why.
  location.replace(other === null ? page : "/")
}

// Forms in which somebody has typed. Those that came back from the server say so themselves.
const typedIn = new Set()
const sent = new Set()
const isTyped = (field) => field.type !== "hidden" && field.value !== (field.defaultValue ?? field.value)

function unsavedForms() {
  return [...document.querySelectorAll("main form[method=post]")].filter(
    (form) => !sent.has(form) && ("unsaved" in form.dataset || typedIn.has(form) || [...form.elements].some(isTyped)),
  )
}

let isRefused = false // by the server: somebody else has signed in, or the form has made its record

// Whether there was something to keep, and the server has kept it.
async function keep(how = {}) {
  if (!draftsUrl) return false // this page keeps nothing
  const kept = unsavedForms().map(async (form) => {
    const answers = new FormData(form)
    for (const [name, value] of [...answers]) if (value instanceof File) answers.delete(name)
    answers.set("draft_path", page)
    try {
      const response = await fetch(draftsUrl, { method: "POST", body: answers, ...how })
      isRefused = response.status === 422
      return response.ok
    } catch {
      return false
    }
  })
  return kept.length > 0 && (await Promise.all(kept)).every(Boolean)
}

// While somebody types, and as they leave the page: by a link, by loading it anew, by closing it.
let typed = 0 // times
let keptUpTo = 0
let keptForSure = 0 // as the server has answered
let lastKept = Date.now()
let nextKeeping
let asked = new AbortController()

async function keepTyped(how) {
  clearTimeout(nextKeeping)
  if (keptUpTo === typed || isRefused || left) return
  keptUpTo = typed
  lastKept = Date.now()
  asked = new AbortController()
  const upTo = typed
  if (await keep({ signal: asked.signal, ...how })) keptForSure = upTo
  else typed += 1
}

document.addEventListener("input", (event) => {
  if (!event.isTrusted || event.target.form?.method !== "post") return
  if (keptUpTo === typed) lastKept = Date.now()
  typed += 1
  sent.delete(event.target.form)
  clearTimeout(nextKeeping)
  nextKeeping = setTimeout(keepTyped, Math.min(KEEP_PAUSE, Math.max(0, lastKept + KEEP_EVERY - Date.now())))
})
// What is sent is saved, or kept by the page that refuses it: kept now, it would come back after it was saved.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return
  for (const form of "discards" in event.target.dataset ? document.forms : [event.target]) sent.add(form)
  asked.abort()
})
// The first comes before the next page is asked for; phones know the second alone.
for (const end of ["beforeunload", "pagehide"]) {
  window.addEventListener(end, () => keepTyped({ keepalive: true, signal: null }))
}

// Whoever loads the page anew right after a key is faster than the server: what it has not kept for sure waits in this tab
// for the next page, which takes it away whatever page that is. A page of nobody does too (app.js).
const UNSENT = "unsent"
const isAsked = (field) => field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type)
const asks = (form, name) => [...form.elements].some((field) => isAsked(field) && field.name === name)

function leaveForNextPage() {
  if (!draftsUrl || left || isRefused || isSigningOut || keptForSure === typed) return
  const forms = unsavedForms().map((form) => ({
    names: [...new Set([...form.elements].filter(isAsked).map((field) => field.name))],
    version: form.elements.version?.value,
    answers: [...new FormData(form)].filter(([, value]) => !(value instanceof File)),
  }))
  for (const form of forms) form.answers = form.answers.filter(([name]) => form.names.includes(name))
  if (forms.length) sessionStorage.setItem(UNSENT, JSON.stringify({ person, page, at: Date.now(), forms }))
}

function fill(form, answers) {
  const remaining = new Map(answers.map(([name]) => [name, answers.filter(([other]) => other === name).map(([, value]) => value)]))
  for (const field of [...form.elements].filter(isAsked)) {
    const values = remaining.get(field.name) ?? []
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value)
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value)
    else if (values.length) field.value = values.shift()
    else continue
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }))
  }
}

function takeFromLastPage() {
  const unsent = JSON.parse(sessionStorage.getItem(UNSENT))
  sessionStorage.removeItem(UNSENT)
  if (!draftsUrl || unsent?.person !== person || unsent.page !== page) return
  // What another window had the server keep meanwhile is newer. Both ages are as of the answer that this page is.
  const [navigation] = performance.getEntriesByType("navigation")
  const age = (performance.timeOrigin + navigation.responseStart - unsent.at) / 1000
  const kept = document.querySelector("[data-kept-ago]")
  if (kept && kept.dataset.keptAgo < age) return
  for (const { names, version, answers } of unsent.forms) {
    const form = [...document.querySelectorAll("main form[method=post]")].find((form) => names.every((name) => asks(form, name)))
    if (!form || form.elements.version?.value !== version) continue
    fill(form, answers)
    typedIn.add(form)
    typed += 1
  }
  keepTyped()
}

window.addEventListener("pagehide", leaveForNextPage)

let isSigningOut = false

// Whoever signs out takes along what they typed, in other windows too: it is kept for them while the session still lasts.
const windows = new BroadcastChannel("session")
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

windows.addEventListener("message", () => navigator.locks?.request("keep", { mode: "shared" }, keep))

async function keepEverywhere() {
  windows.postMessage("keep")
  await keep()
  await pause(A_MOMENT)
  await navigator.locks?.request("keep", () => {}) // once the others are done
}

for (const form of document.querySelectorAll(`form[action="${signOutUrl}"]`)) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    isSigningOut = true
    await Promise.race([keepEverywhere().catch(() => {}), pause(MOST_WAIT)])
    form.submit()
  })
}

// What leads away from a form to come back to it.
for (const link of document.querySelectorAll("a[data-keep]")) {
  link.addEventListener("click", async (event) => {
    // Into another tab or window, or onto the disk: the form stays where it is.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return
    event.preventDefault()
    await Promise.race([keep(), pause(MOST_WAIT)])
    location.assign(link.href)
  })
}

async function warn() {
  const isKept = await keep()
  for (const part of dialog.querySelectorAll("[data-when]")) {
    part.hidden = !{ idle: canStay, day: !canStay, kept: isKept }[part.dataset.when]
  }
  const time = new Date(end).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
  for (const place of dialog.querySelectorAll("time")) place.textContent = time
  document.title = `${dialog.querySelector("h2").textContent}: ${title}`
  if (!dialog.open) dialog.showModal()
}

function plan(reached) {
  if (left) return
  clearTimeout(timer)
  const ahead = end - Date.now()
  document.body.hidden = ahead <= 0
  if (ahead > WARNING) {
    dialog.close()
    timer = setTimeout(look, ahead - WARNING)
  } else {
    if (ahead > 0 && !dialog.open && !answered) warn()
    timer = setTimeout(look, reached ? Math.max(ahead, 1000) : AGAIN)
  }
}

async function look() {
  if (Date.now() >= end) document.body.hidden = true // until the server has said that it is not over
  plan(await learn("GET"))
}

// Somebody is there. Where signing in again elsewhere has made the token old, a new one is learnt first.
async function stay() {
  plan((await learn("POST")) || ((await learn("GET")) && (await learn("POST"))))
}

function answer() {
  answered = !canStay
  if (canStay) stay()
}

dialog.querySelector("form").addEventListener("submit", answer)
dialog.addEventListener("cancel", answer)
dialog.addEventListener("close", () => (document.title = title))

let said = Date.now()
let waiting
document.addEventListener("input", (event) => {
  if (event.target.form) typedIn.add(event.target.form)
  if (!event.isTrusted) return // a script has filled it in
  waiting ??= setTimeout(
    () => {
      waiting = undefined
      said = Date.now()
      stay()
    },
    Math.max(0, said + BETWEEN - Date.now()),
  )
})

// A machine that slept, a window that nobody saw, a page that the browser took out of its memory: the clock went on.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && end - Date.now() < WARNING) look()
})
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return
  end = 0
  look()
})

takeFromLastPage()
plan(true)
