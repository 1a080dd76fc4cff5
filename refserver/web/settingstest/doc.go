// Package settingstest holds the tests that look in a real Chromium at the pages by which the house
// sets how it works: flows of forms, the calendar, and lists that come in from Excel, as package pagestest
// does at other pages. It is a package of its own so that it has go test's time for itself.
package settingstest
