// Package pagestest holds the tests that look at the pages in a real Chromium: every
// page in each language, theme and width, and what happens in it as a person fills in,
// waits and comes back. It is a package of its own so that it has go test's time for
// itself and runs beside the others; what the server answers is tested with the pages.
package pagestest
