// Package jobtest holds the tests that do a whole job in a real Chromium on the server
// as it is started by hand: the program is built and run, and nothing of it is reached
// but its pages. It is a package of its own so that it has go test's time for itself
// and runs beside the others.
package jobtest
