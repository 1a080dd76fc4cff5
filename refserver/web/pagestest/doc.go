// Package pagestest holds the tests that look at the pages in a real Chromium, in each
// language, theme and width: the door, and every page of the house but those of daily
// work, of documents and of the archive, which packages worktest, documentstest and
// archivetest have. They are packages of their own so that each has go
// test's time for itself and runs beside the others; what the server answers is tested
// with the pages.
package pagestest
