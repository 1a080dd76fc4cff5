//go:build !unix

package folder

import "os"

// syncOpenDir has nothing to do: such a system keeps names by itself.
func syncOpenDir(*os.File) error { return nil }
