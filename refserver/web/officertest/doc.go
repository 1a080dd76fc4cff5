// Package officertest holds the tests of the pages on which officers and auditors work: people and
// roles, documents, the archive, flows, and what is audited. They ask the pages as a browser would;
// those that need a real one are in packages pagestest and worktest.
package officertest
