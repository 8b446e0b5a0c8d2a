"""The browser of the tests and of the pictures, as Debian packages it."""

from shutil import which

# The shell is Chromium without windows, which cost as much work as the pages do.
PROGRAM = which("chromium-headless-shell") or which("chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
