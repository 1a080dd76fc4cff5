package main

import (
	"os"
	"runtime/debug"
)

// garbage is how much memory, in percent of what is in use, may be given up before it is
// collected. A server that keeps its data in a database has little in use: with Go's 100 a
// sixth of what a signature costs would be collecting. It takes some ten megabytes more.
const garbage = 400

// collectSeldom sets that, unless whoever runs the server has chosen (GOGC). A limit he
// sets (GOMEMLIMIT) holds either way.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}
