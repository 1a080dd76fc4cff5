// Package prooftest holds the tests that look in a real Chromium at the pages by which one signs in
// and at those by which something is proved: certificates, checkpoints, bundles and the audit, as
// package pagestest does at other pages. It is a package of its own so that it has go test's time for
// itself.
package prooftest
