// Package worktest holds the tests that look at the pages of daily work in a real
// Chromium, as package pagestest does at all others: lists, forms, cases, and what
// happens in a form as a person fills it in, waits and comes back.
package worktest
