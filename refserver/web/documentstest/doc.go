// Package documentstest holds the tests that look at the pages of documents (文件) in a real
// Chromium, as package pagestest does at other pages. It is a package of its own so that it has
// go test's time for itself.
package documentstest
