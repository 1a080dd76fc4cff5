package main

import (
	"os"
	"runtime/debug"

	"github.com/ismskit/ismskit/storage"
)

// collectSeldom lets as much garbage lie as suits the store, unless whoever runs the server
// has chosen (GOGC). A limit he sets (GOMEMLIMIT) holds either way.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(storage.Garbage)
	}
}
