// Package pagestest holds the tests that look at the pages in a real Chromium, in each
// language, theme and width: every page of the house but those of daily work, of documents, of the
// archive, the door and what proves something, and flows and the calendar, which packages worktest,
// documentstest, archivetest, prooftest and settingstest have. They are packages of their own so that each has go
// test's time for itself and runs beside the others; what the server answers is tested
// with the pages.
package pagestest
