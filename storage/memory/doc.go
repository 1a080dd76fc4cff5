// Package memory keeps everything in the memory of one process: for tests, and
// for a host that wants a Kit without a database. It is the second
// implementation of the contract, written without SQL, so that what the first
// one does is not mistaken for what the contract says.
package memory
