// Package runtest starts the reference server for tests as a process of its own, waits
// until it listens, and ends it as its operator does or as a power cut does.
package runtest
