//go:build unix

package folder

import "os"

// syncOpenDir puts a folder's names on disk.
func syncOpenDir(d *os.File) error { return d.Sync() }
