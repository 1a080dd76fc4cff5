package runtest

import (
	"os/exec"
	"syscall"
)

// endWithUs lets the server end with the tests, however those end.
func endWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
