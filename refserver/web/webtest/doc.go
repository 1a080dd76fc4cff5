// Package webtest opens the pages for tests: the demonstration agency on its first
// morning, with a server in front of it, and the door of an office with a page behind
// it. Callers of the agency ask for pages as a browser without script does.
//
// It keeps everything in memory or in the test's own folder, and ends with the test.
package webtest
